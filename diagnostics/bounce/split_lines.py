"""Lines cut into bounces: a line each, but for those of one reply, session, status or notice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from diagnostics.bounce.piece import Piece, Pieces, Unit

REPLY = re.compile(rb"[ \t>]{0,8}([245]\d\d)([ -])")
FIELD = re.compile(
    rb"[ \t>]{0,8}(?:(reporting-mta)|original-recipient|final-recipient|action|status|remote-mta"
    rb"|diagnostic-code|arrival-date|last-attempt-date|x-actual-recipient|x-postfix-[a-z-]{1,30}"
    rb"|received-from-mta|dsn-gateway|original-envelope-id|will-retry-until|final-log-id):",
    re.IGNORECASE,
)
# How a side is marked in the transcript of a session, at the start of a line or in a log line.
SIDE = re.compile(
    rb"[ \t]{0,4}(?:>>>|<<<|<?~>|<~|-> |<-|<\*\*|[CS]: |In:  |Out: |send: |reply: |connect: "
    rb"|=== |SMTP>>|SMTP<<|-{3,5} Transcript of session|\.\.\. while talking to |Trying "
    rb"|Connected to |EHLO |HELO |MAIL FROM:|220[ -])"
)
LOGGED = (b"] --> ", b"] <-- ", b" -> SERVER: ", b" -> CLIENT: ", b'"SENT: ', b'"RECEIVED: ',
          b",>,", b",<,", b" SMTP ERROR: ")  # fmt: skip
VERB = re.compile(
    rb"[ \t]{0,4}(?:EHLO|HELO|MAIL FROM:|RCPT TO:|DATA|QUIT|RSET|\.\r?\n)", re.IGNORECASE
)
GREETING = re.compile(
    rb"(?:^|<-- |CLIENT: |RECEIVED: |,<,|<-  |S: |Out: |reply: b?')220[ -]", re.IGNORECASE
)
OPENING = (b"----- Transcript of session", b"... while talking to ", b"Trying ", b"=== Trying ",
           b"connect: to")  # fmt: skip
CLOSING = re.compile(rb"(?:=== )?Connection closed", re.IGNORECASE)
NOTICE = re.compile(
    rb"[ \t>]{0,8}(?:this is the mail system at host|hi\. this is the qmail-send program"
    rb"|this message was created automatically by mail delivery software"
    rb"|this is an automatically generated delivery status|delivery has failed to"
    rb"|diagnostic information for|the original message was received at"
    rb"|your message did not reach some|\*\* (?:address not found|message blocked"
    rb"|delivery incomplete))",
    re.IGNORECASE,
)
LISTED = re.compile(rb"\w{2,40} {1,40}: ")  # as PowerShell shows an object
STARTED = re.compile(rb"starting delivery (\d{1,12}): ")
ENDED = re.compile(rb"(?<!starting )delivery (\d{1,12}): (?:success|failure|deferral): ")
MOST_STARTED = 10_000  # deliveries of qmail that have not ended yet


class Kind(Enum):
    """What the lines of the open unit are."""

    LINE = auto()
    REPLY = auto()
    SESSION = auto()
    STATUS = auto()
    NOTICE = auto()


@dataclass(slots=True)
class Gathering:
    """What is known of the open unit, to tell whether the next line belongs to it."""

    kind: Kind
    indented: bool
    named: bool = False  # a session that started with words about its partner
    fresh: bool = True  # nothing else has been said in it yet
    in_data: bool = False  # the message itself is being sent
    more: bytes = b""  # the code of a reply that goes on
    reporter: bool = False  # the status has named who reports
    colon: int = -1  # where the colons of a list stand

    @classmethod
    def starting(cls, line: bytes) -> Gathering:
        """Return what is known after the first line."""
        unit = cls(kind_of(line), is_indented(line))
        if unit.kind is Kind.LINE:
            unit.colon = line.find(b" : ") if LISTED.match(line) else -1
        else:
            unit.named = line.lstrip().startswith(OPENING)
            unit.note(line)
        return unit

    def note(self, line: bytes) -> None:
        """Remember what a line of the unit says of the next one."""
        reply = REPLY.match(line)
        self.more = reply[1] if reply and reply[2] == b"-" else b""
        if self.kind is Kind.SESSION:
            opened = line.lstrip().startswith(b"354")
            self.in_data = opened or (self.in_data and line.rstrip(b"\r\n") != b".")
            self.fresh = self.fresh and line.lstrip().startswith(OPENING)
            self.named = self.named and not CLOSING.match(line)
        elif self.kind is Kind.STATUS:
            field = FIELD.match(line)
            self.reporter = self.reporter or bool(field and field[1])

    def takes(self, line: bytes) -> bool:
        """Whether the next line belongs to the unit."""
        blank = not line.strip(b"> \t\r\n")
        if self.kind is Kind.NOTICE:
            return not NOTICE.match(line)
        if self.kind is Kind.SESSION:
            return self.in_data or (not blank and self.goes_on(line))
        if self.kind is Kind.STATUS:
            field = FIELD.match(line)
            anew = bool(field and field[1] and self.reporter)
            return not anew and (blank or field is not None or is_indented(line))
        if self.more and (reply := REPLY.match(line)):
            return reply[1] == self.more
        if self.colon > 0 and line.find(b" :") == self.colon:
            return True
        return not blank and not self.indented and is_indented(line)

    def goes_on(self, line: bytes) -> bool:
        """Whether a line goes on with the session: another one starts with its partner."""
        if line.lstrip().startswith(OPENING):
            return self.fresh
        if self.named:
            return True
        greets = GREETING.search(line[:200]) is not None
        return not greets and bool(is_side(line) or VERB.match(line) or REPLY.match(line))


def is_indented(line: bytes) -> bool:
    """Whether a line goes on with the one above it."""
    return line[:1] in (b" ", b"\t")


def kind_of(line: bytes) -> Kind:
    """Return what starts with a line."""
    if NOTICE.match(line):
        return Kind.NOTICE
    if FIELD.match(line):
        return Kind.STATUS
    if is_side(line):
        return Kind.SESSION
    return Kind.REPLY if REPLY.match(line) else Kind.LINE


def is_side(line: bytes) -> bool:
    """Whether a line is one side of a session."""
    if SIDE.match(line):
        return True
    for mark in LOGGED:  # noqa: SIM110 - a generator would take twice the time
        if mark in line:
            return True
    return False


def cut_text(lines: Pieces) -> Pieces:
    """Yield what the lines say, one bounce at a time."""
    unit = Unit()
    gathering: Gathering | None = None
    for piece in with_recipients(lines):
        if gathering and gathering.takes(piece.data):
            gathering.note(piece.data)
        else:
            yield from unit.take()
            gathering = Gathering.starting(piece.data) if piece.data.strip() else None
        unit.add(piece)
    yield from unit.take()


def with_recipients(lines: Pieces) -> Pieces:
    """Yield lines; how a delivery of qmail ended stands below the line that says to whom it was."""
    started: dict[bytes, bytes] = {}
    for piece in lines:
        if b"delivery " not in piece.data:
            yield piece
        elif start := STARTED.search(piece.data):
            if len(started) >= MOST_STARTED:
                started.clear()
            started[start[1]] = piece.data
        else:
            ended = ENDED.search(piece.data)
            above = started.pop(ended[1], b"") if ended else b""
            yield Piece(piece.line, above + piece.data)
