"""Outlook's files (.msg, MS-OXMSG), written out as the mails that they were.

The library takes the compound file apart (MS-CFB); what is made here of its properties is a mail as
RFC 5322 and RFC 3464 have it, which `mail` then reads like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2s
from io import BytesIO
from struct import Struct

from olefile import OleFileIO

from diagnostics.bounce import limits
from diagnostics.bounce.text import clean, decode

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DEPTH = 3  # mails within mails

# Of the header of a compound file (MS-CFB 2.2): the power of its sector size at byte 30, then how
# many sectors its tables fill, at bytes 44, 64 and 72. The library believes these numbers.
SECTOR_SHIFT = Struct("<30xH")
TABLES = Struct("<44xI16xI4xI")
SECTOR_SHIFTS = (9, 12)
HEADER = 512  # bytes

# Tags of properties (MS-OXPROPS).
MESSAGE_CLASS, SUBJECT, HEADERS = 0x001A, 0x0037, 0x007D
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP, TO = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04
BODY, REPORT_TEXT, HTML, MESSAGE_ID = 0x1000, 0x1001, 0x1013, 0x1035
NAME, ADDRESS, SMTP_ADDRESS = 0x3001, 0x3003, 0x39FE
SUPPLEMENTARY_INFO, REMOTE_MTA = 0x0C1B, 0x0C21
CONTENT, CONTENT_TYPE = 0x3701, 0x370E
CODE_PAGES = (0x3FDE, 0x3FFD)  # of the body, of the other texts

CHARSETS = {
    932: "shift_jis",
    936: "gb2312",
    949: "euc-kr",
    950: "big5",
    **{page: f"windows-{page}" for page in (*range(1250, 1255), 1256)},
    20866: "koi8-r",
    28592: "iso-8859-2",
    28595: "iso-8859-5",
    28605: "iso-8859-15",
    50220: "iso-2022-jp",
    51932: "euc-jp",
    54936: "gb18030",
    65001: "utf-8",
}
READ_TYPES = (
    "message/delivery-status",
    "message/feedback-report",
    "message/rfc822",
    "text/plain",
    "text/rfc822-headers",
)

# What the class of a report says (MS-OXOMSG 2.2.3): its report type (RFC 6522) and action.
REPORTS = {
    "ndr": ("delivery-status", "failed"),
    "dr": ("delivery-status", "delivered"),
    "delayed": ("delivery-status", "delayed"),
    "relayed": ("delivery-status", "relayed"),
    "expanded": ("delivery-status", "expanded"),
    "ipnrn": ("disposition-notification", ""),
    "ipnnrn": ("disposition-notification", ""),
}
# The fields of a delivery status that Exchange keeps in one text (MS-OXCMAIL 2.5.3).
SUPPLEMENT = re.compile(
    r"<(?P<host>[^\s#<>]{0,255}) ?#(?P<status>[245]\.\d{1,3}\.\d{1,3}) ?(?P<answer>.{0,2000})>",
    re.DOTALL,
)
OF_THE_FORM = ("content-type:", "content-transfer-encoding:", "mime-version:")
REPORT_TYPE = re.compile(r"report-type=\"?([a-z-]{1,40})", re.IGNORECASE)


def is_outlook(raw: bytes) -> bool:
    """Whether bytes are a compound file, as Outlook saves mails."""
    return raw.startswith(MAGIC)


def to_mail(raw: bytes) -> bytes:
    """Return a mail with what a .msg file holds; nothing if it cannot be taken apart."""
    if not believable(raw):
        return b""
    boundary = blake2s(raw, digest_size=12).hexdigest()
    try:
        with OleFileIO(BytesIO(raw)) as file:
            if file.root.size > len(raw):
                return b""
            return written(Properties(Store(file)), boundary)
    except Exception:  # noqa: BLE001  the library checks little, and raises whatever comes of it
        return b""


def believable(raw: bytes) -> bool:
    """Whether the tables that the header announces fit into the file."""
    if len(raw) < HEADER:
        return False
    (shift,) = SECTOR_SHIFT.unpack_from(raw)
    return shift in SECTOR_SHIFTS and sum(TABLES.unpack_from(raw)) << shift <= len(raw)


@dataclass(slots=True)
class Store:
    """An open file, and how much of it may still be read: its entries may share their bytes."""

    file: OleFileIO
    left: int = limits.MAX_MIME_BYTES

    def read(self, path: tuple[str, ...]) -> bytes:
        """Return a stream; nothing where it is damaged or longer than may still be read."""
        size = self.file.get_size(path)  # as stated; the library reads as much without asking
        if size > self.left:
            return b""
        self.left -= size
        try:
            return bytes(self.file.openstream(path).read())
        except OSError:
            return b""


@dataclass(slots=True)
class Properties:
    """The properties of a mail, of a recipient or of an attachment."""

    store: Store
    path: tuple[str, ...] = ()

    def holds(self, name: str) -> bool:
        """Whether a stream or a storage of that name is there."""
        return bool(self.store.file.exists((*self.path, name)))

    def within(self, name: str) -> Properties:
        """Return the properties of an object within this one."""
        return Properties(self.store, (*self.path, name))

    def each(self, kind: str, most: int) -> Iterator[Properties]:
        """Yield the objects of a kind within this one: recip, attach."""
        for number in range(most):
            name = f"__{kind}_version1.0_#{number:08X}"
            if self.holds(name):
                yield self.within(name)

    def stream(self, name: str) -> bytes:
        """Return a stream, empty where there is none."""
        return self.store.read((*self.path, name)) if self.holds(name) else b""

    def binary(self, tag: int) -> bytes:
        """Return a property of type PtypBinary."""
        return self.stream(f"__substg1.0_{tag:04X}0102")

    def text(self, tag: int) -> str:
        """Return a property of type PtypString or PtypString8."""
        wide = self.stream(f"__substg1.0_{tag:04X}001F")
        if wide:
            text = wide.decode("utf-16-le", "replace")
        else:
            text = decode(self.stream(f"__substg1.0_{tag:04X}001E"), self.charset())
        return clean(text).strip("\0\ufffd\n ")

    def charset(self) -> str | None:
        """Return the charset that the mail says its texts are in."""
        table = self.stream("__properties_version1.0")
        for tag in CODE_PAGES:
            _, found, rest = table.partition(b"\x03\x00" + tag.to_bytes(2, "little"))
            if found:  # PtypInteger32, the tag, flags, then the value (MS-OXMSG 2.4.2.1)
                return CHARSETS.get(int.from_bytes(rest[4:8], "little"))
        return None


def written(mail: Properties, boundary: str, depth: int = 0) -> bytes:
    """Return a mail: its headers, its words, what it says of recipients, what is attached."""
    kind = mail.text(MESSAGE_CLASS).lower().rpartition(".")[2]
    report_type, action = REPORTS.get(kind, ("", ""))
    headers = mail.text(HEADERS)
    stated = REPORT_TYPE.search(headers)
    if stated:
        report_type = stated[1]
    boundary = f"{boundary}-{depth}"
    media = f'report; report-type="{report_type}"' if report_type else "mixed"
    parts = [*words_of(mail)]
    if action:
        parts.append(("message/delivery-status", status_of(mail, action).encode()))
    parts += attached_to(mail, boundary, depth)
    lines = [
        (without_form(headers) or headers_of(mail)).encode(),
        b"MIME-Version: 1.0",
        f'Content-Type: multipart/{media}; boundary="{boundary}"'.encode(),
        b"",
    ]
    for content_type, body in parts:
        lines += [f"--{boundary}".encode(), f"Content-Type: {content_type}".encode(), b"", body]
    return b"\n".join([*lines, f"--{boundary}--".encode(), b""])


def without_form(headers: str) -> str:
    """Return headers without those that say how the body was written down (RFC 2045)."""
    kept: list[str] = []
    left_out = False
    for line in headers.split("\n"):
        left_out = line.lower().startswith(OF_THE_FORM) or (
            left_out and line.startswith((" ", "\t"))
        )
        if line.strip() and not left_out:
            kept.append(line)
    return "\n".join(kept)


def headers_of(mail: Properties) -> str:
    """Return the headers of a mail that came by no network, such as a report of Exchange's own."""
    sender = mail.text(SENDER_SMTP) or mail.text(SENDER_ADDRESS)
    name = mail.text(SENDER_NAME)
    fields = {
        "From": f'"{name}" <{sender}>' if "@" in sender else name,
        "To": mail.text(TO),
        "Subject": mail.text(SUBJECT),
        "Message-ID": mail.text(MESSAGE_ID),
    }
    return "\n".join(f"{field}: {one_line(value)}" for field, value in fields.items() if value)


