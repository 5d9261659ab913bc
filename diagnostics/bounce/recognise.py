"""Which family a text belongs to: the families are asked in order, the first that reads it wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ahocorasick_rs import AhoCorasick

from diagnostics.bounce import (
    exchange_log,
    exim_log,
    limits,
    other_logs,
    outlook,
    postfix,
    powermta,
    qmail_log,
    sendmail_log,
    table_unknown,
    transcript,
    webhook,
)
from diagnostics.bounce.mail import read_mail
from diagnostics.bounce.mime import TooComplicated
from diagnostics.bounce.model import Bounce, Format
from diagnostics.bounce.pasted import read_pasted, read_short, read_status, unquoted
from diagnostics.bounce.reply import opens_with_reply, read_reply
from diagnostics.bounce.text import clean, cut_lines, decode, unfolded

Reader = Callable[[str], Bounce | None]
Family = tuple[tuple[str, ...], Reader]  # its marks and what reads it


# The most telling first: a log line holds a reply, a delivery status may hold a log line. A reader
# is asked only where one of its marks, in small letters, stands in the text.
DOCUMENTS: tuple[Family, ...] = (
    (webhook.MARKS, webhook.read_webhook),
    (exchange_log.MARKS, exchange_log.read_exchange),
    (powermta.MARKS, powermta.read_powermta),
    (table_unknown.MARKS, table_unknown.read_unknown_table),
)  # their lines may be of any length
READERS: tuple[Family, ...] = (
    (("final-recipient:", "original-recipient:", "action:"), read_status),
    (postfix.MARKS, postfix.read_postfix),
    (exim_log.MARKS, exim_log.read_exim),
    (other_logs.MARKS, other_logs.read_other_logs),
    (sendmail_log.MARKS, sendmail_log.read_sendmail),
    (qmail_log.MARKS, qmail_log.read_qmail),
    (transcript.MARKS, transcript.read_transcript),
)
FAMILIES = DOCUMENTS + READERS
OWNERS = [number for number, (marks, _) in enumerate(FAMILIES) for _ in marks]
AUTOMATON = AhoCorasick([mark for marks, _ in FAMILIES for mark in marks])


def read(data: bytes | str) -> Bounce:
    """Return what stands in one bounce. Never raises, whatever the input; bounded in time.

    Bytes are mail or text in any charset; text is what a person pasted.
    """
    raw = to_bytes(data)
    if not raw or raw.isspace():
        return Bounce(text="", format=Format.EMPTY)
    if outlook.is_outlook(raw):
        raw = outlook.to_mail(raw)
        if not raw:
            return Bounce(text="", format=Format.UNKNOWN, notes=(limits.DAMAGED_FILE,))
    notes = [limits.CUT] if len(raw) > limits.MAX_BYTES else []
    raw = raw[: limits.MAX_BYTES]
    try:
        mail = read_mail(raw)
    except TooComplicated:
        mail = None
        notes.append(limits.AS_PLAIN_TEXT)
    if mail and not is_list(mail, raw):
        return with_notes(document_in(mail) or mail, notes, data)
    text = unfolded(clean(decode(raw[: 4 * limits.MAX_TEXT])))
    if len(text) > limits.MAX_TEXT or len(raw) > 4 * limits.MAX_TEXT:
        text = text[: limits.MAX_TEXT]
        notes.append(limits.CUT)
    if text.count("\n") > limits.MAX_LINES:
        text = "\n".join(text.split("\n", limits.MAX_LINES)[: limits.MAX_LINES])
        notes.append(limits.CUT)
    return with_notes(read_text(text), notes, data)


def is_list(mail: Bounce, raw: bytes) -> bool:
    """Whether what looks like a mail without words is a record of a message trace."""
    empty = mail.format is Format.MESSAGE and not mail.text[slice(*(mail.prose or (0, 0)))].strip()
    return empty and exchange_log.read_exchange(clean(decode(raw[: limits.MAX_TEXT]))) is not None


def document_in(mail: Bounce) -> Bounce | None:
    """Return what a mail whose words are a JSON document tells (Amazon SNS), or None."""
    if not mail.prose or not mail.text.startswith("{", mail.prose[0]):
        return None
    document = mail.text[mail.prose[0] : mail.text.rfind("}") + 1]
    bounce = read_text(document)
    return bounce if bounce.format is Format.WEBHOOK else None


def read_text(text: str) -> Bounce:
    """Read cleaned text by the first family that knows it."""
    lines = unquoted(cut_lines(text))
    for number in families_in(text):
        bounce = FAMILIES[number][1](text if number < len(DOCUMENTS) else lines)
        if bounce:
            return bounce
    if not opens_with_reply(lines) and (notice := read_pasted(lines)):
        return notice
    unknown = Bounce(text=lines, format=Format.UNKNOWN, prose=(0, len(lines)))
    return read_reply(lines) or read_short(lines) or unknown


def families_in(text: str) -> list[int]:
    """Return the families of which a mark stands in the text, in their order."""
    found = AUTOMATON.find_matches_as_indexes(text.lower(), overlapping=True)
    return sorted({OWNERS[mark] for mark, _, _ in found})


def to_bytes(data: bytes | str) -> bytes:
    """Return the input as bytes, no more than is read; lone surrogates become question marks."""
    if isinstance(data, str):
        return data[: limits.MAX_BYTES].encode("utf-8", "replace")
    return data


def recipients_in(data: bytes | str) -> int:
    """Return how many recipients a delivery status tells of, however long it is."""
    names = ("Final-Recipient:", "Final-recipient:", "final-recipient:")
    if isinstance(data, str):
        return sum(map(data.count, names))
    return sum(data.count(name.encode()) for name in names)


def with_notes(bounce: Bounce, notes: list[str], data: bytes | str) -> Bounce:
    """Return the bounce with more notes, and with one where recipients were left out."""
    if len(bounce.reports) >= limits.MAX_REPORTS:
        notes = [*notes, limits.many_recipients(recipients_in(data))]
    if not notes:
        return bounce
    return replace(bounce, notes=tuple(dict.fromkeys((*notes, *bounce.notes))))
