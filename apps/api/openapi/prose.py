"""What stands before the operations."""

from django.utils.translation import gettext_lazy as _

TITLE = _("Refund review over REST")
KEY = _(
    "An API key: `Authorization: Bearer rck_…`. Each operation names the scope that it needs. Keys are shown once, "
    "may expire, and two may be valid at once, so that they can be rotated without a gap."
)
INTRODUCTION = _("""\
What a shop platform's refund service can rely on.

**Values.** JSON in UTF-8. Times are RFC 3339 with an offset. Money is a whole number of minor units beside an ISO 4217
code: JPY has no decimals, CNY two, KWD three. Your own ids are opaque strings of 1 to 128 characters; ours have a
prefix (`rfd_` refund, `evt_` event, `whe_` webhook endpoint, `dlv_` delivery) and sort by time.

**Whose.** Everything belongs to the client of the key; another client's object answers 404.

**Repeating.** Every POST takes an `Idempotency-Key`; those that make something need one. The same key with the same
body gives the first answer again, with `Idempotent-Replayed: true`. Another body under the same key is 422, the first
request still running 409. So a request whose answer was lost may always be sent again.

**Problems.** Every 4xx and 5xx is a problem document (RFC 9457). `type` leads to a page that explains it, `code` is
stable and for machines, `errors` points at what is wrong. Accept-Language chooses the language of the sentences.
Unknown fields and unknown parameters are refused by name.

**Lists.** `limit` and an opaque `cursor`; the body has `next_cursor`, the header `Link` the next page. Walking to the
end visits each item once even while rows are added.

**Versions.** Reads carry an `ETag`; changes of a refund accept it as `If-Match` and answer 412 when it is stale.

**Quotas.** `RateLimit-Policy` and `RateLimit` tell what a key may do; 429 carries `Retry-After`.

Outside this document: `GET /healthz` (the process is up) and `GET /readyz` (it can do its work), both at the root of
the server and without a key.
""")
