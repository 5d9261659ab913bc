"""Sources, and what one has said or reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kb import breadcrumbs
from kb.cited import read_cited
from kb.filters import SourceFilters
from kb.fragments import once
from kb.models import RevisionOpinion, Source
from kb.models.opinion import OpinionKind
from kb.text import clean_query
from kb.views.moved import moved_or_missing
from kb.views.paging import PAGE_SIZE, late_page_of, number_of, page_of, wanted_page
from kb.views.public import public_page

ROLES = {"said": "What it says", "reported": "What it reports of others"}
SHOWN = ("page", "cited", "roles", "kinds", "chosen", "title")


@dataclass(frozen=True, slots=True)
class Choice:
    """A part of what a source said that a reader may choose."""

    label: str
    count: int
    query: str
    chosen: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The part that an address asks for: said or reported, and of which kind."""

    role: str
    kind: str

    @classmethod
    def of(cls, query: QueryDict, counts: dict[str, dict[str, int]]) -> Chosen:
        """Read an address; one that makes no sense asks for what the source said itself."""
        usual = "said" if counts["said"] or not counts["reported"] else "reported"
        role = query.get("part", "")
        kind = query.get("kind", "")
        return cls(role if role in ROLES else usual, kind if kind in OpinionKind else "")

    @property
    def query(self) -> str:
        """The part as it stands in an address."""
        return urlencode({"part": self.role} | ({"kind": self.kind} if self.kind else {}))


@public_page
@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """List publishers with how many of their opinions are cited."""
    query = clean_query(request.GET)
    filters = SimpleLazyObject(
        lambda: SourceFilters(query, Source.objects.with_opinion_counts().by_name())
    )
    page = late_page_of(lambda: page_of(filters.rows(), query))
    part = (SourceFilters.asked(query), number_of(page, query))
    context = {"filters": filters, "page": page, "part": part}
    return render(request, "kb/source_list.html", context)


@public_page
@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a source said or reported, newest first, each opinion once."""
    found = once(("source", slug), Source.objects.filter(slug=slug).first)
    if found is None:
        return moved_or_missing(request)
    query = clean_query(request.GET)
    shown = SimpleLazyObject(lambda: part_of(found, query))
    context = {name: SimpleLazyObject(lambda name=name: shown[name]) for name in SHOWN}
    part = tuple(query.get(name, "") for name in ("part", "kind", "opinion", "page"))
    context |= {"source": found, "part": part, "trail": breadcrumbs.trail_of(found)}
    return render(request, "kb/source.html", context)


def part_of(found: Source, query: QueryDict) -> dict[str, Any]:
    """Return what a page of a source's opinions shows, under the names in `SHOWN`."""
    published = RevisionOpinion.objects.published()
    counts = published.counts_of(found)
    chosen = Chosen.of(query, counts)
    rows = published.by_source(found, chosen.role).once_each().newest_first().with_article()
    rows = rows.of_kind(chosen.kind) if chosen.kind else rows
    page = page_of(rows, at_opinion(query, rows))
    citations = RevisionOpinion.objects.published().citing(page.object_list)
    return {
        "page": page,
        "cited": read_cited(page.object_list, citations),
        "roles": choices_of_role(counts, chosen),
        "kinds": choices_of_kind(counts[chosen.role], chosen),
        "chosen": chosen,
        "title": ROLES[chosen.role],
    }


def at_opinion(query: QueryDict, rows: QuerySet) -> QueryDict:
    """Return the query with the page on which `?opinion=` stands, where it names one."""
    wanted = query.get("opinion", "")
    if not wanted:
        return query
    uids = list(rows.select_related(None).defer(None).values_list("opinion__uid", flat=True))
    number = uids.index(wanted) // PAGE_SIZE + 1 if wanted in uids else wanted_page(query)
    query["page"] = str(number)
    return query


def choices_of_role(counts: dict[str, dict[str, int]], chosen: Chosen) -> list[Choice]:
    """Return said and reported with their counts, those that there are."""
    return [
        Choice(label, sum(counts[role].values()), Chosen(role, "").query, role == chosen.role)
        for role, label in ROLES.items()
        if counts[role]
    ]


def choices_of_kind(counts: dict[str, int], chosen: Chosen) -> list[Choice]:
    """Return every kind and the single ones that there are, with their counts."""
    everything = Choice("All", sum(counts.values()), Chosen(chosen.role, "").query, not chosen.kind)
    return [
        everything,
        *(
            Choice(
                kind.label, counts[kind], Chosen(chosen.role, kind).query, kind == chosen.kind, kind
            )
            for kind in OpinionKind
            if kind in counts
        ),
    ]
