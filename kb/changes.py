"""What changed from one published revision of an article to the next, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.utils import timezone

from kb.content.units import Row
from kb.models import ArticleRevision, Cause, Provider, Source, Topic

Fields = Mapping[str, Any]
Names = Mapping[tuple[str, str], str]

TEXTS = {
    "question": "Question reworded",
    "summary": "Summary reworded",
    "expert_summary": "Summary of what experts say reworded",
    "marketer_summary": "Summary of what marketers say reworded",
    "technical_summary": "Summary of what technical articles say reworded",
    "key_findings": "Key findings revised",
    "key_considerations": "Key considerations revised",
    "body": "Text revised",
    "related": "Related questions changed",
    "reviewed_on": "Reviewed",
    "slug": "Moved to another address",
}
SETS = {"codes": "Codes", "causes": "Causes", "providers": "Providers", "topics": "Topics"}
NAMED = {"source": Source, "causes": Cause, "providers": Provider, "topics": Topic}
PLACES = {"position"}  # where a part stands says nothing of what it says


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is another now, and whom or what it is about, by kind and slug."""

    text: str
    about: tuple[tuple[str, str], ...] = ()

    def words(self, names: Names) -> str:
        """Return the line with names for slugs."""
        known = dict.fromkeys(names.get(key, key[1]) for key in self.about)
        return f"{self.text}: {', '.join(known)}" if known else self.text


@dataclass(frozen=True, slots=True)
class Change:
    """One published revision beside the one before it."""

    revision: ArticleRevision
    is_new: bool
    lines: list[str]

    @property
    def day(self) -> dt.date:
        """The day of publishing."""
        return timezone.localdate(self.revision.published_at)


def read_changes(revisions: Sequence[ArticleRevision]) -> list[Change]:
    """Return what each revision of a history changed, with two queries for all."""
    wanted = {pk for r in revisions if r.previous for pk in (r.pk, r.previous)}
    rows = ArticleRevision.objects.filter(pk__in=wanted).values_list("pk", "document")
    documents = {pk: document["rows"] for pk, document in rows} if wanted else {}
    lines = {
        revision.pk: difference(documents[revision.previous], documents[revision.pk])
        for revision in revisions
        if revision.previous
    }
    names = names_of(key for found in lines.values() for line in found for key in line.about)
    return [
        Change(
            revision,
            is_new=not revision.previous,
            lines=[line.words(names) for line in lines.get(revision.pk, [])],
        )
        for revision in revisions
    ]


def names_of(keys: Iterable[tuple[str, str]]) -> Names:
    """Return the names of what kinds and slugs stand for, in one query."""
    wanted: dict[str, set[str]] = {}
    for kind, slug in keys:
        if kind in NAMED:
            wanted.setdefault(kind, set()).add(slug)
    if not wanted:
        return {}
    first, *others = (
        NAMED[kind].objects.filter(slug__in=slugs).values_list(Value(kind), "slug", "name")
        for kind, slugs in wanted.items()
    )
    return {(kind, slug): name for kind, slug, name in first.union(*others, all=True)}


def difference(old: list[Row], new: list[Row]) -> list[Line]:
    """Return what is another in a document, what weighs most first."""
    before, after = old[0]["fields"], new[0]["fields"]
    lines = [
        *opinions_that_differ(parts(old, "kb.opinion"), parts(new, "kb.opinion")),
        *steps_that_differ(parts(old, "kb.remediationstep"), parts(new, "kb.remediationstep")),
        *(Line(text) for name, text in TEXTS.items() if before.get(name) != after.get(name)),
        *sets_that_differ(before, after),
    ]
    conflicts = [[r for r in rows if r["model"] == "kb.opinionconflict"] for rows in (old, new)]
    if conflicts[0] != conflicts[1]:
        lines.append(Line("Disagreements between sources revised"))
    return lines or [Line("Small corrections" if old != new else "Published again as it was")]


def parts(rows: Iterable[Row], model: str) -> dict[str, Fields]:
    """Return uid → fields of the rows of one model."""
    return {row["fields"]["uid"]: row["fields"] for row in rows if row["model"] == model}


def opinions_that_differ(old: Mapping[str, Fields], new: Mapping[str, Fields]) -> list[Line]:
    """Return opinions added, removed and revised, with their sources."""
    found = {
        "added": [new[uid] for uid in new if uid not in old],
        "removed": [old[uid] for uid in old if uid not in new],
        "revised": [new[uid] for uid in new if uid in old and new[uid] != old[uid]],
    }
    return [
        Line(
            counted(opinions, "opinion", what), tuple(("source", o["source"][0]) for o in opinions)
        )
        for what, opinions in found.items()
        if opinions
    ]


def steps_that_differ(old: Mapping[str, Fields], new: Mapping[str, Fields]) -> list[Line]:
    """Return steps added, removed and changed; their order only when nothing else is another."""
    both = [uid for uid in new if uid in old]
    found = {
        "added": [uid for uid in new if uid not in old],
        "removed": [uid for uid in old if uid not in new],
        "changed": [uid for uid in both if said(new[uid]) != said(old[uid])],
    }
    lines = [Line(counted(uids, "step", what)) for what, uids in found.items() if uids]
    if not lines and [*old] != [*new]:
        return [Line("Steps put in another order")]
    return lines


def sets_that_differ(old: Fields, new: Fields) -> list[Line]:
    """Return codes, causes, providers and topics that joined or left."""
    lines = []
    for name, title in SETS.items():
        before, after = (
            [" ".join(filter(None, key)) for key in fields.get(name, [])] for fields in (old, new)
        )
        joined = tuple((name, key) for key in after if key not in before)
        left = tuple((name, key) for key in before if key not in after)
        lines += [Line(f"{title} added", joined)] if joined else []
        lines += [Line(f"{title} removed", left)] if left else []
    return lines


def said(fields: Fields) -> dict[str, Any]:
    """Return what a part says, without where it stands."""
    return {name: value for name, value in fields.items() if name not in PLACES}


def counted(items: Sequence[object], noun: str, what: str) -> str:
    """Return a count in words: 2 opinions added."""
    return f"{len(items)} {noun}{'' if len(items) == 1 else 's'} {what}"
