r"""The words of an answer in one form: small letters, single spaces, no repeated reply codes.

`550-5.7.1 Our system\n550 5.7.1 has detected` and the same on one line fold to the same text.
Every place in the folded text leads back to the text it came from; the way back is looked up only
when it is asked for, since most texts hold a hit or two.
"""

from __future__ import annotations

import re

from diagnostics.bounce import Span

WORD = re.compile(r"\S+")
STRAIGHT = str.maketrans("\u2018\u2019\u02bc\u00b4\u201c\u201d", "''''\"\"")
# The code that each line of an answer of several lines starts with.
REPEATED = re.compile(r"(?:^|\s)[245]\d\d-")
PREFIX = re.compile(r"[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3})?")


class Folded:
    """Folded text, and the way back from a place in it to the source."""

    __slots__ = ("_places", "_same", "_start", "_stretch", "_words", "text")

    def __init__(self, stretch: str, start: int) -> None:
        """Fold a stretch that starts there in the source."""
        words = stretch.split()
        self._stretch = stretch
        self._start = start
        self._places: list[int] | None = None
        self._words: list[tuple[int, int]] | None = None  # kept: number of the word, letters cut
        if REPEATED.search(stretch):
            self._words = kept_words(words)
            words = [words[number][cut:] for number, cut in self._words]
        text = " ".join(words)
        self._same = text == stretch  # so is each place
        self.text = lower(text)

    def source_span(self, start: int, end: int) -> Span:
        """Return where a stretch of the folded text stands in the source."""
        if self._same:
            return (self._start + start, self._start + end)
        return (self.source(start), self.source(end - 1) + 1)

    def source(self, place: int) -> int:
        """Return where a place in the folded text stands in the source."""
        if self._places is None:
            self._places = [found.start() for found in WORD.finditer(self._stretch)]
        number = self.text.count(" ", 0, place)
        within = place - (self.text.rfind(" ", 0, place) + 1)
        if self._words is not None:
            number, cut = self._words[number]
            within += cut
        return self._start + self._places[number] + within


def kept_words(words: list[str]) -> list[tuple[int, int]]:
    """Return the words that stay, by number, with how many letters go from their starts."""
    kept: list[tuple[int, int]] = []
    seen = ""
    for number, word in enumerate(words):
        prefix = PREFIX.match(word) if word[0] in "245" else None
        if prefix and prefix[0] == seen:
            if len(word) > prefix.end():
                kept.append((number, prefix.end()))
            continue
        if prefix:
            seen = prefix[0]
        elif seen and repeats(words, number, seen):
            continue
        kept.append((number, 0))
    return kept


def repeats(words: list[str], number: int, seen: str) -> bool:
    """Whether a word is part of the last line's `550 5.7.1` after lines of `550-5.7.1`."""
    reply, _, enhanced = seen.partition("-")
    word = words[number]
    if not enhanced:
        return word == reply
    if word == enhanced:
        return number > 0 and words[number - 1] == reply
    return word == reply and words[number + 1 : number + 2] == [enhanced]


def lower(text: str) -> str:
    """Return small letters, as many as there were letters, with straight quotation marks."""
    if text.isascii():
        return text.lower()
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
    return Folded(text[start:end], start)
