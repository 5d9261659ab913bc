"""Which charset bytes are in: by the name that a mail gives it, or by their looks."""

from __future__ import annotations

import re

# Names that mails give their charsets, and what Python calls them. Others are looked at.
CHARSETS = {
    name: codec
    for codec, names in {
        "utf-8": "utf-8 utf8",
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
        "cp932": "shift_jis shift-jis sjis x-sjis windows-31j cp932",
        "euc_jp": "euc-jp",
        "gb18030": "gb2312 gbk gb18030 cp936 x-gbk",
        "big5": "big5 cp950",
        "euc_kr": "euc-kr ks_c_5601-1987 cp949",
        "utf-7": "utf-7 unicode-1-1-utf-7",
        "utf-16": "utf-16",
        "utf-16-le": "utf-16le",
        "utf-16-be": "utf-16be",
    }.items()
    for name in names.split()
}

DOUBTFUL = ("utf-8", "cp1252", "iso8859-15")  # labels that stand on texts in any charset
SMALL_CYRILLIC = re.compile("[\u0430-\u044f]")
KANA = re.compile("[\u3041-\u3093\u30a1-\u30f6]")
HAN = re.compile("[\u4e00-\u9fa5]")
# Charsets that text without a label may be in, and letters of which so many then stand in it.
CANDIDATES = (
    ("cp932", KANA, 0.2),
    ("euc_jp", KANA, 0.2),
    ("koi8-r", SMALL_CYRILLIC, 0.7),
    ("cp1251", SMALL_CYRILLIC, 0.7),
    ("gb18030", HAN, 0.7),
)
HIGH = re.compile(rb"[\x80-\xff]+")
SAMPLE = 4_000  # bytes that are looked at
FEW = 4  # bytes beyond ASCII say nothing


def named(label: str) -> str | None:
    """Return what Python calls a charset, or None for one that is not known."""
    return CHARSETS.get(label.strip("\"' \t").lower())


def guess(raw: bytes) -> str | None:
    """Return the charset that bytes look like that are not UTF-8; None: like a western one.

    Western texts have single letters beyond ASCII, others have words of them.
    """
    sample = raw[:SAMPLE]
    runs = HIGH.findall(sample)
    letters = sum(map(len, runs))
    words = sum(len(run) for run in runs if len(run) >= FEW)
    for codec, typical, share in CANDIDATES if letters >= FEW else ():
        text = sample.decode(codec, "ignore")
        foreign = sum(not char.isascii() for char in text)
        typed = len(typical.findall(text))
        if typed >= max(1, share * foreign) and (codec == "cp932" or words >= letters / 2):
            return codec
    return None
