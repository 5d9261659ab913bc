"""Logs whose lines each tell one delivery in a plain form: OpenSMTPD, Haraka, MailEnable.

To add one: its marks, a pattern that finds the line, a function that returns what the line tells,
and a place in PROGRAMS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from diagnostics.bounce.answers import with_answer
from diagnostics.bounce.log_lines import Entry, find_relay, find_reporter, read_log
from diagnostics.bounce.model import Action, Bounce, Report, Stage

MARKS = ("permfail", "tempfail", 'result="ok"', "failed-command", " recipient <", "temp failing ",
         "bouncing mail: ", "smtp-ou", "smtp-in")  # fmt: skip

STAGES = {
    "RCPT TO": Stage.RCPT,
    "MAIL FROM": Stage.MAIL,
    "DATA": Stage.DATA,
    "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
}
ACTIONS = {
    "Ok": Action.DELIVERED,
    "TempFail": Action.DELAYED,
    "PermFail": Action.FAILED,
    "rejected: ": Action.FAILED,
    "deferred: ": Action.DELAYED,
}
OPENSMTPD = re.compile(r"(?: result=\"?|: relay: |: delivery: )(Ok|TempFail|PermFail)\b")
STAT = re.compile(r"\bstat=\"?")
ENVELOPE = re.compile(r"\b(to|rcpt)=<([^<>\s]{1,320})>")
RELAY = re.compile(r"\brelay=\"?[^\s\"(]{1,80} \(([\w.-]{1,253})\)")
COMMAND = re.compile(
    r"failed-command .{0,80}command=\"(RCPT TO|MAIL FROM|DATA|EHLO|HELO)?[: ]?<?([^<>\"]{0,320})"
)
HARAKA = re.compile(
    r"\] recipient <([^<>]{1,320})> (rejected: |deferred: |code=DENY\w{0,12} msg=\")"
)
HARAKA_QUEUE = re.compile(r"\] (?:(Temp failing) \S{1,200} for \d{1,9} seconds|bouncing mail): ")
MAILENABLE = re.compile(
    r"\b(RCPT TO|MAIL FROM|DATA|EHLO|HELO)\b:? ?<?([^<>\t]{0,320})>?[^\t]{0,80}\t(?=[45]\d\d[ -])"
)


def read_opensmtpd(text: str, start: int, end: int) -> Report | None:
    """Read `mta delivery … to=<…> … result="PermFail" stat="550 …"`, of the 5.x releases too."""
    result = OPENSMTPD.search(text, start, end)
    stat = STAT.search(text, start, end) if result else None
    if not result or not stat:
        return None
    addresses = dict(ENVELOPE.findall(text, start, stat.start()))
    relay = RELAY.search(text, start, stat.start())
    known = Report(
        recipient=addresses.get("to"),
        original_recipient=addresses.get("rcpt") if "@" in addresses.get("rcpt", "") else None,
        action=ACTIONS[result[1]],
        remote_host=find_relay(relay[1]) if relay else None,
    )
    return with_answer(known, text, stat.end(), unquoted(text, stat, end))


def read_opensmtpd_refusal(text: str, start: int, end: int) -> Report | None:
    """Read `smtp failed-command … command="RCPT TO:<…>" result="550 …"`."""
    command = COMMAND.search(text, start, end)
    result = text.find('result="', command.end(), end) if command else -1
    if not command or result < 0:
        return None
    known = Report(
        recipient=command[2] if command[1] == "RCPT TO" else None,
        stage=STAGES.get(command[1] or ""),
    )
    return with_answer(known, text, result + 8, text.rfind('"', result + 8, end))


def read_haraka(text: str, start: int, end: int) -> Report | None:
    """Read `recipient <…> rejected: …`, and what is said of a whole message in the queue."""
    found = HARAKA.search(text, start, end)
    if found:
        known = Report(
            recipient=found[1],
            action=ACTIONS.get(found[2], Action.DELAYED if "SOFT" in found[2] else Action.FAILED),
        )
        return with_answer(known, text, found.end(), unquoted(text, found, end))
    queue = HARAKA_QUEUE.search(text, start, end)
    if not queue:
        return None
    known = Report(action=Action.DELAYED if queue[1] else Action.FAILED)
    return with_answer(known, text, queue.end(), end)


def read_mailenable(text: str, start: int, end: int) -> Report | None:
    """Read a line of the activity log: columns with tabs, the command, then its answer."""
    if text.find("SMTP-", start, end) < 0:
        return None
    refused = MAILENABLE.search(text, start, end)
    if not refused:
        return None
    known = Report(
        recipient=refused[2] if refused[1] == "RCPT TO" else None, stage=STAGES[refused[1]]
    )
    tab = text.find("\t", refused.end(), end)
    return with_answer(known, text, refused.end(), tab if tab >= 0 else end)


def unquoted(text: str, opened: re.Match[str], end: int) -> int:
    """Return where a value ends that a match opened: before its closing quotation mark, if any."""
    closing = text.find('"', opened.end(), end) if opened[0].endswith('"') else -1
    return closing if closing >= 0 else end


PROGRAMS: tuple[Callable[[str, int, int], Report | None], ...] = (
    read_opensmtpd,
    read_opensmtpd_refusal,
    read_haraka,
    read_mailenable,
)


def read_other_logs(text: str) -> Bounce | None:
    """Read lines of any of these programs, or return None when there is none."""
    return read_log(text, read_line)


def read_line(text: str, start: int, end: int) -> Iterator[Entry]:
    """Yield what one line tells of a delivery, by the first program that knows it."""
    for read_program in PROGRAMS:
        report = read_program(text, start, end)
        if report:
            yield Entry(replace(report, reporting_host=find_reporter(text, start, start + 200)))
            return
