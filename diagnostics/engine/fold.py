r"""The words of an answer in one form: small letters, single spaces, no repeated reply codes.

`550-5.7.1 Our system\n550 5.7.1 has detected` and the same on one line fold to the same text.
Every place in the folded text leads back to the text it came from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from diagnostics.bounce import Span

TOKEN = re.compile(r"\S+")
STRAIGHT = str.maketrans("\u2018\u2019\u02bc\u00b4\u201c\u201d", "''''\"\"")
REPEATED = re.compile(r"[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; token n stands at `starts[n]` here and at `origins[n]` in the source."""

    text: str
    starts: list[int]
    origins: list[int]

    def source_span(self, start: int, end: int) -> Span:
        """Return where a stretch of the folded text stands in the source."""
        return (self.source(start), self.source(end - 1) + 1)

    def source(self, place: int) -> int:
        """Return where a place in the folded text stands in the source."""
        token = bisect_right(self.starts, place) - 1
        return self.origins[token] + place - self.starts[token]


def lower(text: str) -> str:
    """Return small letters, as many as there were letters, with straight quotation marks."""
    if not text.isascii():
        text = text.translate(STRAIGHT)
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def fold_phrase(phrase: str) -> str:
    """Return a phrase in the form that it is looked for."""
    return " ".join(lower(phrase).split())


def fold(text: str, start: int = 0, end: int | None = None) -> Folded:
    """Return the words of a stretch of text, folded."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = 0
    seen = ""
    stretch = text[start:end]
    for found in TOKEN.finditer(stretch):
        token, at = found[0], found.start()
        if token[0] in "245":
            prefix = REPEATED.match(token)
            if prefix and prefix[0] == seen:
                token, at = token[prefix.end() :], at + prefix.end()
            elif prefix:
                seen = prefix[0]
            elif seen and repeats(token, stretch, found.end(), seen):
                continue
        if token:
            pieces.append(token)
            starts.append(length)
            origins.append(start + at)
            length += len(token) + 1
    return Folded(lower(" ".join(pieces)), starts, origins)


def repeats(token: str, stretch: str, end: int, seen: str) -> bool:
    """Whether a token is part of the last line's `550 5.7.1` after lines of `550-5.7.1`."""
    reply, _, enhanced = seen.partition("-")
    if not enhanced:
        return token == reply
    if token == enhanced:
        return stretch[max(0, end - len(token) - 8) : end - len(token)].split()[-1:] == [reply]
    return token == reply and stretch[end : end + 40].split()[:1] == [enhanced]
