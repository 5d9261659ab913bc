"""Log lines of qmail-send (qmail-log(5)): which delivery was started to whom, how it ended.

A blank within the words stands there as an underscore; it is shown as a blank again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.bounce import limits
from diagnostics.bounce.answers import with_answer
from diagnostics.bounce.log_lines import Entry, find_reporter, outcomes
from diagnostics.bounce.model import Action, Bounce, Format, Report

MARKS = (": failure: ", ": deferral: ", ": success: ")

STARTED = re.compile(
    r"starting delivery (\d{1,12}): msg (\d{1,12}) to (?:local|remote) (\S{1,320})"
)
ENDED = re.compile(r"delivery (\d{1,12}): (success|failure|deferral): (\S.*)")
ADDRESS = re.compile(r"(?:Connected to )?(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}) ")
ACTIONS = {
    "success": Action.DELIVERED,
    "failure": Action.FAILED,
    "deferral": Action.DELAYED,
}


def read_qmail(text: str) -> Bounce | None:
    """Read lines of qmail, one report a recipient, or return None when no delivery ended."""
    if not ENDED.search(text):
        return None
    shown = ENDED.sub(with_blanks, text)
    reports = outcomes(read_entries(shown))
    return Bounce(text=shown, format=Format.LOG_LINE, reports=tuple(reports))


def with_blanks(ended: re.Match[str]) -> str:
    """Return the end of a delivery with blanks for underscores; the length stays the same."""
    return ended[0].replace("_", " ")


def read_entries(text: str) -> Iterator[Entry]:
    """Yield how each delivery ended, with the recipient of the line that started it."""
    started: dict[str, tuple[str, str]] = {}
    at = 0
    for count, ended in enumerate(ENDED.finditer(text)):
        if count >= limits.MAX_REPORTS:
            return
        for number, message, recipient in STARTED.findall(text, at, ended.start()):
            started[number] = (message, recipient)
        at = ended.end()
        line = text.rfind("\n", 0, ended.start()) + 1
        host = ADDRESS.match(text, ended.start(3))
        message, recipient = started.get(ended[1], (None, None))
        known = Report(
            recipient=recipient,
            action=ACTIONS[ended[2]],
            remote_host=host[1] if host else None,
            reporting_host=find_reporter(text, line, ended.start()),
        )
        yield Entry(with_answer(known, text, *ended.span(3)), message)
