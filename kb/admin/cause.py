"""Causes; the engine knows their slugs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kb.admin.base import OpenAdmin
from kb.models import Cause


@admin.register(Cause)
class CauseAdmin(OpenAdmin):
    """Why mail is refused. A change is public at once."""

    list_display = ["name", "slug", "permanence", "who_acts"]
    list_filter = ["permanence", "who_acts"]
    search_fields = ["name", "slug", "meaning"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "sentence", "meaning"]}),
        ("What it asks for", {"fields": [("permanence", "who_acts"), "advice"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """Keep the slug as the engine knows it."""
        return ["slug"] if obj else []
