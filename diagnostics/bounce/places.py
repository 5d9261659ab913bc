"""Where decoded words of a JSON or CSV document stand in it as it was pasted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from diagnostics.bounce import limits
from diagnostics.bounce.answers import with_answer
from diagnostics.bounce.model import Report, Span
from diagnostics.bounce.text import clean


class Told(NamedTuple):
    """What one record says of one recipient, and the words of the answer, decoded."""

    report: Report
    words: str
    start: int  # where the record stands
    end: int


def place(text: str, told: Iterable[Told]) -> tuple[str, list[Report]]:
    r"""Return the text that is shown, and the reports with the place of their words in it.

    Words that stand in the text in another form only (`\n`, `\u00e9`) are written below it.
    """
    below: list[str] = []
    length = len(text)
    spans: list[Span] = []
    known = list(told)
    for _, words, start, end in known:
        span = find(text, words, start, end)
        if span is None:
            line = clean(words)[: limits.MAX_LINE]
            below.append(line)
            span = (length + 1, length + 1 + len(line))
            length = span[1]
        spans.append(span)
    shown = "\n".join([text, *below])
    return shown, [
        with_answer(one.report, shown, *span) for one, span in zip(known, spans, strict=True)
    ]


def find(text: str, words: str, start: int, end: int) -> Span | None:
    """Return where words stand, as they are or with quotation marks and slashes escaped."""
    if not words:
        return (start, start)
    forms = [words]
    if '"' in words or "/" in words:
        escaped = words.replace('"', '\\"')
        forms += [words.replace('"', '""'), escaped, escaped.replace("/", "\\/")]
    for form in forms:
        at = text.find(form, start, end)
        if at >= 0:
            return (at, at + len(form))
    return None
