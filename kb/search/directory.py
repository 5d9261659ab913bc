"""Names that lead straight to a page: codes, tokens, providers, causes, topics and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, QuerySet, Value
from django.urls import reverse

from kb.codes import codes_in
from kb.models import Cause, CodeMeaning, ErrorCode, Provider, Source, Topic
from kb.search.analysis import fold, tokens
from kb.versioned import Kept

MOST = 8
SHORTEST_NAME = 3  # letters; fewer stand in too many names
LONGEST_NAME = 6  # words of a name that is looked for within a query


@dataclass(frozen=True, slots=True)
class DirectHit:
    """A page that a query names."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in the directory, what it reads like in small letters, and the page it leads to."""

    hit: DirectHit
    folded: str
    words: tuple[str, ...]
    rank: int  # of its kind, in the order in which a reader looks for them


@dataclass(frozen=True)
class Directory:
    """All names of the public knowledge."""

    entries: tuple[Entry, ...]

    @cached_property
    def by_words(self) -> dict[tuple[str, ...], list[Entry]]:
        """The words of a name → what bears it."""
        found: dict[tuple[str, ...], list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.words, []).append(entry)
        return found

    def named_in(self, text: str) -> list[DirectHit]:
        """Return what a query names: codes among its words, whole names, and names that it begins.

        A name of one word that is an everyday word as well (a provider called Mail) would stand in
        too many queries: of causes, topics and sources only those count that the query is.
        """
        words = words_of(text)
        asked = " ".join(words)
        found = [*self.codes(text), *self.within(words)]
        if len(asked) >= SHORTEST_NAME:
            found += [e for e in self.entries if e.rank < RANKS["topic"] and asked in e.folded]
        once = dict.fromkeys(entry.hit for entry in sorted(found, key=lambda e: e.rank))
        return list(once)[:MOST]

    def codes(self, text: str) -> Iterator[Entry]:
        """Yield the known codes among the words, each with its enhanced code."""
        for code in dict.fromkeys(codes_in(text)):
            pair = (code.reply, code.enhanced)
            for words in [pair[1:], pair] if code.enhanced else [pair[:1]]:
                yield from (e for e in self.by_words.get(words, ()) if e.rank == RANKS["code"])

    def within(self, words: list[str]) -> Iterator[Entry]:
        """Yield tokens and providers whose whole name stands in a query, and what the query is."""
        for length in range(min(LONGEST_NAME, len(words)), 0, -1):
            for at in range(len(words) - length + 1):
                for entry in self.by_words.get(tuple(words[at : at + length]), ()):
                    if length == len(words) or entry.rank in NAMED_ANYWHERE:
                        yield entry

    def beginning(self, text: str, most: int = MOST) -> list[DirectHit]:
        """Return names of which a word begins so, the shortest of each kind first."""
        asked = " ".join(words_of(text))
        if not asked:
            return []
        found = [e for e in self.entries if e.folded.startswith(asked) or f" {asked}" in e.folded]
        found.sort(key=lambda e: (not e.folded.startswith(asked), e.rank, len(e.folded), e.folded))
        return list(dict.fromkeys(entry.hit for entry in found))[:most]


def words_of(text: str) -> list[str]:
    """Return the words of a name or query in small letters."""
    return [word for token in tokens(text) for word in token.words]


PAGES = {
    "code": "kb:code",
    "token": "kb:code",
    "provider": "kb:provider",
    "cause": "kb:cause",
    "topic": "kb:topic",
    "source": "kb:source",
}
OPEN = [("provider", Provider), ("cause", Cause), ("topic", Topic), ("source", Source)]
RANKS = {kind: rank for rank, kind in enumerate(PAGES)}
NAMED_ANYWHERE = {RANKS["token"], RANKS["provider"]}


def read_directory() -> Directory:
    """Read the names of what is public, in two queries."""
    codes = ErrorCode.objects.in_order()
    entries = [entry("code", code.address, str(code), str(code)) for code in codes]
    for kind, slug, name, other in named_rows():
        entries += [entry(kind, slug, name, name)]
        if other and fold(other[:120]) != fold(name[:120]):
            entries += [entry(kind, slug, name, other)]
    return Directory(tuple(entries))


def named_rows() -> Iterable[tuple[str, str, str, str]]:
    """Return kind, slug, name and another name of all rows that have a page."""
    tokens = CodeMeaning.objects.verified().exclude(token="").order_by()
    rows = [rows_of("token", tokens, "token")]
    for kind, model in OPEN:
        rows.append(rows_of(kind, model.objects.order_by(), "name"))
    return rows[0].union(*rows[1:], all=True)


def rows_of(kind: str, rows: QuerySet, name: str) -> QuerySet:
    """Return kind, slug, name and slug of rows, for a union."""
    named = rows.annotate(page=Value(kind), label=F(name), other=F("slug"))
    return named.values_list("page", "slug", "label", "other")


def entry(kind: str, slug: str, name: str, also: str) -> Entry:
    """Return an entry of the directory."""
    words = tuple(words_of(also[:120]))
    hit = DirectHit(kind.capitalize(), name or slug, reverse(PAGES[kind], args=[slug]))
    return Entry(hit, " ".join(words), words, RANKS[kind])


directory = Kept(read_directory)


def direct_hits(text: str) -> list[DirectHit]:
    """Return the pages that a query names outright."""
    return directory.get().named_in(text)
