"""Who asks: the API client behind a bearer key."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.api.errors import CredentialsInvalid, CredentialsMissing, NetworkNotAllowed
from apps.api.limits.requests import admission_of
from apps.clients.admission import Verdict
from apps.clients.models import ApiClient, ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """Takes over what was found of ``Authorization: Bearer rck_…`` before any view was chosen.

    Raises CredentialsMissing, CredentialsInvalid, NetworkNotAllowed.
    """

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey]:
        admission = admission_of(request._request)
        if admission is None:
            raise CredentialsMissing
        if admission.verdict is Verdict.FROM_ELSEWHERE:
            raise NetworkNotAllowed(address=request.META.get("REMOTE_ADDR", ""))
        if admission.verdict is not Verdict.ADMITTED or admission.key is None:
            raise CredentialsInvalid
        return admission.key.client, admission.key
