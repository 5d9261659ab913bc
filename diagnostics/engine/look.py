"""Where a finding's words are looked for: in the answer first, then in the notice around it."""

from __future__ import annotations

from typing import NamedTuple

from diagnostics.bounce import Bounce, Report, Span
from diagnostics.engine.evidence import (
    REGISTRY,
    Evidence,
    Placed,
    from_nearest,
    from_text,
    order,
)
from diagnostics.engine.fold import Folded, fold
from diagnostics.engine.knowledge import Knowledge
from diagnostics.engine.matcher import Hit
from diagnostics.engine.provider import Recognised, recognise

MAX_SEARCHED = 64 * 1024  # code points of prose that are searched for phrases
SURE_GUESS = 0.5  # above it a guess by the answer is better than vague words around it
SHORT = 600  # code points of words without an answer that are guessed by


class Look(NamedTuple):
    """What stands in a stretch of text, and what that speaks for."""

    folded: Folded
    hits: list[Hit]
    told: list[Placed]
    recognised: Recognised
    around: bool = False  # not in the answer, but in the words of the notice around it


def look_for_words(bounce: Bounce, report: Report, knowledge: Knowledge) -> Look:
    """Return what the words of the answer tell; else what those around it do, or a guess.

    The answer is the other server's; a notice puts words of its own around it, which may be a list
    of all that could be wrong. So words around an answer must say more than those within it: an
    answer that says little (`Service unavailable`) is explained by them.
    """
    answer = look_at(report.diagnostic, bounce, report, knowledge)
    if answer and answer.told and answer.told[0][0].rank > REGISTRY:
        return answer
    best = answer
    guess = answer.told[0] if answer and answer.told else None
    if answer and not guess:
        guess = from_nearest(report, answer.folded.text, knowledge)
    for span in (bounce.prose, bounce.subject):
        around = look_at(span, bounce, report, knowledge) if span != report.diagnostic else None
        if not around:
            continue
        around = around._replace(recognised=whoever(answer, around), around=answer is not None)
        least = guess[0].confidence if guess else 0.0
        if around.told and says_more(around.told[0][0], least):
            return around
        if best is None and len(around.folded.text) < SHORT:
            guess = from_nearest(report, around.folded.text, knowledge)
        best = best or around
    if best is None:
        return Look(fold(""), [], [], recognise(report, "", [], knowledge))
    return best if best.told else best._replace(told=[guess] if guess else [])


def says_more(around: Evidence, guessed: float) -> bool:
    """Whether words around an answer say more than a guess by the answer itself."""
    return around.confidence > guessed and (around.rank > REGISTRY or guessed < SURE_GUESS)


def look_at(span: Span | None, bounce: Bounce, report: Report, knowledge: Knowledge) -> Look | None:
    """Return what stands in one stretch, or None when there is no such stretch."""
    if not span:
        return None
    folded = fold(bounce.text, span[0], min(span[1], span[0] + MAX_SEARCHED))
    hits = knowledge.matcher.find(folded)
    recognised = recognise(report, folded.text, hits, knowledge)
    told = from_text(report, hits, recognised, knowledge)
    told.sort(key=order, reverse=True)
    return Look(folded, hits, told, recognised)


def whoever(answer: Look | None, around: Look) -> Recognised:
    """Return who answered, as the answer tells it, else the words around it."""
    return answer.recognised if answer and answer.recognised.provider else around.recognised
