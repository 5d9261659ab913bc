"""E-mails: a delivery status, a notice in prose, a complaint, an automatic answer, or just mail."""

from __future__ import annotations

import re
from dataclasses import replace

from diagnostics.bounce import dsn, limits
from diagnostics.bounce.kind import FORWARDED, kind_of_page
from diagnostics.bounce.kind_words import QUOTING
from diagnostics.bounce.mime import (
    Headers,
    Part,
    TooComplicated,
    parse,
    split_header,
    with_newlines,
    without_envelope,
)
from diagnostics.bounce.model import Bounce, Format, Report, Span
from diagnostics.bounce.notices import find_end, read_notice
from diagnostics.bounce.original import original_in
from diagnostics.bounce.page import Page, page_of
from diagnostics.bounce.pasted import forwarded_in, notice_of

# A time of day is no field, and a field of a mail system's own needs no blank.
FIELD = rb"(?:[!-9;-~]{1,76}:[ \t\r\n]|[Xx]-[\w-]{1,70}:)"
HEADER_LINE = re.compile(FIELD)
OPENING = re.compile(rb"\s*+(?:>?From |" + FIELD + rb")")
KNOWN = {
    "received", "return-path", "from", "to", "subject", "date", "message-id", "mime-version",
    "content-type", "delivered-to", "auto-submitted", "dkim-signature", "authentication-results",
    "reply-to", "sender", "arc-seal", "list-id",
}  # fmt: skip
HEAD = 20_000  # bytes in which the header of a mail is looked for
EMBEDDED_TYPES = ("message/rfc822", "message/global")
SUBJECT = "Subject: "
NOTICES = (Format.DSN, Format.NDR)
ATTACHED = "The notice was attached to another mail; the notice is what was read."


def looks_like_mail(raw: bytes) -> bool:
    """Whether bytes start with the header of a mail."""
    head = without_envelope(with_newlines(raw[:HEAD]))
    if not HEADER_LINE.match(head):
        return False
    try:
        return is_header(split_header(head)[0])
    except TooComplicated:
        return True


def is_header(headers: Headers) -> bool:
    """Whether these are the fields of a mail: two that mails have."""
    known = len(KNOWN & headers.keys())
    return known > 1 or known + sum(name.startswith("x-") for name in headers) > 1


def read_mail(raw: bytes) -> Bounce | None:
    """Read a mail of whatever kind; None when it is none. It may be TooComplicated."""
    if not OPENING.match(raw):
        return None
    message = parse(raw[: limits.MAX_MIME_BYTES])
    if not is_header(message.headers):
        return None
    bounce = read_message(message, depth=0)
    if len(raw) > limits.MAX_MIME_BYTES:
        return replace(bounce, notes=(limits.CUT, *bounce.notes))
    return bounce


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
    words = page.words or (len(page.text), len(page.text))
    original = page.original
    if format_ not in NOTICES:
        reports = []
    else:
        words = (words[0], find_end(page.text, *words))
        original = original or original_in(page.text, words[1])
        reports = with_prose(page, words, reports)
    return Bounce(
        text=page.text,
        format=format_,
        reports=tuple(reports),
        prose=words if page.words else None,
        subject=subject_span(page.text),
        original=original,
        notes=(limits.CUT,) if page.cut else (),
    )


def with_prose(page: Page, words: Span, reports: list[Report]) -> list[Report]:
    """Return the reports with what the words say, unless the delivery status says it all."""
    if reports and all(dsn.is_complete(report, page.text) for report in reports):
        return reports
    told = read_notice(notice_of(page.message, page.text, words, page.subject))
    return dsn.complete(reports, told) if reports else told


def subject_span(text: str) -> Span | None:
    """Return where the subject stands in the shown text, less that of the returned message."""
    at = text.find(SUBJECT, 0, limits.MAX_HEADER)
    if at < 0 or (at and text[at - 1] != "\n"):
        return None
    start, end = value_span(text, at)
    if quoting := QUOTING.match(text, start, end):
        return (start, quoting.end())
    again = text.rfind(f"\n{SUBJECT}", end)
    returned = text[slice(*value_span(text, again + 1))] if again >= 0 else ""
    within = text.find(returned, start, end) if returned else -1
    if within < 0:
        return (start, end)
    before, after = (start, within), (within + len(returned), end)
    return max(before, after, key=lambda span: span[1] - span[0])


def value_span(text: str, at: int) -> Span:
    """Return where the value of the subject stands whose line starts there."""
    end = text.find("\n", at)
    return (at + len(SUBJECT), end if end >= 0 else len(text))


def inner_notice(page: Page) -> Bounce | None:
    """Return the notice that a mail forwards, attached or below its words, if it does."""
    for part in page.leaves:
        if part.content_type in EMBEDDED_TYPES:
            inner = read_message(part.embedded(), depth=1)
            if inner.format in NOTICES:
                return replace(inner, notes=(*inner.notes, ATTACHED))
    if not page.words:
        return None
    return forwarded_in(page.text, page.words, announced=FORWARDED.match(page.subject) is not None)
