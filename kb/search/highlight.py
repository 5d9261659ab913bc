"""Words of a query marked in a text, by the same terms by which they were found."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kb.search.analysis import STOP_WORDS, Token, stem, tokens
from kb.search.base import Group


def terms_of(groups: Iterable[Group]) -> frozenset[str]:
    """Return the terms that a reader should see marked."""
    return frozenset(term for group in groups for way in group.ways for term in way.terms)


def mark(text: str, terms: frozenset[str]) -> SafeString:
    """Return a text, escaped, with the words of a query in <mark> and `code` as code."""
    pieces: list[str] = []
    for number, part in enumerate(text.split("`")):
        marked = mark_plain(part, terms)
        pieces.append(f"<code>{marked}</code>" if number % 2 else marked)
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped


@lru_cache(maxsize=4_000)
def tokens_in(text: str) -> tuple[Token, ...]:
    """Return the words of a text; lists show the same ones again and again."""
    return tuple(tokens(text))


def mark_plain(text: str, terms: frozenset[str]) -> str:
    """Return a text, escaped, with the words of a query in <mark>."""
    pieces: list[str] = []
    at = 0
    for token in tokens_in(text):
        hidden = terms.isdisjoint(token.terms) and terms.isdisjoint(map(stem, token.beside))
        if not hidden and not STOP_WORDS.issuperset(token.words):
            pieces += [escape(text[at : token.start]), "<mark>"]
            pieces += [escape(text[token.start : token.end]), "</mark>"]
            at = token.end
    pieces.append(escape(text[at:]))
    return "".join(pieces)
