"""The articles from A to Z: by the words that matter in a question, or by keyword as in a book."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar

from django.db.models import Count
from django.urls import reverse

from kb.codes import Code
from kb.models import ArticleRevision
from kb.models.code import numeric_order

DIGITS = "0–9"  # noqa: RUF001 - an en dash, as a reader expects it
OTHER = "…"
WORD = re.compile(r"\w[\w.&+/-]*")
# Words that open many questions and tell none of them apart.
OPENINGS = """
    a an and another any are as at back be been before bounce bounced bounces by came can come comes
    could did do does e-mail email for from get gets got had has have he how i if in into is it its
    keep keeps mail mails me message messages my no not of off on one only or other our out over own
    refuse refused refuses says she should since so some somebody such than that the their them then
    there these they this to up us was we were what when where whether which who whom whose why will
    with would you your answers answer said say after all
"""
PASSED_OVER = frozenset(OPENINGS.split())
SHOWN = 8  # articles under a keyword; its own page has them all
KINDS = {"provider": "Provider", "cause": "Cause", "topic": "Topic"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question, cut where the word stands by which it is found."""

    article: ArticleRevision
    before: str
    word: str
    after: str

    @property
    def key(self) -> str:
        """What it is sorted by."""
        return fold(self.word + self.after)


@dataclass(slots=True)
class Keyword:
    """A provider, a cause or a topic with the articles on it."""

    kind: str
    slug: str
    name: str
    articles: list[ArticleRevision] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What it is sorted by."""
        return fold(self.name)

    @property
    def label(self) -> str:
        """What it is, in words."""
        return KINDS[self.kind]

    @property
    def shown(self) -> list[ArticleRevision]:
        """The articles that the index names."""
        return self.articles[:SHOWN]

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse(f"kb:{self.kind}", args=[self.slug])


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code, and how many articles are on it."""

    text: str
    address: str
    count: int


Item = TypeVar("Item", Question, Keyword)


@dataclass(frozen=True, slots=True)
class Letter(Generic[Item]):
    """What stands under one letter."""

    letter: str
    anchor: str
    items: list[Item]


def fold(text: str) -> str:
    """Return a short text as it is sorted: without case and accents, from its first letter on."""
    plain = unicodedata.normalize("NFKD", text[:250]).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char)).lstrip("\"'“([<")


def by_letter(items: Iterable[Item]) -> list[Letter[Item]]:
    """Return items under their letters: digits, A to Z, then whatever else there is."""
    letters: dict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=attrgetter("key")):
        letters[letter_of(item.key)].append(item)
    order = sorted(letters, key=lambda letter: (letter != DIGITS, letter == OTHER, letter))
    return [Letter(letter, f"letter-{anchor_of(letter)}", letters[letter]) for letter in order]


def letter_of(key: str) -> str:
    """Return the letter under which a key stands."""
    first = key[:1].upper()
    if first.isdecimal():
        return DIGITS
    return first if "A" <= first <= "Z" else OTHER


def anchor_of(letter: str) -> str:
    """Return a letter as it stands in an id."""
    return {DIGITS: "digits", OTHER: "other"}.get(letter, letter.lower())


def cut_question(article: ArticleRevision) -> Question:
    """Return a question cut at the first word that tells it from others."""
    text = article.question
    found = [word for word in WORD.finditer(text) if word[0].lower() not in PASSED_OVER]
    start, end = found[0].span() if found else (0, len(text))
    return Question(article, text[:start], text[start:end], text[end:])


def questions_by_letter() -> list[Letter[Question]]:
    """Return all published questions under the letter of their first word that matters."""
    articles = ArticleRevision.objects.published().only("slug", "question")
    return by_letter(cut_question(article) for article in articles)


def keywords_by_letter() -> list[Letter[Keyword]]:
    """Return providers, causes and topics with the published articles on each; four queries."""
    published = ArticleRevision.objects.published()
    articles = {row.pk: row for row in published.only("slug", "question").by_question()}
    places = {pk: place for place, pk in enumerate(articles)}
    keywords: dict[tuple[str, str], Keyword] = {}
    for kind in KINDS:
        columns = (f"{kind}s__slug", f"{kind}s__name", "pk")
        rows = published.exclude(**{f"{kind}s": None}).values_list(*columns)
        for slug, name, pk in sorted(rows, key=lambda row: places.get(row[2], 0)):
            keyword = keywords.setdefault((kind, slug), Keyword(kind, slug, name))
            keyword.articles.append(articles[pk])
    return by_letter(keywords.values())


def codes_in_order() -> list[CodeCount]:
    """Return the codes that published articles are on."""
    rows = ArticleRevision.objects.published().exclude(codes=None)
    counts = rows.values_list("codes__reply", "codes__enhanced").annotate(Count("pk"))
    codes = ((Code(*parts), count) for *parts, count in counts.order_by(*numeric_order("codes__")))
    return [CodeCount(code.text, code.address, count) for code, count in codes]
