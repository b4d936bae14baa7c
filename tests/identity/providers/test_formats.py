"""What numbers look like. Lawful ones that the usual libraries refuse are never doubted."""

import pytest

from apps.identity.models import DocumentType, FactorKind
from apps.identity.providers.formats import Format, format_of

PLAUSIBLE, DOUBTFUL, UNKNOWN = Format.PLAUSIBLE, Format.DOUBTFUL, Format.UNKNOWN


def looked_at(kind: FactorKind, number: str, document_type: str = "") -> tuple[str, ...]:
    check = format_of(kind, number, document_type=document_type, region="CN")
    return (check.outcome, *check.reasons)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("13800138000", (PLAUSIBLE,)),
        ("+86 138-0013-8000", (PLAUSIBLE,)),
        ("0086 13800138000", (PLAUSIBLE,)),
        ("１３８００１３８０００", (PLAUSIBLE,)),
        ("+1 416 555 0123", (PLAUSIBLE,)),
        ("+852 9123 4567", (PLAUSIBLE,)),
        ("021 6123 4567", (PLAUSIBLE, "not_mobile")),
        ("1380", (DOUBTFUL, "length")),
        ("+86 200 0000 0000", (DOUBTFUL, "unassigned")),
        ("call me", (DOUBTFUL, "not_a_number")),
        ("138****8000", (UNKNOWN, "masked")),
    ],
)
def test_phones(number: str, said: tuple[str, ...]) -> None:
    assert looked_at(FactorKind.PHONE, number) == said


@pytest.mark.parametrize(
    ("document_type", "number", "said"),
    [
        (DocumentType.RESIDENT_ID, "11010519491231002X", (PLAUSIBLE,)),
        (DocumentType.RESIDENT_ID, "11010519491231002x", (PLAUSIBLE,)),
        (DocumentType.RESIDENT_ID, "１１０１０５１９４９１２３１００２Ｘ", (PLAUSIBLE,)),
        # Residents from Hong Kong, Macau and Taiwan, whom stdnum.cn.ric refuses.
        (DocumentType.RESIDENT_ID, "810000199408230021", (PLAUSIBLE,)),
        (DocumentType.RESIDENT_ID, "830000199201300022", (PLAUSIBLE,)),
        (DocumentType.RESIDENT_ID, "110105194912310021", (DOUBTFUL, "check_digit")),
        (DocumentType.RESIDENT_ID, "110105199913310024", (DOUBTFUL, "birth_date")),
        (DocumentType.RESIDENT_ID, "110105491231002", (DOUBTFUL, "length")),
        (DocumentType.RESIDENT_ID, "110105********002X", (UNKNOWN, "masked")),
        # Foreign permanent residents: cards since 2023, and those before.
        (DocumentType.FOREIGN_RESIDENT_ID, "911124198108030024", (PLAUSIBLE,)),
        (DocumentType.FOREIGN_RESIDENT_ID, "DEU110080052010", (PLAUSIBLE,)),
        (DocumentType.HK_MACAU_PERMIT, "H1234567801", (PLAUSIBLE,)),
        (DocumentType.HK_MACAU_PERMIT, "C12345678", (UNKNOWN,)),
        (DocumentType.TAIWAN_PERMIT, "12345678", (PLAUSIBLE,)),
        (DocumentType.PASSPORT, "E 1234-5678", (PLAUSIBLE,)),
        (DocumentType.PASSPORT, "护照", (UNKNOWN,)),
        (DocumentType.OTHER, "what ever it is", (UNKNOWN,)),
        ("", "110105194912310021", (UNKNOWN,)),
    ],
)
def test_documents(document_type: str, number: str, said: tuple[str, ...]) -> None:
    assert looked_at(FactorKind.ID_DOCUMENT, number, document_type) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("4242 4242 4242 4242", (PLAUSIBLE,)),
        ("4242424242424241", (DOUBTFUL, "check_digit")),
        ("5555555555554444", (PLAUSIBLE,)),
        ("2223003122003223", (DOUBTFUL, "check_digit")),
        ("378282246310005", (PLAUSIBLE,)),
        # UnionPay does not promise Luhn.
        ("6222020200012345678", (PLAUSIBLE,)),
        ("8171999900000018", (PLAUSIBLE,)),
        # Domestic networks of which nobody knows whether they do.
        ("9558820200012345678", (UNKNOWN,)),
        ("42424242424", (DOUBTFUL, "length")),
        ("card", (DOUBTFUL, "not_a_number")),
        ("６２２２０２０２０００１２３４５６７８", (PLAUSIBLE,)),
        ("6222 **** **** 5678", (UNKNOWN, "masked")),
    ],
)
def test_cards(number: str, said: tuple[str, ...]) -> None:
    assert looked_at(FactorKind.BANK_CARD, number) == said
