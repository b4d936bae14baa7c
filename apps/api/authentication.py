"""Who asks: the API client behind a bearer key."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.api.errors import CredentialsInvalid, CredentialsMissing
from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented
from apps.clients.services import note_use


class ApiKeyAuthentication(BaseAuthentication):
    """Reads ``Authorization: Bearer rck_…``; raises CredentialsMissing, CredentialsInvalid."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey]:
        scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise CredentialsMissing
        now = timezone.now()
        found = api_key_presented(key.strip(), now=now)
        if found is None:
            raise CredentialsInvalid
        note_use(found, now=now)
        return found.client, found
