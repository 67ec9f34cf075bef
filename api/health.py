"""Health, readiness and metrics, without identity."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from portal.intake.selectors import count_rejected_calls
from portal.jobs.selectors import count_by_state


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The process can do its work: the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: counts alone, never ids or labels of people."""
    lines = ["# HELP accord_jobs Jobs by state.", "# TYPE accord_jobs gauge"]
    lines += [f'accord_jobs{{state="{state}"}} {n}' for state, n in count_by_state().items()]
    lines += [
        "# HELP accord_dimse_rejected DIMSE associations turned away, by reason.",
        "# TYPE accord_dimse_rejected counter",
    ]
    lines += [
        f'accord_dimse_rejected{{reason="{reason}"}} {n}'
        for reason, n in count_rejected_calls().items()
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]
