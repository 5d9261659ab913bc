"""Pages for what is not there and for what went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is no such page, and offer search and the paste box."""
    request.is_public_page = False  # it has no address to be known by
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that it is our fault; touch neither database, session nor list of static files."""
    return HttpResponse(loader.get_template("500.html").render(), status=500)
