"""The REST face: Django REST framework."""

from reviewconsole.settings.environment import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "apps.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    # `?format=` is a parameter like any other here.
    "URL_FORMAT_OVERRIDE": None,
}

# Requests per second and key; 0 means no limit.
REVIEWCONSOLE_RATE_LIMIT = env.float("REVIEWCONSOLE_RATE_LIMIT", 50)
