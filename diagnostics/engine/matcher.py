"""Which words stand in a text: all phrases of all rows in one pass over it.

Aho-Corasick: the time depends on the text and on what is found, hardly on how many phrases there
are. Regular expressions are RE2 (linear time), and one is started only where the words stand that
each of its matches holds (`literals`).

What is compiled stays as it is; a change to the knowledge adds a small layer with the new phrases
and hides the old ones, so that it is there at once, however many phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from diagnostics.bounce import Span
from diagnostics.engine.fold import Folded
from diagnostics.engine.patterns import Literal, Owner, Target, owners_of

MAX_HITS = 2_000  # of one text; hostile text repeats phrases
MOST_MATCHES = 4  # of one expression in one text
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
        self.owners: list[list[Owner]] = []  # by the number of the phrase
        for literal in literals:
            for words, owner in owners_of(literal):
                if words:
                    others = tuple(self._numbered(one) for one in owner.others)
                    self.owners[self._number(words)].append(owner._replace(others=others))
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

    def _numbered(self, phrases: frozenset[str]) -> frozenset[int]:
        return frozenset(map(self._number, phrases))


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
        hits = list(found_by(self._base, folded, self._hidden))
        if self._added is not None:
            hits += found_by(self._added, folded, frozenset())
        return hits


def found_by(layer: Layer, folded: Folded, hidden: frozenset[int]) -> Iterator[Hit]:
    """Yield what one layer finds."""
    if layer.automaton is None:
        return
    text = folded.text
    left = MAX_HITS
    places = layer.automaton.find_matches_as_indexes(text, overlapping=True)
    standing: set[int] = set()
    tried: set[Any] = set()
    for number, start, end in places:
        for owner in whole_words(layer.owners[number], text, start, end):
            if hidden and id(owner.row) in hidden:
                continue
            if owner.regex is None:
                yield Hit(owner.target, owner.row, (start, end))
            elif owner.regex not in tried:
                tried.add(owner.regex)
                standing = standing or {place[0] for place in places}
                if not any(map(standing.isdisjoint, owner.others)):
                    yield from run(owner, text)
            left -= 1
        if left <= 0:
            return


def whole_words(owners: list[Owner], text: str, start: int, end: int) -> list[Owner]:
    """Return those whose words do not go on there, or may."""
    if not owners:
        return owners
    # A blank on either side is the usual case, and the cheapest to see.
    goes_on = end < len(text) and text[end] != " " and not ends_alone(text, end)
    goes_before = start > 0 and text[start - 1] != " " and not starts_alone(text, start)
    if goes_on:
        owners = [owner for owner in owners if owner.open_end]
    return [owner for owner in owners if owner.open_start] if goes_before else owners


def run(owner: Owner, text: str) -> Iterator[Hit]:
    """Yield where an expression matches."""
    for match in islice(owner.regex.finditer(text), MOST_MATCHES):
        if match.end() > match.start():
            yield Hit(Target.SIGNATURE, owner.row, (match.start(), match.end()))


def starts_alone(text: str, start: int) -> bool:
    """Whether no word or number goes on across the start of a stretch."""
    return not (is_word(text[start - 1 : start]) and is_word(text[start]))


def ends_alone(text: str, end: int) -> bool:
    """Whether no word or number goes on across the end of a stretch."""
    return not (is_word(text[end : end + 1]) and is_word(text[end - 1]))


def is_word(letter: str) -> bool:
    """Whether a letter belongs to a word that blanks part from the next (not so in Chinese)."""
    return letter.isascii() and letter.isalnum()
