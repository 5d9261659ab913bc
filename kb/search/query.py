"""What a person typed or pasted becomes groups: each a word with all the ways to say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.search.analysis import STOP_WORDS, Token, stem, tokens
from kb.search.base import Group, Way
from kb.search.library import MOST_SYNONYM_WORDS, Library

MAX_QUERY = 2_000  # characters of a query that are looked at; a whole bounce is for the paste box
MOST_GROUPS = 12  # words that are asked for; of more, the rarest
POSTINGS = 40_000  # articles that all words of a long query may stand in together, as asked of the database
FEW_WORDS = 6  # up to here every word was typed by hand, and a mistake is worth a question
SHORTEST_BEGINNING = 2  # letters of a last word that may be begun only

SYNONYM, BESIDE, CORRECTED, COMPLETED = 0.9, 0.8, 0.8, 0.35

QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is asked; `corrected` are words that the library lacks, with what it has."""

    groups: tuple[Group, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()


def understand(text: str, library: Library, *, complete: bool = True) -> Query:
    """Return what a query asks for; any text is a valid query.

    With `complete` the last word may be begun only.
    """
    text = text[:MAX_QUERY]
    phrases = [
        Group(found.strip(), (Way(terms),), required=True)
        for found in QUOTED.findall(text)
        if (terms := tuple(t for token in tokens(found) for t in token.terms))
    ]
    rest = QUOTED.sub(" ", text)
    typed = [token for token in tokens(rest) if not set(token.words) <= STOP_WORDS]
    if not typed and not phrases:
        typed = list(tokens(rest))
    by_hand = len(typed) <= FEW_WORDS
    corrected: list[tuple[str, str]] = []
    groups: list[Group] = []
    for run in runs(typed, library):
        group = group_of(run, rest, library)
        last = run[-1] is typed[-1] and rest[run[-1].end :] == ""
        if complete and last and len(run) == 1:
            group = completed(group, run[0], library)
        if by_hand and not group.ways:
            group = mended(group, run[0], library)
            if group.ways:
                corrected.append((run[0].words[0], group.ways[0].terms[0]))
        groups.append(group)
    spelled = tuple((typed, library_word(typed, library)) for typed, _ in corrected)
    return Query((*phrases, *rarest(groups, library, by_hand=by_hand)), spelled)


def runs(typed: list[Token], library: Library) -> Iterator[list[Token]]:
    """Yield the tokens that belong together: words of a synonym, or one word written as two."""
    at = 0
    while at < len(typed):
        length = 1
        for wanted in range(min(MOST_SYNONYM_WORDS, len(typed) - at), 1, -1):
            terms = terms_in(typed[at : at + wanted])
            joined = "".join(terms_of_words(typed[at : at + wanted]))
            if terms in library.synonyms or (wanted == 2 and joined in library.words):  # noqa: PLR2004
                length = wanted
                break
        yield typed[at : at + length]
        at += length


def group_of(run: list[Token], text: str, library: Library) -> Group:
    """Return the ways to say what was typed, as far as the library knows any."""
    terms = terms_in(run)
    ways = [Way(terms)]
    if len(run) > 1:
        joined = "".join(terms_of_words(run))
        ways.append(Way((stem(joined),)))
        terms_joined = (stem(joined),)
        ways += [Way(means, SYNONYM) for means in library.synonyms.get(terms_joined, ())]
    for token in run:
        ways += [Way((term,), BESIDE if "." in token.words[0] else 1.0) for term in token.beside]
    ways += [Way(means, SYNONYM) for means in library.synonyms.get(terms, ())]
    known = [way for way in dict.fromkeys(ways) if all(t in library.terms for t in way.terms)]
    return Group(text[run[0].start : run[-1].end], tuple(known))


def completed(group: Group, token: Token, library: Library) -> Group:
    """Return a last word with the words that it may be the beginning of."""
    beginning = token.words[-1]
    if len(token.words) > 1 or len(beginning) < SHORTEST_BEGINNING:
        return group
    fit = COMPLETED if group.ways else 1.0
    there = {way.terms for way in group.ways}
    more = [Way((term,), fit) for term in library.completions(beginning)]
    return replace(group, ways=(*group.ways, *(way for way in more if way.terms not in there)))


def mended(group: Group, token: Token, library: Library) -> Group:
    """Return a word that the library lacks with what it was probably meant for."""
    word = token.words[0]
    if len(token.words) > 1:
        return group
    if parts := library.parts_of(word):
        return replace(group, ways=(Way(tuple(map(stem, parts)), BESIDE),))
    if right := library.corrected(word):
        means = library.synonyms.get((stem(right),), ())
        ways = (Way((stem(right),), CORRECTED), *(Way(terms, CORRECTED) for terms in means))
        return replace(group, ways=ways)
    return group


def rarest(groups: list[Group], library: Library, *, by_hand: bool) -> list[Group]:
    """Return the groups to ask for: of a long text the rarest words within the budget.

    A word that nobody wrote cannot be found and is left out of a long text; of a short query it stays, so
    that the reader learns that it was not found.
    """
    once = list({group.ways or group.text: group for group in groups}.values())
    if by_hand:
        return once
    known = [group for group in once if group.ways]
    asked: list[Group] = []
    spent = 0
    for group in sorted(known, key=lambda group: frequency(group, library)):
        spent += frequency(group, library)
        if len(asked) == MOST_GROUPS or (asked and spent > POSTINGS):
            break
        asked.append(group)
    return [group for group in known if group in asked]


def frequency(group: Group, library: Library) -> int:
    """Return in about how many articles a group stands."""
    return sum(min(library.terms[term] for term in way.terms) for way in group.ways)


def library_word(typed: str, library: Library) -> str:
    """Return a corrected word as the articles write it."""
    parts = library.parts_of(typed)
    return " ".join(parts) if parts else library.corrected(typed)


def terms_in(run: list[Token]) -> tuple[str, ...]:
    """Return the terms of tokens in order."""
    return tuple(term for token in run for term in token.terms)


def terms_of_words(run: list[Token]) -> list[str]:
    """Return the words of tokens in order, not cut to their stems."""
    return [word for token in run for word in token.words]
