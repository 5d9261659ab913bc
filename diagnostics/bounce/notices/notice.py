"""The words of a notice, and one recipient that they tell of."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.bounce.model import Action, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice for people, with what the mail around it says."""

    text: str
    start: int
    end: int
    to: str = ""  # whom the notice was sent to: the sender of what came back
    failed: tuple[str, ...] = ()  # X-Failed-Recipients
    action: Action = Action.FAILED
    reporting_host: str | None = None

    @property
    def span(self) -> Span:
        """Where the notice stands."""
        return (self.start, self.end)

    @property
    def words(self) -> str:
        """The notice itself."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Item:
    """One recipient, and where what is said of it stands; an empty span: nothing beside it."""

    recipient: str
    span: Span
    original: str | None = None
    at: int = 0  # where the line that names it starts


def trimmed(text: str, start: int, end: int) -> Span:
    """Return a stretch without outer blanks."""
    stretch = text[start:end]
    stripped = stretch.lstrip()
    start += len(stretch) - len(stripped)
    return (start, start + len(stripped.rstrip()))
