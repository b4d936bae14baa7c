"""How people are told, and when it is night where the shops sell."""

from reviewconsole.settings.environment import env

# smtp+tls://user:password@host:587; without one nothing goes by mail.
_MAIL_URL = env.str("REVIEWCONSOLE_MAIL_URL", "")
_mail = env.email_url_config(_MAIL_URL or "dummymail://")
REVIEWCONSOLE_SENDS_MAIL = bool(_MAIL_URL)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("REVIEWCONSOLE_MAIL_FROM", "reviewconsole@localhost")
# Schemes of apprise that people may use for chats of theirs; empty: none. Others reach whatever host somebody names.
REVIEWCONSOLE_CHATS = env.list(
    "REVIEWCONSOLE_CHATS", default=["dingtalk", "feishu", "lark", "wecombot", "slack", "msteams", "workflows"]
)
# Where people open the console, for the links in mails.
REVIEWCONSOLE_PUBLIC_URL = env.str("REVIEWCONSOLE_PUBLIC_URL", "")
# To which phone numbers without a country's code belong (ISO 3166). Changed later, it no longer meets what is stored.
REVIEWCONSOLE_PHONE_REGION = env.str("REVIEWCONSOLE_PHONE_REGION", "CN")
# Seconds in which a decision can be undone, before anything of it leaves the console; 0 for none.
REVIEWCONSOLE_UNDO_SECONDS = max(0, env.int("REVIEWCONSOLE_UNDO_SECONDS", 5))
# What a unit of a currency is worth, roughly, in the one that amounts are compared in when queues are sorted.
REVIEWCONSOLE_RANKING_RATES = env.dict(
    "REVIEWCONSOLE_RANKING_RATES",
    cast={"value": float},
    default={
        "CNY": 1.0,
        "USD": 7.1,
        "EUR": 8.2,
        "GBP": 9.5,
        "HKD": 0.91,
        "TWD": 0.23,
        "JPY": 0.046,
        "KRW": 0.005,
        "SGD": 5.5,
    },
)
# In which it is told whether an order was placed at night.
REVIEWCONSOLE_TIME_ZONE = env.str("REVIEWCONSOLE_TIME_ZONE", "Asia/Shanghai")
