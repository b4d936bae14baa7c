"""Which policy is in force, and which measurement of how common factors are is the newest.

Looked up beside the facts, so that every process uses what is new at once
and asks for each only once.
"""

import msgspec

from apps.risk.selectors.statements import Reading

_QUERY = """
SELECT
    (SELECT id FROM risk_policyversion WHERE status = 'published' ORDER BY number DESC LIMIT 1) AS policy,
    (SELECT id FROM risk_baserates WHERE client_id = %(client)s ORDER BY id DESC LIMIT 1) AS rates
"""


class NewestRow(msgspec.Struct):
    """The id of the version in force and the row id of the newest measurement, None where there is none."""

    policy: str | None
    rates: int | None


NEWEST = Reading(_QUERY, NewestRow, dict)
