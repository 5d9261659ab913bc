r"""Regular expressions as phrases: all that one matches, or words of which each match holds one.

`\b(message|mail) (was )?refused\b` matches four phrases and no more: they are looked for with all
the others, and nothing is run. `mailbox \S{1,80} is (full|over quota)` cannot be written out, but
each match holds `is full` or `is over quota`: only where one of them stands is RE2 started. It is
the idea of RE2's own prefilter (FilteredRE2), with our automaton in the place of its set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from diagnostics.engine.frequency import EDGE, in_vain

MOST_PHRASES = 128  # of one expression that is written out
MOST_WORDS = 96  # that start one expression
MOST_SETS = 3  # of words that one expression waits for
MOST_LETTERS = 12  # of a class that is written out
SHORTEST = 2  # of a word that starts an expression

PLAIN = re.compile(r"[^\\.^$|()\[\]{}?*+]+(?![?*+{])")  # letters that stand for themselves, once
PIECES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)  # escapes, classes, letters


class Part(NamedTuple):
    """What one part of an expression matches."""

    exact: frozenset[str] | None  # all strings, EDGE within them; None: too many
    needed: tuple[frozenset[str], ...] = ()  # every match holds one of each set, the best first


ANYTHING = Part(None)


class Literals(NamedTuple):
    """The words of an expression: all phrases that it matches, or those that start it."""

    phrases: frozenset[str]  # `*` where a word may go on; empty: it cannot be written out
    starters: frozenset[str]  # of which each match holds one; empty: nothing is known
    others: tuple[frozenset[str], ...]  # further sets of which each match holds one


def literals_of(pattern: str) -> Literals:
    """Return the words of an expression in RE2 syntax, in small letters."""
    part = Parser(pattern.lower()).parse()
    if part.exact is not None:
        phrases = {phrase for text in part.exact if (phrase := phrase_of(text))}
        return Literals(frozenset(phrases), frozenset(), ())
    starters = frozenset(map(phrase_of, part.needed[0])) if part.needed else frozenset()
    others = tuple(frozenset(text.replace(EDGE, "") for text in s) for s in part.needed[1:])
    return Literals(frozenset(), frozenset() if "" in starters else starters, others)


def alternatives_of(pattern: str) -> list[str]:
    """Return the alternatives of an expression, `a|b` outside every bracket, each one by itself.

    One may be phrases where another is not, and each has words of its own to start it.
    """
    found = [""]
    depth = 0
    for piece in PIECES.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            found.append("")
        else:
            found[-1] += piece
    return found


def phrase_of(text: str) -> str:
    """Return a string as a phrase, with `*` where its first or last word may go on."""
    inner = text.strip(EDGE)
    if EDGE in inner:
        pieces = inner.split(EDGE)
        if not all(map(parted, pieces, pieces[1:])):
            return ""  # a boundary in the midst of a word: nothing matches
        inner = "".join(pieces)
    start = "" if text.startswith(EDGE) or not inner[:1].isalnum() else "*"
    end = "" if text.endswith(EDGE) or not inner[-1:].isalnum() else "*"
    return f"{start}{inner}{end}" if inner.strip() else ""


def parted(before: str, after: str) -> bool:
    """Whether a word ends or starts between two pieces."""
    return before[-1:].isalnum() != after[:1].isalnum()


def is_usable(words: frozenset[str]) -> bool:
    """Whether a set of words can be looked for: not too many, none too short."""
    if not 0 < len(words) <= MOST_WORDS:
        return False
    return min(len(word.replace(EDGE, "").strip()) for word in words) >= SHORTEST


def best(sets: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Return the sets that stand in vain least often, the better first."""
    return tuple(sorted(filter(is_usable, sets), key=in_vain)[:MOST_SETS])


def product(
    heads: frozenset[str] | None, tails: frozenset[str] | None, most: int
) -> frozenset[str] | None:
    """Return each head with each tail, or None where one is unknown or there would be too many."""
    if heads is None or tails is None or len(heads) * len(tails) > most:
        return None
    return frozenset(head + tail for head in heads for tail in tails)


