"""A mail as a person is shown it: its header, its words, its delivery status, what it returns."""

from __future__ import annotations

from dataclasses import dataclass, field

from diagnostics.bounce import dsn, html, limits
from diagnostics.bounce.mime import Part, header_text
from diagnostics.bounce.model import Original, Report, Span
from diagnostics.bounce.original import original_of, shown_headers
from diagnostics.bounce.sheet import Sheet

PLAIN_TYPES = ("text/plain", "text/report", "text/enriched")
ENOUGH = 40  # code points of plain text that leave no need for the marked-up words
STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status", "text/delivery-status")
RETURNED_TYPES = (
    "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers",
    "message/partial", "message/rfc822-headers",
)  # fmt: skip


@dataclass(slots=True)
class Page:
    """What is shown of a mail, and what its parts say by themselves."""

    message: Part
    leaves: list[Part]
    text: str = ""
    words: Span | None = None  # the words for people
    subject: str = ""
    status: list[Span] = field(default_factory=list)  # delivery status parts
    reports: list[Report] = field(default_factory=list)  # what they say
    original: Original | None = None
    cut: bool = False

    @property
    def told(self) -> str:
        """The words for people."""
        return self.text[slice(*self.words)] if self.words else ""

    def has(self, content_type: str) -> bool:
        """Whether the mail has a part of a type."""
        return any(part.content_type == content_type for part in self.leaves)


def page_of(message: Part) -> Page:
    """Write what is shown of a mail, in the order in which it is read."""
    leaves = [part for part in message.walk() if part.body and not part.children]
    page = Page(message, leaves[: limits.MAX_PARTS], subject=header_text(message.header("subject")))
    sheet = Sheet()
    sheet.write("\n".join(shown_headers(message)))
    write_words(page, sheet)
    write_status(page, sheet)
    write_returned(page, sheet)
    page.text = sheet.text
    page.cut = sheet.cut or len(leaves) > limits.MAX_PARTS
    for span in page.status:
        page.reports += dsn.read_reports(page.text, *span)
    del page.reports[limits.MAX_REPORTS :]
    return page


def write_words(page: Page, sheet: Sheet) -> None:
    """Write the words for people, plain text where there is enough of it."""
    plain = [part for part in page.leaves if is_plain(part)]
    spans = [sheet.write(part.text) for part in plain]
    if sum(end - start for start, end in spans) < ENOUGH:
        marked_up = (part for part in page.leaves if part.content_type == "text/html")
        spans += [sheet.write(html.to_text(part.text)) for part in marked_up]
    if not spans and page.message.children:
        # The parts hold no words: they stand before the first boundary, where there are any.
        spans = [sheet.write(page.message.text)]
    if spans:
        page.words = (spans[0][0], spans[-1][1])


def is_plain(part: Part) -> bool:
    """Whether a part is plain text; that of a mail whose boundary never comes is, too."""
    return part.content_type in PLAIN_TYPES or part.content_type.startswith("multipart/")


def write_status(page: Page, sheet: Sheet) -> None:
    """Write the delivery status."""
    for part in page.leaves:
        if part.content_type in STATUS_TYPES:
            page.status.append(sheet.write(part.text))


def write_returned(page: Page, sheet: Sheet) -> None:
    """Write the header of the returned message and read what it says."""
    for part in page.leaves:
        if part.content_type in RETURNED_TYPES:
            returned = part.embedded_header()
            sheet.write("\n".join(shown_headers(returned)))
            page.original = original_of(returned)
            return
