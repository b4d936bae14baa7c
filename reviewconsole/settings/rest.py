"""The REST face: Django REST framework."""

from reviewconsole.settings.environment import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "apps.api.openapi.schema.DeclaredSchema",
    "EXCEPTION_HANDLER": "apps.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    # `?format=` is a parameter like any other here.
    "URL_FORMAT_OVERRIDE": None,
}

# Only what its generator reads; everything that describes is in apps.api.openapi.
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "",
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": False,
}

# Requests per second and key; 0 means no limit.
REVIEWCONSOLE_RATE_LIMIT = env.float("REVIEWCONSOLE_RATE_LIMIT", 50)
