"""Languages and time: English and simplified Chinese, instants in UTC."""

from django.utils.translation import gettext_lazy as _

from reviewconsole.settings.environment import BASE_DIR

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "reviewconsole_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
