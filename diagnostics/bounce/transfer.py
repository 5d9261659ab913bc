"""Transfer encodings of bodies (RFC 2045 section 6) and of encoded words (RFC 2047 section 4)."""

from __future__ import annotations

import binascii
import re

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """Return a body without its transfer encoding; damaged ones as far as they go."""
    name = encoding.strip().lower()
    if name == "base64":
        return decode_base64(body)
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    return body


def decode_base64(body: bytes) -> bytes:
    """Return the bytes that base64 stands for, without what does not belong to it."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        kept = NOT_BASE64.sub(b"", body)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def decode_word(text: str, encoding: str) -> bytes:
    """Return the bytes of an encoded word."""
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return decode_base64(raw)
    return binascii.a2b_qp(raw, header=True)
