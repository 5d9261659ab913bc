"""From text to the terms that are indexed and asked for: the same on both databases.

A term is folded (case, accents), spelled one way (grey, blocklist, authorise) and cut to its
English stem (Snowball). Codes and host names stay whole: 4.3.0, mx.google.com. Words of other
languages keep their length: nothing is split out of a compound that has no hyphen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

FORM = 1  # grows when the terms of a text become others: indexes of an older form are made anew
LONGEST = 64  # characters of a term; more is cut
MOST = 20_000  # terms of one field

# Linear: a separator stands between two runs of letters and digits, and neither holds the other.
TOKEN = re.compile(r"[^\W_]+(?:[.'’‐‑-][^\W_]+)*")
CODES = re.compile(r"[0-9]{1,3}(?:[.-][0-9]{1,3}){1,4}")  # 4.3.0, 550-5.7.1, 192.0.2.1
NUMBER = re.compile(r"[0-9.]+")
HYPHENS = str.maketrans("‐‑’", "--'")
TOP_LEVEL = frozenset(["com", "net", "org", "de", "fr", "ru", "jp", "uk", "www", "mx", "edu", "io"])
SHORTEST_PART = 3  # letters; fewer of a host name or after a French article say nothing

# One spelling for what people write in several ways. It need not be a word: it stands in the index.
GRAY = re.compile(r"^gray(?=list|$|s$)")
ISE = re.compile(r"(?<=[a-z]{3})iz(?=e|ed|er|es|ing|ation|ations$)")
OUR = re.compile(r"(?<=[a-z]{3})our(?=$|s$|al$|ed$|ing$|able$)")
stemmer = Stemmer.Stemmer("english", maxCacheSize=50_000)

STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being but by
    can cannot cant could did didnt do does doesnt doing don dont for from get gets getting
    got had has have having he her here hers him his how i if im in into is isnt it its ive
    just may me might more most my no nor not now of off on once only or other our out over
    own please s same say says she should so some still such t than that the their them then
    there these they this those to too under until up us very was we were what when where
    which while who whom why will with wont would you your
    """.split()
)


class Token(NamedTuple):
    """A word of a text: where it stands, how it is spelled in the index, and what it holds.

    `terms` is the word itself, or the parts of one with a hyphen; `beside` are other ways to find
    it.
    """

    start: int
    end: int
    words: tuple[str, ...]  # folded, one spelling, not cut to the stem
    terms: tuple[str, ...]
    beside: tuple[str, ...] = ()  # words


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text, in order."""
    for found in TOKEN.finditer(text):
        start, end = found.span()
        if found[0][0].isdecimal() and CODES.fullmatch(found[0]):
            for part in NUMBER.finditer(found[0]):
                yield Token(start + part.start(), start + part.end(), (part[0],), (part[0],))
            continue
        words, beside = take_apart(found[0][:LONGEST])
        if words:
            yield Token(start, end, words, tuple(map(stem, words)), beside)


@lru_cache(maxsize=20_000)
def take_apart(raw: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a token, and those under which it is found beside them."""
    word = fold(raw).translate(HYPHENS)
    word = word.replace("e-mail", "email")
    if "." in word:
        return take_host_apart(word)
    if "'" in word:
        word = without_apostrophe(word)
    if "-" not in word:
        return (spell(word),), ()
    parts = tuple(spell(part) for part in word.split("-"))
    return parts, (spell(word.replace("-", "")),)


def take_host_apart(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a host name or file name whole, and beside it the labels that say whose it is."""
    labels = [label for label in re.split(r"[.-]", word) if len(label) >= SHORTEST_PART]
    telling = [label for label in labels if label not in TOP_LEVEL and not label.isdecimal()]
    return (word.replace("'", ""),), tuple(dict.fromkeys(map(spell, telling)))


def without_apostrophe(word: str) -> str:
    """Return server for server's, adresse for l'adresse, dont for don't."""
    head, _, tail = word.rpartition("'")
    if tail == "s":
        return head.replace("'", "")
    if len(head) < SHORTEST_PART <= len(tail):
        return tail
    return word.replace("'", "")


def fold(word: str) -> str:
    """Return a word in small letters without accents; it was cut before."""
    lower = word.lower()
    if lower.isascii():
        return lower
    apart = unicodedata.normalize("NFKD", lower.replace("ß", "ss"))
    return "".join(char for char in apart if not unicodedata.combining(char))[:LONGEST]


def spell(word: str) -> str:
    """Return the one spelling of a word that has several."""
    if not word.isascii() or len(word) < len("gray"):
        return word
    return OUR.sub("or", ISE.sub("is", GRAY.sub("grey", word)))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English stem of a word; what holds digits, dots or other scripts stays whole."""
    return stemmer.stemWord(word) if word.isascii() and word.isalpha() else word


def analyse(text: str) -> str:
    """Return the terms of a text in order, then those beside them, as a field of the index."""
    terms: list[str] = []
    beside: list[str] = []
    for token in tokens(text):
        terms += token.terms
        beside += map(stem, token.beside)
        if len(terms) >= MOST:
            break
    return " ".join([*terms[:MOST], *beside[:MOST]])


def words_of(text: str) -> set[str]:
    """Return the distinct words of a text, as a reader would recognise them in a suggestion."""
    return {word for token in tokens(text) for word in (*token.words, *token.beside)}
