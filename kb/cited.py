"""Opinions beside the articles that cite them: what a source said, who speaks of a code."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kb.models import ArticleRevision, RevisionOpinion
from kb.reading import GROUP_TITLES, ReadableOpinion, read_opinion


@dataclass(frozen=True, slots=True)
class CitedOpinion:
    """An opinion with the articles that cite it."""

    pk: int  # of the frozen opinion
    opinion: ReadableOpinion
    articles: list[ArticleRevision]


@dataclass(frozen=True, slots=True)
class CitedGroup:
    """What one kind of people says, newest first."""

    kind: str
    title: str
    cited: list[CitedOpinion]


def read_cited(
    rows: Iterable[RevisionOpinion], citations: Iterable[RevisionOpinion]
) -> list[CitedOpinion]:
    """Return an opinion a row with the articles of its citations."""
    articles: dict[int, list[ArticleRevision]] = defaultdict(list)
    for citation in citations:
        articles[citation.opinion_id].append(citation.revision)
    return [CitedOpinion(row.pk, read_frozen(row), articles[row.opinion_id]) for row in rows]


def read_frozen(row: RevisionOpinion) -> ReadableOpinion:
    """Return a frozen opinion as a card; who says it was fetched with it."""
    people = (row.source, row.reported_by)
    return read_opinion(row.document["fields"], {who.slug: who for who in people if who})


def group_cited(rows: Iterable[RevisionOpinion]) -> list[CitedGroup]:
    """Return frozen opinions by kind and newest first, each once as it was frozen last."""
    rows = sorted(rows, key=lambda row: row.revision.question)
    latest = {row.opinion_id: row for row in sorted(rows, key=lambda row: row.pk)}
    ordered = sorted(latest.values(), key=lambda r: (r.stated_on or dt.date.min, r.pk))
    cited = read_cited(reversed(ordered), rows)
    return [
        CitedGroup(kind.value, title, [item for item in cited if item.opinion.kind == kind])
        for kind, title in GROUP_TITLES.items()
        if any(item.opinion.kind == kind for item in cited)
    ]
