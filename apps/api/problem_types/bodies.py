"""Problems of bodies that nobody could read without doubt."""

from django.utils.translation import gettext_lazy as _

from apps.api.body_errors import (
    BodyEncodingUnknown,
    BodyIncomplete,
    BodyNotParsed,
    BodyTooLarge,
    BodyTypeUnknown,
    MemberRepeated,
    NestedTooDeep,
    NumberOutOfRange,
    ObjectCrowded,
    TextUnstorable,
)
from apps.api.parsers import DEEPEST, MOST_MEMBERS
from apps.api.problem_types.entry import ProblemType

ENTRIES = (
    ProblemType(
        BodyNotParsed(pointer="", line=3, column=17),
        _("The body is not JSON in UTF-8. Nothing was done."),
        _("Let a JSON library write the body, and send its bytes unchanged in UTF-8 without a byte order mark."),
    ),
    ProblemType(
        MemberRepeated(pointer="/amount"),
        _("An object has two members of the same name, and readers differ on which one counts."),
        _("Send each member once."),
    ),
    ProblemType(
        NumberOutOfRange(pointer="/amount"),
        _("A number is NaN, infinite, or larger than a computer can hold, such as 1e400."),
        _("Amounts are whole numbers of minor units, at most 1,000,000,000,000,000."),
    ),
    ProblemType(
        TextUnstorable(pointer="/reason/text"),
        _("A text holds NUL or half of a surrogate pair, which UTF-8 cannot carry or a database not store."),
        _("Remove such characters before you send the text, for instance where you cut it to a length."),
    ),
    ProblemType(
        NestedTooDeep(pointer="", limit=DEEPEST),
        _("Objects and arrays are nested deeper than anything in this contract."),
        _("Send the shapes that are described at /api/docs/."),
    ),
    ProblemType(
        ObjectCrowded(pointer="/order", limit=MOST_MEMBERS),
        _("An object has more members than any object of this contract can have."),
        _("Send the shapes that are described at /api/docs/."),
    ),
    ProblemType(
        BodyIncomplete(),
        _("The connection ended before the announced length of the body. Nothing was done."),
        _("Send it again with the same Idempotency-Key."),
    ),
    ProblemType(
        BodyTooLarge(limit=5 * 1024 * 1024),
        _("The body has more bytes than this operation reads."),
        _("Send less at once: smaller batches, or POST /history, which takes any length."),
    ),
    ProblemType(
        BodyTypeUnknown(expected="application/json"),
        _("The header Content-Type is missing or names something that this operation does not read."),
        _("Send Content-Type: application/json, or application/x-ndjson to POST /history, in UTF-8."),
    ),
    ProblemType(
        BodyEncodingUnknown(),
        _("The body is compressed, and what is small on the wire may be huge in memory."),
        _("Send the body without Content-Encoding."),
    ),
)
