"""From a published document to what a page shows: names for keys, opinions by kind, steps in order.

Pages, feeds and the answer page read articles through here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from kb.content.units import Row
from kb.models import Actor, ArticleRevision, SlugRedirect, Source
from kb.models.base import Dated
from kb.models.opinion import OpinionKind
from kb.models.source import SourceQuerySet

GROUP_TITLES = {
    OpinionKind.EXPERT: "What experts say",
    OpinionKind.MARKETER: "What marketers say",
    OpinionKind.TECHNICAL: "What technical articles say",
}


@dataclass(frozen=True, slots=True)
class When:
    """A date with the precision that is known of it."""

    day: dt.date | None
    precision: str
    kind: str

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> When:
        """Return the date of a row."""
        day = fields.get("stated_on")
        return cls(
            day=dt.date.fromisoformat(day) if day else None,
            precision=fields.get("precision", Dated.Precision.UNKNOWN),
            kind=fields.get("date_kind", Dated.DateKind.STATED),
        )

    @property
    def machine(self) -> str:
        """The date for <time datetime>: 2024-12-10, 2024-12 or 2024; empty when unknown."""
        if not self.day:
            return ""
        length = {"year": 4, "month": 7}.get(self.precision, 10)
        return self.day.isoformat()[:length]

    @property
    def words(self) -> str:
        """The date as people read it: 10 December 2024, December 2024, 2024 or date unknown."""
        if not self.day:
            return "date unknown"
        shape = {"year": "%Y", "month": "%B %Y"}.get(self.precision, f"{self.day.day} %B %Y")
        return self.day.strftime(shape)

    @property
    def prefix(self) -> str:
        """The word before the date that says what it is: updated, as of, or nothing."""
        return {"updated": "updated", "as-of": "as of"}.get(self.kind, "") if self.day else ""


@dataclass(frozen=True, slots=True)
class ReadableOpinion:
    """One opinion card."""

    uid: str
    kind: str
    source: Source
    author: str
    url: str
    claim: str
    advice: str
    editor_suggestion: str
    when: When
    reported_by: Source | None
    reported_url: str
    codes: list[str]
    note: str
    valid_until: str
    valid_until_why: str
    retracted: bool
    disputes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The card's id on the article's page, and on that of its source."""
        return f"opinion-{self.uid}"

    @property
    def more_by_source(self) -> int:
        """How many other opinions of its source are published; 0 where nobody has counted."""
        return max(0, getattr(self.source, "opinion_count", 0) - 1)


@dataclass(frozen=True, slots=True)
class OpinionGroup:
    """The opinions of one kind, newest first, with the article's short summary of them."""

    kind: str
    title: str
    summary: str
    opinions: list[ReadableOpinion]


@dataclass(frozen=True, slots=True)
class ReadableStep:
    """One remediation step with the opinions that support it."""

    uid: str
    who: str
    who_label: str
    action: str
    check_text: str
    supported_by: list[ReadableOpinion]


