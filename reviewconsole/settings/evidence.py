"""What customers may send with an answer or an appeal, and how often and how long a denial can be appealed."""

from reviewconsole.settings.environment import env

_MIB = 1024 * 1024

ATTACHMENT_FILE_BYTES = env.int("REVIEWCONSOLE_ATTACHMENT_FILE_BYTES", 5 * _MIB)
ATTACHMENT_REQUEST_FILES = env.int("REVIEWCONSOLE_ATTACHMENT_REQUEST_FILES", 10)
ATTACHMENT_REQUEST_BYTES = env.int("REVIEWCONSOLE_ATTACHMENT_REQUEST_BYTES", 20 * _MIB)
ATTACHMENT_REFUND_FILES = env.int("REVIEWCONSOLE_ATTACHMENT_REFUND_FILES", 50)
ATTACHMENT_REFUND_BYTES = env.int("REVIEWCONSOLE_ATTACHMENT_REFUND_BYTES", 100 * _MIB)
# Width times height. The largest phone cameras of today stay below it.
ATTACHMENT_PIXELS = env.int("REVIEWCONSOLE_ATTACHMENT_PIXELS", 64_000_000)

# Both 0 and more: 0 appeals means that a denial is final.
APPEALS_PER_REFUND = env.int("REVIEWCONSOLE_APPEALS_PER_REFUND", 1)
APPEAL_DAYS = env.int("REVIEWCONSOLE_APPEAL_DAYS", 30)
