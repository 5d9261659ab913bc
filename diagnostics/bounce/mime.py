"""The MIME tree of a mail (RFC 2045, RFC 2046), taken apart by index, in linear time.

Bounces are damaged as often as not: boundaries that never come or never end, bare CR, parts without
a header, status parts in base64. A parser of our own takes from them what is there; one for mail
that is well formed loses it. Bodies are decoded when they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from diagnostics.bounce import limits
from diagnostics.bounce.model import Span
from diagnostics.bounce.text import decode
from diagnostics.bounce.transfer import decode_transfer, decode_word

FOLD = re.compile(r"\n[ \t]+")
NAME = re.compile(rb"[!-9;-~]{1,76}:")
BOUNDARY = re.compile(
    rb"^--(-{0,50}[=_A-Za-z0-9][^\s]{0,69})[ \t]{0,8}(?=\n(?:content-|\n))",
    re.IGNORECASE | re.MULTILINE,
)
ENVELOPES = (b"From ", b">From ")  # what an mbox puts before each mail
# An encoded word (RFC 2047), with the blanks before the next one.
ENCODED = re.compile(
    r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?]*)\?=([ \t]*(?==\?))?", re.IGNORECASE
)


Headers = dict[str, list[str]]  # by small-letter name, in order; blanks around values stay


class TooComplicated(Exception):  # noqa: N818 - it is no fault, the text is read otherwise
    """Taking this mail apart would cost more than it is worth."""


@dataclass(slots=True)
class Part:
    """One part: its type, headers by small-letter name, its body as sent, and parts within."""

    content_type: str
    headers: Headers
    body: bytes = b""
    children: list[Part] = field(default_factory=list)

    def header(self, name: str) -> str:
        """Return the first header of that name, unfolded, or an empty text."""
        values = self.headers.get(name)
        return values[0].strip() if values else ""

    def parameter(self, name: str) -> str:
        """Return a parameter of the content type as it was written: charset, boundary."""
        return parameter(self.header("content-type"), name)

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding."""
        encoding = self.headers.get("content-transfer-encoding")
        return decode_transfer(self.body, encoding[0]) if encoding else self.body

    @property
    def text(self) -> str:
        """The body as text; no more of it than is read."""
        return decode(self.content[: 4 * limits.MAX_PART], self.parameter("charset"))

    def walk(self) -> Iterator[Part]:
        """Yield this part and those within it, but not those of embedded messages."""
        yield self
        for child in self.children:
            yield from child.walk()

    def embedded(self) -> Part:
        """Return the message that this part embeds; it may be TooComplicated."""
        return parse(self.content)

    def embedded_header(self) -> Part:
        """Return the message that this part embeds, or whose header it is, with its header only."""
        content = without_envelope(with_newlines(self.content[: limits.MAX_LOOK]))
        return Part("message/rfc822", split_header(content)[0])


@dataclass(slots=True)
class Budget:
    """How many delimiters may still be met."""

    left: int = limits.MAX_DELIMITERS

    def spend(self) -> None:
        """Count one; raise TooComplicated when it is one too many."""
        self.left -= 1
        if self.left < 0:
            raise TooComplicated


def with_newlines(raw: bytes) -> bytes:
    """Return bytes whose lines end in LF, whatever ended them before."""
    if b"\r" not in raw:
        return raw
    return raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def parse(raw: bytes) -> Part:
    """Return the tree of a mail; any bytes give one, or TooComplicated."""
    return part_of(without_envelope(with_newlines(raw)), Budget(), depth=0)


def without_envelope(raw: bytes) -> bytes:
    """Return a mail without blank lines before it and without the `From ` lines of an mbox."""
    if raw[:1].isspace():
        raw = raw.lstrip()
    at = 0
    while raw.startswith(ENVELOPES, at):
        at = raw.find(b"\n", at) + 1 or len(raw)
    return raw[at:]


def part_of(raw: bytes, budget: Budget, depth: int) -> Part:
    """Return the tree of a part and of those within it."""
    headers, body = split_header(raw)
    value = headers.get("content-type", ("",))[0]
    content_type = value.partition(";")[0].strip().lower()
    part = Part(content_type if "/" in content_type else "text/plain", headers, body)
    if part.content_type.startswith("multipart/"):
        if depth > limits.MAX_DEPTH:
            raise TooComplicated
        boundary = parameter(value, "boundary").encode("utf-8", "replace")
        pieces = split_body(body, boundary, budget)
        part.body = pieces[0]
        part.children = [part_of(piece, budget, depth + 1) for piece in pieces[1:]]
    return part


def split_header(raw: bytes) -> tuple[Headers, bytes]:
    """Return the headers of a message or part, and its body from the line end before it on."""
    at = 0 if raw.startswith(b"\n") else raw.find(b"\n\n")
    head = raw if at < 0 else raw[:at]
    if not NAME.match(head):
        return {}, raw
    if head.count(b"\n") > limits.MAX_HEADER_LINES:
        raise TooComplicated
    headers: Headers = {}
    for line in FOLD.sub(" ", decode(head)).split("\n"):
        name, _, value = line.partition(":")
        name = name.lower()
        if name in headers:
            headers[name].append(value)
        else:
            headers[name] = [value]
    return headers, b"" if at < 0 else raw[at + 1 :]


def split_body(body: bytes, boundary: bytes, budget: Budget) -> list[bytes]:
    """Return the text before the first boundary, then the parts.

    A boundary that does not stand there is looked for; the last part may lack its end.
    """
    lines = boundary_lines(body, boundary, budget) if boundary else []
    if not lines and (guessed := BOUNDARY.search(body, 0, limits.MAX_LOOK)):
        lines = boundary_lines(body, guessed[1].rstrip(), budget)
    starts = [0, *(end for _, end in lines)]
    ends = [*(start for start, _ in lines), len(body)]
    return [body[start:end] for start, end in zip(starts, ends, strict=True)]


def boundary_lines(body: bytes, boundary: bytes, budget: Budget) -> list[Span]:
    """Return where the boundary lines start, with the line end before, and where they end."""
    delimiter = b"\n--" + boundary
    found: list[Span] = []
    at = body.find(delimiter)
    while at >= 0:
        budget.spend()
        end = body.find(b"\n", at + 1)
        end = len(body) - 1 if end < 0 else end
        rest = body[at + len(delimiter) : end + 1].strip()
        if rest == b"--":
            # Behind the last boundary nothing is read, so it stands for the end.
            found.append((at, len(body)))
            return found
        if not rest:
            found.append((at, end + 1))
        at = body.find(delimiter, end)
    return found


def parameter(value: str, name: str) -> str:
    """Return a parameter of a structured header (RFC 2045 section 5.1), or an empty text."""
    at = value.lower().find(f"{name}=")
    if at < 0:
        return ""
    rest = value[at + len(name) + 1 :].lstrip()
    if rest.startswith('"'):
        return rest[1:].partition('"')[0]
    return rest.partition(";")[0].strip()


def header_text(value: str) -> str:
    """Return a header with its encoded words decoded (RFC 2047); damaged ones stay as they are."""
    value = value[: limits.MAX_HEADER]
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending, at = b"", 0
    for found in ENCODED.finditer(value):
        pieces.append(value[at : found.start()])
        at = found.end()
        pending += decode_word(found[3], found[2])
        # A character may be torn between two words, so neighbours are decoded together.
        following = ENCODED.match(value, at) if found[4] is not None else None
        if not following or following[1].lower() != found[1].lower():
            pieces.append(decode(pending, found[1]))
            pending = b""
    pieces.append(value[at:])
    return "".join(pieces)
