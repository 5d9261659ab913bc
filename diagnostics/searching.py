"""A search that understands pasted errors: the engine reads the query, its articles come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from diagnostics import bounce, engine, wording
from diagnostics.bounce import Bounce
from diagnostics.engine import Basis, Cause, Finding, Knowledge
from diagnostics.knowledge import snapshot
from kb.models import ArticleRevision
from kb.search import MOST_KEPT, Results, search
from kb.search.highlight import mark, terms_of
from kb.versioned import Kept

FACTS = "_components/article_facts.html"
# What an engine's article gains over the words' score, which lies between 0 and 1.
LIFT_WITH_CODE = 0.4
LIFT = 0.1
SHORT = 80  # characters; a text no longer than this is a query, whatever it is read as
TOLD = {Basis.SIGNATURE, Basis.MEANING}  # words decided; anything else needs a code to be believed


@dataclass(frozen=True, slots=True)
class Reading:
    """A query that looks like a bounce, and what it says in one line."""

    finding: Finding
    sentence: str
    cause_name: str
    provider_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a query finds, and what the engine read in it, if anything."""

    results: Results
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list shows it, whatever was searched for."""

    question: str
    summary: str
    address: str
    facts: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """An article that was found, with the words of the query marked."""

    question: SafeString
    summary: SafeString
    address: str
    facts: SafeString


listed_before: Kept[dict[int, Listed]] = Kept(dict)


def find(text: str, **wanted: Any) -> Found:
    """Return what a query finds; `wanted` are the arguments of `kb.search.search`."""
    if not text.strip():
        return Found(Results(hits=[]), None)
    knowledge = snapshot.current()
    read = bounce.read(text)
    finding = engine.diagnose(read, knowledge).worst
    reads = looks_like_a_bounce(finding)
    results = search(
        words_that_tell(read, finding) if reads else text,
        lifted=lifts(finding) if reads else None,
        **wanted,
    )
    return Found(results, read_aloud(finding, knowledge) if reads else None)


def words_that_tell(read: Bounce, finding: Finding) -> str:
    """Return the words of the answer in a pasted line or mail; of a few words, all."""
    span = finding.report.diagnostic
    if span is None or len(read.text) <= SHORT:
        return read.text
    return read.text[slice(*span)]


def looks_like_a_bounce(finding: Finding) -> bool:
    """Whether the engine recognised a code, a provider's tag or known words in a query."""
    if finding.cause in (Cause.UNKNOWN, Cause.NOT_A_BOUNCE):
        return False
    report = finding.report
    return finding.basis in TOLD or bool(report.status_code or report.reply_code or report.token)


def lifts(finding: Finding) -> Mapping[str, float]:
    """Return what the articles of a finding gain, by how well they fit and how sure it is."""
    report = finding.report
    lift = LIFT_WITH_CODE if report.status_code or report.reply_code or report.token else LIFT
    return {match.slug: lift * match.score * finding.confidence for match in finding.articles}


def read_aloud(finding: Finding, knowledge: Knowledge) -> Reading:
    """Return a finding in the words of the answer page."""
    facts = knowledge.causes[finding.cause]
    guess = "Most likely" if finding.basis in TOLD else "Going by the code alone, most likely"
    sure = wording.is_sure(finding)
    return Reading(
        finding=finding,
        sentence=wording.sentence(finding, knowledge) if sure else f"{guess} {facts.sentence}.",
        cause_name=facts.name,
        provider_name=wording.provider_name(finding, knowledge),
    )


def rows_of(results: Results) -> list[Row]:
    """Return the articles of a page of hits, those not listed before in two queries."""
    keys = [hit.revision for hit in results.hits]
    articles = listed(keys)
    terms = terms_of(results.groups)
    return [
        Row(mark(row.question, terms), mark(row.summary, terms), row.address, row.facts)
        for row in (articles[key] for key in keys if key in articles)
    ]


def listed(keys: Sequence[int]) -> dict[int, Listed]:
    """Return articles as lists show them, by the primary keys of their revisions."""
    kept = listed_before.get()
    found = {key: row for key in keys if (row := kept.get(key))}
    if missing := [key for key in keys if key not in found]:
        published = ArticleRevision.objects.published().for_lists().with_codes()
        new = {article.pk: list_article(article) for article in published.filter(pk__in=missing)}
        if len(kept) + len(new) > MOST_KEPT:
            kept.clear()  # other threads hold what they have found
        kept.update(new)
        found |= new
    return found


def list_article(article: ArticleRevision) -> Listed:
    """Return an article as a list shows it."""
    facts = render_to_string(FACTS, {"article": article})
    return Listed(article.question, article.summary, article.get_absolute_url(), facts)


def did_you_mean(text: str, corrected: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Return a query with its mistakes mended, and its address; None without a mistake."""
    if not corrected:
        return None
    mended = text
    for typed, right in corrected:
        at = mended.lower().find(typed)
        if at >= 0:
            mended = mended[:at] + right + mended[at + len(typed) :]
    return (mended, f"?{urlencode({'q': mended})}") if mended != text else None
