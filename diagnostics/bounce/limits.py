"""How much of a paste is read, and how; measured in code points or bytes.

A paste is written by whoever writes spam. Above a limit nothing is refused: the text is read as
plain text, or cut, and a note says so. Only the web form refuses, by size.
"""

from __future__ import annotations

MAX_BYTES = 10 * 1024 * 1024  # of one bounce; the rest is not looked at
MAX_TEXT = 512 * 1024  # code points that are shown and searched
MAX_PART = 256 * 1024  # of one MIME part
MAX_LINE = 2_000  # of one line; the rest of it is left out
MAX_LINES = 10_000  # of a text that is no mail; the rest of it is left out
MAX_REPORTS = 500  # recipients of one bounce that are told apart

MAX_MIME_BYTES = 2 * 1024 * 1024
MAX_MIME_LINES = 60_000
MAX_DECLARATIONS = 20  # boundaries and embedded messages
MAX_WORK = 1_000_000  # declarations times lines
MAX_DELIMITERS = 300  # lines that start with --
MAX_HEADER_LINES = 4_000
MAX_PARTS = 50
MAX_RECEIVED = 20  # Received fields of the returned message

AS_PLAIN_TEXT = (
    "The message is built in an unusually complicated way, so it was read as plain text."
)
CUT = "The text was longer than can be read at once; the rest was left out."
DAMAGED_FILE = (
    "This is a file of Outlook that cannot be opened: it is damaged or not whole. Open the message "
    "in Outlook and paste its text instead."
)
MANY_RECIPIENTS = "Only the first 500 recipients are told apart."


def too_complicated(raw: bytes) -> bool:
    """Whether taking these bytes apart as MIME could cost more than it is worth (counts only)."""
    lowered = raw.lower()
    declarations = lowered.count(b"boundary=") + lowered.count(b"message/rfc822")
    lines = raw.count(b"\n") + raw.count(b"\r")
    return (
        declarations > MAX_DECLARATIONS
        or declarations * lines > MAX_WORK
        or raw.count(b"\n--") > MAX_DELIMITERS
        or lines > MAX_MIME_LINES
        or header_lines(raw) > MAX_HEADER_LINES
    )


def header_lines(raw: bytes) -> int:
    """Return how many lines stand before the first blank one."""
    end = min(
        (at for at in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if at >= 0), default=len(raw)
    )
    return raw.count(b"\n", 0, end)
