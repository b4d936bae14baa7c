"""What fields mean whose name does not say all of it; the same name means the same everywhere."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.api.openapi.components import Schema

_NOTES: Mapping[str, str | Promise] = {
    "amount": _("In minor units of the currency: 64800 CNY is 648 yuan, 500 JPY is 500 yen."),
    "approved_amount": _("In minor units. What may be paid; null as long as nothing is approved."),
    "answer_by": _("When your own channel decides by itself. Reviewers are given a margin before it."),
    "default_outcome": _("What your own channel will do at `answer_by`."),
    "currency": _("ISO 4217 code. Refunds are in the currency of their order."),
    "reference": _("Your own name of it, 1 to 128 characters."),
    "requested_at": _("When the customer asked. Not before the order, and at most 24 hours ahead of our clock."),
    "fingerprint": _("Your own keyed hash, always the same for the same thing. Used for matching, never shown."),
    "number": _("In clear, over TLS only. Stored encrypted, never returned."),
    "last4": _("The last one to four letters or digits, for people to recognise it by."),
    "version": _("Counts up with every change. The ETag of the refund."),
    "status_at": _("Since when it has this status."),
    "sequence": _("Counts up by one within a refund, so that a gap or a change of order can be seen."),
    "next_cursor": _("Send it as `cursor` to get the next page; null on the last."),
    "unit_amount": _("In minor units."),
    "paid_amount": _("The sum of the payments, in minor units."),
    "secret": _("Shown this once. Signatures are checked with it."),
    "previous_secret_until": _("Until then the secret before this one signs as well."),
    "next_attempt_at": _("When it is tried again; null when it is done or dead."),
    "response_excerpt": _("The beginning of what the receiver answered."),
    "policy_version": _("Which version of the risk policy weighed it."),
    "score": _("0 to 100."),
    "due_at": _("By when."),
    "request_id": _("Names this request in our log; also in the header X-Request-Id."),
    "instance": _("The path that was asked for."),
    "pointer": _("A JSON Pointer (RFC 6901) into the body, empty for the whole."),
    "parameter": _("The parameter of the query string that is to blame."),
    "code": _("Stable, for machines."),
    "event_types": _("Which events to send; all of them when the list is empty."),
    "line": _("Counted from 1."),
}


def explained(field: str, schema: Schema) -> Schema:
    """Return the schema of a field with a sentence about it, where there is one."""
    note = _NOTES.get(field)
    return schema if note is None or "description" in schema else schema | {"description": note}
