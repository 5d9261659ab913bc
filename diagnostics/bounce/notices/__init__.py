"""Notices for people, in the words of mail systems. One family a module.

`frame` reads what nearly all have in common. A family that writes otherwise is a module with
`MARKS` (small-letter words of which one stands in each of its notices) and `read(Notice)`, which
returns the reports, or none when it is not its notice after all; and a place in `FAMILIES`.
"""

from collections.abc import Callable
from typing import NamedTuple

from diagnostics.bounce.marks import Marks
from diagnostics.bounce.model import Report
from diagnostics.bounce.notices import sendmail
from diagnostics.bounce.notices.frame import Notice, items, reports_of, without_address
from diagnostics.bounce.notices.returned import find_end

__all__ = ["Notice", "find_end", "read_notice"]


class Family(NamedTuple):
    """A module of this package that reads the notices of one mail system."""

    name: str
    marks: tuple[str, ...]
    read: Callable[[Notice], list[Report]]


FAMILIES = (Family("sendmail", sendmail.MARKS, sendmail.read),)
MARKS = Marks({family.name: family.marks for family in FAMILIES})


def read_notice(notice: Notice) -> list[Report]:
    """Return a report for each recipient that a notice tells of, in order."""
    standing = MARKS.find(notice.words.lower())
    for family in FAMILIES:
        if family.name in standing and (reports := family.read(notice)):
            return reports
    return reports_of(notice, items(notice)) or [without_address(notice)]
