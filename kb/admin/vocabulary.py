"""Topics, synonyms, and addresses that moved."""

from __future__ import annotations

from django.contrib import admin

from kb.admin.base import OpenAdmin
from kb.models import SlugRedirect, Synonym, Topic


@admin.register(Topic)
class TopicAdmin(OpenAdmin):
    """Subjects that articles share. A change is public at once."""

    list_display = ["name", "slug"]
    search_fields = ["name", "slug", "summary"]
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Synonym)
class SynonymAdmin(OpenAdmin):
    """Words that people type for others. A change is public at once."""

    list_display = ["term", "means"]
    search_fields = ["term", "means"]
    ordering = ["term"]


@admin.register(SlugRedirect)
class SlugRedirectAdmin(OpenAdmin):
    """Addresses that moved. A change is public at once."""

    list_display = ["old_path", "new_path"]
    search_fields = ["old_path", "new_path"]
    ordering = ["old_path"]
