"""The border: bytes of any kind become text that can be stored, searched and shown."""

from __future__ import annotations

import re

from diagnostics.bounce import limits

# Controls but tab and newline, bidirectional overrides, lone surrogates, noncharacters.
UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
NEWLINES = re.compile("\r\n?")

# Names that mails give their charsets, and what Python calls them. Others are read as UTF-8.
CHARSETS = {
    name: codec
    for codec, names in {
        "utf-8": "utf-8 utf8 us-ascii ascii ansi_x3.4-1968",
        "cp1252": "iso-8859-1 latin1 latin-1 iso8859-1 windows-1252 cp1252",
        "iso8859-15": "iso-8859-15 latin9",
        "cp1250": "windows-1250",
        "iso8859-2": "iso-8859-2 latin2",
        "cp1251": "windows-1251",
        "koi8-r": "koi8-r koi8-u",
        "iso8859-5": "iso-8859-5",
        "cp1253": "windows-1253 iso-8859-7",
        "cp1254": "windows-1254 iso-8859-9",
        "cp1256": "windows-1256",
        "iso2022_jp": "iso-2022-jp",
        "cp932": "shift_jis shift-jis sjis windows-31j cp932",
        "euc_jp": "euc-jp",
        "gb18030": "gb2312 gbk gb18030 cp936",
        "big5": "big5 cp950",
        "euc_kr": "euc-kr ks_c_5601-1987 cp949",
        "utf-7": "utf-7 unicode-1-1-utf-7",
        "utf-16": "utf-16",
        "utf-16-le": "utf-16le",
        "utf-16-be": "utf-16be",
    }.items()
    for name in names.split()
}


def clean(text: str) -> str:
    """Return text without what databases, logs or screens trip over; one kind of line end."""
    if text.isprintable():  # holds none of them; many times faster to tell
        return text
    if "\r" in text:
        text = NEWLINES.sub("\n", text)
    return UNSAFE.sub("\ufffd", text)


def decode(raw: bytes, charset: str | None = None) -> str:
    """Return bytes as text, by the charset given, else UTF-8, else Windows-1252."""
    codec = CHARSETS.get(charset.strip("\"' \t").lower()) if charset else None
    if codec and codec != "utf-8":
        return raw.decode(codec, "replace")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return raw.decode("utf-8" if codec else "cp1252", "replace")


def cut_lines(text: str) -> str:
    """Return text with no line longer than the limit."""
    if len(text) <= limits.MAX_LINE:
        return text
    lines = text.split("\n")
    if all(len(line) <= limits.MAX_LINE for line in lines):
        return text
    return "\n".join(line[: limits.MAX_LINE] for line in lines)