class Parser:
    """Reads RE2 syntax by recursive descent; what it does not know matches anything."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def parse(self) -> Part:
        """Return what the whole expression matches."""
        part = self.alternatives()
        return part if self.at >= len(self.pattern) else ANYTHING

    def peek(self) -> str:
        """Return the next letter, or an empty text at the end."""
        return self.pattern[self.at : self.at + 1]

    def alternatives(self) -> Part:
        """Read `a|b|c` up to a closing bracket or the end."""
        parts = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence())
        if len(parts) == 1:
            return parts[0]
        exact = united(part.exact for part in parts)
        if exact is not None and len(exact) <= MOST_PHRASES:
            return Part(exact)
        return Part(None, joint(parts))

    def sequence(self) -> Part:
        """Read parts that follow one another: all they match, and runs of words on the way."""
        exact: frozenset[str] | None = frozenset({""})
        run = frozenset({""})
        sets: list[frozenset[str]] = []
        while self.peek() and self.peek() not in "|)":
            part = self.piece()
            exact = product(exact, part.exact, MOST_PHRASES)
            longer = product(run, part.exact, MOST_WORDS)
            if longer is None:
                sets += [run, *part.needed]
            run = longer or part.exact or frozenset({""})
        return Part(None, best([*sets, run])) if exact is None else Part(exact)

    def piece(self) -> Part:
        """Read one atom with its quantifier."""
        part = self.atom()
        low, high = self.quantifier()
        if (low, high) == (1, 1):
            return part
        if low == 0:
            if high == 1 and part.exact is not None:
                return Part(part.exact | {""})
            return ANYTHING
        return Part(None, (part.exact,) if part.exact is not None else part.needed)

    def quantifier(self) -> tuple[int, int]:
        """Read how often an atom stands: the least and the most (2 for more than once)."""
        sign = self.peek()
        found = {"?": (0, 1), "*": (0, 2), "+": (1, 2)}.get(sign)
        if sign == "{":
            closed = self.pattern.find("}", self.at)
            least = self.pattern[self.at + 1 : closed].partition(",")[0]
            found = (0 if least == "0" else 1, 2)
            self.at = closed
        if not found:
            return (1, 1)
        self.at += 1
        if self.peek() == "?":  # lazy
            self.at += 1
        return found

    def atom(self) -> Part:
        """Read plain letters, or one letter, class, escape or group."""
        if plain := PLAIN.match(self.pattern, self.at):
            self.at = plain.end()
            return Part(frozenset({plain[0]}))
        letter = self.peek()
        self.at += 1
        if letter == "(":
            return self.group()
        if letter == "[":
            return self.letters()
        if letter == "\\":
            return self.escape()
        if letter in ".^$":
            return ANYTHING
        return Part(frozenset({letter}))

    def group(self) -> Part:
        """Read a group whose bracket was read; flags and names are skipped."""
        if self.peek() == "?":
            colon = self.pattern.find(":", self.at)
            named = self.pattern.find(">", self.at)
            ends = [end for end in (colon, named) if end >= 0]
            self.at = min(ends, default=len(self.pattern)) + 1
        part = self.alternatives()
        self.at += 1
        return part

    def escape(self) -> Part:
        """Read what follows a backslash."""
        letter = self.peek()
        self.at += 1
        if letter == "b":
            return Part(frozenset({EDGE}))
        if letter.isalnum():
            return ANYTHING
        return Part(frozenset({letter}))

    def letters(self) -> Part:
        """Read a class whose bracket was read; a small one is written out."""
        start = self.at
        closed = self.pattern.find("]", start + 1)
        while closed > 0 and self.pattern[closed - 1] == "\\":
            closed = self.pattern.find("]", closed + 1)
        if closed < 0:
            self.at = len(self.pattern)
            return ANYTHING
        inner = self.pattern[start:closed]
        self.at = closed + 1
        plain = inner.strip("-").replace("\\", "")
        if inner.startswith("^") or "[:" in inner or "-" in plain or len(plain) > MOST_LETTERS:
            return ANYTHING
        if any(f"\\{letter}" in inner for letter in "dswb"):
            return ANYTHING
        return Part(frozenset(inner.replace("\\", "")))


def joint(parts: list[Part]) -> tuple[frozenset[str], ...]:
    """Return the sets of which each match of any alternative holds one."""
    choices = [(p.exact,) if p.exact is not None else p.needed for p in parts]
    if not all(choices):
        return ()
    numbers = range(max(map(len, choices)))
    sets = {united(choice[min(n, len(choice) - 1)] for choice in choices) for n in numbers}
    return best(one for one in sets if one)


def united(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Return all of several sets, or None when one of them is unknown."""
    found: set[str] = set()
    for one in sets:
        if one is None:
            return None
        found |= one
    return frozenset(found)
