"""The MIME tree of a mail, from a parser in Rust or, for damaged mails, the standard library.

`email.policy.default` is never used: hostile headers break it (SECURITY.md, section 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

import fast_mail_parser

from diagnostics.bounce import limits
from diagnostics.bounce.text import decode

# Parts whose words are read; the others are neither decoded nor kept.
READ_TYPES = {
    "text/plain",
    "text/html",
    "text/rfc822-headers",
    "message/rfc822",
    "message/global",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/feedback-report",
}


@dataclass(slots=True)
class Part:
    """One part: its type, headers by lower-case name, decoded bytes, and parts within."""

    content_type: str
    headers: dict[str, list[str]]
    body: bytes = b""
    children: list[Part] = field(default_factory=list)

    def header(self, name: str) -> str:
        """Return the first header of that name, unfolded, or an empty text."""
        return next(iter(self.headers.get(name, ())), "")

    def parameter(self, name: str) -> str:
        """Return a parameter of the content type: charset, report-type."""
        for piece in self.header("content-type")[:1000].split(";")[1:]:
            key, _, value = piece.partition("=")
            if key.strip().lower() == name:
                return value.strip().strip('"').lower()
        return ""

    def walk(self) -> Iterator[Part]:
        """Yield this part and those within it, but not those of embedded messages."""
        yield self
        if self.content_type != "message/rfc822":
            for child in self.children:
                yield from child.walk()


def parse(raw: bytes) -> Part:
    """Return the tree of a mail; any bytes give a tree."""
    try:
        root = fast_mail_parser.parse_email_tree(raw, mode="lazy")
    except fast_mail_parser.ParseError:
        return from_compat32(message_from_bytes(raw), Budget())
    return from_fast(root)


def from_fast(node: fast_mail_parser.PyLazyMimePart) -> Part:
    """Return the tree of the parser in Rust in our own form; it bounds its depth itself."""
    headers: dict[str, list[str]] = {}
    for name, values in node.headers.items():
        headers.setdefault(name.lower(), []).extend(values)
    return Part(
        content_type=node.content_type.lower(),
        headers=headers,
        body=body_of(node) if node.content_type in READ_TYPES else b"",
        children=[from_fast(child) for child in node.children],
    )


def body_of(node: fast_mail_parser.PyLazyMimePart) -> bytes:
    """Return the bytes of a leaf; those of a damaged transfer encoding are lost, not the mail."""
    try:
        return bytes(node.content or b"")
    except fast_mail_parser.DecodeError:
        return b""


@dataclass(slots=True)
class Budget:
    """How many parts may still be taken from a damaged mail."""

    parts: int = limits.MAX_PARTS


def from_compat32(message: Message, budget: Budget) -> Part:
    """Return the tree of the standard library's parser in our own form."""
    content = message.get_payload()
    inner = (
        [item for item in content if isinstance(item, Message)] if isinstance(content, list) else []
    )
    part = Part(content_type=message.get_content_type(), headers=headers_of(message))
    if part.content_type == "message/delivery-status":
        part.body = "\n\n".join(fields_of(block) for block in inner).encode("utf-8", "replace")
        return part
    for child in inner[: budget.parts]:
        budget.parts -= 1
        part.children.append(from_compat32(child, budget))
    if not inner and part.content_type in READ_TYPES:
        body = message.get_payload(decode=True)
        part.body = body if isinstance(body, bytes) else b""
    return part


def headers_of(message: Message) -> dict[str, list[str]]:
    """Return the headers by lower-case name, unfolded."""
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), []).append(" ".join(str(value).split()))
    return headers


def fields_of(block: Message) -> str:
    """Return the fields of one block of a delivery status, which the library took for a header."""
    return "\n".join(f"{name}: {value}" for name, value in block.raw_items())


def header_text(value: str) -> str:
    """Return a header with its encoded words decoded (RFC 2047); damaged ones stay as they are."""
    value = value[:8192]
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        decode(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in pieces
    )
