"""Which knowledge this is: to look at, never to edit."""

from __future__ import annotations

from django.contrib import admin

from kb.admin.base import ReadOnlyAdmin
from kb.models import InstalledUnit, KnowledgeVersion


@admin.register(KnowledgeVersion)
class KnowledgeVersionAdmin(ReadOnlyAdmin):
    """The number and digest of what is published."""

    list_display = ["number", "digest", "changed_at"]


@admin.register(InstalledUnit)
class InstalledUnitAdmin(ReadOnlyAdmin):
    """What came with the starter content, as it was installed."""

    list_display = ["key", "digest"]
    search_fields = ["key"]
    ordering = ["key"]
