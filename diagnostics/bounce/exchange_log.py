"""The message tracking log of Exchange Server, and the message trace of Exchange Online.

As files (CSV with a `#Fields:` line or a header), and as PowerShell shows them. Where a server
answered, its words stand in the column of the recipient's status or in the detail:
`[{LED=550 5.1.1 …};{MSG=};{FQDN=mx.example.com};{IP=192.0.2.25};{LRT=…}]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from diagnostics.bounce import limits
from diagnostics.bounce.log_lines import Entry, find_relay, outcomes
from diagnostics.bounce.model import Action, Bounce, Format, Report
from diagnostics.bounce.places import Told, place
from diagnostics.bounce.tables import Record, read_list, read_table

MARKS = ("recipient-status", "recipient_status", "recipientstatus", "recipientaddress", "{led=",
         ",fail,", ",defer,", ",dsn,", "event,action,detail", '"event","action"')  # fmt: skip

# The order of the columns where a line stands without its header (Exchange 2013 and later).
COLUMNS = [
    "datetime", "clientip", "clienthostname", "serverip", "serverhostname", "sourcecontext",
    "connectorid", "source", "eventid", "internalmessageid", "messageid", "networkmessageid",
    "recipientaddress", "recipientstatus", "totalbytes", "recipientcount",
    "relatedrecipientaddress", "reference", "messagesubject", "senderaddress", "returnpath",
    "messageinfo", "directionality", "tenantid", "originalclientip", "originalserverip",
    "customdata",
]  # fmt: skip
EVENT, STATUS = COLUMNS.index("eventid"), COLUMNS.index("recipientstatus")
KNOWN = frozenset(
    [*COLUMNS, "timestamp", "event", "action", "detail", "data", "date", "recipients",
     "recipient", "sender", "status", "received", "toip", "fromip", "subject", "messagetraceid"]
)  # fmt: skip
ACTIONS = {
    "fail": Action.FAILED,
    "failed": Action.FAILED,
    "badmail": Action.FAILED,
    "poisonmessage": Action.FAILED,
    "drop": Action.FAILED,
    "dsn": Action.FAILED,
    "defer": Action.DELAYED,
    "pending": Action.DELAYED,
    "deliver": Action.DELIVERED,
    "delivered": Action.DELIVERED,
    "send": Action.RELAYED,
    "sendexternal": Action.RELAYED,
    "expand": Action.EXPANDED,
    "expanded": Action.EXPANDED,
}
BAD = (Action.FAILED, Action.DELAYED)
WORDS = ("recipientstatus", "detail", "data", "customdata", "sourcecontext")
RECIPIENTS = ("recipientaddress", "recipients", "recipient")
HOST = re.compile(r"\{FQDN=([\w.-]{1,253})")
ANSWER_ENDS = re.compile(r"\}(?:;|\]|$)")
BRACES = re.compile(r"[{}\[\]]")


def read_exchange(text: str) -> Bounce | None:
    """Read tracking logs and message traces, or return None when nothing in it came to an end."""
    told: list[Told] = []
    messages: list[str | None] = []
    for record in chain(read_table(text, KNOWN, without_header), read_list(text, KNOWN)):
        for one in read_record(record):
            told.append(one)
            messages.append(message_of(record.values))
    if not any(one.report.action in BAD for one in told):
        told = [one for one in told if one.report.action is not Action.RELAYED] or told
    if not told:
        return None
    shown, reports = place(text, told[: limits.MAX_REPORTS])
    entries = (Entry(report, message) for report, message in zip(reports, messages, strict=False))
    return Bounce(text=shown, format=Format.LOG_LINE, reports=tuple(outcomes(entries)))


def without_header(row: list[str]) -> list[str] | None:
    """Return the usual columns for a record that names an event where the tracking log does."""
    return COLUMNS if len(row) > STATUS and row[EVENT].lower() in ACTIONS else None


def read_record(record: Record) -> Iterator[Told]:
    """Yield what a record says of each of its recipients; nothing of events on the way."""
    values = record.values
    event = values.get("eventid") or values.get("event") or values.get("status") or ""
    action = ACTIONS.get(event.lower().replace(" ", ""))
    if "##" in values.get("recipientstatus", ""):
        yield from read_summary(record)
    elif action:
        named = next((values[name] for name in RECIPIENTS if values.get(name)), "")
        recipients = split_list(named)
        if event.lower() == "dsn":
            recipients = []  # it names who is told, not whom the message did not reach
        statuses = answers_of(values, len(recipients))
        for number, recipient in enumerate(recipients or [""]):
            words = statuses[min(number, len(statuses) - 1)]
            yield tell(record, recipient, action, words)


def tell(record: Record, recipient: str, action: Action, status: str) -> Told:
    """Return what a record says of one recipient."""
    values = record.values
    by_smtp = values.get("source", "").upper() == "SMTP"
    ours, theirs = "serverhostname", ""
    if by_smtp:
        ours, theirs = "clienthostname", "serverhostname"
    named = HOST.search(status)
    report = Report(
        recipient=recipient or None,
        action=action,
        remote_host=find_relay(named[1] if named else values.get(theirs)),
        reporting_host=find_relay(values.get(ours)),
    )
    return Told(report, words_of(status), record.start, record.end)


def read_summary(record: Record) -> Iterator[Told]:
    """Yield what a trace's summary says: `ann@example.com##Receive, Fail;…`."""
    for one in record.values["recipientstatus"].split(";"):
        recipient, _, events = one.partition("##")
        action = ACTIONS.get(events.rpartition(",")[2].strip().lower())
        if action:
            yield Told(Report(recipient=recipient.strip(), action=action), "", *record[1:])


def split_list(value: str) -> list[str]:
    """Return the addresses of a list, with or without braces."""
    listed = BRACES.sub("", value).replace(",", ";").split(";")
    return [one.strip() for one in listed if one.strip()]


def answers_of(values: dict[str, str], number: int) -> list[str]:
    """Return the columns' words on each recipient, or what they say of all."""
    columns = [values[name] for name in WORDS if values.get(name)]
    answer = next((words for words in columns if "{LED=" in words), next(iter(columns), ""))
    if "{LED=" in answer:
        pieces = [f"{{LED={piece}" for piece in answer.split("{LED=")[1:]]
    else:
        pieces = answer.split(";")
    return pieces if number > 1 and len(pieces) == number else [answer]


def words_of(status: str) -> str:
    """Return the words of the answer: what stands behind LED, or all of it."""
    _, found, rest = status.partition("{LED=")
    if not found:
        return status.strip("{}[] ")
    end = ANSWER_ENDS.search(rest)
    return rest[: end.start()] if end else rest


def message_of(values: dict[str, str]) -> str | None:
    """Return the message that a record is about; a notice refers to another."""
    if values.get("eventid", "").lower() == "dsn":
        return values.get("reference") or None
    return values.get("messageid") or ("the one that was traced" if "detail" in values else None)
