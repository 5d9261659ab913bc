"""HTML notices as text: tags out, entities read, nothing rendered.

By index, in one pass: `html.parser` takes time that grows with the square of hostile input.
"""

from __future__ import annotations

import html

BREAKS = {
    "br", "p", "/p", "div", "/div", "tr", "/tr", "td", "li", "/li", "h1", "/h1", "h2", "/h2", "h3",
    "/h3", "h4", "/h4", "pre", "/pre", "table", "/table", "blockquote", "/blockquote", "hr",
}  # fmt: skip
HIDDEN = ("script", "style", "head", "title")


def to_text(markup: str) -> str:
    """Return the words of HTML, a line a block."""
    pieces: list[str] = []
    unclosed: set[str] = set()  # hidden elements without an end; looking again would take too long
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
        tag = tag_at(markup, opened)
        if tag in BREAKS:
            pieces.append("\n")
        at = closed + 1
        if tag in HIDDEN and tag not in unclosed:
            end = markup.find(f"</{tag}", at)
            if end < 0:
                unclosed.add(tag)
            at = max(at, end)
    return tidy(html.unescape("".join(pieces)))


def tag_at(markup: str, start: int) -> str:
    """Return the name of the tag that opens there, in small letters."""
    name = markup[start + 1 : start + 12].partition(">")[0].split(None, 1)
    return name[0].rstrip("/").lower() if name else ""


def tidy(text: str) -> str:
    """Return lines without outer blanks, never more than one blank line in a row."""
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = " ".join(line.split())
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines).strip()
