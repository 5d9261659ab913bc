"""Which match comes first: BM25F over the fields, the same numbers on both databases.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3.6.
Only the most promising matches are read and weighed; they are chosen by where the words stand, with
no document read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from kb.bits import Bits, keys_of
from kb.search.base import Document, Group, Posting

WINDOW = 40  # matches that are read and weighed; those behind them keep the order of their promise
SATURATION = 4.0  # k1: how soon a word said again counts no more
COVERAGE = 0.7  # what the score of words keeps however many others are missing
HEAD_PROMISE = 3  # a word in title, codes or summary promises so many times what it does elsewhere
STEPS_OF_PROMISE = 4  # one bit of rarity a step


@dataclass(frozen=True, slots=True)
class Asked:
    """One group with where it stands and how telling it is (the idf of BM25)."""

    group: Group
    posting: Posting
    rarity: float


def weigh_groups(groups: Sequence[Group], postings: Sequence[Posting], size: int) -> list[Asked]:
    """Return the groups with their rarity among `size` articles."""
    asked = []
    for group, posting in zip(groups, postings, strict=True):
        found = posting.anywhere.bit_count()
        rarity = log(1 + (max(size, found) - found + 0.5) / (found + 0.5))
        asked.append(Asked(group, posting, rarity))
    return asked


def promising(matches: Bits, asked: Sequence[Asked], wanted: int) -> Bits:
    """Return about so many matches in which the most telling words stand, in the head above all.

    Adds up, for all articles at once, what each word promises: digit by digit, a set of bits each.
    """
    if matches.bit_count() <= wanted:
        return matches
    digits: list[Bits] = []
    for one in asked:
        promise = max(1, round(one.rarity * STEPS_OF_PROMISE))
        add(digits, one.posting.anywhere & matches, promise)
        add(digits, one.posting.head & matches, promise * (HEAD_PROMISE - 1))
    chosen, rest = 0, matches
    for digit in reversed(digits):
        better = rest & digit
        if (chosen | better).bit_count() <= wanted:
            chosen |= better
            rest &= ~digit
        else:
            rest = better
    room = wanted - chosen.bit_count()
    return chosen | first_of(rest, room)


def add(digits: list[Bits], members: Bits, number: int) -> None:
    """Add a number to the sum of each member."""
    place = 0
    while number:
        if number & 1:
            carry, at = members, place
            while carry:
                if at == len(digits):
                    digits.append(0)
                digits[at], carry = digits[at] ^ carry, digits[at] & carry
                at += 1
        number >>= 1
        place += 1
        while len(digits) < place:
            digits.append(0)


def first_of(members: Bits, wanted: int) -> Bits:
    """Return so many members, the newest revisions first."""
    taken = 0
    for _ in range(wanted):
        if not members:
            break
        highest = 1 << (members.bit_length() - 1)
        taken |= highest
        members ^= highest
    return taken


def score(document: Document, asked: Sequence[Asked]) -> float:
    """Return how well a document answers: the BM25F of its fields, more where all words stand."""
    total = matched = possible = 0.0
    for one in asked:
        possible += one.rarity
        if not one.posting.anywhere >> document.revision & 1:
            continue
        weight = weight_in(document, ways_of(one.group))
        total += one.rarity * weight / (SATURATION + weight)
        matched += one.rarity
    return total * (COVERAGE + (1 - COVERAGE) * matched / possible) if possible else 0.0


def weight_in(document: Document, ways: Sequence[tuple[str, float]]) -> float:
    """Return the weighted count of a group over the fields."""
    weight = 0.0
    for way, fit in ways:
        if way in document.whole:
            for share, terms in zip(document.shares, document.fields, strict=True):
                if found := terms.count(way):
                    weight += share * fit * found
    return weight


@lru_cache(maxsize=1_000)
def ways_of(group: Group) -> tuple[tuple[str, float], ...]:
    """Return the ways of a group as they stand in a padded field."""
    return tuple((f" {' '.join(way.terms)} ", way.fit) for way in group.ways)


def order(
    documents: Mapping[int, Document], asked: Sequence[Asked], lifted: Mapping[int, float]
) -> list[tuple[int, float]]:
    """Return revision and score of documents, best first; `lifted` adds to what the words say.

    The words' scores are laid between 0 and 1, so that what lifts means the same for any query.
    """
    most = sum(one.rarity for one in asked) or 1.0
    scores = {key: score(document, asked) / most for key, document in documents.items()}
    for key, lift in lifted.items():
        scores[key] = scores.get(key, 0.0) + lift
    return sorted(scores.items(), key=lambda pair: (-pair[1], -pair[0]))


def keys_in_order(bits: Bits) -> list[int]:
    """Return the members, the newest first."""
    return keys_of(bits)[::-1]
