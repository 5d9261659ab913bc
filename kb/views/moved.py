"""What a detail page answers when nothing has its address."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect

from kb.models import SlugRedirect


def moved_or_missing(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Lead on to where the address moved; raise Http404 when it never was."""
    moved = SlugRedirect.objects.filter(old_path=request.path_info).first()
    if moved is None:
        raise Http404
    return HttpResponsePermanentRedirect(moved.new_path)
