"""What a person typed or pasted becomes groups: each a word with all the ways to say it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.search.analysis import STOP_WORDS, Token, stem, tokens
from kb.search.base import Group, Way
from kb.search.library import MOST_SYNONYM_WORDS, Library

MAX_QUERY = 2_000  # characters of a query that are looked at; a whole bounce is for the paste box
MOST_GROUPS = 12  # words that are asked for; of more, the rarest
POSTINGS = 20_000  # of a long query: articles in which the words asked for stand, added up
FEW_WORDS = 6  # up to here every word was typed by hand, and a mistake is worth a question
LENGTH_OF_REPLY_CODE = 3
SHORTEST_BEGINNING = 2  # letters of a last word that may be begun only

SYNONYM, BESIDE, CORRECTED, COMPLETED = 0.9, 0.8, 0.8, 0.35

# Whose address it is says nothing; the provider behind the @ does. Linear: a run is tried once.
LOCAL_PART = re.compile(r"(?<![^\s<>,;:()\[\]\"@])[^\s<>,;:()\[\]\"@]++@")
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
    text = LOCAL_PART.sub(" ", text[:MAX_QUERY])
    phrases = [
        Group(found.strip(), (Way(terms),), required=True)
        for found in QUOTED.findall(text)
        if (terms := tuple(t for token in tokens(found) for t in token.terms))
    ]
    rest = QUOTED.sub(" ", text)
    said = list(tokens(rest))
    telling = [n for n, token in enumerate(said) if not set(token.words) <= STOP_WORDS]
    if not telling and not phrases:
        telling = list(range(len(said)))
    by_hand = len(telling) <= FEW_WORDS
    together = ways_together(said, library)
    corrected: list[tuple[str, str]] = []
    groups: list[Group] = []
    for place in telling:
        token = said[place]
        group = group_of(token, together.get(place, ()), library)
        if complete and place == telling[-1] and token.end == len(rest):
            group = completed(group, token, library)
        if by_hand and not group.ways:
            group, right = mended(group, token, library)
            corrected += [(token.words[0], right)] if right else []
        groups.append(group)
    return Query((*phrases, *rarest(groups, library, by_hand=by_hand)), tuple(corrected))


def ways_together(said: list[Token], library: Library) -> dict[int, tuple[Way, ...]]:
    """Return place → what neighbouring words mean together, for each of them.

    So "black list" also asks for blocklist, and "soft bounce" for a temporary failure, while an
    article that holds the two words apart is found too.
    """
    together: dict[int, tuple[Way, ...]] = {}
    for at in range(len(said)):
        for number in range(2, min(MOST_SYNONYM_WORDS, len(said) - at) + 1):
            run = said[at : at + number]
            terms = tuple(term for token in run for term in token.terms)
            joined = "".join(word for token in run for word in token.words)
            ways = [Way(means, SYNONYM) for means in library.synonyms.get(terms, ())]
            if joined in library.words:
                ways += [Way((stem(joined),)), *synonyms_of(stem(joined), library)]
            for place in range(at, at + number):
                together[place] = (*together.get(place, ()), *ways)
    return together


def group_of(token: Token, together: Iterable[Way], library: Library) -> Group:
    """Return the ways to say a word, as far as the library knows any."""
    beside = BESIDE if "." in token.words[0] else 1.0
    also = tuple(map(stem, token.beside))
    ways = [Way(token.terms), *(Way((term,), beside) for term in also)]
    for term in (*token.terms, *also):
        ways += synonyms_of(term, library)
    ways += together
    best: dict[tuple[str, ...], Way] = {}
    for way in ways:
        if all(term in library.terms for term in way.terms):
            best.setdefault(way.terms, way)
    return Group(" ".join(token.words), tuple(best.values()))


def synonyms_of(term: str, library: Library) -> list[Way]:
    """Return what a single word means in the words of the articles."""
    return [Way(means, SYNONYM) for means in library.synonyms.get((term,), ())]


def completed(group: Group, token: Token, library: Library) -> Group:
    """Return a last word with the words that it may be the beginning of."""
    beginning = token.words[-1]
    if len(token.words) > 1 or len(beginning) < SHORTEST_BEGINNING:
        return group
    fit = COMPLETED if group.ways else 1.0
    there = {way.terms for way in group.ways}
    more = [Way((term,), fit) for term in library.completions(beginning)]
    return replace(group, ways=(*group.ways, *(way for way in more if way.terms not in there)))


def mended(group: Group, token: Token, library: Library) -> tuple[Group, str]:
    """Return a word that the library lacks as what it was probably meant for, and that word."""
    word = token.words[0]
    if len(token.words) > 1:
        return group, ""
    if parts := library.parts_of(word):
        return replace(group, ways=(Way(tuple(map(stem, parts)), BESIDE),)), " ".join(parts)
    if right := library.corrected(word):
        ways = (Way((stem(right),), CORRECTED), *synonyms_of(stem(right), library))
        return replace(group, ways=ways), right
    return group, ""


def rarest(groups: list[Group], library: Library, *, by_hand: bool) -> list[Group]:
    """Return the groups to ask for: of a long text the rarest words within the budget.

    A word that nobody wrote cannot be found and is left out of a long text; of a short query it
    stays, so that the reader learns that it was not found.
    """
    once = list({group.ways or group.text: group for group in groups}.values())
    if by_hand:
        return once
    known = [group for group in once if group.ways and not is_noise(group)]
    if len(known) > MOST_GROUPS:
        known = [in_single_words(group) for group in known]
    asked: list[Group] = []
    spent = 0
    for group in sorted(known, key=lambda group: frequency(group, library)):
        spent += cost(group, library)
        if len(asked) == MOST_GROUPS or (asked and spent > POSTINGS):
            break
        asked.append(group)
    return [group for group in known if group in asked]


def in_single_words(group: Group) -> Group:
    """Return a group without its phrases, which cost most to find, where it has other ways."""
    single = tuple(way for way in group.ways if len(way.terms) == 1)
    return replace(group, ways=single or group.ways)


def is_noise(group: Group) -> bool:
    """Whether a word of a long text is a number that is no code: a time, a port, an id."""
    return group.text.isdecimal() and len(group.text) != LENGTH_OF_REPLY_CODE


def frequency(group: Group, library: Library) -> int:
    """Return in about how many articles a group stands."""
    return sum(min(library.terms[term] for term in way.terms) for way in group.ways)


def cost(group: Group, library: Library) -> int:
    """Return how many postings a group makes the database read; a phrase reads all its words'."""
    return sum(library.terms[term] for way in group.ways for term in way.terms)
