"""HTML notices as text: tags out, entities read, nothing rendered.

By index, in one pass: `html.parser` takes time that grows with the square of hostile input.
"""

from __future__ import annotations

import html

BREAKS = ("br", "p", "/p", "div", "/div", "tr", "/tr", "li", "/li", "h1", "h2", "h3", "/h1", "td")
HIDDEN = ("script", "style", "head", "title")


def to_text(markup: str) -> str:
    """Return the words of HTML, a line a block."""
    pieces: list[str] = []
    at = 0
    while at < len(markup):
        opened = markup.find("<", at)
        if opened < 0:
            pieces.append(markup[at:])
            break
        pieces.append(markup[at:opened])
        closed = markup.find(">", opened)
        if closed < 0:
            break
        name = markup[opened + 1 : opened + 12].partition(">")[0].split()[:1]
        tag = name[0].rstrip("/").lower() if name else ""
        if tag in BREAKS:
            pieces.append("\n")
        at = closed + 1
        if tag in HIDDEN:
            end = markup.find(f"</{tag}", at)
            at = end if end >= 0 else at
    return tidy(html.unescape("".join(pieces)))


def tidy(text: str) -> str:
    """Return lines without outer blanks, never more than one blank line in a row."""
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = " ".join(line.split())
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines).strip()
