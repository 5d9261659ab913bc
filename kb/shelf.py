"""All published articles in memory, as sets: what a facet holds, and in which orders they stand.

A set is an integer whose bit n stands for the revision with the primary key n, so that counting
what a search and all facets have in common costs microseconds a facet.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils import timezone
from django.utils.html import conditional_escape

from kb.bits import Bits, bits_of
from kb.models import Actor, ArticleRevision, ErrorCode, Permanence, RevisionOpinion
from kb.models.opinion import OpinionKind
from kb.versioned import Kept

CODE_CLASSES = {"4": "4: temporary", "5": "5: permanent"}
UNDATED = "undated"
REVIEWED_WITHIN = {"30": "30 days", "90": "90 days", "365": "a year"}
SORTS = {"relevance": "Relevance", "evidence": "Newest evidence", "helpful": "Most helpful"}

Values = dict[str, Bits]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The published articles by facet value, and their orders."""

    published: Bits
    facets: dict[str, Values]
    labels: dict[str, dict[str, str]]  # facet → value → words for it, escaped for HTML
    keys: dict[str, int]  # slug → primary key of the published revision
    by_evidence: list[int]  # the newest dated opinion first
    reviewed: list[tuple[dt.date, int]] = field(default_factory=list)

    def having(self, facet: str, value: str) -> Bits:
        """Return the articles that have this value."""
        if facet == "reviewed":
            return self.reviewed_within(value)
        return self.facets.get(facet, {}).get(value, 0)

    def reviewed_within(self, days: str) -> Bits:
        """Return what somebody reviewed in so many days."""
        if days not in REVIEWED_WITHIN:
            return 0
        since = timezone.localdate() - dt.timedelta(days=int(days))
        return bits_of(key for day, key in self.reviewed if day >= since)

    def narrow(self, matches: Bits, chosen: Mapping[str, str], but: str = "") -> Bits:
        """Return the matches that have all chosen values; `but` is a facet to leave out."""
        for facet, value in chosen.items():
            if facet != but:
                matches &= self.having(facet, value)
        return matches

    def counts(self, matches: Bits, chosen: Mapping[str, str]) -> dict[str, dict[str, int]]:
        """Return facet → value → how many matches have it beside what the other facets choose."""
        counts = {}
        for facet in (*self.facets, "reviewed"):
            within = self.narrow(matches, chosen, but=facet)
            values = REVIEWED_WITHIN if facet == "reviewed" else self.facets[facet]
            found = {v: (self.having(facet, v) & within).bit_count() for v in values}
            counts[facet] = {value: number for value, number in found.items() if number}
        return counts


def read_shelf() -> Shelf:
    """Read what is published, in two queries."""
    holders: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    evidence, reviewed, keys = [], [], {}
    for row in own_columns():
        key = row["pk"]
        keys[row["slug"]] = key
        evidence.append((row["newest_opinion_on"] or dt.date.min, key))
        if row["reviewed_on"]:
            reviewed.append((row["reviewed_on"], key))
        for facet, value, label in values_of(row):
            holders[facet][value].append(key)
            labels[facet][value] = label
    for related, held in grouped(related_rows()).items():
        for kind, part, name in facets_of(*related):
            holders[kind][part] += held
            labels[kind][part] = name
    return Shelf(
        published=bits_of(keys.values()),
        facets={
            name: {value: bits_of(held) for value, held in values.items()}
            for name, values in holders.items()
        },
        labels={
            name: {value: conditional_escape(label) for value, label in sorted(values.items())}
            for name, values in {**labels, "reviewed": REVIEWED_WITHIN}.items()
        },
        keys=keys,
        by_evidence=[key for _, key in sorted(evidence, reverse=True)],
        reviewed=reviewed,
    )


def own_columns() -> QuerySet:
    """Return what a published revision says of itself."""
    counts = [f"{kind}_count" for kind in OpinionKind.values]
    columns = ("pk", "slug", "newest_opinion_on", "reviewed_on", "actors", *counts)
    return ArticleRevision.objects.published().values(*columns)


def values_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield facet, value and label of what stands in a revision's own columns."""
    for actor in row["actors"].split():
        yield "who", actor, Actor(actor).label
    for kind in OpinionKind:
        if row[f"{kind.value}_count"]:
            yield "kind", kind.value, kind.label
    day = row["newest_opinion_on"]
    yield "evidence", str(day.year) if day else UNDATED, str(day.year) if day else "Date unknown"


def related_rows() -> QuerySet:
    """Return facet, value, label, detail and revision of what revisions are joined with."""
    published = ArticleRevision.objects.published().order_by()

    def rows(facet: str, relation: str, label: str, detail: str) -> QuerySet:
        related = published.filter(**{f"{relation}__isnull": False}).annotate(
            facet=Value(facet),
            value=F(f"{relation}__slug"),
            label=F(f"{relation}__{label}"),
            detail=F(detail) if detail else Value(""),
        )
        return related.values_list("facet", "value", "label", "detail", "pk")

    codes = published.filter(codes__isnull=False).annotate(
        facet=Value("code"), value=F("codes__reply"), label=F("codes__enhanced"), detail=Value("")
    )
    sources = (
        RevisionOpinion.objects.published()
        .order_by()
        .annotate(facet=Value("source"), label=F("source__name"), detail=Value(""))
        .values_list("facet", "source__slug", "label", "detail", "revision_id")
        .distinct()
    )
    return codes.values_list("facet", "value", "label", "detail", "pk").union(
        rows("provider", "providers", "name", "providers__family__slug"),
        rows("cause", "causes", "name", "causes__permanence"),
        rows("topic", "topics", "name", ""),
        sources,
        all=True,
    )


def grouped(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[int]]:
    """Return what related rows say → the revisions, which stand last in each row."""
    held: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for *related, key in rows:
        held[tuple(related)].append(key)
    return held


def facets_of(
    facet: str, value: str, label: str, detail: str | None
) -> Iterator[tuple[str, str, str]]:
    """Yield facet, value and label of a related row; a cause and a code tell two things."""
    if facet == "code":
        yield from facets_of_code(value, label)
        return
    yield facet, value, label
    if facet == "cause" and detail:
        yield "permanence", detail, Permanence(detail).label


def facets_of_code(reply: str, enhanced: str) -> Iterator[tuple[str, str, str]]:
    """Yield a code's class, and the code with its parts as an address names them."""
    digit = (enhanced or reply)[0]
    if digit in CODE_CLASSES:
        yield "severity", digit, CODE_CLASSES[digit]
    code = ErrorCode(reply=reply, enhanced=enhanced)
    for part in dict.fromkeys(filter(None, [code.address, reply, enhanced])):
        yield "code", part, part


shelf = Kept(read_shelf)
