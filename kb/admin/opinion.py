"""Opinions, and which of them disagree."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.base import DATE_FIELDS, Admin
from kb.models import Opinion, OpinionConflict, RevisionOpinion


@admin.register(Opinion)
class OpinionAdmin(Admin):
    """What one source said on one day. The public sees a change once its articles are published."""

    list_display = ["claim_in_short", "kind", "source", "author", "stated", "retracted"]
    list_display_links = ["claim_in_short"]
    list_filter = ["kind", "precision", "retracted", "source"]
    list_select_related = ["source"]
    search_fields = ["uid", "claim", "advice", "author", "source__name"]
    autocomplete_fields = ["source", "reported_by", "codes"]
    fieldsets = [
        (None, {"fields": ["kind", "source", "author", "url"]}),
        (
            "What was said",
            {
                "fields": ["claim", "advice", "codes", "note"],
                "description": "In our words. Another opinion of the same source is a new row.",
            },
        ),
        (
            "When",
            {
                "fields": [*DATE_FIELDS],
                "description": "A date that nobody knows stays empty, with the precision unknown.",
            },
        ),
        ("Ours", {"fields": ["editor_suggestion"]}),
        ("Where it was read, if not at its publisher", {"fields": ["reported_by", "reported_url"]}),
        (
            "No longer true",
            {"fields": [("valid_until", "valid_until_why"), "retracted"], "classes": ["collapse"]},
        ),
        ("Key", {"fields": ["uid"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Fetch the sources that opinions are named by, newest opinion first."""
        return super().get_queryset(request).select_related("source").newest_first()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """Keep the key for ever."""
        return ["uid"] if obj else []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Protect what the public reads: its article has to be published without it first."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        public = RevisionOpinion.objects.published().filter(opinion__in=objs)
        cited = [f"Published article: {row.revision}" for row in public.select_related("revision")]
        return to_delete, counts, missing, [*protected, *cited]

    @admin.display(description="claim")
    def claim_in_short(self, opinion: Opinion) -> str:
        """The beginning of the claim."""
        return opinion.claim[:100]

    @admin.display(description="date", ordering="stated_on")
    def stated(self, opinion: Opinion) -> str:
        """The date as exactly as it is known."""
        return f"{opinion.stated_on} ({opinion.precision})" if opinion.stated_on else "unknown"


@admin.register(OpinionConflict)
class OpinionConflictAdmin(Admin):
    """Two opinions that disagree. The public sees it once their articles are published."""

    list_display = ["note", "first", "second"]
    list_select_related = ["first__source", "second__source"]
    search_fields = ["note", "first__claim", "second__claim"]
    autocomplete_fields = ["first", "second"]
    ordering = ["-pk"]
