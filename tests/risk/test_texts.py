"""Claims that say nearly the same, and those that only sound alike."""

import pytest

from apps.risk.texts import LEAST_LENGTH, bands_of, is_alike, shingles_of

CHARGED = "孩子用我的手机误充了648元，我不知情，请退款"


@pytest.mark.parametrize(
    "text", ["", "不想要了", "买错了，请退款。谢谢！！！", "I changed :-)", "12345678901234567890", "！？…" * 40]
)
def test_says_nothing_of_claims_that_are_too_short(text: str) -> None:
    assert (shingles_of(text), bands_of(text)) == (frozenset(), ())


def test_compares_from_the_least_length_on() -> None:
    assert shingles_of("甲" * (LEAST_LENGTH - 1)) == frozenset()
    assert shingles_of("甲" * LEAST_LENGTH) == {"甲甲"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CHARGED, "孩子用我的手机误充了328元,我不知情,请退款!"),
        (CHARGED, "孩子用我手机误充了 648 元，我完全不知情，请退款"),
        ("游戏闪退之后账号里的点券没有到账，请帮忙退款，谢谢", "游戏闪退了，账号里的点券没有到账，请帮我退款谢谢"),
        ("My kid bought this by accident, please refund me", "MY SON bought this by accident - please refund"),
        ("Ｃｏｄｅ　ｄｉｄ　ｎｏｔ　ｗｏｒｋ order 77", "code did not work, order 1288"),
    ],
)
def test_knows_copies_with_small_changes(one: str, other: str) -> None:
    assert is_alike(shingles_of(one), shingles_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CHARGED, "买错了账号，充到别人的号里去了，希望可以退款"),
        (CHARGED, "My kid bought this by accident, please refund me"),
        ("The code did not work when I tried to redeem it", "The gift card was already used when I got it"),
        ("", ""),
        (CHARGED, ""),
    ],
)
def test_keeps_different_claims_apart(one: str, other: str) -> None:
    assert not is_alike(shingles_of(one), shingles_of(other))


def test_gives_the_same_claim_the_same_ten_bands_whatever_the_numbers_in_it() -> None:
    assert bands_of(CHARGED) == bands_of(CHARGED.replace("648", "30"))
    assert len(set(bands_of(CHARGED))) == 10
    assert all(-(2**63) <= band < 2**63 for band in bands_of(CHARGED))


def test_is_the_same_in_every_process_and_version() -> None:
    # What is stored is compared with what comes in a year later.
    assert bands_of(CHARGED)[:2] == (-8437634483756186290, -7879593177720235055)


def test_copies_with_small_changes_share_a_band() -> None:
    copies = [CHARGED.replace("误充", word) for word in ("误充", "乱充", "偷充", "盗充", "错充")]
    first = set(bands_of(copies[0]))
    assert [bool(first & set(bands_of(copy))) for copy in copies] == [True] * 5


def test_looks_at_the_beginning_of_a_long_claim_only() -> None:
    long = "".join(chr(0x4E00 + number) for number in range(400))
    assert shingles_of(long) == shingles_of(long + "此后的内容不再比较")
