"""Publishers."""

from __future__ import annotations

from django.contrib import admin

from kb.admin.base import OpenAdmin
from kb.models import Source


@admin.register(Source)
class SourceAdmin(OpenAdmin):
    """Who said it. A change is public at once."""

    list_display = ["name", "kind", "home_url"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "home_url"]
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "kind", "home_url"]
