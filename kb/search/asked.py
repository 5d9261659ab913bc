"""Count what people search for and what comes of it, without anything of a person.

Counts are gathered in memory and written after a response was sent, at most once a second.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kb.models import AskedQuery, UnheardWord
from kb.models.asked import LONGEST
from kb.search.analysis import STOP_WORDS, tokens
from kb.search.library import Library, library

MOST_WAITING = 500  # distinct queries; more are not counted until the database takes these
WAIT = 1.0  # seconds between two writings
DAYS_TO_BE_HEARD = 3
LONGEST_HEARD = 20  # letters of a word that is ever shown
MASK = "…"

# Both linear: each starts only where a run starts, and is bounded.
ADDRESS = re.compile(r"(?<![^\s<>,;()\"])[^\s<>,;()\"@]{1,64}+@[^\s<>,;()\"]{0,255}+")
URL = re.compile(r"\bhttps?://[^\s<>\"]{0,500}+")
CODE = re.compile(r"[2-5][0-9]{2}|[245]\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(slots=True)
class Count:
    """What is to be added to one query."""

    searches: int = 0
    without_result: int = 0
    opened: int = 0


@dataclass(slots=True)
class Waiting:
    """Counts that wait to be written; a query stands in the words in which it was asked."""

    counts: dict[str, Count] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    written_at: float = 0.0

    def add(self, query: str, **what: int) -> None:
        """Count something of a query."""
        words = " ".join(query[: 2 * LONGEST].lower().split())
        with self.lock:
            if words and (words in self.counts or len(self.counts) < MOST_WAITING):
                count = self.counts.setdefault(words, Count())
                for name, number in what.items():
                    setattr(count, name, getattr(count, name) + number)

    def take(self) -> dict[str, Count]:
        """Return all that waits, and forget it."""
        with self.lock:
            taken, self.counts = self.counts, {}
            self.written_at = time.monotonic()
        return taken


waiting = Waiting()


def searched(query: str, *, found: int) -> None:
    """Count that somebody searched."""
    waiting.add(query, searches=1, without_result=0 if found else 1)


def opened(query: str) -> None:
    """Count that somebody opened a page that the search had shown."""
    waiting.add(query, opened=1)


def write_when_due(**_: Any) -> None:
    """Write what waits, after a response was sent; what the database refuses waits on."""
    if not waiting.counts or time.monotonic() - waiting.written_at < WAIT:
        return
    taken = waiting.take()
    try:
        write(taken)
    except DatabaseError:
        for query, count in taken.items():
            waiting.add(
                query,
                searches=count.searches,
                without_result=count.without_result,
                opened=count.opened,
            )
    finally:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


@transaction.atomic
def write(counts: dict[str, Count]) -> None:
    """Add counts to the queries, masked."""
    today = timezone.localdate()
    heard = heard_words(unknown_words(counts), today)
    masked: dict[str, Count] = {}
    for query, count in counts.items():
        total = masked.setdefault(mask(query, heard), Count())
        total.searches += count.searches
        total.without_result += count.without_result
        total.opened += count.opened
    for words, count in sorted(masked.items()):
        query, _ = AskedQuery.objects.get_or_create(words=words, defaults={"last_asked_on": today})
        AskedQuery.objects.filter(pk=query.pk).update(
            searches=F("searches") + count.searches,
            without_result=F("without_result") + count.without_result,
            opened=F("opened") + count.opened,
            last_asked_on=today,
        )


def mask(query: str, heard: frozenset[str] = frozenset()) -> str:
    """Return a query with what could point to a person taken out.

    Addresses, links, numbers that are no codes, and every word that no article holds, unless it is
    `heard`: asked for on several days.
    """
    rest = URL.sub(MASK, ADDRESS.sub(MASK, query))
    known = library.get()
    pieces: list[str] = []
    at = 0
    for token in tokens(rest):
        pieces.append(only_masks(rest[at : token.start]))
        word = rest[token.start : token.end]
        shown = all(is_harmless(w, known) or w in heard for w in token.words)
        pieces.append(word if shown else MASK)
        at = token.end
    pieces.append(only_masks(rest[at:]))
    words = "".join(pieces).split()
    once = [w for n, w in enumerate(words) if w != MASK or words[n - 1 : n] != [MASK]]
    return " ".join(once)[:LONGEST] or MASK


def only_masks(text: str) -> str:
    """Return what stands between two words: the masks in it, and space."""
    return "".join(char if char == MASK else " " for char in text)


def is_harmless(word: str, known: Library) -> bool:
    """Whether a word is a code or one that our own articles hold."""
    if word[0].isdigit() and not word.isalpha():
        is_number = word.replace(".", "").isdecimal()
        return bool(CODE.fullmatch(word)) if is_number else word in known.words
    return word in STOP_WORDS or known.knows(word)


def unknown_words(queries: Iterable[str]) -> set[str]:
    """Return the plain words of queries that no article holds."""
    known = library.get()
    return {
        word
        for query in queries
        for token in tokens(URL.sub(" ", ADDRESS.sub(" ", query)))
        for word in token.words
        if word.isalpha() and len(word) <= LONGEST_HEARD and not is_harmless(word, known)
    }


def heard_words(words: set[str], today: dt.date) -> frozenset[str]:
    """Count a day for each word, and return those asked for on enough days."""
    digests = {
        salted_hmac("kb.search.asked", word, algorithm="sha256").hexdigest(): word for word in words
    }
    before = UnheardWord.objects.in_bulk(digests)
    UnheardWord.objects.bulk_create(
        UnheardWord(digest=digest, last_asked_on=today) for digest in digests.keys() - before.keys()
    )
    again = UnheardWord.objects.filter(pk__in=before, last_asked_on__lt=today)
    again.update(days=F("days") + 1, last_asked_on=today)
    heard = UnheardWord.objects.filter(pk__in=digests, days__gte=DAYS_TO_BE_HEARD)
    return frozenset(digests[key] for key in heard.values_list("pk", flat=True))
