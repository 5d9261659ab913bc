"""AOL: screen names, which are addresses without `@aol.com`, each on a line."""

from __future__ import annotations

import re

from diagnostics.bounce.model import Report
from diagnostics.bounce.notices.answer import report_of
from diagnostics.bounce.notices.notice import Item, Notice, trimmed

MARKS = ("your mail to the following recipients could not be delivered because",)

NAME = re.compile(r"^[ \t]{0,8}([A-Za-z][A-Za-z0-9]{2,31})[ \t]*$", re.MULTILINE)


def read(notice: Notice) -> list[Report]:
    """Return the reports of the screen names; the words above them are the reason of all."""
    names = list(NAME.finditer(notice.text, notice.start, notice.end))
    if not names:
        return []
    span = trimmed(notice.text, notice.start, names[0].start())
    return [report_of(notice, Item(f"{name[1]}@aol.com", span)) for name in names]
