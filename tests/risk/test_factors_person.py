"""Who the customer is: every threshold from both sides."""

import pytest

from apps.risk.factors.person import past_outcomes
from apps.risk.facts import (
    Category,
    ClaimFacts,
    InstrumentKind,
    InstrumentRole,
    SharedInstrument,
    VerificationFacts,
    VerificationKind,
    VerificationState,
)
from apps.risk.policy import Care, FactorCode
from tests.risk.calm import CALM, POLICY, calm, found, points, verified_but

STRICT, STANDARD, LENIENT = Category.TOP_UP, Category.SERVICE, Category.PHYSICAL


@pytest.mark.parametrize(
    ("days", "strict", "standard", "lenient"),
    [
        (None, 0, 0, 0),
        (0, 20, 15, 5),
        (2, 20, 15, 5),
        (3, 15, 10, 5),
        (9, 15, 10, 5),
        (10, 8, 5, 0),
        (29, 8, 5, 0),
        (30, 4, 0, 0),
        (89, 4, 0, 0),
        (90, 0, 0, 0),
        (179, 0, 0, 0),
        (180, 0, 0, 0),
        (364, 0, 0, 0),
        (365, 0, 0, 0),
    ],
)
def test_weighs_the_age_of_the_account(days: int | None, strict: int, standard: int, lenient: int) -> None:
    weighed = [
        points(calm(category, account={"age_days": days}), FactorCode.NEW_ACCOUNT)
        for category in (STRICT, STANDARD, LENIENT)
    ]
    assert weighed == [strict, standard, lenient]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"phone": VerificationState.PENDING}, 2),
        ({"phone": VerificationState.EXPIRED}, 3),
        ({"phone": VerificationState.MISSING}, 4),
        ({"phone": VerificationState.FAILED}, 8),
        ({"id_document": VerificationState.PENDING}, 4),
        ({"id_document": VerificationState.EXPIRED}, 6),
        ({"id_document": VerificationState.UNVERIFIED}, 8),
        ({"id_document": VerificationState.NAME_MISMATCH}, 15),
        ({"id_document": VerificationState.FAILED}, 15),
        ({"bank_card": VerificationState.PENDING}, 3),
        ({"bank_card": VerificationState.EXPIRED}, 4),
        ({"bank_card": VerificationState.MISSING}, 5),
        ({"bank_card": VerificationState.NAME_MISMATCH}, 12),
        ({"id_document": VerificationState.MISSING, "bank_card": VerificationState.MISSING}, 13),
        ({"id_document": VerificationState.FAILED, "bank_card": VerificationState.FAILED}, 25),
    ],
)
def test_weighs_each_weak_verification_up_to_a_bound(states: dict[str, VerificationState], expected: int) -> None:
    assert points(calm(STRICT, verification=verified_but(**states)), FactorCode.WEAK_VERIFICATION) == expected


def test_lets_weak_verification_weigh_least_with_physical_goods() -> None:
    weak = verified_but(id_document=VerificationState.FAILED, bank_card=VerificationState.FAILED)
    weighed = [
        points(calm(category, verification=weak), FactorCode.WEAK_VERIFICATION)
        for category in (STRICT, STANDARD, LENIENT)
    ]
    assert weighed == [25, 20, 10]


@pytest.mark.parametrize(("category", "expected"), [(STRICT, 5), (STANDARD, 3), (LENIENT, 0)])
def test_weighs_little_that_a_client_tells_nothing_of_verification(category: Category, expected: int) -> None:
    missing = tuple(VerificationFacts(kind, VerificationState.MISSING, None, ()) for kind in VerificationKind)
    facts = calm(category, is_verification_told=False, verification=missing)
    assert points(facts, FactorCode.WEAK_VERIFICATION) == expected


@pytest.mark.parametrize(
    ("kind", "shared_by", "expected"),
    [
        (VerificationKind.ID_DOCUMENT, None, 0),
        (VerificationKind.ID_DOCUMENT, 0, 0),
        (VerificationKind.ID_DOCUMENT, 1, 10),
        (VerificationKind.ID_DOCUMENT, 2, 10),
        (VerificationKind.ID_DOCUMENT, 3, 25),
        (VerificationKind.PHONE, 1, 0),
        (VerificationKind.PHONE, 2, 8),
        (VerificationKind.PHONE, 4, 8),
        (VerificationKind.PHONE, 5, 20),
        (VerificationKind.BANK_CARD, 1, 0),
        (VerificationKind.BANK_CARD, 2, 8),
        (VerificationKind.BANK_CARD, 5, 20),
    ],
)
def test_weighs_a_shared_identity(kind: VerificationKind, shared_by: int | None, expected: int) -> None:
    shared = tuple(
        VerificationFacts(factor.kind, factor.state, shared_by if factor.kind == kind else 0, ("A-7",))
        for factor in CALM.verification
    )
    factor = found(calm(verification=shared), FactorCode.SHARED_IDENTITY)
    assert (factor.points if factor else 0) == expected
    assert (factor.rule if factor else kind.value) == kind.value


def test_says_the_weightiest_of_several_shared_identities() -> None:
    shared = tuple(
        VerificationFacts(kind, VerificationState.VERIFIED, 2, (f"A-{kind.value}",)) for kind in VerificationKind
    )
    factor = found(calm(verification=shared), FactorCode.SHARED_IDENTITY)
    assert factor is not None
    assert (factor.rule, factor.points, factor.observed) == ("id_document", 10, 2)
    assert [record.id for record in factor.records] == ["A-id_document"]


