"""Straight to a page: a code, a token, or the name of a provider or cause in a query."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Value
from django.urls import reverse

from kb.codes import codes_in
from kb.models import Cause, CodeMeaning, ErrorCode, Provider

MOST = 8
PAGES = {"token": "kb:code", "provider": "kb:provider", "cause": "kb:cause"}
SHORTEST_NAME = 3  # letters; fewer stand in too many names


@dataclass(frozen=True, slots=True)
class DirectHit:
    """A page that the query names."""

    kind: str
    name: str
    address: str


def direct_hits(words: str) -> list[DirectHit]:
    """Return the pages that a query names outright, in at most two queries."""
    if not words:
        return []
    return [*code_hits(words), *named_hits(words)][:MOST]


def code_hits(words: str) -> list[DirectHit]:
    """Return the known codes among the words."""
    asked = list(dict.fromkeys(codes_in(words)))[:MOST]
    conditions = Q(pk=None)
    for code in asked:
        conditions |= Q(reply=code.reply, enhanced=code.enhanced) | Q(
            reply="", enhanced=code.enhanced, enhanced__gt=""
        )
    if not asked:
        return []
    known = ErrorCode.objects.filter(conditions).in_order()
    return [DirectHit("Code", str(code), code.get_absolute_url()) for code in known]


def named_hits(words: str) -> list[DirectHit]:
    """Return tokens that are the query, and providers and causes whose names hold it."""
    tokens = CodeMeaning.objects.verified().filter(Q(token__iexact=words) | Q(slug=words.lower()))
    named = Q(slug=words.lower())
    if len(words) >= SHORTEST_NAME:
        named |= Q(name__icontains=words)
    found = rows_of("token", tokens, "token").union(
        rows_of("provider", Provider.objects.filter(named), "name"),
        rows_of("cause", Cause.objects.filter(named), "name"),
    )
    return [
        DirectHit(kind.capitalize(), name or slug, reverse(PAGES[kind], args=[slug]))
        for kind, slug, name in found.order_by("page", "label", "slug")[:MOST]
    ]


def rows_of(kind: str, rows: QuerySet, name: str) -> QuerySet:
    """Return kind, slug and name of rows, for a union."""
    named = rows.order_by().annotate(page=Value(kind), label=F(name))
    return named.values_list("page", "slug", "label")
