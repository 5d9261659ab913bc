"""What is looked for: the words of a row, and what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

import re2

from diagnostics.engine.fold import fold_phrase
from diagnostics.engine.literals import alternatives_of, literals_of
from diagnostics.engine.spelling import spellings

REGEX_MEMORY = 4 * 1024 * 1024
# Up to so many letters of one word: no class that holds a blank.
WORD_OF_LENGTH = re.compile(r"(\\S|\[\^(?: |\\s)\]|\[[^\]\^ ][^\] ]{0,80}\])\{([01]),\d{2,4}\}")


class InvalidPattern(ValueError):  # noqa: N818 - an editor reads it, and it is no error of ours
    """A regular expression that RE2 cannot run, or that nothing can be found by; says why."""


class Target(Enum):
    """What a literal stands for."""

    SIGNATURE = auto()
    PATTERN = auto()  # a signature's regular expression
    TOKEN = auto()  # a meaning's token
    WORDING = auto()  # a meaning's wording
    MARK = auto()  # a provider's mark
    HOST = auto()  # the end of the names of a provider's servers


class Literal(NamedTuple):
    """Words to look for, and the row of the knowledge that they stand for.

    They are found as whole words; `greylist*` is found in greylisted too.
    """

    words: str  # of a PATTERN: the expression
    target: Target
    row: Any


class Owner(NamedTuple):
    """The row that a phrase stands for, and whether its first and last word may go on."""

    target: Target
    row: Any
    open_start: bool
    open_end: bool
    regex: Any = None  # compiled
    others: tuple[frozenset[Any], ...] = ()  # a match of it holds one phrase of each set


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
        raise InvalidPattern(f"RE2 cannot run this: {text}") from error


def check_regex(pattern: str) -> None:
    """Raise `InvalidPattern` with the reason where an expression cannot be run or found."""
    compile_regex(pattern)
    for _ in owners_of_regex(pattern, None):
        pass


def owners_of(literal: Literal) -> Iterator[tuple[str, Owner]]:
    """Yield the words that a literal is found by, each with what it stands for."""
    target, row = literal.target, literal.row
    if target is Target.PATTERN:
        yield from owners_of_regex(literal.words, row)
        return
    phrase = fold_phrase(literal.words)
    if target is Target.HOST:  # mx1.google.com for google.com
        yield phrase, Owner(target, row, open_start=False, open_end=False)
        return
    owner = Owner(target, row, phrase.startswith("*"), phrase.endswith("*"))
    for spelling in spellings(phrase.strip("*")):
        yield spelling, owner


def owners_of_regex(pattern: str, row: Any) -> Iterator[tuple[str, Owner]]:
    """Yield the phrases that a regular expression is, else the words that start it.

    Raises `InvalidPattern` for an alternative that RE2 cannot run, or with no word to start it.
    """
    for alternative in alternatives_of(pattern):
        found = literals_of(alternative)
        for phrase in found.phrases:
            owner = Owner(Target.SIGNATURE, row, phrase.startswith("*"), phrase.endswith("*"))
            yield phrase.strip("*"), owner
        if found.phrases:
            continue
        regex = compile_regex(alternative)
        if not found.starters:
            raise InvalidPattern(f"nothing to find it by: each match needs a word: {alternative}")
        for phrase in found.starters:
            open_start, open_end = phrase.startswith("*"), phrase.endswith("*")
            owner = Owner(Target.PATTERN, row, open_start, open_end, regex, found.others)
            yield phrase.strip("*"), owner
