"""For whoever watches the process: is it up, and can it do its work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is up; asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is reachable and fully migrated, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as fault:
        return JsonResponse({"ready": False, "database": type(fault).__name__}, status=503)
    if pending:
        return JsonResponse({"ready": False, "database": "ok", "migrations_pending": pending}, status=503)
    return JsonResponse({"ready": True, "database": "ok", "migrations_pending": 0})
