"""Who may post a paste or a judgement: pages of this site.

Such forms set no cookie and carry no CSRF token; the browser's own word on where the form stood is
enough (`Sec-Fetch-Site`, and `Origin` from browsers without it).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def from_this_site(view: View) -> View:
    """Refuse posts that another site's page sent; programs that name no origin may post."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_from_this_site(request):
            return render(request, "403.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on this site, or says nothing at all."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
