"""Whether the process lives, and whether it can answer: for load balancers and monitors."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from kb.models import KnowledgeVersion


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer without a look at the database: the process is alive."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer 200 when the database answers and holds knowledge, otherwise 503 with the reason."""
    try:
        version = KnowledgeVersion.objects.current()
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "database"}, status=503)
    if not version.number:
        return JsonResponse({"ready": False, "reason": "no knowledge installed"}, status=503)
    return JsonResponse({"ready": True, "knowledge": version.number, "digest": version.digest})
