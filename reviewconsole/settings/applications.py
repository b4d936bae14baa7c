"""What is installed, and the way of a request through it."""

from reviewconsole.settings.environment import BASE_DIR, DATA_DIR, env

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "rest_framework",
    "apps.common",
    "apps.timers",
    "apps.clients",
    "apps.staff",
    "apps.audit",
    "apps.access",
    "apps.webhooks",
    "apps.notifications",
    "apps.identity",
    "apps.marketplace",
    "apps.refunds",
    "apps.rings",
    "apps.risk",
    "apps.monitors",
    "apps.trials",
    "apps.payouts",
    "apps.attachments",
    "apps.reviews",
    "apps.api",
    "apps.console",
    "apps.demo",
]

MIDDLEWARE = [
    "apps.common.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Below what answers static files, whose number would hide how long pages and requests take.
    "apps.common.measuring.MeasuringMiddleware",
    "apps.common.middleware.RequestIdMiddleware",
    # Everything below is for pages: sessions, cookies and forms mean nothing to an API client.
    "apps.api.middleware.RestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.console.middleware.PersonalSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "reviewconsole.urls"
WSGI_APPLICATION = "reviewconsole.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "apps.console.context.frame",
            ],
        },
    },
]

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "apps.api.static_files.SwaggerFinder",
]
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What customers send, encrypted; outside of everything that is served. Another storage class puts it elsewhere.
    "attachments": {
        "BACKEND": "apps.attachments.storage.DurableFileSystemStorage",
        "OPTIONS": {"location": env.str("REVIEWCONSOLE_ATTACHMENTS_DIR", str(DATA_DIR / "attachments"))},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A page with plain names of its static files is better than none at all.
WHITENOISE_MANIFEST_STRICT = False
