"""Where in a notice the message that came back starts."""

from __future__ import annotations

import re

MAX_LOOK = 64 * 1024

# What a line of dashes says of what follows it.
BEHIND_DASHES = (
    r"begin|start|below|this is (?:a )?cop|copy|original|the original|the header|the body"
    r"|(?:the |returned |undelivered |unsent |rejected |non-?delivered |your )?"
    r"message (?:header|text|body|follow|below)"
    r"|returned (?:message|mail|content)|unsent message|undelivered message|header|enclosed"
    r"|included|transcript of message|body of message|forwarded message|mensaje original"
    r"|message d'origine|nachricht|urspr|元|原"
)
# What a line says by itself.
ALONE = (
    r"(?:the )?(?:original|unsent|returned|undelivered|undeliverable|rejected|old)"
    r" (?:message|mail|e-mail)s?(?: headers?| text)?(?: as)?(?: follows?| attached| is attached| below"
    r"| was| \(max[^)\n]{0,20}\))?[ \t]{0,3}[:.]?[ \t]*$"
    r"|message headers? follows?|(?:included|here|enclosed|below|attached) is (?:a )?(?:copy|the)"
    r"|the (?:first \d{1,4} lines|non-delivered message|returned message|text of your message"
    r"|headers? of|original message (?:follows|is|was included))"
    r"|(?:possibly )?(?:truncated )?original message follows|ursprüngliche nachrichtenkopfzeilen"
    r"|en-têtes (?:de|du) message|encabezados (?:de|del) mensaje|intestazioni (?:del|originali)"
    r"|cabeçalhos (?:da|de) mensage|oorspronkelijke bericht|исходные заголовки|以下是原邮件"
    r"|-{0,4} ?附件中的内容是原信件"
    r"|your message (?:follows|was as follows|reads)"
    r"|a copy of (?:the|your) (?:original )?message|bounced (?:e-?mail|message):"
    r"|begin (?:original|forwarded) message|original message (?:headers?|details)?[ \t]*:"
    r"|reporting-mta:|-{2,4} the attached file contains"
)
CUT = re.compile(
    rf"^[ \t>*]{{0,8}}(?:[-=*_+.#]{{1,70}}[ \t|]{{0,4}}(?:{BEHIND_DASHES})"
    rf"|{ALONE})",
    re.IGNORECASE | re.MULTILINE,
)
# The header of the returned message where no line before it says so.
HEADER_BLOCK = re.compile(
    r"^(?:return-path:[^\n]{0,400}\n|received:[ \t]?(?:from|by|\()[^\n]{0,400}\n"
    r"|message-id: ?<[^\n]{0,400}\n[a-z-]{2,30}: )",
    re.IGNORECASE | re.MULTILINE,
)


def find_end(text: str, start: int, end: int) -> int:
    """Return where the message that came back starts, or the end of the stretch."""
    found = [
        match.start()
        for pattern in (CUT, HEADER_BLOCK)
        if (match := pattern.search(text, start, min(end, start + MAX_LOOK)))
    ]
    return min(found, default=end)
