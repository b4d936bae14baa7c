"""Letting a request in by its key, and counting it, in one round trip.

The statement finds the key, judges it by the database's clock, and draws on
its bucket only when the key is right in every respect: whoever knows no more
than a key's first characters cannot use up its limit. It commits by itself, so
no row stays locked while the request does its work.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from django.db import connection

from apps.clients.keys import digest_of, lookup_of
from apps.clients.models import ApiClient, ApiKey
from apps.clients.quotas import Quota, QuotaPolicy
from apps.common.cursors import recurring_cursor

_KEY = [field.attname for field in ApiKey._meta.concrete_fields]
_CLIENT = [field.attname for field in ApiClient._meta.concrete_fields]
_COLUMNS = ", ".join([f"api_key.{name}" for name in _KEY] + [f"client.{name}" for name in _CLIENT])
# The same under names of their own: both tables have an `id`.
_NAMES = ", ".join([f"key_{name}" for name in _KEY] + [f"client_{name}" for name in _CLIENT])

# `blinded` is the digest hashed once more with a number that nobody else knows, so that how long the comparison
# takes tells nothing of the stored digest.
_JUDGED = f"""
SELECT {_COLUMNS}, clock.at AS judged_at,
    api_key.revoked_at IS NULL AND (api_key.expires_at IS NULL OR api_key.expires_at > clock.at)
        AND client.is_active AND sha256(api_key.digest || %(blind)s::bytea) = %(blinded)s::bytea AS is_right,
    api_key.networks = '{{}}' OR %(address)s::inet <<= ANY (api_key.networks::inet[]) AS is_near
FROM clients_apikey api_key
JOIN clients_apiclient client ON client.id = api_key.client_id
CROSS JOIN (SELECT coalesce(%(now)s::timestamptz, clock_timestamp()) AS at) clock
WHERE api_key.lookup = %(lookup)s
"""  # noqa: S608 (names of fields)
_COUNTED = f"""
WITH judged ({_NAMES}, judged_at, is_right, is_near) AS MATERIALIZED ({_JUDGED}),
drawn AS (
    INSERT INTO clients_keyquota AS bucket (key_id, full_at)
    SELECT key_id, judged_at + %(step)s * interval '1 microsecond' FROM judged WHERE is_right AND is_near
    ON CONFLICT (key_id) DO UPDATE
    SET full_at = greatest(bucket.full_at + %(step)s * interval '1 microsecond', EXCLUDED.full_at)
    WHERE bucket.full_at <= EXCLUDED.full_at + (%(span)s - 2 * %(step)s) * interval '1 microsecond'
    RETURNING full_at
)
SELECT judged.*, drawn.full_at IS NOT NULL,
    (extract(epoch FROM coalesce(drawn.full_at, bucket.full_at) - judged_at) * 1000000)::bigint
FROM judged
LEFT JOIN drawn ON true
LEFT JOIN clients_keyquota bucket ON bucket.key_id = judged.key_id
"""  # noqa: S608 (names of fields)


class Verdict(Enum):
    """What a presented key is worth."""

    ADMITTED = auto()
    UNKNOWN = auto()
    FROM_ELSEWHERE = auto()
    EXHAUSTED = auto()


@dataclass(frozen=True)
class Admission:
    """The verdict; the key with its client when it is right, and its quota when there is a limit."""

    verdict: Verdict
    key: ApiKey | None = None
    quota: Quota | None = None


def admit(presented: str, *, address: str | None, policy: QuotaPolicy | None, now: datetime | None = None) -> Admission:
    """Judge a key that came from this address, and count the request when it is right.

    Which of unknown, expired, revoked and switched off it was, is told to
    nobody. `now` is for those who choose the time: usually the database's
    clock judges, which all processes share.
    """
    lookup = lookup_of(presented)
    if lookup is None:
        return Admission(Verdict.UNKNOWN)
    blind, digest = secrets.token_bytes(16), digest_of(presented)
    row = _ask(
        _JUDGED if policy is None else _COUNTED,
        {
            "lookup": lookup,
            "blind": blind,
            "blinded": sha256(digest + blind).digest(),
            "address": address,
            "now": now,
            "step": policy.step if policy else 0,
            "span": policy.span if policy else 0,
        },
    )
    if row is None:
        return Admission(Verdict.UNKNOWN)
    key, (_judged_at, is_right, is_near, *counted) = _key_in(row)
    if not is_right or not hmac.compare_digest(bytes(key.digest), digest):
        return Admission(Verdict.UNKNOWN)
    if not is_near:
        return Admission(Verdict.FROM_ELSEWHERE, key)
    return Admission(Verdict.ADMITTED, key) if policy is None else _counted(key, policy, *counted)


def _counted(key: ApiKey, policy: QuotaPolicy, has_drawn: bool, debt: int | None) -> Admission:
    if has_drawn and debt is not None:
        return Admission(Verdict.ADMITTED, key, policy.after_request(debt))
    # None: the bucket was made by another request after this statement began.
    return Admission(Verdict.EXHAUSTED, key, policy.refused(policy.span if debt is None else debt))


def _ask(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    with recurring_cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _key_in(row: tuple[Any, ...]) -> tuple[ApiKey, tuple[Any, ...]]:
    """Return the key with its client, and the columns after them."""
    after_key, after_client = len(_KEY), len(_KEY) + len(_CLIENT)
    key = ApiKey.from_db(connection.alias, _KEY, row[:after_key])
    key.client = ApiClient.from_db(connection.alias, _CLIENT, row[after_key:after_client])
    return key, row[after_client:]
