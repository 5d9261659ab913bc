"""What a search returns, the same on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

# How much a word counts by the field in which it stands (title most).
WEIGHTS = {"title": 10.0, "codes": 8.0, "summary": 5.0, "steps": 3.0, "body": 2.0, "opinions": 1.0}
FIELDS = tuple(WEIGHTS)

MAX_QUERY = 200  # characters; a longer one is cut
MAX_WORDS = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found; a higher score is a better match."""

    slug: str
    question: str
    summary: str
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits, best first, and how many there are in all."""

    hits: list[Hit]
    total: int


class Backend(Protocol):
    """What each database provides; `words` are folded and never empty."""

    def install_index(self) -> None:
        """Make the index objects if they are not there, and fill them."""

    def search(self, words: list[str], *, limit: int, offset: int) -> Results:
        """Return published articles that hold all words, the last one as a prefix too."""


def query_words(text: str) -> list[str]:
    """Return the words of a query, cut to a size that cannot hurt; codes stay whole."""
    cleaned = "".join(c if c.isalnum() or c in ".-_" else " " for c in text[:MAX_QUERY])
    words = [word.strip(".-_").lower() for word in cleaned.split()]
    return [word for word in words if word][:MAX_WORDS]
