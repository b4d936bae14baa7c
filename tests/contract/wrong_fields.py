"""Values that a member must not have: (JSON Pointer, value, code of the refusal)."""

from typing import Any

from tests.api.refund_bodies import ago

HUGE = 2**63
WRONG_INTEGERS: list[tuple[Any, str]] = [
    (None, "integer_expected"),
    ("64800", "integer_expected"),
    (True, "integer_expected"),
    (1.0, "integer_expected"),
    (1.5, "integer_expected"),
    (-0.0, "integer_expected"),
    ([], "integer_expected"),
    (-1, "too_small"),
    (-HUGE, "too_small"),
    (10**15 + 1, "too_large"),
    (HUGE, "too_large"),
    (10**4000, "too_large"),
]
WRONG_CURRENCIES = ["cny", "CN", "CNYY", "ZZZ", "XXX", "XAU", "XTS", "DEM", "FRF", "", "¥", "C\u200bY", " CNY", "CNY\n"]
WRONG_INSTANTS = [
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "10000-01-01T00:00:00Z",
    "-2026-11-22T08:15:00Z",
    "2026-11-22T08:15:00",
    "2026-11-22",
    "2026-11-22 08:15:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T08:15:60Z",
    "2016-12-31T23:59:60Z",
    "2026-02-29T08:15:00Z",
    "2026-11-31T08:15:00Z",
    "2026-13-01T08:15:00Z",
    "2026-11-22T08:15:00+99:99",
    "2026-11-22T08:15:00-99:99",
    "2026-11-22T08:15:00+08:60",
    "2026-11-22T08:15:00+0800",
    "2026-11-22T08:15:00.Z",
    "2026-11-22T08:15:00.1234567890Z",
    "２０２６-11-22T08:15:00Z",
    "2026-11-22T08:15:00Z\n",
    "1763799300",
    "now",
    "",
]
WRONG_IDENTIFIERS: list[tuple[Any, str]] = [
    ("", "too_short"),
    ("x" * 129, "too_long"),
    ("键" * 129, "too_long"),
    ("a\tb", "control_character"),
    ("a\x7f", "control_character"),
    ("a\x85", "control_character"),
    (1, "string_expected"),
    (None, "string_expected"),
    (["a"], "string_expected"),
]


def wrong_fields_of_a_refund() -> list[tuple[str, Any, str]]:
    """Return what a refund must not say; every other member stays as it was."""
    integers = [("/amount", value, code) for value, code in WRONG_INTEGERS]
    currencies = [("/currency", value, "currency") for value in WRONG_CURRENCIES]
    instants = [("/requested_at", value, "instant") for value in WRONG_INSTANTS]
    identifiers = [("/reference", value, code) for value, code in WRONG_IDENTIFIERS]
    return integers + currencies + instants + identifiers + _nested() + _impossible()


def _nested() -> list[tuple[str, Any, str]]:
    return [
        ("/amount", 0, "too_small"),
        ("/currency", 156, "string_expected"),
        ("/requested_at", 1763799300, "string_expected"),
        ("/reason", "changed_mind", "object_expected"),
        ("/reason/code", "CHANGED_MIND", "choice"),
        ("/reason/text", "x" * 2001, "too_long"),
        ("/reason/text", "x" * 1_000_000, "too_long"),
        ("/channel", "fax", "choice"),
        ("/default_outcome", "partial", "choice"),
        ("/order", [], "object_expected"),
        ("/order/account_id", "", "too_short"),
        ("/order/currency", "jpy", "currency"),
        ("/order/placed_at", "2026-11-22T08:15:00", "instant"),
        ("/order/lines", [], "too_few"),
        ("/order/lines", {}, "array_expected"),
        ("/order/lines/1/id", "1", "duplicate_id"),
        ("/order/lines/0/category", "weapons", "choice"),
        ("/order/lines/0/quantity", 0, "too_small"),
        ("/order/lines/0/unit_amount", -1, "too_small"),
        ("/order/lines/0/amount", HUGE, "too_large"),
        ("/order/lines/0/consumption/percent", 101, "too_large"),
        ("/order/lines/0/consumption/percent", -1, "too_small"),
        ("/order/lines/0/delivery/status", "lost", "choice"),
        ("/order/payments/0/amount", -1, "too_small"),
        ("/order/payments/0/instrument/type", "cash", "choice"),
        ("/order/payments/0/instrument/fingerprint", "", "too_short"),
        ("/order/payments/0/instrument/last4", "12345", "last4"),
        ("/lines", [], "too_few"),
        ("/lines/0/amount", 0, "too_small"),
        ("/account/is_minor", "no", "boolean_expected"),
        ("/account/is_minor", 0, "boolean_expected"),
        ("/account/verification/phone/status", "sure", "choice"),
        ("/account/verification/phone/verified_at", "2026-11-22T08:15:00+99:99", "instant"),
        ("/account/verification/passport", {"status": "verified"}, "unknown_field"),
        ("/shop/id", "", "too_short"),
        ("/destination/type", "cash", "choice"),
        ("/context/ip", "203.0.113.256", "address"),
        ("/context/ip", "fe80::1%eth0", "address"),
        ("/context/ip", "203.0.113.0/24", "address"),
        ("/context/device_id", "x" * 129, "too_long"),
        ("/context/colour", "red", "unknown_field"),
        ("/order/lines/0/colour", "red", "unknown_field"),
        ("/order/payments/0/instrument/pan", "6222020200112233445", "unknown_field"),
    ]


def _impossible() -> list[tuple[str, Any, str]]:
    """Return what is well formed, but cannot be of this order."""
    return [
        ("/amount", 9_999, "lines_sum"),
        ("/currency", "JPY", "currency_differs"),
        ("/requested_at", ago(days=3), "requested_before_order"),
        ("/requested_at", ago(days=-2), "requested_in_future"),
        ("/lines/0/id", "3", "line_unknown"),
        ("/account/id", "A-other", "account_not_of_order"),
        ("/shop/id", "S-other", "shop_not_of_order"),
    ]
