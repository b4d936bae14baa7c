"""Why a body is turned down before anybody asks what it says."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.api.errors import Rejected


class BodyTooLarge(Rejected):
    """More bytes than a body may have."""

    status = 413
    code = "body_too_large"
    title = _("Body too large")
    message = _("A body may have at most {limit} bytes.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"limit": self.facts["limit"]}


class BodyTypeUnknown(Rejected):
    """The Content-Type is not the one that this operation reads."""

    status = 415
    code = "unsupported_media_type"
    title = _("Content type not supported")
    message = _("Send {expected} in UTF-8.")


class BodyEncodingUnknown(Rejected):
    """The body is compressed."""

    status = 415
    code = "unsupported_content_encoding"
    title = _("Content encoding not supported")
    message = _("Send the body without Content-Encoding.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": "identity"}


class BodyIncomplete(Rejected):
    """The connection ended before the announced length."""

    code = "body_incomplete"
    title = _("Body incomplete")
    message = _("The body ended before its announced length.")


class BodyMalformed(Rejected):
    """Not the JSON that can be told apart without doubt."""

    code = "malformed"
    title = _("Malformed JSON")
    message = _("The body is not well-formed JSON in UTF-8.")


class BodyNotParsed(BodyMalformed):
    """The grammar is broken at a known place."""

    message = _("The body is not well-formed JSON: line {line}, column {column}.")


class MemberRepeated(BodyMalformed):
    """Two members of one object share a name, and readers differ on which one counts."""

    code = "duplicate_member"
    message = _("This member occurs twice in its object.")


class NumberOutOfRange(BodyMalformed):
    """NaN, an infinity, or a number like 1e400."""

    code = "number_out_of_range"
    message = _("This is not a number that JSON and a computer can both hold.")


class TextUnstorable(BodyMalformed):
    """NUL or half of a surrogate pair."""

    code = "text"
    message = _("Must be text that UTF-8 can carry, without NUL.")


class NestedTooDeep(BodyMalformed):
    """Deeper than any record of the contract."""

    code = "nested_too_deep"
    message = _("Objects and arrays may be nested {limit} deep at most.")


class ObjectCrowded(BodyMalformed):
    """More members than any record of the contract has."""

    code = "too_many_members"
    message = _("An object may have at most {limit} members.")
