"""What the answer page shows: a diagnosis put into words, with the articles that answer it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kb.reading import ReadableArticle, ReadableStep


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the pasted text; `marked` for the words that decided."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class CodePart:
    """One part of a code, taken apart: `4` is 'Temporary: ...'."""

    part: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible cause."""

    name: str
    slug: str
    meaning: str
    confidence_words: str


@dataclass(frozen=True, slots=True)
class Match:
    """An article that answers the bounce, and why it was chosen."""

    article: ReadableArticle
    why: list[str]


@dataclass(frozen=True, slots=True)
class Card:
    """The answer for one recipient."""

    sentence: str
    recipient: str
    cause_name: str
    cause_slug: str
    who: str
    who_label: str
    permanence: str  # permanent, temporary or unknown
    permanence_label: str
    confidence: float
    confidence_words: str
    confidence_meaning: str
    basis_sentence: str  # which evidence decided, as a sentence
    code_alone: str  # a sentence, where the code alone would have said another thing; else empty
    code_parts: list[CodePart]
    code_address: str  # for the link to /codes/…/; empty when no code was read
    alternatives: list[Alternative]
    facts: list[tuple[str, str]]  # technical details: label, value


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole page: the worst card first."""

    kind: str  # answer, unsure, not-a-bounce
    headline: str
    lead: str
    card: Card | None
    more_cards: list[Card]
    steps: list[ReadableStep]  # at most five
    do_nots: list[ReadableStep]
    segments: list[Segment]
    matches: list[Match]  # at most three
    notes: list[str] = field(default_factory=list)  # what was cut or not read
    reply: str = ""  # a ready text to copy
    format_label: str = ""  # "A delivery status notification (RFC 3464)"
