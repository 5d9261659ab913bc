"""Filters of the list pages: the fields that a reader may choose, and what each keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from kb.bits import Bits
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
from kb.shelf import UNDATED, shelf

STATUSES = {
    "published": "Published",
    "draft": "Not public",
    "in-review": "In review",
    "archived": "Archived",
    "overdue": "Review overdue",
}


class Filters(django_filters.FilterSet):
    """Filters that keep nothing when a value makes no sense, and say so."""

    @classmethod
    def asked(cls, query: QueryDict) -> tuple[str, ...]:
        """Return what an address asks for, in the order of the filters."""
        return tuple(query.get(name, "") for name in cls.base_filters)

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


class ArticleFilters(Filters):
    """What readers ask of articles: the facets of the list, of the search and of the API.

    The choices and their counts come from `kb.shelf`, which holds the same values as sets; a test
    holds both ways of choosing equal.
    """

    code = django_filters.CharFilter(method="keep_code", label="Code", max_length=20)
    provider = django_filters.ChoiceFilter(field_name="providers__slug", label="Provider")
    cause = django_filters.ChoiceFilter(field_name="causes__slug", label="Cause")
    topic = django_filters.ChoiceFilter(field_name="topics__slug", label="Topic")
    severity = django_filters.ChoiceFilter(method="keep_severity", label="Code class")
    permanence = django_filters.ChoiceFilter(
        field_name="causes__permanence", label="Temporary or permanent", distinct=True
    )
    who = django_filters.ChoiceFilter(method="keep_actor", label="Who acts")
    kind = django_filters.ChoiceFilter(method="keep_kind", label="Opinions by")
    source = django_filters.ChoiceFilter(
        field_name="cited_opinions__source__slug", label="Source", distinct=True
    )
    evidence = django_filters.ChoiceFilter(method="keep_year", label="Newest evidence of")
    reviewed = django_filters.ChoiceFilter(method="keep_reviewed", label="Reviewed within")

    class Meta:
        model = ArticleRevision
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shelf = shelf.get()
        for name, labels in self.shelf.labels.items():
            if name in FACETS:
                self.filters[name].extra["choices"] = labels.items  # forms copy lists deeply

    def chosen(self) -> dict[str, str]:
        """Return the facets that are chosen, each with its value."""
        values = self.form.cleaned_data if self.is_valid() else {}
        return {name: value for name, value in values.items() if value and name in FACETS}

    def within(self) -> Bits:
        """Return what the facets choose from: all published articles, or those on a code."""
        code = self.form.cleaned_data.get("code", "") if self.is_valid() else ""
        if not code:
            return self.shelf.published
        return self.shelf.having("code", code.strip().replace(" ", "-"))

    def keep_code(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles on a code; a reply or enhanced code keeps pairs that hold it too."""
        code = Code.of_address(value.strip().replace(" ", "-"))
        if code is None:
            return rows.none()
        parts = {"reply": code.reply, "enhanced": code.enhanced}
        codes = ErrorCode.objects.filter(**{part: text for part, text in parts.items() if text})
        return rows.filter(codes__in=codes).distinct()

    def keep_severity(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles on a code of a class, by the enhanced code where there is one."""
        of_class = Q(enhanced__startswith=value) | Q(enhanced="", reply__startswith=value)
        return rows.filter(codes__in=ErrorCode.objects.filter(of_class)).distinct()

    def keep_actor(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles with steps for somebody."""
        return rows.filter(actors__contains=f" {value} ")

    def keep_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles that cite an opinion of a kind."""
        return rows.with_opinions_of(value)

    def keep_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles whose newest dated opinion is of that year."""
        if value == UNDATED:
            return rows.filter(newest_opinion_on=None)
        return rows.filter(newest_opinion_on__year=int(value))

    def keep_reviewed(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep articles that somebody reviewed in so many days."""
        return rows.filter(reviewed_on__gte=timezone.localdate() - dt.timedelta(days=int(value)))


FACETS = tuple(name for name in ArticleFilters.base_filters if name != "code")


class WorkingCopyFilters(Filters):
    """Working copies, which staff alone may list."""

    status = django_filters.ChoiceFilter(
        method="keep_all", choices=list(STATUSES.items()), label="Status", empty_label=None
    )
    kind = django_filters.ChoiceFilter(
        field_name="opinions__kind", choices=OpinionKind, label="Opinions by", distinct=True
    )

    class Meta:
        model = Article
        fields: list[str] = []

    def keep_all(self, rows: QuerySet, name: str, value: str) -> QuerySet:  # noqa: ARG002
        """Keep every row: the status chose the rows already."""
        return rows


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


def article_filters(query: QueryDict) -> ArticleFilters:
    """Return the filters of what the public may list."""
    return ArticleFilters(query, ArticleRevision.objects.published().for_lists().with_codes())


def working_copy_filters(query: QueryDict) -> WorkingCopyFilters | None:
    """Return the filters of the working copies of a status; None where it asks for no such."""
    rows = {
        "draft": Article.objects.unpublished,
        "in-review": Article.objects.in_review,
        "archived": Article.objects.archived,
        "overdue": lambda: Article.objects.review_overdue(timezone.localdate()),
    }.get(query.get("status", ""))
    return WorkingCopyFilters(query, rows().for_lists()) if rows else None


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
