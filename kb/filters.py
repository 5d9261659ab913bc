"""Filters of the list pages: the fields that a reader may choose, and what each keeps."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from kb.codes import Code
from kb.models import (
    Actor,
    Article,
    ArticleRevision,
    Cause,
    CodeMeaning,
    ErrorCode,
    Permanence,
    Provider,
    Source,
)
from kb.models.opinion import OpinionKind
from kb.models.provider import ProviderKind
from kb.models.source import SourceKind

STATUSES = {
    "published": "Published",
    "draft": "Not public",
    "in-review": "In review",
    "archived": "Archived",
    "overdue": "Review overdue",
}


class Filters(django_filters.FilterSet):
    """Filters that keep nothing when a value makes no sense, and say so."""

    def rows(self) -> QuerySet:
        """Return what the filters keep."""
        return self.qs if self.is_valid() else self.queryset.none()

    def kept(self) -> str:
        """Return the chosen values as a query string, for links to other pages of the list."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            if value := self.data.get(name):
                query[name] = value
        return query.urlencode()


class NamedFilters(Filters):
    """Filters by cause and provider, whose names come in one query."""

    used_by: str  # the relation through which a name must be in use to be offered

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, names in names_in_use(self.used_by).items():
            self.filters[kind].extra["choices"] = [*self.extra_choices(kind), *names]

    def extra_choices(self, kind: str) -> list[tuple[str, str]]:  # noqa: ARG002
        """Return choices before the names."""
        return []


class ArticleFilters(NamedFilters):
    """What readers ask of articles."""

    used_by = "revisions__state"

    code = django_filters.CharFilter(method="keep_code", label="Code", max_length=20)
    cause = django_filters.ChoiceFilter(
        field_name="causes__slug", label="Cause", empty_label="Any cause"
    )
    provider = django_filters.ChoiceFilter(
        field_name="providers__slug", label="Provider", empty_label="Any provider"
    )
    kind = django_filters.ChoiceFilter(
        method="keep_kind", choices=OpinionKind, label="Opinions by", empty_label="Anybody"
    )

    class Meta:
        model = ArticleRevision
        fields: list[str] = []

    def keep_code(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles on a code; a reply or enhanced code keeps pairs that hold it too."""
        code = Code.of_address(value.replace(" ", "-"))
        if code is None:
            return rows.none()
        parts = {"reply": code.reply, "enhanced": code.enhanced}
        codes = ErrorCode.objects.filter(**{part: text for part, text in parts.items() if text})
        return rows.filter(codes__in=codes).distinct()

    def keep_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles that cite an opinion of a kind."""
        return rows.with_opinions_of(value)


class StaffArticleFilters(ArticleFilters):
    """Published articles, as staff see the list."""

    status = django_filters.ChoiceFilter(
        method="keep_all", choices=list(STATUSES.items()), label="Status", empty_label=None
    )

    def keep_all(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep every row: the status chose the rows already."""
        return rows


class WorkingCopyFilters(StaffArticleFilters):
    """Working copies, which staff alone may list."""

    class Meta:
        model = Article
        fields: list[str] = []

    def keep_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles that cite an opinion of a kind."""
        return rows.filter(opinions__kind=value).distinct()


class CodeFilters(NamedFilters):
    """What readers ask of codes."""

    used_by = "meanings__verified"

    severity = django_filters.ChoiceFilter(
        method="keep_class",
        label="Class",
        empty_label="2, 4 and 5",
        choices=[("2", "2: delivered"), ("4", "4: temporary"), ("5", "5: permanent")],
    )
    cause = django_filters.ChoiceFilter(
        field_name="cause__slug", label="Cause", empty_label="Any cause"
    )
    provider = django_filters.ChoiceFilter(
        method="keep_provider", label="Meaning of", empty_label="The registry"
    )

    class Meta:
        model = CodeMeaning
        fields: list[str] = []

    def extra_choices(self, kind: str) -> list[tuple[str, str]]:
        """Offer everybody's meanings beside one provider's."""
        return [("any", "Everybody")] if kind == "provider" else []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Keep the registry's meanings where nobody is chosen."""
        kept = super().filter_queryset(queryset)
        return kept if self.form.cleaned_data.get("provider") else kept.of_the_registry()

    def keep_class(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep one class of codes."""
        return rows.of_class(value)

    def keep_provider(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep one provider's meanings, or everybody's."""
        return rows if value == "any" else rows.filter(provider__slug=value)


class ProviderFilters(Filters):
    """What readers ask of providers."""

    kind = django_filters.ChoiceFilter(choices=ProviderKind, label="Kind", empty_label="Any kind")

    class Meta:
        model = Provider
        fields: list[str] = []


class CauseFilters(Filters):
    """What readers ask of causes."""

    who_acts = django_filters.ChoiceFilter(
        choices=Actor, label="Who must act", empty_label="Anybody"
    )
    permanence = django_filters.ChoiceFilter(choices=Permanence, label="Usually", empty_label="Any")

    class Meta:
        model = Cause
        fields: list[str] = []


class SourceFilters(Filters):
    """What readers ask of sources."""

    kind = django_filters.ChoiceFilter(choices=SourceKind, label="Kind", empty_label="Any kind")

    class Meta:
        model = Source
        fields: list[str] = []


def article_filters(query: QueryDict, *, is_staff: bool) -> ArticleFilters:
    """Return the filters of the article list: published ones, and for staff any other."""
    published = ArticleRevision.objects.published().for_lists().with_codes().recent_first()
    if not is_staff:
        return ArticleFilters(query, published)
    working_copies = {
        "draft": Article.objects.unpublished,
        "in-review": Article.objects.in_review,
        "archived": Article.objects.archived,
        "overdue": lambda: Article.objects.review_overdue(timezone.localdate()),
    }
    if rows := working_copies.get(query.get("status", "")):
        return WorkingCopyFilters(query, rows().for_lists())
    return StaffArticleFilters(query, published)


def names_in_use(relation: str) -> dict[str, list[tuple[str, str]]]:
    """Return the causes and providers that something public refers to, in one query."""
    in_use = {relation: "published" if relation.endswith("state") else True}
    causes, providers = (
        model.objects.filter(**in_use).values_list(Value(kind), "slug", "name")
        for kind, model in (("cause", Cause), ("provider", Provider))
    )
    names: dict[str, list[tuple[str, str]]] = {"cause": [], "provider": []}
    for kind, slug, name in sorted(causes.union(providers), key=lambda row: row[2].lower()):
        names[kind].append((slug, name))
    return names
