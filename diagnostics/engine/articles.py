"""Which articles answer a finding, and why each was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics.bounce import Report
from diagnostics.engine.knowledge import ArticleEntry, Knowledge
from diagnostics.engine.provider import Recognised
from diagnostics.engine.words import Cause

# What speaks for an article. Who answered counts more than where a signature leads: a signature of
# anybody's words leads to the article on its cause, and the provider's own says more.
LINKED, OF_PROVIDER, OF_CAUSE = 0.3, 0.35, 0.15
MOST = 3
ENOUGH = 0.2
UNNAMED = 0.6  # what an article about one provider is worth where nobody knows who answered
REMEMBERED = 10_000  # answers; whoever writes the texts chooses how many there are


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """An article with how well it fits (0 to 1) and the reasons, in words."""

    slug: str
    score: float
    why: tuple[str, ...]


def choose(
    report: Report, cause: Cause, recognised: Recognised, linked: str | None, knowledge: Knowledge
) -> tuple[ArticleMatch, ...]:
    """Return at most three articles, the best first."""
    key = (report.reply_code, report.status_code, cause, recognised, linked)
    chosen = knowledge.chosen_articles.get(key)
    if chosen is None:
        if len(knowledge.chosen_articles) >= REMEMBERED:
            knowledge.chosen_articles.clear()
        chosen = knowledge.chosen_articles[key] = best(report, cause, recognised, linked, knowledge)
    return chosen


def best(
    report: Report, cause: Cause, recognised: Recognised, linked: str | None, knowledge: Knowledge
) -> tuple[ArticleMatch, ...]:
    """Return the articles that fit best, for a report that was not asked about before."""
    rated = (
        rate(entry, report, cause, recognised, linked)
        for entry in candidates(report, cause, recognised, linked, knowledge)
    )
    matches = [match for match in rated if match.score >= ENOUGH]
    matches.sort(key=lambda match: (-match.score, match.slug))
    first, rest = matches[:MOST], matches[MOST:]
    if led := [match for match in rest if match.slug == linked]:
        first[-1:] = led  # where its editor sends the reader is always shown
    return tuple(first)


def candidates(
    report: Report, cause: Cause, recognised: Recognised, linked: str | None, knowledge: Knowledge
) -> Iterable[ArticleEntry]:
    """Return the articles that share enough with a finding to be rated, each once.

    The cause alone is not enough, nor is a reply code beside an enhanced one.
    """
    reply, enhanced = report.reply_code or "", report.status_code or ""
    traits: list[str | tuple[str, str]] = [linked or "", (reply, enhanced), enhanced or reply]
    traits += [(cause.value, slug) for slug in recognised if slug]
    found = {
        entry.slug: entry
        for trait in traits
        for entry in knowledge.articles_by_trait.get(trait, ())
    }
    return found.values()


def rate(
    entry: ArticleEntry, report: Report, cause: Cause, recognised: Recognised, linked: str | None
) -> ArticleMatch:
    """Return how well one article fits; one about another provider or cause not, unless linked."""
    score = 0.0
    why = []
    if entry.slug == linked:
        score += LINKED
        why.append("signature")
    code_score, code_why = rate_codes(entry, report)
    score += code_score
    why += code_why
    if cause.value in entry.causes:
        score += OF_CAUSE
        why.append(f"cause {cause.value}")
    named = [slug for slug in recognised if slug]
    if shared := [slug for slug in named if slug in entry.providers]:
        score += OF_PROVIDER
        why.append(f"provider {shared[0]}")
    elif entry.providers and entry.slug != linked:
        score *= 0.0 if named else UNNAMED
    if is_of_another_cause(entry, cause) and entry.slug != linked:
        score = 0.0
    return ArticleMatch(entry.slug, round(min(score, 1.0), 2), tuple(why))


def is_of_another_cause(entry: ArticleEntry, cause: Cause) -> bool:
    """Whether an article answers other causes: whatever its codes, its advice would mislead."""
    return cause is not Cause.UNKNOWN and bool(entry.causes) and cause.value not in entry.causes


def rate_codes(entry: ArticleEntry, report: Report) -> tuple[float, list[str]]:
    """Return what the codes add: the pair most, the enhanced code nearly as much."""
    reply, enhanced = report.reply_code or "", report.status_code or ""
    if reply and enhanced and (reply, enhanced) in entry.codes:
        return 0.25, [f"code {reply} {enhanced}"]
    if enhanced and any(enhanced == other for _, other in entry.codes):
        return 0.2, [f"code {enhanced}"]
    if reply and not enhanced and any(reply == other for other, _ in entry.codes):
        return 0.05, [f"code {reply}"]
    return 0.0, []
