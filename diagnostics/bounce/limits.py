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
MAX_DELIMITERS = 300  # boundary lines
MAX_DEPTH = 10  # parts within parts
MAX_HEADER_LINES = 4_000
MAX_HEADER = 8_192  # of one header field
MAX_PARTS = 50
MAX_LOOK = 64 * 1024  # how far is looked for where something starts
MAX_RECEIVED = 20  # Received fields of the returned message

AS_PLAIN_TEXT = (
    "The message is built in an unusually complicated way, so it was read as plain text."
)
CUT = "The text was longer than can be read at once; the rest was left out."
DAMAGED_FILE = (
    "This is a file of Outlook that cannot be opened: it is damaged or not whole. Open the message "
    "in Outlook and paste its text instead."
)
MANY_RECIPIENTS = f"Only the first {MAX_REPORTS} recipients are told apart."


def many_recipients(count: int) -> str:
    """Return the note for more recipients than are told apart; a count of 0 is not known."""
    if count <= MAX_REPORTS:
        return MANY_RECIPIENTS
    return f"Only the first {MAX_REPORTS} of {count:,} recipients are told apart."
