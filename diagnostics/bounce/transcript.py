"""Transcripts of SMTP sessions (RFC 5321): commands, answers, and who was refused by which.

Whatever marks the sides (`>>>`, `C:`, `->`, `~>`, `SENT:`, nothing in telnet): a line that starts
with a command is the client's, one that starts with a code is the server's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diagnostics.bounce import limits
from diagnostics.bounce.addresses import find_recipient
from diagnostics.bounce.answers import with_answer
from diagnostics.bounce.model import Bounce, Format, Report, Stage

MARKS = ("rcpt to:", "mail from:", "ehlo ", "helo ", "talking to ")

# A command, a code or the end of the data, at the start of a line or behind what marks a side:
# swaks ` ~> `, `<** `; PHPMailer `CLIENT -> SERVER: `; smtplib `send: '`; Exchange `,>,`.
TURN = re.compile(
    r"(?:^[ \t]{0,8}|((?:<~\*?|<\*\*|<-{1,2}|-{1,2}>|~>|<<<?|>>>?|SMTP<<|SMTP>>|[CS]:|SENT:|CMD:"
    r"|RSP:|RECEIVED:|send:|reply:|In:|Out:|SERVER:|CLIENT:|,[<>],|[<>])[ \t]{0,4}b?['\"]?))"
    r"(?:(EHLO|HELO|LHLO|MAIL FROM(?=:)|RCPT TO(?=:)|DATA|BDAT|AUTH|STARTTLS|RSET|QUIT|VRFY|NOOP)"
    r"(?=[ :\\'\",]|$)|([2-5]\d\d)(?=[ \-\\'\",]|$)|(\.)(?=['\"\\]|$))",
    re.IGNORECASE | re.MULTILINE,
)
PARTNER = re.compile(
    r"(?:talking to|connected to|connecting to|trying|opening to|connect: \() ?['\"]?"
    r"([\w-][\w.-]{0,252}\.[a-z][\w-]{0,62})",
    re.IGNORECASE,
)
GREETER = re.compile(r"220[ -]([\w-][\w.-]{0,252}\.[A-Za-z][\w-]{0,62}) ")
ADDRESS = re.compile(r": ?<?([^\s<>'\"\\]{1,320})")
TRAILING = ("\\r\\n", "\\n", "'", '"', ",")

STAGES = {
    "": Stage.CONNECT,
    "EHLO": Stage.EHLO,
    "HELO": Stage.EHLO,
    "LHLO": Stage.EHLO,
    "MAIL FROM": Stage.MAIL,
    "DATA": Stage.DATA,
    ".": Stage.END_OF_DATA,
    "BDAT": Stage.END_OF_DATA,
}
DATA = ("DATA", ".", "BDAT")
IDLE = ("RSET", "QUIT", "VRFY", "NOOP")
CONSEQUENCE = "503"  # a bad sequence of commands, because one before was refused


@dataclass(slots=True)
class Turn:
    """What one line says: a command, an answer (of one or more lines), or whom one talks to."""

    start: int
    end: int
    verb: str = ""
    code: str = ""
    host: str = ""
    marked: bool = True
    more: bool = False  # the answer goes on in the next line

    @property
    def is_bad(self) -> bool:
        """Whether it is a refusal."""
        return self.code[:1] in ("4", "5")


@dataclass(slots=True)
class Session:
    """What has happened so far between two hosts."""

    text: str
    host: str | None = None
    commands: list[Turn] = field(default_factory=list)  # not answered yet
    answers: list[Turn] = field(default_factory=list)  # not matched with commands yet
    accepted: list[str] = field(default_factory=list)
    refused: list[Report] = field(default_factory=list)
    for_all: Turn | None = None  # the answer that stopped the message, or took it
    stage: Stage | None = None  # when that came
    in_data: bool = False

    def hear(self, turn: Turn) -> None:
        """Take in what is said next."""
        if turn.code:
            self.answers.append(turn)
            return
        if self.answers:
            self.match()
        self.commands.append(turn)

    def match(self) -> None:
        """Match answers with the commands before them: in order, the last ones where some lack."""
        silent = max(0, len(self.commands) - len(self.answers))
        for command in self.commands[:silent]:
            if command.verb == "RCPT TO":
                self.accepted.append(self.address(command))
        answered = self.commands[silent:]
        for number, answer in enumerate(self.answers):
            self.judge(answered[min(number, len(answered) - 1)] if answered else None, answer)
        self.commands, self.answers = [], []

    def judge(self, command: Turn | None, answer: Turn) -> None:
        """Note what an answer to a command means for the message."""
        verb = command.verb if command else ""
        late = answer.code == CONSEQUENCE and (self.refused or self.for_all)
        if command and verb == "RCPT TO" and not late:
            self.judge_recipient(self.address(command), answer)
        elif command and verb == "RCPT TO" and self.for_all:
            self.accepted.append(self.address(command))
        elif verb in IDLE or late:
            return
        elif verb == "DATA" and answer.code == "354":
            self.in_data = True
        elif verb in DATA and answer.is_bad and not self.in_data and self.is_late(answer):
            return
        elif answer.is_bad or (self.in_data and verb in DATA):
            self.for_all = answer
            self.stage = Stage.END_OF_DATA if self.in_data else STAGES.get(verb)
        elif verb == "MAIL FROM":
            self.for_all = None  # what was refused before has been overcome

    def judge_recipient(self, address: str, answer: Turn) -> None:
        """Note whether a recipient was taken."""
        if not answer.is_bad:
            self.accepted.append(address)
            return
        known = Report(recipient=address or None, stage=Stage.RCPT, remote_host=self.host)
        self.refused.append(with_answer(known, self.text, answer.start, answer.end))

    def is_late(self, answer: Turn) -> bool:
        """Whether a refusal after DATA is that of a recipient, or because there is none left."""
        address = find_recipient(self.text, answer.start, answer.end)
        if address and address not in self.accepted:
            self.judge_recipient(address, answer)
            return True
        return bool(self.refused and not self.accepted)

    def address(self, command: Turn) -> str:
        """Return the address that a command names."""
        found = ADDRESS.match(self.text, command.start + len(command.verb), command.end)
        return found[1] if found else ""

    def reports(self) -> list[Report]:
        """Return a report for each recipient, and one for nobody where a session failed early."""
        self.match()
        answer = self.for_all
        if not answer:
            return self.refused
        nobody = [None] if answer.is_bad and not self.refused else []
        whole = [
            with_answer(
                Report(recipient=address or None, stage=self.stage, remote_host=self.host),
                self.text,
                answer.start,
                answer.end,
            )
            for address in self.accepted or nobody
        ]
        return self.refused + whole


def read_transcript(text: str) -> Bounce | None:
    """Read a transcript, one report a recipient; None when there are not both sides in it."""
    turns = find_turns(text) if "\n" in text else []
    if not any(turn.verb or turn.host for turn in turns) or not any(turn.code for turn in turns):
        return None
    reports: list[Report] = []
    session = Session(text)
    for turn in turns:
        greeting = GREETER.match(text, turn.start) if turn.code == "220" else None
        awaited = len(session.commands) > len(session.answers)
        host = turn.host or (greeting[1].lower() if greeting and not awaited else "")
        if host:
            reports += session.reports()
            session = Session(text, host=host)
        if not turn.host:
            session.hear(turn)
    reports += session.reports()
    return Bounce(text=text, format=Format.TRANSCRIPT, reports=tuple(reports[: limits.MAX_REPORTS]))


def find_turns(text: str) -> list[Turn]:
    """Return what is said, line by line; where sides are marked, unmarked lines are not said."""
    turns: list[Turn] = []
    start = 0
    data_ends = -1
    for line in text.split("\n"):
        turn = find_turn(text, start, start + len(line)) if start > data_ends else None
        start += len(line) + 1
        if turn is None:
            continue
        last = turns[-1] if turns else turn
        if turn.code and last.more and last.code == turn.code:
            last.end, last.more = turn.end, turn.more
        else:
            turns.append(turn)
        if turn.code == "354" and not turn.marked:
            data_ends = text.find("\n.\n", start - 1)
    if any(turn.marked and not turn.host for turn in turns):
        return [turn for turn in turns if turn.marked]
    return turns


def find_turn(text: str, start: int, end: int) -> Turn | None:
    """Return what one line says, or None."""
    found = TURN.search(text, start, end)
    if not found:
        partner = PARTNER.search(text, start, end)
        return Turn(start, end, host=partner[1].lower()) if partner else None
    marked = found[1] is not None
    if found[3]:
        stop = end_of_words(text, found.start(3), end) if marked else end
        more = text[found.end(3) : found.end(3) + 1] == "-" and "[nl]" not in text[start:end]
        return Turn(found.start(3), stop, code=found[3], marked=marked, more=more)
    verb = (found[2] or found[4]).upper()
    return Turn(found.start(2) if found[2] else found.start(4), end, verb=verb, marked=marked)


def end_of_words(text: str, start: int, end: int) -> int:
    """Return where an answer ends, without the quotation marks and line ends of a debug output."""
    words = text[start:end].rstrip()
    for _ in range(4):
        for ending in TRAILING:
            words = words.removesuffix(ending)
    return start + len(words)
