"""Who may come in, and what a browser may do with what it gets."""

from csp.constants import NONE, SELF

from reviewconsole.settings.environment import env

AUTH_USER_MODEL = "staff.Person"
LOGIN_URL = "console:sign_in"
LOGIN_REDIRECT_URL = "console:queue"
LOGOUT_REDIRECT_URL = "console:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ALLOWED_HOSTS = env.list("REVIEWCONSOLE_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# Networks of proxies whose X-Forwarded-For is believed. Without one, whoever holds the connection is the origin.
REVIEWCONSOLE_TRUSTED_PROXIES = env.list("REVIEWCONSOLE_TRUSTED_PROXIES", default=[])
# Networks from which GET /metrics is answered.
REVIEWCONSOLE_METRICS_ALLOW = env.list("REVIEWCONSOLE_METRICS_ALLOW", default=["127.0.0.0/8", "::1/128"])
CSRF_TRUSTED_ORIGINS = env.list("REVIEWCONSOLE_TRUSTED_ORIGINS", default=[])
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "apps.console.views.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# A body above this is refused before it is parsed; POST /history streams and has its own bounds.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Files of a form are taken into memory, and no more than one request may carry.
FILE_UPLOAD_HANDLERS = ["apps.attachments.uploads.BoundedUploadHandler"]
# A batch of refunds: 16 kB for each of a thousand.
BATCH_BODY_BYTES = 16 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

# Encrypts identity numbers and webhook secrets: the first key encrypts, all of them decrypt (rotation).
ENCRYPTION_KEYS = env.list("REVIEWCONSOLE_ENCRYPTION_KEYS", default=[])
# Keyed hash for matching; changing it makes earlier hashes incomparable.
MATCHING_KEY = env.str("REVIEWCONSOLE_MATCHING_KEY", "")
