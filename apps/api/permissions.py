"""What a key may be used for."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.errors import ScopeMissing
from apps.clients.models import ApiKey, Scope

if TYPE_CHECKING:
    # REST framework imports this module while its own `views` is being made.
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Wants the scope that the view names for the method; raises ScopeMissing.

    A method that the view does not have passes, to be answered with 405.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        scopes: dict[str, Scope] = view.required_scopes  # type: ignore[attr-defined]  # of apps.api.views.base
        scope = scopes.get("GET" if request.method == "HEAD" else request.method or "")
        key = request.auth
        if scope is not None and (not isinstance(key, ApiKey) or scope not in key.scopes):
            raise ScopeMissing(scope=scope.value)
        return True
