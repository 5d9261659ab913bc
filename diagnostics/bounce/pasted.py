"""Notices as people paste them: without their mail, quoted with `> `, or below other words.

What a mail program shows of a mail (From, Subject, the words) is all there is; the readers of
notices take it as they take the words of a mail.
"""

from __future__ import annotations

import re
from dataclasses import replace

from diagnostics.bounce import dsn
from diagnostics.bounce.kind import is_delay, kind_of
from diagnostics.bounce.mime import Headers, Part
from diagnostics.bounce.model import Action, Bounce, Format, Report, Span
from diagnostics.bounce.notices import Notice, find_end, read_notice
from diagnostics.bounce.original import original_in

# The line that mail programs write before what is forwarded.
MARK = re.compile(
    r"^[ \t>]{0,8}(?:-{2,60} ?|_{5,60}\n)?(?:forwarded message|original message|message in error"
    r"|begin forwarded message|weitergeleitete nachricht|ursprüngliche nachricht"
    r"|message transféré|message d'origine|mensaje reenviado|mensaje original"
    r"|messaggio inoltrato|messaggio originale|mensagem encaminhada|mensagem original"
    r"|doorgestuurd bericht|oorspronkelijk bericht|przekazana wiadomość|пересланное сообщение"
    r"|転送メッセージ|转发的邮件|原始邮件|原始郵件)[ :]{0,3}-{0,60}[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
QUOTE = re.compile(r"^[ \t]{0,2}(?:> ?|\| )", re.MULTILINE)
MOSTLY = 0.6  # of the lines are quoted: the whole text is a quotation
LEVELS = 4
# How mail programs name the fields that they show, by the field's own name.
NAMES = {
    "from": "from von de da van od от 差出人 发件人",
    "subject": "subject betreff objet asunto oggetto assunto onderwerp temat тема 件名 主题",
    "to": "to an à para a aan do кому 宛先 收件人",
    "date": "date sent gesendet envoyé enviado inviato datum data дата 日付 日期",
    "x-failed-recipients": "x-failed-recipients",
    "auto-submitted": "auto-submitted",
    "return-path": "return-path",
}
NAME_OF = {word: name for name, words in NAMES.items() for word in words.split()}
HEADER = re.compile(
    rf"^[ \t*]{{0,4}}({'|'.join(NAME_OF)})[ \t*]{{0,3}}[:：][ \t*]{{0,4}}([^\n]{{0,998}})",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[^\s<>\"',;:]{1,200}@[\w.-]{1,253}\w")
MAX_HEADER = 12
FEWEST_LINES = 4
FORWARDED = "The notice was forwarded in another mail; the notice is what was read."


def unquoted(text: str) -> str:
    """Return text without `> ` at the starts of its lines, when most of them have it."""
    for _ in range(LEVELS):
        lines = [line for line in text.split("\n") if line.strip()]
        quoted = sum(line.lstrip()[:1] == ">" for line in lines)
        if not lines or quoted < MOSTLY * len(lines):
            return text
        text = QUOTE.sub("", text)
    return text


def forwarded_in(text: str, words: Span, *, announced: bool) -> Bounce | None:
    """Return the notice that a mail forwards below a mark or as a quotation, or None."""
    mark = MARK.search(text, *words)
    if not mark and not announced:
        return None
    start = mark.end() if mark else words[0]
    inner = unquoted(text[start : words[1]].strip("\n"))
    bounce = read_status(inner) if dsn.has_fields(inner) else read_pasted(inner)
    return replace(bounce, notes=(*bounce.notes, FORWARDED)) if bounce else None


def read_status(text: str) -> Bounce | None:
    """Read the fields of a delivery status that was pasted without its mail, or return None."""
    reports = dsn.read_reports(text)
    return read_words(text, reports) if reports else None


def read_pasted(text: str) -> Bounce | None:
    """Read text as a notice that was pasted without its mail, or return None.

    A line or two are rather a reply.
    """
    message, _ = shown_header(text)
    if not message.headers and count_lines(text) < FEWEST_LINES:
        return None
    return read_words(text, [])


def read_short(text: str) -> Bounce | None:
    """Read a line or two that are no reply as a notice, where they name a recipient."""
    bounce = read_words(text, []) if "@" in text else None
    return bounce if bounce and bounce.reports[0].recipient else None


def count_lines(text: str) -> int:
    """Return how many lines are not blank."""
    return sum(map(bool, map(str.strip, text.split("\n"))))


def read_words(text: str, reports: list[Report]) -> Bounce | None:
    """Read the words for people, beside a delivery status or alone."""
    message, start = shown_header(text)
    subject = message.header("subject")
    end = find_end(text, start, len(text))
    if not reports and kind_of(message, subject, text[start:end]) is not Format.NDR:
        return None
    told = read_notice(notice_of(message, text, (start, end), subject))
    told = dsn.complete(reports, told) if reports else told
    if not any(report.recipient or report.codes for report in told):
        return None
    return Bounce(
        text=text,
        format=Format.DSN if reports else Format.NDR,
        reports=tuple(told),
        prose=(start, end if end > start else len(text)),
        original=original_in(text, end),
    )


def shown_header(text: str) -> tuple[Part, int]:
    """Return the header lines that a mail program shows on top, and where the words start."""
    headers: Headers = {}
    at = 0
    for line in text.split("\n")[:MAX_HEADER]:
        found = HEADER.match(line)
        if found:
            name = found[1].lower()
            headers.setdefault(NAME_OF[name], []).append(found[2].strip())
        elif line.strip() or headers:
            break
        at += len(line) + 1
    return Part("text/plain", headers), min(at, len(text))


def notice_of(message: Part, text: str, words: Span, subject: str) -> Notice:
    """Return the notice that the words of a mail are, with what its header says."""
    to = ADDRESS.search(message.header("to")[:998])
    delayed = is_delay(subject, text[slice(*words)])
    return Notice(
        text=text,
        start=words[0],
        end=words[1],
        to=to[0] if to else "",
        failed=tuple(ADDRESS.findall(message.header("x-failed-recipients")[:2_000])),
        action=Action.DELAYED if delayed else Action.FAILED,
    )
