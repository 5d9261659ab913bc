"""Several bounces in one stream, cut into single ones without reading it whole.

The first lines say what it is: an mbox, pasted mails, a table, JSON, or lines of any kind. Mails
are cut here, tables and JSON in `split_records`, lines in `split_lines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from diagnostics.bounce.mail import looks_like_mail
from diagnostics.bounce.piece import Piece, Pieces, Unit
from diagnostics.bounce.split_lines import cut_text
from diagnostics.bounce.split_records import cut_json, cut_table, is_header, is_json

LOOKED_AT = 100  # lines that say what a stream is
BLANK = (b"\n", b"\r\n", b"")

# A header line with which a mail may start (RFC 5322), and what only mails of mail systems have.
FIRST_HEADER = re.compile(
    rb"(?:return-path|received|delivered-to|x-original-to|envelope-to|from|to|subject|date"
    rb"|message-id|mime-version|auto-submitted):",
    re.IGNORECASE,
)
OF_A_MAIL_SYSTEM = re.compile(
    rb"^return-path:[ \t]{0,8}<>|^from:.{0,200}?(?:mailer-daemon|postmaster|mail delivery)",
    re.IGNORECASE | re.MULTILINE,
)
BOUNDARY = re.compile(rb"boundary=\"?([^\"\s;]{1,200})", re.IGNORECASE)


def split(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield single bounces from the lines of a stream, in order.

    An mbox (RFC 4155) is cut at its `From ` lines, pasted mails where the next one starts, a table
    into records that each carry the header, JSON into objects, anything else into lines; lines of
    one reply, session, status or notice stay together. What is longer than a bounce may be is cut.
    """
    for piece in cut(stream):
        yield piece.data


def cut(stream: Iterable[bytes]) -> Pieces:
    """Yield single bounces with the numbers of the lines at which they start."""
    lines = (Piece(number, data) for number, data in enumerate(stream, start=1))
    head: list[Piece] = []
    for piece in lines:
        if head or piece.data.strip():
            head.append(piece)
        if len(head) >= LOOKED_AT:
            break
    if not head:
        return
    every = chain(head, lines)
    first = head[0].data
    if first.startswith(b"From "):
        yield from cut_mbox(every)
    elif looks_like_mail(b"".join(piece.data for piece in head)[:20_000]):
        yield from cut_mails(every)
    else:
        cutter = cut_json if is_json(first) else cut_table if is_header(first) else cut_text
        for line, data in cutter(every):
            yield Piece(line, data.rstrip(b"\r\n"))


def cut_mbox(lines: Pieces) -> Pieces:
    """Yield the messages of an mbox; `>From ` within them is brought back to `From `."""
    message = Unit()
    blank = False
    for piece in lines:
        if blank and piece.data.startswith(b"From "):
            yield from message.take()
        blank = not piece.data.strip()
        quoted = piece.data.startswith(b">") and piece.data.lstrip(b">").startswith(b"From ")
        message.add(Piece(piece.line, piece.data[1:]) if quoted else piece)
    yield from message.take()


def cut_mails(lines: Pieces) -> Pieces:
    """Yield pasted mails, each with its header.

    After a blank line a header may be that of a returned message too. It is the next mail's where
    the multipart above was closed, or where that has no parts and this one is a mail system's.
    """
    mail, header = Unit(), Unit()
    state = MailState()
    blank = True
    for piece in lines:
        if header.parts and piece.data not in BLANK:
            header.add(piece)
        elif header.parts:
            yield from state.next_mail(mail, header)
            header = Unit()
            mail.add(piece)
        elif blank and FIRST_HEADER.match(piece.data):
            header.add(piece)
        else:
            state.note(piece.data)
            mail.add(piece)
        blank = piece.data in BLANK
    yield from state.next_mail(mail, header)
    yield from mail.take()


class MailState:
    """How far a pasted mail has got."""

    def __init__(self) -> None:
        self.end = b""  # the line that closes its parts
        self.closed = False

    def note(self, line: bytes) -> None:
        """Remember a line that closes the parts."""
        self.closed = self.closed or bool(self.end and line.rstrip() == self.end)

    def next_mail(self, mail: Unit, header: Unit) -> Pieces:
        """Yield the mail that a header ends, if it does; the header then starts the next one."""
        text = b"".join(header.parts)
        starts = self.closed or (not self.end and OF_A_MAIL_SYSTEM.search(text))
        if not mail.parts or (starts and looks_like_mail(text)):
            yield from mail.take()
            boundary = BOUNDARY.search(text)
            self.end = b"--" + boundary[1] + b"--" if boundary else b""
            self.closed = False
        for number, part in enumerate(header.parts):
            mail.add(Piece(header.line + number, part))
