"""E-mails: a delivery status, a notice in prose, a complaint, an automatic answer, or just mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from diagnostics.bounce import dsn, html, limits
from diagnostics.bounce.kind import FORWARDED, is_complaint, kind_of
from diagnostics.bounce.mime import Part, header_text, parse
from diagnostics.bounce.model import Bounce, Format, Original, Report, Span
from diagnostics.bounce.notices import find_end, read_notice
from diagnostics.bounce.original import original_in, original_of, shown_headers
from diagnostics.bounce.pasted import forwarded_in, notice_of
from diagnostics.bounce.sheet import Sheet
from diagnostics.bounce.text import decode

HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:[ \t\r\n]")
KNOWN_HEADER = re.compile(
    rb"^(?:received|return-path|from|to|subject|date|message-id|mime-version|content-type"
    rb"|delivered-to|x-original-to|auto-submitted|dkim-signature|authentication-results"
    rb"|reply-to|sender|x-[a-z0-9-]{1,60}|arc-seal|list-id):",
    re.IGNORECASE | re.MULTILINE,
)
BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/partial")
ATTACHED = "The notice was attached to another mail; the notice is what was read."


@dataclass(slots=True)
class Words:
    """The words for people: where they stand, and where in them the returned message starts."""

    span: Span
    end: int


def looks_like_mail(raw: bytes) -> bool:
    """Whether bytes start with the header of a mail: two known fields before a blank line."""
    head = raw[:20_000].lstrip()
    if head.startswith(b"From "):
        head = head.partition(b"\n")[2]
    if not HEADER_LINE.match(head):
        return False
    head = BLANK_LINE.split(head, maxsplit=1)[0]
    return len(KNOWN_HEADER.findall(head.replace(b"\r", b"\n"))) > 1


def read_mail(raw: bytes) -> Bounce:
    """Read a mail of whatever kind."""
    notes = []
    if len(raw) > limits.MAX_MIME_BYTES:
        raw = raw[: limits.MAX_MIME_BYTES]
        notes.append(limits.CUT)
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    raw = raw.lstrip(b"\r\n")
    bounce = read_message(parse(raw), raw, depth=0)
    return replace(bounce, notes=(*notes, *bounce.notes)) if notes else bounce


def read_message(message: Part, raw: bytes, depth: int) -> Bounce:
    """Read a mail that was taken apart."""
    leaves = leaves_of(message, raw)
    sheet = Sheet()
    sheet.write("\n".join(shown_headers(message)))
    subject = header_text(message.header("subject"))
    words = write_words(leaves[: limits.MAX_PARTS], sheet)
    reports = write_status(leaves, sheet)
    original = write_original(leaves, sheet)
    text = sheet.text.rstrip("\n")
    if not reports and words:
        reports = dsn.read_reports(text, *words.span)
    format_ = (
        Format.DSN
        if reports
        else kind_of(message, subject, text[slice(*words.span)] if words else "")
    )
    if format_ is Format.DSN and is_complaint(message):
        format_, reports = Format.COMPLAINT, []
    if (
        format_ is Format.MESSAGE
        and depth == 0
        and (inner := inner_notice(message, text, words, subject))
    ):
        return inner
    if words and format_ in (Format.DSN, Format.NDR):
        told = notice_reports(message, text, words, subject, reports)
        reports = dsn.complete(reports, told) if reports else told
        original = original or original_in(text, words.end)
    return Bounce(
        text=text,
        format=format_,
        reports=tuple(reports),
        prose=(words.span[0], words.end) if words else None,
        subject=subject_span(text),
        original=original,
        notes=(limits.CUT,) if sheet.cut else (),
    )


def leaves_of(message: Part, raw: bytes) -> list[Part]:
    """Return the parts that hold something; of a mail without any, its whole body as text."""
    leaves = [part for part in message.walk() if part.body or part.content_type in RETURNED_TYPES]
    if any(
        part.content_type.startswith("text/") and part.content_type not in RETURNED_TYPES
        for part in leaves
    ):
        return leaves
    body = BLANK_LINE.split(raw, maxsplit=1)[1:]
    loose = preamble(body[0], message) if body else b""
    return [Part("text/plain", {}, loose), *leaves] if loose.strip() else leaves


def preamble(body: bytes, message: Part) -> bytes:
    """Return the text before the first boundary of a mail whose parts hold no words."""
    boundary = message.parameter("boundary")
    if not boundary or not any(part.body for part in message.walk()):
        return body
    return body.partition(b"--" + boundary.encode("utf-8", "replace"))[0]


def write_words(leaves: list[Part], sheet: Sheet) -> Words | None:
    """Write the words for people, plain text where there is any, and return where they stand."""
    plain = [part for part in leaves if part.content_type in ("text/plain", "text/report", "text")]
    spans = [sheet.write(decoded(part)) for part in plain]
    if not any(end > start for start, end in spans):
        marked_up = [part for part in leaves if part.content_type == "text/html"]
        spans = [sheet.write(html.to_text(decoded(part))) for part in marked_up]
    if not spans:
        return None
    span = (spans[0][0], spans[-1][1])
    return Words(span, find_end(sheet.text, *span))


def write_status(leaves: list[Part], sheet: Sheet) -> list[Report]:
    """Write the delivery status parts and return their reports."""
    reports: list[Report] = []
    for part in leaves:
        if part.content_type in STATUS_TYPES:
            start, end = sheet.write(decoded(part))
            reports += dsn.read_reports(sheet.text, start, end)
    return reports[: limits.MAX_REPORTS]


def write_original(leaves: list[Part], sheet: Sheet) -> Original | None:
    """Write the header of the returned message and return what it says."""
    for part in leaves:
        if part.content_type in RETURNED_TYPES:
            returned = part.children[0] if part.children else parse(part.body[:65_536])
            sheet.write("\n".join(shown_headers(returned)))
            return original_of(returned)
    return None


def decoded(part: Part) -> str:
    """Return the text of a part."""
    return decode(part.body[: 4 * limits.MAX_PART], part.parameter("charset"))


def subject_span(text: str) -> Span | None:
    """Return where the subject stands in the shown text."""
    at = text.find("Subject: ", 0, 2_000)
    if at < 0 or (at and text[at - 1] != "\n"):
        return None
    end = text.find("\n", at)
    return (at + 9, end if end >= 0 else len(text))


def notice_reports(
    message: Part, text: str, words: Words, subject: str, reports: list[Report]
) -> list[Report]:
    """Return what the words say of each recipient, unless the delivery status says it all."""
    if reports and all(dsn.is_complete(report, text) for report in reports):
        return []
    return read_notice(notice_of(message, text, (words.span[0], words.end), subject))


def inner_notice(message: Part, text: str, words: Words | None, subject: str) -> Bounce | None:
    """Return the notice that a mail forwards, attached or below its words, if it does."""
    for part in message.walk():
        if part.content_type == "message/rfc822" and part.children:
            inner = read_message(part.children[0], b"", depth=1)
            if inner.format in (Format.DSN, Format.NDR):
                return replace(inner, notes=(*inner.notes, ATTACHED))
    if not words:
        return None
    return forwarded_in(text, words.span, announced=FORWARDED.match(subject) is not None)
