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
HEAD = 1_000  # code points of the words that are looked at
EARLY = 400
MAX_TOLD = 4_000
NEVER = -9  # points of a person's mail that passes on what may be a notice; that is read apart
FIELDS = 3  # points for the fields of a delivery status among the words

ROLE = re.compile(
    r"mailer[-_.]?daemon|post[-_.]?master|mail[ ._-]?(?:delivery|deliver|router)\b"
    r"|delivery[ ._-]?(?:sub)?system|mail[ ._-]?(?:administrator|system|admin|service|gateway"
    r"|filter|server)|system administrator|mailadm|^[\"' ]*<>|<>[ ]*$|\bmdaemon\b|imss@|x400"
    r"|delivery notification|undeliver|\bndr\b|delivery@|antivirus|microsoftexchange",
    re.IGNORECASE,
)
UNNAMED = re.compile(
    r"no-?reply|donotreply|do-not-reply|admin@|sysadmin|root@|daemon|content-filter|notification|bounce",
    re.IGNORECASE,
)
ANSWERED = re.compile(r"^ ?(?:re|aw|antw|sv|vs|odp|r|rif|res)(?:\[\d{1,3}\])?: ?", re.IGNORECASE)
FORWARDED = re.compile(
    r"^ ?(?:fwd?|wg|tr|rv|enc|i|doorst|vb|pd|转发)(?:\[\d{1,3}\])?: ?", re.IGNORECASE
)
COMPLAINT = re.compile(
    r"^ ?(?:complaint about message from|email feedback report for ip)", re.IGNORECASE
)
# What a read receipt (RFC 8098) says that is none: the mail was refused.
REFUSED = re.compile(r"automatically rejected|quota exceeded|mailbox is full", re.IGNORECASE)
QUOTED = re.compile(r"^[ \t]{0,3}>[^\n]*$", re.MULTILINE)
ALONE = re.compile(r"^[ \t*]{0,8}<?[^\s<>@,;]{1,64}@[\w.-]{1,253}\w>?[:.]?[ \t]*$", re.MULTILINE)

WORDS = Marks(
    {
        "failure": words.FAILURE,
        "trying": words.TRYING,
        "delay": words.DELAY,
        "given-up": words.GIVEN_UP,
        "automatic": words.AUTOMATIC,
        "challenge": words.CHALLENGE,
        "goods": words.GOODS,
    }
)
SUBJECTS = Marks(
    {
        "bounce": words.SUBJECT,
        "automatic": words.AUTOMATIC,
        "delay": words.DELAY,
        "goods": words.GOODS,
    }
)


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
        or COMPLAINT.match(page.subject)
    )


def kind_of(message: Part, subject: str, told: str, *, has_status: bool = False) -> Format:
    """Return what a mail without delivery status parts is, by its header and its first words.

    Its words may hold the fields of a delivery status all the same.
    """
    subjects = SUBJECTS.find(subject.lower())
    told = told[:HEAD]
    if ">" in told:
        told = QUOTED.sub("", told)
    found = WORDS.find(told.replace("\n", " ").replace("  ", " ").replace("  ", " ").lower())
    if message.header("x-failed-recipients"):
        total = ENOUGH
    else:
        total = by_sender(message, subject, subjects) + by_words(message, told, subjects, found)
    if total + FIELDS * has_status >= ENOUGH:
        return Format.DSN if has_status else Format.NDR
    if is_automatic(message, subjects) or "challenge" in found:
        return Format.AUTO_REPLY
    return Format.MESSAGE


def by_sender(message: Part, subject: str, subjects: dict[str, int]) -> int:
    """Return how much of what the header says speaks for a notice of a mail system."""
    sender = message.header("from")
    role = ROLE.search(sender) is not None or not sender.strip()
    null_path = message.header("return-path").strip() in ("<>", "<MAILER-DAEMON>")
    answers = ANSWERED.match(subject) is not None
    total = 2 * role + (1 if role else 2) * null_path
    if message.parameter("report-type").lower() == "delivery-status":
        total += 2
    if "bounce" in subjects:
        total += 2 if role or null_path or not answers else 1
    if "automatic" in subjects:
        total -= 3
    of_a_list = bool(message.header("list-id") or message.header("list-unsubscribe"))
    if role or null_path:
        return total - ("bounce" not in subjects and of_a_list)
    if FORWARDED.match(subject):
        return NEVER
    total += UNNAMED.search(sender) is not None
    if answers:
        total -= 2 + bool(message.header("in-reply-to") or message.header("references"))
    if "goods" in subjects:
        total -= 3
    if of_a_list:
        # Lists pass on the notices that come to them; a newsletter says how to leave.
        passed_on = "bounce" in subjects and not answers and not message.header("list-unsubscribe")
        total -= 1 if passed_on else 4
    return total


def by_words(message: Part, told: str, subjects: dict[str, int], found: dict[str, int]) -> int:
    """Return how much of what the first words say speaks for a notice of a mail system."""
    if "failure" not in found:
        return 0
    total = 3 if found["failure"] < EARLY else 2
    if ROLE.search(message.header("from")):
        return total
    if "goods" in found:
        total -= 2
    return total + 2 * ("bounce" in subjects and ALONE.search(told) is not None)


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
    words = f"{subject}\n{told[:MAX_TOLD]}".replace("\n", " ").replace("  ", " ").lower()
    found = WORDS.find(words)
    if "trying" in found and "not going to try" not in words and "will not try" not in words:
        return True
    return "delay" in found and "given-up" not in found
