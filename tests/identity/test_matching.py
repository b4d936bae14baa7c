"""Equal values meet however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.identity.matching import plain_email, plain_number, plain_phone


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("+86 138-0013-8000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("+86（138）00138000", "+8613800138000"),
        ("＋８６１３８００１３８０００", "+8613800138000"),
        # Without a country's code a phone belongs to the region of the installation.
        ("138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("021-6123-4567", "+862161234567"),
        ("+1 (416) 555-0123", "+14165550123"),
        # What is no phone number stays what it is.
        ("12", "12"),
        ("none", ""),
    ],
)
def test_writes_a_phone_plainly(typed: str, plain: str) -> None:
    assert plain_phone(typed) == plain


def test_writes_an_address_plainly() -> None:
    assert plain_email(" Ming@Example.COM ") == "ming@example.com"


def test_writes_a_number_plainly() -> None:
    assert plain_number("6222 0200-1111 222x") == "622202001111222X"


@given(st.text(st.characters(max_codepoint=0x7F) | st.sampled_from("＋０１９－　Ａｘ（）")))
def test_writing_plainly_twice_changes_nothing(text: str) -> None:
    for plain in (plain_phone, plain_email, plain_number):
        assert plain(plain(text)) == plain(text)
