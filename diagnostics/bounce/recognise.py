"""Which family a text belongs to: the families are asked in order, the first that reads it wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diagnostics.bounce import limits
from diagnostics.bounce.mail import read_mail
from diagnostics.bounce.mime import TooComplicated
from diagnostics.bounce.model import Bounce, Format
from diagnostics.bounce.pasted import read_pasted, unquoted
from diagnostics.bounce.postfix import read_postfix
from diagnostics.bounce.reply import read_reply
from diagnostics.bounce.text import clean, cut_lines, decode

Reader = Callable[[str], Bounce | None]


# The most telling first: a log line holds a reply, a notice may hold a log line.
READERS: tuple[Reader, ...] = (read_postfix, read_pasted, read_reply)


def read(data: bytes | str) -> Bounce:
    """Return what stands in one bounce. Never raises, whatever the input; bounded in time.

    Bytes are mail or text in any charset; text is what a person pasted.
    """
    raw = to_bytes(data)
    if not raw or raw.isspace():
        return Bounce(text="", format=Format.EMPTY)
    notes = [limits.CUT] if len(raw) > limits.MAX_BYTES else []
    raw = raw[: limits.MAX_BYTES]
    try:
        mail = read_mail(raw)
    except TooComplicated:
        mail = None
        notes.append(limits.AS_PLAIN_TEXT)
    if mail:
        return with_notes(document_in(mail) or mail, notes)
    text = clean(decode(raw[: 4 * limits.MAX_TEXT]))
    if len(text) > limits.MAX_TEXT or len(raw) > 4 * limits.MAX_TEXT:
        text = text[: limits.MAX_TEXT]
        notes.append(limits.CUT)
    return with_notes(read_text(unquoted(cut_lines(text))), notes)


def document_in(mail: Bounce) -> Bounce | None:
    """Return what a mail whose words are a JSON document tells (Amazon SNS), or None."""
    if not mail.prose or not mail.text.startswith("{", mail.prose[0]):
        return None
    document = mail.text[mail.prose[0] : mail.text.rfind("}") + 1]
    bounce = read_text(document)
    return bounce if bounce.format is Format.WEBHOOK else None


def read_text(text: str) -> Bounce:
    """Read cleaned text by the first family that knows it."""
    for reader in READERS:
        bounce = reader(text)
        if bounce:
            return bounce
    return Bounce(text=text, format=Format.UNKNOWN, prose=(0, len(text)))


def to_bytes(data: bytes | str) -> bytes:
    """Return the input as bytes, no more than is read; lone surrogates become question marks."""
    if isinstance(data, str):
        return data[: limits.MAX_BYTES].encode("utf-8", "replace")
    return data


def with_notes(bounce: Bounce, notes: list[str]) -> Bounce:
    """Return the bounce with more notes, and with one where recipients were left out."""
    if len(bounce.reports) >= limits.MAX_REPORTS:
        notes = [*notes, limits.MANY_RECIPIENTS]
    if not notes:
        return bounce
    return replace(bounce, notes=tuple(dict.fromkeys((*notes, *bounce.notes))))
