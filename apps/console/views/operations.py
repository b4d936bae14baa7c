"""For whoever watches the process: is it up, and can it do its work?"""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.common.addresses import is_within, networks_in
from apps.console.metrics.exposition import metrics_text
from apps.timers.selectors import worker_health


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is up; asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is reachable and fully migrated, else 503 with the reason.

    A web process is ready without workers, so their health is told beside it; with `?workers` it counts.
    """
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as fault:
        return JsonResponse({"ready": False, "database": type(fault).__name__}, status=503)
    if pending:
        return JsonResponse({"ready": False, "database": "ok", "migrations_pending": pending}, status=503)
    workers = worker_health(now=timezone.now())
    is_well = "workers" not in request.GET or (workers and set(workers.values()) == {"ok"})
    told = {"ready": True, "database": "ok", "migrations_pending": 0, "workers": workers}
    return JsonResponse(told, status=200 if is_well else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus how the work stands; only whoever asks from an allowed network, and not through a proxy."""
    # A proxy that is not trusted hides who asks: on the same machine it would pass for this machine itself.
    is_passed_on = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    allowed = networks_in(settings.REVIEWCONSOLE_METRICS_ALLOW)
    if is_passed_on or not is_within(request.META.get("REMOTE_ADDR", ""), allowed):
        return HttpResponse("not from here\n", status=403, content_type="text/plain; charset=utf-8")
    text, media_type = metrics_text(request.headers.get("Accept", ""), now=timezone.now())
    return HttpResponse(text, content_type=media_type)
