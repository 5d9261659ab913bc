"""Which words stand in a text: all phrases of all rows in one pass over it.

Aho-Corasick: the time depends on the text and on what is found, hardly on how many phrases there
are. The few regular expressions are RE2 (linear time) and each waits behind a literal.

What is compiled stays as it is; a change to the knowledge adds a small layer with the new phrases
and hides the old ones, so that it is there at once, however many phrases there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import islice
from typing import Any, NamedTuple

import re2
from ahocorasick_rs import AhoCorasick, Implementation

from diagnostics.bounce import Span
from diagnostics.engine.fold import Folded, fold_phrase
from diagnostics.engine.literals import literals_of
from diagnostics.engine.spelling import spellings

MAX_HITS = 2_000  # of one text; hostile text repeats phrases
MOST_MATCHES = 4  # of one expression in one text
REGEX_MEMORY = 4 * 1024 * 1024
# Small enough to stay in the processor's caches with 100,000 phrases (benchmarks/knowledge.py).
KIND = Implementation.ContiguousNFA
# Up to so many letters of one word: no class that holds a blank.
WORD_OF_LENGTH = re.compile(r"(\\S|\[\^(?: |\\s)\]|\[[^\]\^ ][^\] ]{0,80}\])\{([01]),\d{2,4}\}")
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
    r"""Return the compiled pattern, or raise `InvalidPattern` with RE2's reason.

    `\S{1,100}` runs as `\S+`: a word ends by itself, and counting to a hundred costs RE2 a hundred
    states where it needs no bound to be linear.
    """
    pattern = WORD_OF_LENGTH.sub(
        lambda found: found[1] + ("*" if found[2] == "0" else "+"), pattern
    )
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = REGEX_MEMORY
    options.never_capture = True
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidPattern(text) from error


class Entry:
    """What one phrase stands for: rows at once, and those whose expression must match as well."""

    __slots__ = ("_open_end", "_open_start", "guard", "regexes", "rows")

    def __init__(self, owners: Iterable[Owner]) -> None:
        self.rows = [owner for owner in owners if owner.regex is None]
        self.regexes = [owner for owner in owners if owner.regex is not None]
        patterns = dict.fromkeys(f"(?:{owner.row.pattern})" for owner in self.regexes)
        # Several are tried at once first: mostly none of them matches.
        self.guard = compile_regex("|".join(patterns)) if len(patterns) > 1 else None
        self._open_start = any(owner.open_start for owner in self.regexes)
        self._open_end = any(owner.open_end for owner in self.regexes)

    def is_run_at(self, goes_before: bool, goes_on: bool) -> bool:  # noqa: FBT001
        """Whether words may go on across the ends of what was found."""
        return (self._open_start or not goes_before) and (self._open_end or not goes_on)


class Layer:
    """Literals compiled at once."""

    def __init__(self, literals: Iterable[Literal]) -> None:
        by_words: dict[str, list[Owner]] = {}
        for literal in literals:
            for words, owner in owners_of(literal):
                by_words.setdefault(words, []).append(owner)
        by_words.pop("", None)
        self.entries = [Entry(owners) for owners in by_words.values()]
        self.automaton = AhoCorasick(list(by_words), implementation=KIND) if by_words else None

    def __len__(self) -> int:
        """Return how many phrases there are."""
        return len(self.entries)


def owners_of(literal: Literal) -> Iterator[tuple[str, Owner]]:
    """Yield the words that a literal is found by, each with what it stands for."""
    target, row = literal.target, literal.row
    if literal.regex:
        yield from owners_of_regex(literal)
        return
    phrase = fold_phrase(literal.words)
    if target is Target.HOST:  # mx1.google.com for google.com
        yield phrase, Owner(target, row, open_start=False, open_end=False)
        return
    owner = Owner(target, row, phrase.startswith("*"), phrase.endswith("*"))
    for spelling in spellings(phrase.strip("*")):
        yield spelling, owner


def owners_of_regex(literal: Literal) -> Iterator[tuple[str, Owner]]:
    """Yield the phrases that a regular expression is, else the words that start it."""
    regex = compile_regex(literal.regex)
    found = literals_of(literal.regex)
    for phrase in found.phrases:
        owner = Owner(Target.SIGNATURE, literal.row, phrase.startswith("*"), phrase.endswith("*"))
        yield phrase.strip("*"), owner
    if found.phrases:
        return
    for phrase in found.starters or {fold_phrase(literal.words)}:
        open_start, open_end = phrase.startswith("*"), phrase.endswith("*")
        owner = Owner(literal.target, literal.row, open_start, open_end, regex)
        yield phrase.strip("*"), owner


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
    tried: set[Any] = set()
    for number, start, end in layer.automaton.find_matches_as_indexes(text, overlapping=True):
        # A blank on either side is the usual case, and the cheapest to see.
        goes_on = end < length and text[end] != " " and not ends_alone(text, end)
        goes_before = start > 0 and text[start - 1] != " " and not starts_alone(text, start)
        entry = layer.entries[number]
        for owner in entry.rows:
            if (goes_on and not owner.open_end) or (goes_before and not owner.open_start):
                continue
            if not hidden or id(owner.row) not in hidden:
                yield Hit(owner.target, owner.row, (start, end))
                left -= 1
        if entry.regexes and entry.is_run_at(goes_before, goes_on):
            for hit in run(entry, text, tried):
                if not hidden or id(hit.row) not in hidden:
                    yield hit
        if left <= 0:
            return


def run(entry: Entry, text: str, tried: set[Any]) -> Iterator[Hit]:
    """Yield what the expressions of an entry match, each tried once a text."""
    if entry.guard and entry.guard not in tried:
        tried.add(entry.guard)
        if not entry.guard.search(text):
            tried.update(owner.regex for owner in entry.regexes)
    for owner in entry.regexes:
        if owner.regex in tried:
            continue
        tried.add(owner.regex)
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
