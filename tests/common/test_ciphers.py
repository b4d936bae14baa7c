import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from apps.common.ciphers import ValueUnreadable, decrypted, encrypted, keyed_hash, rotated


def test_hides_the_value_and_gives_it_back() -> None:
    token = encrypted("11010519491231002X")

    assert b"110105" not in token
    assert decrypted(token) == "11010519491231002X"


def test_reads_old_values_after_a_rotation_and_writes_with_the_new_key(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    token = encrypted("13800138000")

    settings.ENCRYPTION_KEYS = [new, old]
    renewed = rotated(token)
    assert decrypted(token) == "13800138000"
    settings.ENCRYPTION_KEYS = [new]

    assert decrypted(renewed) == "13800138000"
    with pytest.raises(ValueUnreadable):
        decrypted(token)


def test_refuses_a_value_that_was_altered() -> None:
    token = encrypted("13800138000")

    with pytest.raises(ValueUnreadable):
        decrypted(token[:-4] + b"AAAA")


def test_matches_equal_values_of_one_kind_only(settings: Settings) -> None:
    first = keyed_hash("phone", "13800138000")

    assert first == keyed_hash("phone", "13800138000")
    assert first != keyed_hash("bank_card", "13800138000")
    settings.MATCHING_KEY = "another"
    assert first != keyed_hash("phone", "13800138000")


def test_leaves_nothing_as_nothing() -> None:
    assert (encrypted(""), decrypted(b""), rotated(b""), keyed_hash("phone", "")) == (b"", "", b"", b"")
