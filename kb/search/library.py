"""The words of the library in memory: which it knows, how often, and what people type for them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.models import ArticleRevision, SearchWord, Synonym
from kb.search.analysis import stem, tokens
from kb.versioned import Kept

MOST_COMPLETIONS = 20
SHORTEST_CORRECTED = 4  # letters; a shorter word is one step from too many others
LONG_WORD = 8  # letters; from here on two mistakes are forgiven
MOST_SYNONYM_WORDS = 4


@dataclass(frozen=True)
class Library:
    """All distinct words of the published articles, and the synonyms of the editors."""

    words: dict[str, int]  # word → in how many articles
    synonyms: dict[tuple[str, ...], tuple[tuple[str, ...], ...]]  # terms → what they mean
    size: int  # published articles

    @cached_property
    def terms(self) -> dict[str, int]:
        """Term → in about how many articles; one that holds two of its words counts twice."""
        terms: dict[str, int] = {}
        for word, documents in self.words.items():
            term = stem(word)
            terms[term] = min(terms.get(term, 0) + documents, self.size)
        return terms

    @cached_property
    def alphabet(self) -> list[str]:
        """The words in order, for completions."""
        return sorted(self.words)

    @cached_property
    def plain_words(self) -> list[str]:
        """The words that a typing mistake may be meant for."""
        return [w for w in self.words if w.isalpha() and len(w) >= SHORTEST_CORRECTED]

    def knows(self, word: str) -> bool:
        """Whether an article holds the word in some form."""
        return stem(word) in self.terms

    def completions(self, beginning: str) -> list[str]:
        """Return the terms of words that begin so, the most frequent first."""
        at = bisect_left(self.alphabet, beginning)
        found = []
        for word in self.alphabet[at : at + 10 * MOST_COMPLETIONS]:
            if not word.startswith(beginning):
                break
            found.append(word)
        found.sort(key=lambda word: (-self.words[word], word))
        return list(dict.fromkeys(map(stem, found)))[:MOST_COMPLETIONS]

    def corrected(self, word: str) -> str:
        """Return the word that an unknown one was probably meant for; empty when none is near.

        Of those equally near, the one that begins alike, then the more frequent. Only plain ASCII
        words are corrected: those of other languages are no mistakes.
        """
        if len(word) < SHORTEST_CORRECTED or not (word.isascii() and word.isalpha()):
            return ""
        allowed = 2 if len(word) >= LONG_WORD else 1
        near = process.extract(
            word, self.plain_words, scorer=OSA.distance, score_cutoff=allowed, limit=20
        )
        if not near:
            return ""
        return min(near, key=lambda n: (n[1], n[0][0] != word[0], -self.words[n[0]], n[0]))[0]

    def parts_of(self, word: str) -> tuple[str, str] | None:
        """Return two known words that were written as one: mailserver, blocklist."""
        shortest = SHORTEST_CORRECTED - 1
        for cut in range(shortest, len(word) - shortest + 1):
            if word[:cut] in self.words and word[cut:] in self.words:
                return word[:cut], word[cut:]
        return None


def read_library() -> Library:
    """Read the words of what is published."""
    synonyms: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for term, means in Synonym.objects.values_list("term", "means").order_by("term"):
        key = terms_of(term)
        if key and terms_of(means) != key:
            synonyms[key] = (*synonyms.get(key, ()), terms_of(means))
    return Library(
        words=dict(SearchWord.objects.values_list("word", "documents")),
        synonyms=synonyms,
        size=ArticleRevision.objects.published().count(),
    )


def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms of a short text in order."""
    return tuple(term for token in tokens(text) for term in token.terms)


library = Kept(read_library)
