"""What kind of mail it is: a notice of a mail system, a complaint, an automatic answer, or mail.

Nothing decides alone. A notice of non-delivery shows itself by who sends it (RFC 5321 section
4.5.5: the null reverse-path), by its subject, by the words at its start and by fields that only
mail systems write; each adds points.
"""

from __future__ import annotations

import re

from diagnostics.bounce import kind_words as words
from diagnostics.bounce.marks import Marks
from diagnostics.bounce.mime import Part
from diagnostics.bounce.model import Format
from diagnostics.bounce.page import Page

ENOUGH = 4
HEAD = 1_500  # code points of the words that are looked at
EARLY = 400
FIELDS = 3  # points for the fields of a delivery status among the words

ROLE = re.compile(
    r"mailer[-_.]?daemon|post[-_.]?master|mail[ ._-]?(?:delivery|deliver)\b"
    r"|delivery[ ._-]?(?:sub)?system|mail[ ._-]?(?:administrator|system|admin|service|gateway"
    r"|filter|server)|system administrator|mailadm|^[\"' ]*<>|<>[ ]*$|\bmdaemon\b|imss@"
    r"|notification|undeliver|\bndr\b|delivery@|antivirus|microsoftexchange|bounce",
    re.IGNORECASE,
)
UNNAMED = re.compile(
    r"no-?reply|donotreply|do-not-reply|admin@|sysadmin|root@|daemon|content-filter", re.IGNORECASE
)
ANSWERED = re.compile(r"^ ?(?:re|aw|antw|sv|vs|odp|r|rif|res)(?:\[\d{1,3}\])?: ?", re.IGNORECASE)
FORWARDED = re.compile(
    r"^ ?(?:fwd?|wg|tr|rv|enc|i|doorst|vb|pd|转发)(?:\[\d{1,3}\])?: ?", re.IGNORECASE
)

# What a read receipt (RFC 8098) says that is none: the mail was refused.
REFUSED = re.compile(r"automatically rejected|quota exceeded|mailbox is full", re.IGNORECASE)

WORDS = Marks(
    {
        "failure": words.FAILURE,
        "delay": words.DELAY,
        "given-up": words.GIVEN_UP,
        "automatic": words.AUTOMATIC,
    }
)
SUBJECTS = Marks({"bounce": words.SUBJECT, "automatic": words.AUTOMATIC, "delay": words.DELAY})


def kind_of_page(page: Page, told: str, *, has_status: bool) -> Format:
    """Return what a mail is, by its parts, its header and its first words."""
    if is_complaint(page):
        return Format.COMPLAINT
    if page.reports:
        return Format.DSN
    if page.has("message/disposition-notification") and not REFUSED.search(told):
        return Format.AUTO_REPLY
    return kind_of(page.message, page.subject, told, has_status=has_status)


def is_complaint(page: Page) -> bool:
    """Whether a mail is a feedback report (RFC 5965), or what services send in its place."""
    message = page.message
    return bool(
        page.has("message/feedback-report")
        or message.header("x-hmxmroriginalrecipient")
        or message.header("feedback-type")
    )


def kind_of(message: Part, subject: str, told: str, *, has_status: bool = False) -> Format:
    """Return what a mail without delivery status parts is, by its header and its first words.

    Its words may hold the fields of a delivery status all the same.
    """
    subjects = SUBJECTS.find(subject.lower())
    found = WORDS.find(told[:HEAD].lower())
    total = points(message, subjects, found, answered=ANSWERED.match(subject) is not None)
    if message.header("x-failed-recipients") or total + FIELDS * has_status >= ENOUGH:
        return Format.DSN if has_status else Format.NDR
    if is_automatic(message, subjects):
        return Format.AUTO_REPLY
    return Format.MESSAGE


def points(
    message: Part, subjects: dict[str, int], found: dict[str, int], *, answered: bool
) -> int:
    """Return how much speaks for a notice of a mail system."""
    sender = message.header("from")
    role = ROLE.search(sender) is not None or not sender.strip()
    null_path = message.header("return-path").strip() in ("<>", "<MAILER-DAEMON>")
    total = 2 * role + (2 if null_path and not role else 0) + (null_path and role)
    if not role and UNNAMED.search(sender):
        total += 1
    if "bounce" in subjects and (role or null_path or not answered):
        total += 2
    if "failure" in found:
        total += 3 if found["failure"] < EARLY else 2
    if "automatic" in subjects:
        total -= 3
    if answered and not role and not null_path:
        total -= 2
    if (
        message.header("list-id") or message.header("list-unsubscribe")
    ) and "bounce" not in subjects:
        total -= 1 if role else 3
    return total


def is_automatic(message: Part, subjects: dict[str, int]) -> bool:
    """Whether a mail answers by itself (RFC 3834 section 5, and what came before it)."""
    automatic = message.header("auto-submitted").lower().strip()
    if automatic and not automatic.startswith("no"):
        return True
    if message.header("precedence").lower().replace("-", "_") in ("auto_reply", "auto_replied"):
        return True
    fields = (
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply-from",
        "x-mail-autoreply",
    )
    if any(message.header(name).lower() not in ("", "no") for name in fields):
        return True
    return "automatic" in subjects


def is_delay(subject: str, told: str) -> bool:
    """Whether a notice says that the mail system goes on trying."""
    found = WORDS.find(f"{subject}\n{told[:4000]}".lower())
    return "delay" in found and "given-up" not in found