@dataclass(frozen=True, slots=True)
class CodeLink:
    """A code as a page names it and where it leads."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class ReadableArticle:
    """A published article, ready for a template."""

    slug: str
    question: str
    summary: str
    key_findings: list[str]
    key_considerations: list[str]
    body: str
    groups: list[OpinionGroup]
    steps: list[ReadableStep]
    do_nots: list[ReadableStep]
    codes: list[CodeLink]
    related_slugs: list[str]
    reviewed_on: str

    @property
    def opinion_count(self) -> int:
        """How many opinions it cites."""
        return sum(len(group.opinions) for group in self.groups)


def source_slugs(rows: Iterable[Row]) -> set[str]:
    """Return the sources that the opinions among rows name."""
    fields = [row["fields"] for row in rows if row["model"] == "kb.opinion"]
    return {key[0] for f in fields for key in (f["source"], f.get("reported_by")) if key}


def sources_of(rows: Iterable[Row], known: SourceQuerySet | None = None) -> dict[str, Source]:
    """Return slug → source of all that rows name, in one query where none was renamed."""
    known = Source.objects.all() if known is None else known
    slugs = source_slugs(rows)
    found = {source.slug: source for source in known.filter(slug__in=slugs)}
    return found | renamed_sources(slugs - found.keys())


def renamed_sources(slugs: set[str]) -> dict[str, Source]:
    """Return slug → source of those that had these slugs when a document was frozen."""
    if not slugs:
        return {}
    paths = {reverse("kb:source", args=[slug]): slug for slug in slugs}
    moved = SlugRedirect.objects.filter(old_path__in=paths)
    now = {row.new_path.strip("/").rpartition("/")[2]: paths[row.old_path] for row in moved}
    return {now[source.slug]: source for source in Source.objects.filter(slug__in=now)}


def read_articles(
    revisions: Iterable[ArticleRevision], sources: SourceQuerySet | None = None
) -> list[ReadableArticle]:
    """Return revisions as articles, with one query for the sources of all."""
    documents = [revision.document["rows"] for revision in revisions]
    sources = sources_of((row for rows in documents for row in rows), sources)
    return [read_document(rows, sources) for rows in documents]


def read_document(rows: list[Row], sources: Mapping[str, Source]) -> ReadableArticle:
    """Return a document as an article."""
    article = rows[0]["fields"]
    opinions = read_opinions(rows, sources)
    steps = [row["fields"] for row in rows if row["model"] == "kb.remediationstep"]
    steps.sort(key=lambda step: (step.get("position", 0), step["uid"]))
    return ReadableArticle(
        slug=article["slug"],
        question=article["question"],
        summary=article["summary"],
        key_findings=article.get("key_findings", []),
        key_considerations=article.get("key_considerations", []),
        body=article.get("body", ""),
        groups=group_opinions(article, opinions.values()),
        steps=[read_step(step, opinions) for step in steps if "kind" not in step],
        do_nots=[read_step(step, opinions) for step in steps if step.get("kind") == "do-not"],
        codes=[read_code(key) for key in article.get("codes", [])],
        related_slugs=[key[0] for key in article.get("related", [])],
        reviewed_on=article.get("reviewed_on", ""),
    )


def read_code(key: list[str]) -> CodeLink:
    """Return the link of a code from its natural key."""
    parts = [part for part in key if part]
    return CodeLink(text=" ".join(parts), address="-".join(parts))


def read_opinions(rows: Iterable[Row], sources: Mapping[str, Source]) -> dict[str, ReadableOpinion]:
    """Return uid → opinion of a document, with what each disputes."""
    rows = list(rows)
    opinions = {
        row["fields"]["uid"]: read_opinion(row["fields"], sources)
        for row in rows
        if row["model"] == "kb.opinion"
    }
    for row in rows:
        if row["model"] == "kb.opinionconflict":
            fields = row["fields"]
            pair = [opinions[fields[end][0]] for end in ("first", "second")]
            for one, other in (pair, reversed(pair)):
                one.disputes.append((other.anchor, other.source.name, fields["note"]))
    return opinions


def read_opinion(fields: Mapping[str, Any], sources: Mapping[str, Source]) -> ReadableOpinion:
    """Return the row of an opinion as a card."""
    reporter = fields.get("reported_by")
    return ReadableOpinion(
        uid=fields["uid"],
        kind=fields["kind"],
        source=sources[fields["source"][0]],
        author=fields.get("author", ""),
        url=fields.get("url", ""),
        claim=fields["claim"],
        advice=fields.get("advice", ""),
        editor_suggestion=fields.get("editor_suggestion", ""),
        when=When.of(fields),
        reported_by=sources[reporter[0]] if reporter else None,
        reported_url=fields.get("reported_url", ""),
        codes=[" ".join(filter(None, key)) for key in fields.get("codes", [])],
        note=fields.get("note", ""),
        valid_until=fields.get("valid_until", ""),
        valid_until_why=fields.get("valid_until_why", ""),
        retracted=fields.get("retracted", False),
    )


def group_opinions(
    article: Mapping[str, Any], opinions: Iterable[ReadableOpinion]
) -> list[OpinionGroup]:
    """Return opinions by kind, newest first, the undated last in the article's own order."""
    ordered = sorted(opinions, key=lambda o: o.when.day or dt.date.min, reverse=True)
    return [
        OpinionGroup(
            kind=kind.value,
            title=title,
            summary=article.get(f"{kind.value}_summary", ""),
            opinions=[opinion for opinion in ordered if opinion.kind == kind],
        )
        for kind, title in GROUP_TITLES.items()
        if any(opinion.kind == kind for opinion in ordered)
    ]


def read_step(fields: Mapping[str, Any], opinions: Mapping[str, ReadableOpinion]) -> ReadableStep:
    """Return the row of a step."""
    who = fields.get("who", Actor.SENDER.value)
    uids = [key[0] for key in fields.get("supported_by", [])]
    return ReadableStep(
        uid=fields["uid"],
        who=who,
        who_label=Actor(who).label,
        action=fields["action"],
        check_text=fields.get("check_text", ""),
        supported_by=[opinions[uid] for uid in uids if uid in opinions],
    )
