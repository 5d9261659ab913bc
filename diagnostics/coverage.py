"""Holes in the knowledge: what nobody has written about yet, for editors to fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from diagnostics.bounce import read
from diagnostics.engine import Cause, Knowledge, diagnose
from kb.content.units import Row

FEWEST_ARTICLES = 2  # of one cause

Fields = Mapping[str, Any]


class Hole(NamedTuple):
    """What is missing, and of what: `code without article`, `5.6.7`."""

    kind: str
    key: str


def find_holes(rows: Iterable[Row], knowledge: Knowledge) -> list[Hole]:
    """Return all holes of rows (files or database) and the snapshot made of them, in order."""
    of_model: dict[str, list[Fields]] = defaultdict(list)
    for row in rows:
        of_model[row["model"]].append(row["fields"])
    found = [
        *causes(of_model),
        *codes(of_model),
        *providers(of_model),
        *signatures(of_model, knowledge),
        *articles(of_model),
    ]
    return sorted(found)


def causes(rows: Mapping[str, list[Fields]]) -> Iterator[Hole]:
    """Yield causes that fewer than two articles are about."""
    written = [slug for article in rows["kb.article"] for (slug,) in article.get("causes", ())]
    for cause in Cause:
        if written.count(cause.value) < FEWEST_ARTICLES:
            yield Hole("cause with fewer than two articles", cause.value)


def codes(rows: Mapping[str, list[Fields]]) -> Iterator[Hole]:
    """Yield codes with a verified meaning that no article names, alone or in a pair."""
    named = {half for a in rows["kb.article"] for pair in a.get("codes", ()) for half in pair}
    meant = {
        next(half for half in reversed(meaning["code"]) if half)
        for meaning in rows["kb.codemeaning"]
        if meaning.get("verified") and any(meaning.get("code", ()))
    }
    for code in meant - named:
        yield Hole("code without article", code)


def providers(rows: Mapping[str, list[Fields]]) -> Iterator[Hole]:
    """Yield providers that no article is about, nor about the one above them."""
    written = {slug for article in rows["kb.article"] for (slug,) in article.get("providers", ())}
    for provider in rows["kb.provider"]:
        if written.isdisjoint({provider["slug"], *provider.get("family", ())}):
            yield Hole("provider without article", provider["slug"])


def signatures(rows: Mapping[str, list[Fields]], knowledge: Knowledge) -> Iterator[Hole]:
    """Yield published signatures whose examples lead to no article."""
    examples = {}
    for example in rows["kb.signatureexample"]:
        if example.get("expectation", "must-match") == "must-match":
            examples.setdefault(example["signature"][0], example["text"])
    for signature in knowledge.signatures:
        text = examples.get(signature.slug)
        if text is None or not diagnose(read(text), knowledge).worst.articles:
            yield Hole("signature without article", signature.slug)


def articles(rows: Mapping[str, list[Fields]]) -> Iterator[Hole]:
    """Yield articles that lack opinions, steps, another kind of opinion, or a date."""
    opinions = {opinion["uid"]: opinion for opinion in rows["kb.opinion"]}
    cited: dict[str, list[Fields]] = defaultdict(list)
    for citation in rows["kb.articleopinion"]:
        cited[citation["article"][0]].append(opinions[citation["opinion"][0]])
    with_steps = {step["article"][0] for step in rows["kb.remediationstep"]}
    for article in rows["kb.article"]:
        slug = article["slug"]
        if slug not in with_steps:
            yield Hole("article without step", slug)
        if not cited[slug]:
            yield Hole("article without opinion", slug)
            continue
        if len({opinion["kind"] for opinion in cited[slug]}) == 1:
            yield Hole("article with one kind of opinion", slug)
        if not any("stated_on" in opinion for opinion in cited[slug]):
            yield Hole("article without dated source", slug)
