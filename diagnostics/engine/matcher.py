"""Which words stand in a text: all phrases of all signatures in one pass over it.

Aho-Corasick: the time depends on the text and on what is found, hardly on how many phrases there
are. The few regular expressions are RE2 (linear time) and each waits behind a literal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import NamedTuple

import re2
from ahocorasick_rs import AhoCorasick

from diagnostics.bounce import Span
from diagnostics.engine.fold import Folded, fold_phrase
from diagnostics.engine.spelling import spellings

MAX_HITS = 2_000  # of one text; hostile text repeats phrases
REGEX_MEMORY = 4 * 1024 * 1024


class InvalidPattern(ValueError):  # noqa: N818 - an editor reads it, and it is no error of ours
    """A regular expression that RE2 cannot run; says why."""


class Target(Enum):
    """What a literal stands for."""

    SIGNATURE = auto()
    PATTERN = auto()  # the anchor of a signature's regular expression
    TOKEN = auto()  # a meaning's token
    WORDING = auto()  # a meaning's wording
    MARK = auto()  # a provider's mark


class Literal(NamedTuple):
    """Words to look for, and the row that they stand for.

    They are found as whole words; `greylist*` is found in greylisted too.
    """

    words: str
    target: Target
    number: int


class Owner(NamedTuple):
    """The row that a phrase stands for, and whether its first and last word may go on."""

    target: Target
    number: int
    open_start: bool
    open_end: bool


class Hit(NamedTuple):
    """What was found, and where in the source text."""

    target: Target
    number: int
    span: Span


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


class Matcher:
    """All literals compiled; shared by threads, made again in every process."""

    def __init__(self, literals: Iterable[Literal], patterns: Mapping[int, str]) -> None:
        by_words: dict[str, list[Owner]] = {}
        for words, target, number in literals:
            phrase = fold_phrase(words)
            owner = Owner(target, number, phrase.startswith("*"), phrase.endswith("*"))
            for spelling in spellings(phrase.strip("*")):
                by_words.setdefault(spelling, []).append(owner)
        by_words.pop("", None)
        self._phrases = list(by_words)
        self._owners = list(by_words.values())
        self._automaton = AhoCorasick(self._phrases) if self._phrases else None
        self._patterns = {number: compile_regex(text) for number, text in patterns.items()}

    def find(self, folded: Folded) -> list[Hit]:
        """Return what stands in the text as whole words, in order of place."""
        if self._automaton is None:
            return []
        hits: list[Hit] = []
        tried: set[int] = set()
        found = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        for phrase, start, end in found:
            if len(hits) >= MAX_HITS:
                break
            for target, number, open_start, open_end in self._owners[phrase]:
                if not (open_start or starts_alone(folded.text, start)):
                    continue
                if not (open_end or ends_alone(folded.text, end)):
                    continue
                if target is not Target.PATTERN:
                    hits.append(Hit(target, number, folded.source_span(start, end)))
                elif number not in tried:
                    tried.add(number)
                    hits += self.run_pattern(number, folded)
        return hits

    def run_pattern(self, number: int, folded: Folded) -> list[Hit]:
        """Return the place of a regular expression whose anchor was found, if it matches."""
        match = self._patterns[number].search(folded.text)
        if not match or match.end() == match.start():
            return []
        return [Hit(Target.SIGNATURE, number, folded.source_span(match.start(), match.end()))]


def starts_alone(text: str, start: int) -> bool:
    """Whether no word or number goes on across the start of a stretch."""
    return not (is_word(text[start - 1 : start]) and is_word(text[start]))


def ends_alone(text: str, end: int) -> bool:
    """Whether no word or number goes on across the end of a stretch."""
    return not (is_word(text[end : end + 1]) and is_word(text[end - 1]))


def is_word(letter: str) -> bool:
    """Whether a letter belongs to a word that blanks part from the next (not so in Chinese)."""
    return letter.isascii() and letter.isalnum()