def words_of(mail: Properties) -> Iterator[tuple[str, bytes]]:
    """Yield the part with the words for people."""
    if words := mail.text(BODY) or mail.text(REPORT_TEXT):
        yield "text/plain; charset=utf-8", words.encode()
    elif words := decode(mail.binary(HTML), mail.charset()) or mail.text(HTML):
        yield "text/html; charset=utf-8", clean(words).encode()


def status_of(mail: Properties, action: str) -> str:
    """Return what a report says of its recipients as a delivery status (RFC 3464)."""
    return "\n\n".join(
        "\n".join(f"{field}: {one_line(value)}" for field, value in fields if value)
        for fields in (
            fields_of(recipient, action) for recipient in mail.each("recip", limits.MAX_REPORTS)
        )
    )


def fields_of(recipient: Properties, action: str) -> list[tuple[str, str]]:
    """Return the fields of one recipient."""
    address = recipient.text(SMTP_ADDRESS) or recipient.text(ADDRESS) or recipient.text(NAME)
    told = recipient.text(SUPPLEMENTARY_INFO)
    found = SUPPLEMENT.search(told)
    host = recipient.text(REMOTE_MTA) or (found["host"] if found else "")
    answer = found["answer"] if found else told
    if answer and not answer.lower().startswith("smtp;"):
        answer = f"smtp;{answer}"
    return [
        ("Final-Recipient", f"rfc822;{address}" if "@" in address else ""),
        ("Action", action),
        ("Status", found["status"] if found else ""),
        ("Remote-MTA", f"dns;{host}" if host else ""),
        ("Diagnostic-Code", answer),
    ]


def attached_to(mail: Properties, boundary: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Yield the attachments that a reader of mails looks at, mails within this one written too."""
    for attachment in mail.each("attach", limits.MAX_PARTS):
        inner = f"__substg1.0_{CONTENT:04X}000D"
        content_type = attachment.text(CONTENT_TYPE).lower()
        if attachment.holds(inner):
            if depth < DEPTH:
                yield "message/rfc822", written(attachment.within(inner), boundary, depth + 1)
        elif content_type in READ_TYPES:
            yield content_type, attachment.binary(CONTENT)


def one_line(text: str) -> str:
    """Return a text without line ends, as a header has it."""
    return " ".join(text.split())
