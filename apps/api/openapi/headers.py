"""Headers of requests and answers."""

from collections.abc import Mapping
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.api.openapi.components import Components, Schema
from apps.api.openapi.declarations import Idempotency, Operation

# A quoted structured-field string, or a bare token.
IDEMPOTENCY_KEY = r"""^("([ !#-\[\]-~]|\\["\\]){1,255}"|[A-Za-z0-9!#$%&'*+.^_`|~:/=-]{1,255})$"""
_TEXT: Schema = {"type": "string"}

_ANSWERED: Mapping[str, tuple[Schema, Promise]] = {
    "Allow": (_TEXT, _("The methods that are possible here.")),
    "Content-Language": ({"type": "string", "enum": ["en", "zh-Hans"]}, _("The language of the sentences.")),
    "ETag": (_TEXT, _("Names what was read. Send it as If-None-Match to read again, or as If-Match to change.")),
    "Idempotent-Replayed": (
        {"type": "string", "const": "true"},
        _("There when this is the first answer once more: nothing was done a second time."),
    ),
    "Link": (_TEXT, _('The next page, as <…>; rel="next" (RFC 8288). Missing on the last.')),
    "Location": (_TEXT, _("Where the thing that was made can be read.")),
    "RateLimit": (_TEXT, _("What is left of the quota, and in how many seconds there is more (IETF draft).")),
    "RateLimit-Policy": (_TEXT, _("The quotas of the key (IETF draft). Missing where the operator set none.")),
    "Retry-After": ({"type": "string", "pattern": "^[0-9]+$"}, _("Seconds to wait before it is sent again.")),
    "WWW-Authenticate": (_TEXT, _("How to show who you are: a bearer key.")),
    "X-Request-Id": (_TEXT, _("Names the request in our log. Send one of your own, and it is kept.")),
}
# Missing on some answers: none on the last page, no quota, the first time.
_SOMETIMES = frozenset({"Idempotent-Replayed", "Link", "RateLimit", "RateLimit-Policy"})
_NAMES = {name: name.replace("-", "") for name in _ANSWERED}


def answered(names: list[str], components: Components) -> Schema:
    """Return the headers of an answer; every answer names its request, and may tell of quotas."""
    every = [*names, "RateLimit", "RateLimit-Policy", "X-Request-Id"]
    return {name: components.header(_NAMES[name], partial(_header, name)) for name in every}


def _header(name: str) -> Schema:
    schema, description = _ANSWERED[name]
    return {"description": description, "required": name not in _SOMETIMES, "schema": schema}


def asked(operation: Operation, method: str, components: Components) -> list[Schema]:
    """Return the headers that a request may or must carry."""
    found = []
    if operation.idempotency is not Idempotency.NONE:
        found.append(_idempotency_key(components, required=operation.idempotency is Idempotency.REQUIRED))
    if operation.checks_version:
        found.append(components.parameter("IfMatch", _if_match))
    if method == "GET":
        found.append(components.parameter("IfNoneMatch", _if_none_match))
    found.append(components.parameter("AcceptLanguage", _accept_language))
    return found


def _idempotency_key(components: Components, *, required: bool) -> Schema:
    name = "IdempotencyKeyRequired" if required else "IdempotencyKey"
    return components.parameter(
        name,
        lambda: {
            "name": "Idempotency-Key",
            "in": "header",
            "required": required,
            "description": _(
                "Makes it safe to repeat the request: the same key with the same body gives the first answer, "
                "and nothing is done twice. A quoted string; kept for 48 hours."
            ),
            "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY},
            "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
        },
    )


def _if_match() -> Schema:
    return {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": _("The ETag that you read. If the refund has changed since, the answer is 412."),
        "schema": {"type": "string"},
        "example": '"3"',
    }


def _if_none_match() -> Schema:
    return {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": _("The ETag that you have. If nothing has changed since, the answer is 304 without a body."),
        "schema": {"type": "string"},
        "example": '"3"',
    }


def _accept_language() -> Schema:
    return {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "description": _("The language of titles and details: en or zh-Hans."),
        "schema": {"type": "string"},
        "example": "zh-Hans, en;q=0.5",
    }
