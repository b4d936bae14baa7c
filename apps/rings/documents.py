"""A ring as it is written out: members by the client's own ids."""

from typing import Any

from apps.rings.models import Ring


def ring_document(ring: Ring) -> dict[str, Any]:
    """Build the document of a ring whose members are loaded."""
    accounts = sorted(member.account.external_id for member in ring.members.all() if member.account is not None)
    shops = sorted(member.shop.external_id for member in ring.members.all() if member.shop is not None)
    return {
        "ring_id": ring.pk,
        "kind": ring.kind,
        "score": ring.score,
        "accounts": accounts,
        "shops": shops,
        "path": ring.proof["path"],
    }
