"""The right article comes first, for queries as people type and paste them, on both databases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from diagnostics.searching import find
from kb.models import ArticleRevision, SearchDocument
from kb.search import backend
from kb.search.base import FIELDS, HEAD
from kb.search.library import library
from kb.search.query import MAX_QUERY, understand
from kb.text import clean

QUERIES = Path(__file__).parent.parent / "queries"
FIRST, AMONG_THREE = 0.85, 0.95
KINDS = ("token", "reply", "question", "paraphrase")

pytestmark = pytest.mark.usefixtures("starter_content")


def read(name):
    return yaml.safe_load((QUERIES / f"{name}.yaml").read_text(encoding="utf-8"))


def found_by(query):
    hits = find(clean(query, MAX_QUERY), limit=3).results.hits
    slugs = ArticleRevision.objects.in_bulk([hit.revision for hit in hits])
    return [slugs[hit.revision].slug for hit in hits]


@pytest.mark.parametrize("name", ["seen", "unseen"])
def test_the_right_article_is_first_or_among_three(name):
    queries = read(name)
    first = three = 0
    missed = []
    for row in queries:
        right = {row["article"], *row.get("also", ())}
        found = found_by(row["query"])
        first += found[:1] != [] and found[0] in right
        three += not right.isdisjoint(found)
        missed += [] if right & set(found) else [f"{row['query'][:80]} → {found}"]

    assert first / len(queries) >= FIRST, missed
    assert three / len(queries) >= AMONG_THREE, missed


def test_there_are_enough_queries_of_each_kind():
    kinds = Counter(row["kind"] for name in ("seen", "unseen") for row in read(name))

    assert sum(kinds.values()) >= 150
    assert min(kinds[kind] for kind in KINDS) >= 30
    assert set(kinds) == set(KINDS)


def test_each_query_names_articles_that_are_there():
    rows = read("seen") + read("unseen")
    named = {slug for row in rows for slug in (row["article"], *row.get("also", ()))}
    published = ArticleRevision.objects.published().values_list("slug", flat=True)

    assert named <= set(published)


def holding(group, fields):
    """Return as a set of bits what holds a group, word by word and without the database's index."""
    phrases = [f" {' '.join(way.terms)} " for way in group.ways]
    bits = 0
    for key, *texts in SearchDocument.objects.values_list("pk", *fields):
        if any(phrase in f" {text} " for phrase in phrases for text in texts):
            bits |= 1 << key
    return bits


def test_the_index_finds_exactly_what_holds_the_words():
    """So both databases find the same, and rank it the same: all ranking is made from this."""
    groups = {
        group
        for row in read("seen")[::6]
        for group in understand(clean(row["query"], MAX_QUERY), library.get()).groups
        if group.ways
    }

    for group in groups:
        (posting,) = backend().postings([group])
        assert posting.anywhere == holding(group, FIELDS), group
        assert posting.head == holding(group, HEAD), group
