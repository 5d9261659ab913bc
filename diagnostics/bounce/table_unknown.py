"""Tables of bounces that nobody describes: the names of their columns tell, as those of keys do."""

from __future__ import annotations

import re

from diagnostics.bounce import limits
from diagnostics.bounce.guesses import find_guesses, told_by
from diagnostics.bounce.model import Bounce, Format
from diagnostics.bounce.places import Told, place
from diagnostics.bounce.tables import Columns, column, read_table

MARKS = ("recipient", "email", "rcpt", "e-mail", ",to,", '"to"', "diagnostic")

RECIPIENT = frozenset(
    ["recipient", "rcpt", "email", "emailaddress", "recipientemail", "recipientaddress", "to",
     "address", "toaddress", "mailto", "emailto"]
)  # fmt: skip
WORDS = re.compile(r"reason|message|response|error|diag|description|detail|output|bounce|text")
DELIMITERS = re.compile(r"[,;\t]")
LONGEST = 400  # letters of a header


def read_unknown_table(text: str) -> Bounce | None:
    """Read a table whose header names recipients and what was answered; else return None."""
    header = text[:LONGEST].lstrip().partition("\n")[0]
    if "@" in header or not DELIMITERS.search(header):
        return None
    names = frozenset(column(name.strip(" \"'")) for name in DELIMITERS.split(header))
    if not RECIPIENT & names or not any(map(WORDS.search, names)):
        return None
    told: list[Told] = []
    for record in read_table(text, names, without_header):
        for guess in find_guesses(record.values):
            told.extend(told_by(guess, record.start, record.end))
    if not told:
        return None
    shown, reports = place(text, told[: limits.MAX_REPORTS])
    return Bounce(text=shown, format=Format.LOG_LINE, reports=tuple(reports))


def without_header(_row: list[str]) -> Columns | None:
    """Return no columns for a record above the header."""
    return None
