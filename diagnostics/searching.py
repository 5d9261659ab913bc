"""A search that understands pasted errors: the engine reads the query, its articles come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics import bounce, engine, wording
from diagnostics.engine import Basis, Cause, Finding, Knowledge
from diagnostics.knowledge import snapshot
from kb.search import Results, search

# What the engine's articles gain over the words' score, which lies between 0 and 1.
LIFT = 0.5
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


def find(text: str, **wanted: Any) -> Found:
    """Return what a query finds; `wanted` are the arguments of `kb.search.search`."""
    knowledge = snapshot.current()
    finding = engine.diagnose(bounce.read(text), knowledge).worst
    reads = looks_like_a_bounce(finding)
    results = search(text, lifted=lifts(finding) if reads else None, **wanted)
    return Found(results, read_aloud(finding, knowledge) if reads else None)


def looks_like_a_bounce(finding: Finding) -> bool:
    """Whether the engine recognised a code, a provider's tag or known words in a query."""
    if finding.cause in (Cause.UNKNOWN, Cause.NOT_A_BOUNCE):
        return False
    report = finding.report
    return finding.basis in TOLD or bool(report.status_code or report.reply_code or report.token)


def lifts(finding: Finding) -> Mapping[str, float]:
    """Return what the articles of a finding gain, by how well they fit and how sure it is."""
    return {
        match.slug: LIFT * match.score * finding.confidence for match in finding.articles
    }


def read_aloud(finding: Finding, knowledge: Knowledge) -> Reading:
    """Return a finding in the words of the answer page."""
    return Reading(
        finding=finding,
        sentence=wording.sentence(finding, knowledge),
        cause_name=knowledge.causes[finding.cause].name,
        provider_name=wording.provider_name(finding, knowledge),
    )
