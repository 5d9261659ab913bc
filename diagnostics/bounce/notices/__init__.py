"""Notices for people, in the words of mail systems. One family a module.

`frame` and `answer` read what nearly all have in common. A family that writes otherwise is a module
with `MARKS` (small-letter words of which one stands in each of its notices) and `read(Notice)`,
which returns the reports, or none when it is not its notice after all; and a place in `FAMILIES`.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from diagnostics.bounce.marks import Marks
from diagnostics.bounce.model import Report
from diagnostics.bounce.notices import aol, sendmail
from diagnostics.bounce.notices.answer import reports_of
from diagnostics.bounce.notices.frame import items
from diagnostics.bounce.notices.notice import Notice
from diagnostics.bounce.notices.returned import find_end
from diagnostics.bounce.notices.sentence import in_sentences, without_address

__all__ = ["Notice", "find_end", "read_notice"]


class Family(NamedTuple):
    """A module of this package that reads the notices of one mail system."""

    name: str
    marks: tuple[str, ...]
    read: Callable[[Notice], list[Report]]


FAMILIES = (
    Family("aol", aol.MARKS, aol.read),
    Family("sendmail", sendmail.MARKS, sendmail.read),
)
# How notices name the server that writes them.
REPORTER = (
    "mail system at host ", "program at ", "mail server at ", "mail server on ", "mail agent v",
    "notification from ", "generating server:", "generierender server:", "serveur de génération",
    "servidor de generación", "server di generazione", "servidor de geração", "genererende server:",
    "genererande server:", "serwer generujący", "generující server", "oluşturan sunucu",
    "создающий сервер", "生成服务器", "產生伺服器", "生成サーバー", "생성 서버", "dsn gener",
    "dsn génér", "dsn gera", "dsn gegener", "dsn wygener", "dsn создан",
)  # fmt: skip
HOST = re.compile(r"[\w-][\w.-]{0,250}\.[A-Za-z]{2,24}\b")
# The same in the notices of Exchange, in any language: a label and a host are all of a line.
LABELLED = re.compile(
    r"^[^\n:@\uff1a]{3,60}[:\uff1a][ \t]?([\w-]{1,63}\.[\w.-]{0,189}\w)[ \t]*$", re.MULTILINE
)
MARKS = Marks({**{family.name: family.marks for family in FAMILIES}, "reporter": REPORTER})


def read_notice(notice: Notice) -> list[Report]:
    """Return a report for each recipient that a notice tells of, in order."""
    standing = MARKS.find(notice.words.lower())
    if "reporter" in standing:
        notice = replace(notice, reporting_host=reporter(notice, standing["reporter"]))
    elif "##" in notice.words and (labelled := LABELLED.search(notice.text, *notice.span)):
        notice = replace(notice, reporting_host=labelled[1].lower())
    for family in FAMILIES:
        if family.name in standing and (reports := family.read(notice)):
            return reports
    found = items(notice) or in_sentences(notice) or items(notice, labelled=True)
    return reports_of(notice, found) or [without_address(notice)]


def reporter(notice: Notice, at: int) -> str | None:
    """Return the server that a notice names as its own, in the line of the words for it."""
    start = notice.start + at
    end = notice.text.find("\n", start, notice.end)
    found = HOST.search(notice.text, start, end if end >= 0 else notice.end)
    return found[0].lower() if found else None
