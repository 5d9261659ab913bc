"""E-mails: a delivery status, a complaint, an automatic answer, or just mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header

from diagnostics.bounce import dsn, html, limits
from diagnostics.bounce.mime import Part, parse
from diagnostics.bounce.model import Bounce, Format, Original, Report, Span
from diagnostics.bounce.reply import read_reply
from diagnostics.bounce.text import clean, cut_lines, decode

HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:[ \t\r\n]")
KNOWN_HEADER = re.compile(
    rb"^(?:received|return-path|from|to|subject|date|message-id|mime-version|content-type"
    rb"|delivered-to|x-original-to|auto-submitted|dkim-signature|authentication-results"
    rb"|reply-to|sender|x-[a-z0-9-]{1,60}|arc-seal|list-id):",
    re.IGNORECASE | re.MULTILINE,
)
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
SHOWN_HEADERS = ("From", "To", "Subject", "Date")
DOMAIN = re.compile(r"@([\w.-]{1,253})")

BOUNCE_SENDER = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery status|delivery fail|delivery has failed|failure notice|returned mail"
    r"|mail delivery failed|could not be delivered|delivery notification",
    re.IGNORECASE,
)


def looks_like_mail(raw: bytes) -> bool:
    """Whether bytes start with the header of a mail: two known fields before a blank line."""
    head = raw[:20_000].lstrip()
    if head.startswith(b"From "):
        head = head.partition(b"\n")[2]
    if not HEADER_LINE.match(head):
        return False
    head = BLANK_LINE.split(head, maxsplit=1)[0]
    return len(KNOWN_HEADER.findall(head)) > 1


@dataclass(slots=True)
class Sheet:
    """The text that a person is shown, written piece by piece; knows where each piece stands."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    cut: bool = False

    def write(self, text: str) -> Span:
        """Append text, cleaned and cut to what is left, and return where it stands."""
        text = cut_lines(clean(text[: limits.MAX_PART])).strip("\n")
        room = max(0, limits.MAX_TEXT - self.length)
        self.cut = self.cut or len(text) > room
        text = text[:room]
        start = self.length
        self.pieces.append(f"{text}\n\n")
        self.length += len(text) + 2
        return (start, start + len(text))


def read_mail(raw: bytes) -> Bounce:
    """Read a mail of whatever kind."""
    notes = []
    if len(raw) > limits.MAX_MIME_BYTES:
        raw = raw[: limits.MAX_MIME_BYTES]
        notes.append(limits.CUT)
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    message = parse(raw.lstrip(b"\r\n"))
    sheet = Sheet()
    sheet.write("\n".join(shown_headers(message)))
    leaves = leaves_of(message, raw)
    prose = write_prose(leaves[: limits.MAX_PARTS], sheet)
    reports = write_status(leaves, sheet)
    original = write_original(leaves, sheet)
    text = "".join(sheet.pieces).rstrip("\n")
    if not reports and prose:
        reports = dsn.read_reports(text, *prose)
    if sheet.cut:
        notes.append(limits.CUT)
    return Bounce(
        text=text,
        format=format_of(message, reports),
        reports=tuple(reports) or prose_reports(message, text, prose),
        prose=prose,
        original=original,
        notes=tuple(dict.fromkeys(notes)),
    )


def leaves_of(message: Part, raw: bytes) -> list[Part]:
    """Return the parts that hold something; of a mail without any, its whole body as text."""
    leaves = [part for part in message.walk() if part.body or part.content_type == "message/rfc822"]
    if leaves:
        return leaves
    body = BLANK_LINE.split(raw, maxsplit=1)[1:]
    return [Part("text/plain", {}, body[0])] if body else []


def shown_headers(message: Part) -> list[str]:
    """Return the header lines that a person is shown, decoded."""
    values = ((name, header_text(message.header(name.lower()))) for name in SHOWN_HEADERS)
    return [f"{name}: {value}" for name, value in values if value]


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


def write_prose(leaves: list[Part], sheet: Sheet) -> Span | None:
    """Write the words for people, plain text where there is any, and return where they stand."""
    plain = [part for part in leaves if part.content_type == "text/plain"]
    spans = [sheet.write(decoded(part)) for part in plain]
    if not any(end > start for start, end in spans):
        marked_up = [part for part in leaves if part.content_type == "text/html"]
        spans = [sheet.write(html.to_text(decoded(part))) for part in marked_up]
    return (spans[0][0], spans[-1][1]) if spans else None


def write_status(leaves: list[Part], sheet: Sheet) -> list[Report]:
    """Write the delivery status parts and return their reports."""
    reports: list[Report] = []
    for part in leaves:
        if part.content_type in ("message/delivery-status", "message/global-delivery-status"):
            start, end = sheet.write(decoded(part))
            reports += dsn.read_reports("".join(sheet.pieces), start, end)
    return reports[: limits.MAX_REPORTS]


def write_original(leaves: list[Part], sheet: Sheet) -> Original | None:
    """Write the header of the returned message and return what it says."""
    for part in leaves:
        if part.content_type in ("message/rfc822", "text/rfc822-headers", "message/global"):
            returned = part.children[0] if part.children else parse(part.body[:65_536])
            sheet.write("\n".join(shown_headers(returned)))
            domain = DOMAIN.search(returned.header("from"))
            return Original(
                from_domain=domain[1].lower() if domain else None,
                message_id=clean(returned.header("message-id")) or None,
                date=clean(returned.header("date")) or None,
            )
    return None


def decoded(part: Part) -> str:
    """Return the text of a part."""
    return decode(part.body[: 4 * limits.MAX_PART], part.parameter("charset"))


def format_of(message: Part, reports: list[Report]) -> Format:
    """Return what kind of mail it is."""
    types = {part.content_type for part in message.walk()}
    if "message/feedback-report" in types:
        return Format.COMPLAINT
    if reports:
        return Format.DSN
    if is_bounce_mail(message):
        return Format.NDR
    automatic = message.header("auto-submitted").lower()
    if (automatic and not automatic.startswith("no")) or message.header("x-autoreply"):
        return Format.AUTO_REPLY
    return Format.MESSAGE


def is_bounce_mail(message: Part) -> bool:
    """Whether a mail comes from a mail system and says that something was not delivered."""
    sender = BOUNCE_SENDER.search(message.header("from")) is not None
    null_path = message.header("return-path").strip() == "<>"
    return (sender or null_path) and bool(
        BOUNCE_SUBJECT.search(header_text(message.header("subject")))
    )


def prose_reports(message: Part, text: str, prose: Span | None) -> tuple[Report, ...]:
    """Return the SMTP reply that a mail system quotes in its words, as the only report."""
    if not prose or not is_bounce_mail(message):
        return ()
    quoted = read_reply(" " * prose[0] + text[prose[0] : prose[1]])
    return quoted.reports if quoted else ()