@pytest.mark.parametrize(
    ("role", "accounts", "expected"),
    [
        (InstrumentRole.PAID, 1, 0),
        (InstrumentRole.PAID, 2, 8),
        (InstrumentRole.PAID, 4, 8),
        (InstrumentRole.PAID, 5, 20),
        (InstrumentRole.DESTINATION, 1, 10),
        (InstrumentRole.DESTINATION, 2, 10),
        (InstrumentRole.DESTINATION, 3, 25),
    ],
)
def test_weighs_a_shared_instrument(role: InstrumentRole, accounts: int, expected: int) -> None:
    shared = SharedInstrument(role, InstrumentKind.WALLET, "4242", accounts, ("A-2",))
    assert points(calm(shared_instruments=(shared,)), FactorCode.SHARED_INSTRUMENT) == expected


@pytest.mark.parametrize(("denied", "expected"), [(0, 0), (1, 15), (2, 30), (3, 40), (9, 40)])
def test_weighs_past_denials(denied: int, expected: int) -> None:
    assert points(calm(past={"denied": denied}), FactorCode.PAST_OUTCOMES) == expected


@pytest.mark.parametrize(
    ("denied", "upheld", "rule", "expected"),
    [(1, None, "denied", 15), (1, 0, "denied", 15), (1, 1, "upheld", 25), (2, 1, "upheld", 40), (3, 3, "upheld", 50)],
)
def test_weighs_a_denial_more_that_was_upheld(denied: int, upheld: int | None, rule: str, expected: int) -> None:
    factor = found(calm(past={"denied": denied, "upheld": upheld}), FactorCode.PAST_OUTCOMES)
    assert factor is not None
    assert (factor.rule, factor.points, factor.observed, factor.threshold) == (rule, expected, denied, denied)


def test_weighs_upheld_denials_as_others_by_a_policy_that_says_nothing_of_them() -> None:
    settings = POLICY.factors.PAST_OUTCOMES
    assert settings is not None
    facts = calm(past={"denied": 1, "upheld": 1})
    factor = past_outcomes(facts, settings.model_copy(update={"upheld": None}), Care.STANDARD)
    assert factor is not None
    assert (factor.rule, factor.points) == ("upheld", 15)


GOOD = {"kept_orders": 5, "kept_amount": 10000}
LITTLE = {"orders": 6, "bought": 60000}


@pytest.mark.parametrize(
    ("past", "habits", "expected"),
    [
        (GOOD, LITTLE, -10),
        (GOOD | {"kept_orders": 4}, LITTLE, 0),
        (GOOD | {"kept_amount": 9999}, LITTLE, 0),
        (GOOD | {"denied": 1}, LITTLE, 15),
        (GOOD, LITTLE | {"refunded": 29999}, -10),
        (GOOD, LITTLE | {"refunded": 30000}, 0),
    ],
)
def test_counts_a_good_history_in_favour(past: dict[str, int], habits: dict[str, int], expected: int) -> None:
    assert points(calm(past=past, habits=habits), FactorCode.PAST_OUTCOMES) == expected


def test_names_the_lane_of_minors_without_weight() -> None:
    by_reason = found(calm(is_minor_purchase=True), FactorCode.MINOR_PURCHASE)
    by_account = found(calm(is_minor_purchase=True, account={"is_minor": True}), FactorCode.MINOR_PURCHASE)
    assert by_reason is not None
    assert by_account is not None
    assert (by_reason.rule, by_reason.points) == ("reason", 0)
    assert (by_account.rule, by_account.points) == ("account", 0)


def claimed(accounts: int) -> ClaimFacts:
    return ClaimFacts(90, accounts, ("rfd_2", "rfd_1"), ("A-2",), is_capped=False)


@pytest.mark.parametrize(
    ("accounts", "strict", "lenient"),
    [(0, 0, 0), (3, 0, 0), (4, 8, 5), (7, 8, 5), (8, 15, 10), (29, 15, 10), (30, 0, 0)],
)
def test_weighs_other_accounts_that_claim_the_same(accounts: int, strict: int, lenient: int) -> None:
    weighed = [points(calm(care, claim=claimed(accounts)), FactorCode.SAME_REASON_TEXT) for care in (STRICT, LENIENT)]
    assert weighed == [strict, lenient]


def test_names_a_template_and_weighs_it_nothing() -> None:
    factor = found(calm(claim=claimed(30)), FactorCode.SAME_REASON_TEXT)
    assert factor is not None
    assert (factor.rule, factor.points, factor.threshold) == ("template", 0, 30)


def test_is_silent_about_a_claim_that_is_too_short() -> None:
    assert found(calm(claim=None), FactorCode.SAME_REASON_TEXT) is None


def test_lists_the_refunds_that_claim_the_same() -> None:
    factor = found(calm(claim=claimed(4)), FactorCode.SAME_REASON_TEXT)
    assert factor is not None
    assert [(record.kind, record.id) for record in factor.records] == [("refund", "rfd_2"), ("refund", "rfd_1")]
    assert factor.window_hours == 90 * 24
