"""The text that a person is shown of a mail, written piece by piece; knows where each stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from diagnostics.bounce import limits
from diagnostics.bounce.model import Span
from diagnostics.bounce.text import clean, cut_lines


@dataclass(slots=True)
class Sheet:
    """Pieces of text with a blank line between them, no longer in all than is shown."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    cut: bool = False

    def write(self, text: str) -> Span:
        """Append text, cleaned and cut to what is left, and return where it stands."""
        room = min(limits.MAX_PART, max(0, limits.MAX_TEXT - self.length))
        self.cut = self.cut or len(text) > room
        text = clean(text[:room]).strip("\n")
        if not text.startswith("{"):  # the lines of a JSON document may be of any length
            text = cut_lines(text)
        if not text:
            end = max(0, self.length - 2)
            return (end, end)
        start = self.length
        self.pieces.append(f"{text}\n\n")
        self.length += len(text) + 2
        return (start, start + len(text))

    @property
    def text(self) -> str:
        """What was written so far."""
        return "".join(self.pieces).rstrip("\n")
