"""The product's addresses, and the floor: a REST framework view that inserts one row, without authentication."""

from django.urls import include, path
from rest_framework.decorators import api_view, authentication_classes, parser_classes, permission_classes
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from tests.bench.models import FloorRow


@api_view(["POST"])
@authentication_classes([])
@permission_classes([])
@parser_classes([JSONParser])
def floor(request: Request) -> Response:
    """Insert what came as one row."""
    row = FloorRow.objects.create(body=request.data)
    return Response({"id": row.pk}, status=201)


urlpatterns = [path("floor", floor), path("", include("reviewconsole.urls"))]
