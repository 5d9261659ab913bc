r"""Regular expressions as phrases: all that one matches, or words of which each match holds one.

`\b(message|mail) (was )?refused\b` matches four phrases and no more: they are looked for with all
the others, and nothing is run. `mailbox \S{1,80} is (full|over quota)` cannot be written out, but
each match holds `is full` or `is over quota`: only where one of them stands is RE2 started. It is
the idea of RE2's own prefilter (FilteredRE2), with our automaton in the place of its set.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

MOST_PHRASES = 256  # of one expression that is written out
MOST_WORDS = 160  # that start one expression
MOST_SETS = 3  # of words that one expression waits for
MOST_LETTERS = 12  # of a class that is written out
SHORTEST = 2  # of a word that starts an expression
TELLING = 8  # letters from which on a longer word tells no more

# Words that stand in half of all answers.
COMMON = frozenset(
    re.findall(
        r"\S+",
        """
        a an any to of in is are was were be been has have had not no from for by on at the this
        that your you our its with and or as it mail mails email e-mail message messages user
        recipient address host server domain account mailbox sender rejected refused denied
        blocked failed failure error errors cannot can't could unable accept accepted allowed
        delivery
        """,
    )
)

EDGE = "\0"  # a word boundary within a literal


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


def worth(words: frozenset[str]) -> float:
    """Return how seldom a set of words stands in a text in vain: rare words, few of them."""
    return min(map(rarity, words)) - 0.7 * math.log2(len(words))


def is_usable(words: frozenset[str]) -> bool:
    """Whether a set of words can be looked for: not too many, none too short."""
    if not 0 < len(words) <= MOST_WORDS:
        return False
    return min(len(word.replace(EDGE, "").strip()) for word in words) >= SHORTEST


def rarity(text: str) -> int:
    """Return how rare a literal is: the letters of its words, where common ones count for one."""
    words = text.replace(EDGE, "").split()
    return sum(1 if word in COMMON else min(TELLING, len(word)) for word in words)


def best(sets: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Return the sets that are worth most, the better first."""
    return tuple(sorted(filter(is_usable, sets), key=worth, reverse=True)[:MOST_SETS])


def product(heads: frozenset[str], tails: frozenset[str]) -> frozenset[str] | None:
    """Return each head with each tail, or None where there would be too many."""
    if len(heads) * len(tails) > MOST_PHRASES:
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
        """Read parts that follow one another."""
        run: frozenset[str] = frozenset({""})
        sets: list[frozenset[str]] = []
        whole = True
        while self.peek() and self.peek() not in "|)":
            part = self.piece()
            longer = product(run, part.exact) if part.exact is not None else None
            if longer is not None:
                if len(longer) > MOST_WORDS >= len(run):
                    sets.append(run)
                run = longer
                continue
            sets += [run, *part.needed]
            whole = False
            run = part.exact if part.exact is not None else frozenset({""})
        return Part(run) if whole else Part(None, best([*sets, run]))

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
        """Read one letter, class, escape or group."""
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
