"""What a search asks of a database and what it returns, the same on both.

The database holds the index and says which articles hold a term; which of them comes first is
decided here for both (`kb.search.ranking`), so that a site finds the same after it has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.bits import Bits

# How much a word counts by the field in which it stands (title most).
WEIGHTS = {
    "title": 12.0,
    "codes": 8.0,
    "asked": 8.0,
    "summary": 5.0,
    "steps": 2.0,
    "body": 1.5,
    "opinions": 1.0,
}
FIELDS = tuple(WEIGHTS)
WEIGHT_OF_ONE = 4.0  # a word of this weight counts once
LENGTH_MATTERS = 0.6  # b of BM25: how much a field longer than usual weakens its words
USUAL_LENGTH = {
    "title": 10,
    "codes": 15,
    "asked": 80,
    "summary": 60,
    "steps": 170,
    "body": 330,
    "opinions": 450,
}
HEAD = FIELDS[:4]  # the fields that say what an article is about


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a word of the query: terms that follow each other, and how well they fit."""

    terms: tuple[str, ...]
    fit: float = 1.0  # 1 for what was typed; less for a synonym, a completion, a correction


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the query with all the ways to say it; `required` where it stands in quotes."""

    text: str
    ways: tuple[Way, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """Where one group stands: in any field, and in the fields that say what an article is about."""

    anywhere: Bits
    head: Bits


@dataclass(frozen=True, slots=True)
class Document:
    """The terms of one article by field, each between spaces, and what one of them counts there."""

    revision: int
    fields: tuple[str, ...]  # as FIELDS
    shares: tuple[float, ...]
    whole: str  # all fields

    @classmethod
    def of(cls, revision: int, fields: Sequence[str]) -> Document:
        """Return a document as it is weighed."""
        padded = tuple(f" {terms} " for terms in fields)
        return cls(revision, padded, tuple(map(share, FIELDS, padded)), "".join(padded))


def share(name: str, terms: str) -> float:
    """Return what a word in a field counts: its weight, less in a field longer than usual."""
    longer = max(0.0, (terms.count(" ") - 1) / USUAL_LENGTH[name] - 1)
    return WEIGHTS[name] / WEIGHT_OF_ONE / (1 + LENGTH_MATTERS * longer)


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found; a higher score is a better match."""

    revision: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits, best first, all that match as a set, and how the query was understood."""

    hits: list[Hit]
    matches: Bits = 0
    unfiltered: Bits = 0  # what matches whatever facets are chosen
    groups: tuple[Group, ...] = ()
    all_words: bool = True  # whether every match holds every word
    corrected: tuple[tuple[str, str], ...] = ()  # typed, as the library spells it

    @property
    def total(self) -> int:
        """How many articles match."""
        return self.matches.bit_count()


class Backend(Protocol):
    """What each database provides."""

    def remove(self) -> None:
        """Take the index away, whatever state it is in; the documents stay."""

    def install(self) -> bool:
        """Make tables and triggers of the index where they are not; return whether it is new."""

    def fill(self) -> None:
        """Make the index anew from the documents."""

    def faults(self) -> list[str]:
        """Return what is wrong with the index, in sentences."""

    def postings(self, groups: Iterable[Group]) -> list[Posting]:
        """Return where each group stands, in one query."""
