"""Which words stand in a text: all phrases of all rows in one pass over it.

Aho-Corasick: the time depends on the text and on what is found, hardly on how many phrases there
are. Regular expressions are RE2 (linear time), and one is started only where the words stand that
each of its matches holds (`literals`).

What is compiled stays as it is; a change to the knowledge adds a small layer with the new phrases
and hides the old ones, so that it is there at once, however many phrases there are.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from diagnostics.bounce import Span
from diagnostics.engine.fold import Folded
from diagnostics.engine.patterns import Literal, Owner, Target, owners_of

MAX_PLACES = 4_000  # of one text; hostile text repeats phrases
# Letters of words that blanks part from the next, which is not so in Chinese.
WORD = frozenset(string.ascii_lowercase + string.digits)
# Small enough to stay in the processor's caches with 100,000 phrases (benchmarks/knowledge.py).
KIND = Implementation.ContiguousNFA
FEW_ADDED = 1_000  # literals that may always be added to a base
MOST_ADDED = 0.1  # of the base; above both everything is compiled anew


class Hit(NamedTuple):
    """What was found, and where in the folded text."""

    target: Target
    row: Any
    span: Span


class Layer:
    """Literals compiled at once."""

    def __init__(self, literals: Iterable[Literal]) -> None:
        self._numbers: dict[str, int] = {}
        self._sets: dict[frozenset[str], frozenset[int]] = {}
        self.owners: list[list[Owner]] = []  # by the number of the phrase
        for literal in literals:
            for words, owner in owners_of(literal):
                if words:
                    self.owners[self._number(words)].append(self._with_numbers(owner))
        phrases = list(self._numbers)
        self.automaton = AhoCorasick(phrases, implementation=KIND) if phrases else None

    def __len__(self) -> int:
        """Return how many phrases there are."""
        return len(self.owners)

    def _number(self, words: str) -> int:
        number = self._numbers.setdefault(words, len(self._numbers))
        if number == len(self.owners):
            self.owners.append([])
        return number

    def _with_numbers(self, owner: Owner) -> Owner:
        if not owner.others:
            return owner
        return owner._replace(others=tuple(map(self._numbered, owner.others)))

    def _numbered(self, phrases: frozenset[str]) -> frozenset[int]:
        if phrases not in self._sets:
            self._sets[phrases] = frozenset(map(self._number, phrases))
        return self._sets[phrases]


class Matcher:
    """All literals compiled; immutable, shared by threads, made again in every process."""

    def __init__(
        self, base: Layer, added: Sequence[Literal] = (), hidden: Iterable[Any] = ()
    ) -> None:
        self._base = base
        self._literals = tuple(added)
        self._added = Layer(added) if added else None
        self._rows = tuple(hidden)  # of the base, and count no more; kept, so ids stay theirs
        self._hidden = frozenset(map(id, self._rows))
        self.size = len(base) + (len(self._added) if self._added else 0)

    def with_change(self, added: Sequence[Literal], gone: Sequence[Any]) -> Matcher | None:
        """Return a matcher with these literals more, and without the rows that are gone.

        None when there would be so many that compiling everything anew is better.
        """
        ids = {id(row) for row in gone}
        literals = [*(old for old in self._literals if id(old.row) not in ids), *added]
        if len(literals) > max(FEW_ADDED, MOST_ADDED * len(self._base)):
            return None
        return Matcher(self._base, literals, (*self._rows, *gone))

    def find(self, folded: Folded) -> list[Hit]:
        """Return what stands in the text as whole words, in order of place, layer by layer."""
        hits = found_by(self._base, folded.text, self._hidden)
        if self._added is not None:
            hits += found_by(self._added, folded.text, frozenset())
        return hits


def found_by(layer: Layer, text: str, hidden: frozenset[int]) -> list[Hit]:
    """Return what one layer finds."""
    if layer.automaton is None:
        return []
    places = layer.automaton.find_matches_as_indexes(text, overlapping=True)
    hits: list[Hit] = []
    expressions: list[Owner] = []
    size = len(text)
    for number, start, end in places[:MAX_PLACES]:
        owners = layer.owners[number]
        if not owners:
            continue
        # Blanks on either side, or the ends of the text: the usual case.
        if (end < size and text[end] != " ") or (start and text[start - 1] != " "):
            owners = whole_words(owners, text, start, end)
        for owner in owners:
            if hidden and id(owner.row) in hidden:
                continue
            if owner.regex is None:
                hits.append(Hit(owner.target, owner.row, (start, end)))
            else:
                expressions.append(owner)
    if expressions:
        hits += run(expressions, {place[0] for place in places}, text)
        hits.sort(key=place)
    return hits


def whole_words(owners: list[Owner], text: str, start: int, end: int) -> list[Owner]:
    """Return those whose words do not go on there, or may."""
    goes_on = text[end - 1] in WORD and text[end : end + 1] in WORD
    goes_before = text[start] in WORD and start > 0 and text[start - 1] in WORD
    if not goes_on and not goes_before:
        return owners
    return [
        owner
        for owner in owners
        if (owner.open_end or not goes_on) and (owner.open_start or not goes_before)
    ]


def run(owners: Iterable[Owner], standing: set[int], text: str) -> Iterator[Hit]:
    """Yield where expressions first match, if all the words that a match holds stand there."""
    # RE2 reads bytes; where each letter is one, the places are the same, and it need not count.
    subject = text.encode() if text.isascii() else text
    tried = set()
    for owner in owners:
        if owner.regex in tried:
            continue
        tried.add(owner.regex)
        for others in owner.others:
            if standing.isdisjoint(others):
                break
        else:
            match = owner.regex.search(subject)
            if match and match.end() > match.start():
                yield Hit(Target.SIGNATURE, owner.row, without_blanks(text, *match.span()))


def without_blanks(text: str, start: int, end: int) -> Span:
    """Return where the words stand of a match that looks at the blanks beside them."""
    return start + (text[start] == " "), end - (text[end - 1] == " ")


def place(hit: Hit) -> Span:
    """Return where a hit stands."""
    return hit.span
