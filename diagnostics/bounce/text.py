"""The border: bytes of any kind become text that can be stored, searched and shown."""

from __future__ import annotations

import quopri
import re

from diagnostics.bounce import charset, limits

# Controls but tab and newline, bidirectional overrides, lone surrogates, noncharacters.
UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
SAFE = bytes(byte for byte in range(128) if not UNSAFE.match(chr(byte)))
FOLDED = re.compile(r"^[^\n]{60,80}[^\s=]=\n[^\s=]", re.MULTILINE)
NEWLINES = re.compile("\r\n?")


def clean(text: str) -> str:
    """Return text without what databases, logs or screens trip over; one kind of line end."""
    if text.isprintable():  # holds none of them; many times faster to tell
        return text
    if "\r" in text:
        text = NEWLINES.sub("\n", text)
    if text.isascii() and not text.encode().translate(None, SAFE):
        return text
    return UNSAFE.sub("\ufffd", text)


def decode(raw: bytes, label: str | None = None) -> str:
    """Return bytes as text, by the charset named, else UTF-8, else as they look.

    A western label is put on anything, so it counts only where the bytes look like nothing else.
    """
    codec = charset.named(label) if label else None
    if b"\x1b$" in raw:
        codec = "iso2022_jp"
    if codec and codec not in charset.DOUBTFUL:
        return raw.decode(codec, "replace")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return raw.decode(charset.guess(raw) or codec or "cp1252", "replace")


def unfolded(text: str) -> str:
    """Return text whose lines were folded for transport (quoted-printable, RFC 2045) as it was."""
    if "=\n" not in text or not FOLDED.search(text):
        return text
    return clean(decode(quopri.decodestring(text.encode())))


def cut_lines(text: str) -> str:
    """Return text with no line longer than the limit."""
    if len(text) <= limits.MAX_LINE:
        return text
    lines = text.split("\n")
    if max(map(len, lines)) <= limits.MAX_LINE:
        return text
    return "\n".join(line[: limits.MAX_LINE] for line in lines)
