"""Which words stand in a text: all phrases of all rows in one pass over it.

Aho-Corasick: the time depends on the text and on what is found, hardly on how many phrases there
are. The few regular expressions are RE2 (linear time) and each waits behind a literal.

What is compiled stays as it is; a change to the knowledge adds a small layer with the new phrases
and hides the old ones, so that it is there at once, however many phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

import re2
from ahocorasick_rs import AhoCorasick, Implementation

from diagnostics.bounce import Span
from diagnostics.engine.fold import Folded, fold_phrase
from diagnostics.engine.spelling import spellings

MAX_HITS = 2_000  # of one text; hostile text repeats phrases
REGEX_MEMORY = 4 * 1024 * 1024
# Small enough to stay in the processor's caches with 100,000 phrases (benchmarks/knowledge.py).
KIND = Implementation.ContiguousNFA
FEW_ADDED = 1_000  # literals that may always be added to a base
MOST_ADDED = 0.1  # of the base; above both everything is compiled anew


class InvalidPattern(ValueError):  # noqa: N818 - an editor reads it, and it is no error of ours
    """A regular expression that RE2 cannot run; says why."""


class Target(Enum):
    """What a literal stands for."""

    SIGNATURE = auto()
    PATTERN = auto()  # the anchor of a signature's regular expression
    TOKEN = auto()  # a meaning's token
    WORDING = auto()  # a meaning's wording
    MARK = auto()  # a provider's mark
    HOST = auto()  # the end of the names of a provider's servers


class Literal(NamedTuple):
    """Words to look for, and the row of the knowledge that they stand for.

    They are found as whole words; `greylist*` is found in greylisted too.
    """

    words: str
    target: Target
    row: Any
    regex: str = ""


class Hit(NamedTuple):
    """What was found, and where in the folded text."""

    target: Target
    row: Any
    span: Span


class Owner(NamedTuple):
    """The row that a phrase stands for, and whether its first and last word may go on."""

    target: Target
    row: Any
    open_start: bool
    open_end: bool
    regex: Any = None  # compiled


def compile_regex(pattern: str) -> re2._Regexp:
    """Return the compiled pattern, or raise `InvalidPattern` with RE2's reason."""
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = REGEX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidPattern(text) from error


class Layer:
    """Literals compiled at once."""

    def __init__(self, literals: Iterable[Literal]) -> None:
        by_words: dict[str, list[Owner]] = {}
        for literal in literals:
            phrase = fold_phrase(literal.words)
            owner = owner_of(literal, phrase)
            for spelling in spellings(phrase.strip("*")):
                by_words.setdefault(spelling, []).append(owner)
        by_words.pop("", None)
        self.owners = list(by_words.values())
        self.automaton = AhoCorasick(list(by_words), implementation=KIND) if by_words else None

    def __len__(self) -> int:
        """Return how many phrases there are."""
        return len(self.owners)


def owner_of(literal: Literal, phrase: str) -> Owner:
    """Return what a literal stands for, its regular expression compiled."""
    target = literal.target
    if target is Target.HOST:  # mx1.google.com for google.com
        return Owner(target, literal.row, open_start=False, open_end=False)
    regex = compile_regex(literal.regex) if literal.regex else None
    return Owner(target, literal.row, phrase.startswith("*"), phrase.endswith("*"), regex)


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
    length = len(text)
    left = MAX_HITS
    tried: set[int] = set()
    for number, start, end in layer.automaton.find_matches_as_indexes(text, overlapping=True):
        # A blank on either side is the usual case, and the cheapest to see.
        goes_on = end < length and text[end] != " " and not ends_alone(text, end)
        goes_before = start > 0 and text[start - 1] != " " and not starts_alone(text, start)
        for owner in layer.owners[number]:
            if (goes_on and not owner.open_end) or (goes_before and not owner.open_start):
                continue
            if hidden and id(owner.row) in hidden:
                continue
            if owner.regex is None:
                yield Hit(owner.target, owner.row, (start, end))
            elif id(owner) not in tried:
                tried.add(id(owner))
                match = owner.regex.search(text)
                if not match or match.end() == match.start():
                    continue
                yield Hit(Target.SIGNATURE, owner.row, (match.start(), match.end()))
            left -= 1
            if not left:
                return


def starts_alone(text: str, start: int) -> bool:
    """Whether no word or number goes on across the start of a stretch."""
    return not (is_word(text[start - 1 : start]) and is_word(text[start]))


def ends_alone(text: str, end: int) -> bool:
    """Whether no word or number goes on across the end of a stretch."""
    return not (is_word(text[end : end + 1]) and is_word(text[end - 1]))


def is_word(letter: str) -> bool:
    """Whether a letter belongs to a word that blanks part from the next (not so in Chinese)."""
    return letter.isascii() and letter.isalnum()
