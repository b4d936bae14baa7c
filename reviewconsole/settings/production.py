"""Behind a proxy that speaks TLS; every secret comes from the environment."""

from reviewconsole.settings.base import *
from reviewconsole.settings.environment import env

DEBUG = False
SECRET_KEY = env.str("REVIEWCONSOLE_SECRET_KEY")
ENCRYPTION_KEYS = env.list("REVIEWCONSOLE_ENCRYPTION_KEYS")
MATCHING_KEY = env.str("REVIEWCONSOLE_MATCHING_KEY")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
