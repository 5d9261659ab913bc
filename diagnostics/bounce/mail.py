"""E-mails: a delivery status, a notice in prose, a complaint, an automatic answer, or just mail."""

from __future__ import annotations

import re
from dataclasses import replace

from diagnostics.bounce import dsn, limits
from diagnostics.bounce.kind import FORWARDED, kind_of_page
from diagnostics.bounce.mime import Part, TooComplicated, parse
from diagnostics.bounce.model import Bounce, Format, Report, Span
from diagnostics.bounce.notices import find_end, read_notice
from diagnostics.bounce.original import original_in
from diagnostics.bounce.page import Page, page_of
from diagnostics.bounce.pasted import forwarded_in, notice_of

HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:[ \t\r\n]")
KNOWN_HEADER = re.compile(
    rb"(?:\A|[\r\n])(?:received|return-path|from|to|subject|date|message-id|mime-version"
    rb"|content-type|delivered-to|x-original-to|auto-submitted|dkim-signature"
    rb"|authentication-results|reply-to|sender|x-[a-z0-9-]{1,60}|arc-seal|list-id):",
    re.IGNORECASE,
)
HEAD = 20_000  # bytes in which the header of a mail is looked for

EMBEDDED_TYPES = ("message/rfc822", "message/global")
ATTACHED = "The notice was attached to another mail; the notice is what was read."


def looks_like_mail(raw: bytes) -> bool:
    """Whether bytes start with the header of a mail: two known fields before a blank line."""
    head = without_envelope(raw[:HEAD])
    if not HEADER_LINE.match(head):
        return False
    ends = (head.find(blank) for blank in (b"\n\n", b"\r\n\r\n", b"\r\r"))
    end = min((at for at in ends if at >= 0), default=len(head))
    known = KNOWN_HEADER.finditer(head, 0, end)
    return next(known, None) is not None and next(known, None) is not None


def without_envelope(raw: bytes) -> bytes:
    """Return a mail without blank lines before it and without the `From ` line of an mbox."""
    raw = raw.lstrip()
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def read_mail(raw: bytes) -> Bounce | None:
    """Read a mail of whatever kind; None when it is too complicated to be taken apart."""
    cut = len(raw) > limits.MAX_MIME_BYTES
    try:
        bounce = read_message(parse(without_envelope(raw[: limits.MAX_MIME_BYTES])), depth=0)
    except TooComplicated:
        return None
    return replace(bounce, notes=(limits.CUT, *bounce.notes)) if cut else bounce


def read_message(message: Part, depth: int) -> Bounce:
    """Read a mail that was taken apart."""
    page = page_of(message)
    told = page.told
    reports = page.reports
    if not reports and page.words and dsn.has_fields(told):
        reports = dsn.read_reports(page.text, *page.words)
    format_ = kind_of_page(page, told, has_status=bool(reports))
    if format_ is Format.MESSAGE and depth == 0 and (inner := inner_notice(page)):
        return inner
    end = page.words[1] if page.words else 0
    original = page.original
    if page.words and format_ in (Format.DSN, Format.NDR):
        if not page.reports:
            end = find_end(page.text, *page.words)
            original = original or original_in(page.text, end)
        reports = with_prose(page, end, reports)
    return Bounce(
        text=page.text,
        format=format_,
        reports=tuple(reports) if format_ in (Format.DSN, Format.NDR) else (),
        prose=(page.words[0], end) if page.words else None,
        subject=subject_span(page.text),
        original=original,
        notes=(limits.CUT,) if page.cut else (),
    )


def with_prose(page: Page, end: int, reports: list[Report]) -> list[Report]:
    """Return the reports with what the words say, unless the delivery status says it all."""
    if not page.words or (reports and all(dsn.is_complete(r, page.text) for r in reports)):
        return reports
    told = read_notice(notice_of(page.message, page.text, (page.words[0], end), page.subject))
    return dsn.complete(reports, told) if reports else told


def subject_span(text: str) -> Span | None:
    """Return where the subject stands in the shown text."""
    at = text.find("Subject: ", 0, limits.MAX_HEADER)
    if at < 0 or (at and text[at - 1] != "\n"):
        return None
    end = text.find("\n", at)
    return (at + 9, end if end >= 0 else len(text))


def inner_notice(page: Page) -> Bounce | None:
    """Return the notice that a mail forwards, attached or below its words, if it does."""
    for part in page.leaves:
        if part.content_type in EMBEDDED_TYPES:
            inner = read_message(part.embedded(), depth=1)
            if inner.format in (Format.DSN, Format.NDR):
                return replace(inner, notes=(*inner.notes, ATTACHED))
    if not page.words:
        return None
    return forwarded_in(page.text, page.words, announced=FORWARDED.match(page.subject) is not None)
