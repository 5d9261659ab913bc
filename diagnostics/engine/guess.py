"""A guess for words that no signature knows: the causes of the nearest wordings that are curated.

Rare words weigh more than common ones (inverse document frequency, Spärck Jones 1972), and the
subject of the enhanced code counts as a word. The nearest wordings vote, the nearer the more. Only
the rarest words of a text are looked up, so the time does not grow with the text.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from diagnostics.bounce import Span
from diagnostics.engine.words import Cause

# A word that stands alone: no part of an address, a host or a number, which differ each time.
WORD = re.compile(
    r"(?:^|(?<=[\s\"'(<\[:;,=-]))[^\W\d_](?:[^\W\d_]|')+(?=[\s\"')>\],:;!?-]|\.(?:\s|$)|$)"
)
SUBJECT = re.compile(r"(?<!\S)#\d{1,3}(?!\S)")
COMMON = frozenset(
    re.findall(
        r"\S+",
        """
        the a an to of in is are was for by on from and or be this that your you it with has have
        at as not please see we our if will can could been more no http https
        """,
    )
)
IDEOGRAPHS = "\u2e80"  # from here on scripts that part no words

VOTERS = 15
LOOKED_UP = 10  # rarest words of a text
BUDGET = 150  # wordings that are weighed; words that too many share are left out
FEWEST = 2  # words known from a curated wording
MOST_WORDS = 60
LONGEST_SPAN = 60
SHARPNESS = 3  # how much more the nearer count


@dataclass(frozen=True, slots=True)
class Guess:
    """A cause, what share of the votes it got (0 to 1), how near the nearest is, and the words."""

    cause: Cause
    share: float
    nearness: float
    span: Span


class Nearest:
    """Curated wordings with their causes, found by their words."""

    def __init__(self, wordings: Iterable[tuple[str, Cause]]) -> None:
        known: dict[tuple[frozenset[str], Cause], None] = {}
        for text, cause in wordings:
            words = frozenset(words_of(text))
            if words:
                known[words, cause] = None
        frequency = Counter(word for words, _ in known for word in words)
        self._rarity = {
            word: math.log((len(known) + 1) / (count + 0.5)) for word, count in frequency.items()
        }
        self._causes = [cause for _, cause in known]
        self._causes_of: dict[str, set[Cause]] = defaultdict(set)
        self._shares = [1 / self._length(words) for words, _ in known]
        self._places: dict[str, list[int]] = defaultdict(list)
        for number, (words, _) in enumerate(known):
            for word in words:
                self._places[word].append(number)
                self._causes_of[word].add(self._causes[number])

    def _length(self, words: Iterable[str]) -> float:
        return math.sqrt(sum(self._rarity.get(word, 0.0) ** 2 for word in words)) or 1.0

    def guess(self, folded: str, status_code: str | None) -> Guess | None:
        """Return what the nearest curated wordings mean, or None when none is near."""
        words = set(words_of(folded))
        if status_code:
            words.add(subject_of(status_code))
        rarity = self._rarity
        known = sorted((w for w in words if w in rarity), key=lambda w: (-rarity[w], w))
        if sum(not word.startswith("#") for word in known) < FEWEST:
            return None
        near: dict[int, float] = defaultdict(float)
        left = BUDGET
        for word in known[:LOOKED_UP]:
            places = self._places[word]
            left -= len(places)
            if left < 0 and near:
                break
            weight = rarity[word] ** 2
            for number in places[:BUDGET]:
                near[number] += weight * self._shares[number]
        own = self._length(known[:LOOKED_UP])
        voters = nlargest(VOTERS, near.items(), key=itemgetter(1))
        votes: dict[Cause, float] = defaultdict(float)
        for number, nearness in voters:
            votes[self._causes[number]] += nearness**SHARPNESS
        cause, most = max(votes.items(), key=lambda vote: (vote[1], vote[0]))
        span = self._deciding(folded, {w for w in known if cause in self._causes_of[w]})
        return Guess(cause, most / sum(votes.values()), voters[0][1] / own, span) if span else None

    def _deciding(self, folded: str, words: set[str]) -> Span | None:
        """Return the stretch around the rarest of the words that speak for the cause."""
        places = [
            (found.start(), found.end(), self._rarity[found[0]])
            for found in WORD.finditer(folded)
            if found[0] in words
        ]
        if not places:
            return None
        best = max(places, key=lambda place: (place[2], -place[0]))
        start, end = best[0], best[1]
        for place in places:
            wider = (min(start, place[0]), max(end, place[1]))
            if wider[1] - wider[0] <= LONGEST_SPAN:
                start, end = wider
        return (start, end)


def subject_of(status_code: str) -> str:
    """Return the subject of an enhanced code as a word that no text holds: #7 for 5.7.1."""
    return f"#{status_code.split('.')[1]}"


def words_of(text: str) -> list[str]:
    """Return the words of a folded text or phrase that may tell, the first of them."""
    words = SUBJECT.findall(text)
    for word in WORD.findall(text)[:MOST_WORDS]:
        if word[0] >= IDEOGRAPHS:
            words += (word[at : at + 2] for at in range(len(word) - 1))
        elif word not in COMMON:
            words.append(word)
    return words
