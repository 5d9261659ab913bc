"""What people searched for in vain: to look at, for whoever decides what to write next."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.base import ReadOnlyAdmin
from kb.models import AskedQuery


class OutcomeFilter(admin.SimpleListFilter):
    """Queries that found no article, or after which nobody opened a page."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer both ways of being in vain."""
        return [("nothing-found", "No article found"), ("nothing-opened", "No page opened")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:  # noqa: ARG002
        """Keep what came to nothing in the chosen way."""
        if self.value() == "nothing-found":
            return queryset.found_nothing()
        return queryset.opened_nothing() if self.value() == "nothing-opened" else queryset


@admin.register(AskedQuery)
class AskedQueryAdmin(ReadOnlyAdmin):
    """Masked queries with their counts, those asked in vain most often first."""

    list_display = ["words", "searches", "without_result", "opened", "last_asked_on"]
    list_filter = [OutcomeFilter, "last_asked_on"]
    search_fields = ["words"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return all, the most often asked in vain first."""
        return super().get_queryset(request).most_asked()
