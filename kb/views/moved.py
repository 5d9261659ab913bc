"""What a detail page answers when nothing has its address, or when it has a better one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect

from kb.models import SlugRedirect


def moved_or_missing(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Lead on to where the address moved; raise Http404 when it never was."""
    path = SlugRedirect.objects.destination(request.path_info)
    if path is None:
        raise Http404
    return moved_to(request, path)


def moved_to(request: HttpRequest, path: str) -> HttpResponsePermanentRedirect:
    """Lead on to a path with the parameters that were asked for."""
    query = request.META.get("QUERY_STRING", "")
    joint = "&" if "?" in path else "?"
    return HttpResponsePermanentRedirect(f"{path}{joint}{query}" if query else path)
