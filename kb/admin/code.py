"""Codes, and what the registry and providers mean by them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.base import DATE_FIELDS, OpenAdmin
from kb.models import CodeMeaning, ErrorCode


@admin.register(ErrorCode)
class ErrorCodeAdmin(OpenAdmin):
    """Codes without anybody's meaning. A change is public at once."""

    list_display = ["__str__", "reply", "enhanced"]
    search_fields = ["reply", "enhanced"]
    fields = [("reply", "enhanced")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Order by the numbers of the code."""
        return super().get_queryset(request).in_order()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Find 451 4.3.0 and 451-4.3.0 too."""
        return super().get_search_results(request, queryset, search_term.replace("-", " "))


@admin.register(CodeMeaning)
class CodeMeaningAdmin(OpenAdmin):
    """What somebody means by a code or token. A change is public at once if it is verified."""

    list_display = ["__str__", "code", "token", "provider", "cause", "verified"]
    list_filter = ["verified", "permanent", ("provider", admin.RelatedOnlyFieldListFilter), "cause"]
    list_select_related = ["code", "provider", "cause"]
    search_fields = [
        "slug",
        "token",
        "title",
        "meaning",
        "wording",
        "code__reply",
        "code__enhanced",
    ]
    ordering = ["slug"]
    autocomplete_fields = ["provider", "code", "cause", "source"]
    fieldsets = [
        (
            None,
            {
                "fields": ["slug", "provider", ("code", "enhanced_until"), "token", "wording"],
                "description": "A meaning is of a code, a token or a wording.",
            },
        ),
        (
            "What it means",
            {"fields": ["title", "meaning", ("cause", "permanent"), "steps", "note"]},
        ),
        (
            "Who says so",
            {"fields": ["source", "url", "reference", *DATE_FIELDS, "verified"]},
        ),
    ]
