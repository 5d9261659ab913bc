"""Holes in the knowledge: found where they are, and none in what is shipped but those allowed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from diagnostics.coverage import Hole, find_holes
from diagnostics.engine import ArticleEntry, Cause, Knowledge, Signature
from tests.shipped import shipped, shipped_rows

# The dossier carries opinions of one kind only, or none with a date, on these.
ALLOWED = {
    "article with one kind of opinion": [
        "amazon-ses-bounces",
        "backscatter",
        "docomo-and-kddi-user-unknown",
        "fastmail-refusals",
        "godaddy-refusals",
        "group-or-role-address-refuses",
        "hard-bounce-user-unknown-5-0-0",
        "malformed-message",
        "microsoft-365-550-5-7-708-traffic-not-accepted",
        "microsoft-365-ndr-codes-overview",
        "ovh-refusals",
        "ox-cloud-vade-refusals",
        "port-25-blocked",
        "rackspace-refusals",
        "smtp-smuggling-bare-line-feed",
        "tencent-and-netease-refusals",
        "tls-required",
        "yahoo-554-policy-reasons",
        "yahoo-aol-codes-overview",
        "zoho-refusals",
    ],
    "article without dated source": [
        "421-too-many-connections",
        "barracuda-listing",
        "fastmail-refusals",
        "gmx-webde-refuse-our-mail",
        "ox-cloud-vade-refusals",
        "spamhaus-pbl-listing",
    ],
}


def row(model, **fields):
    return {"model": f"kb.{model}", "fields": fields}


def kinds(*rows, knowledge=None):
    """Return the holes of rows but those of causes, which few rows cover."""
    holes = find_holes(rows, knowledge or Knowledge())
    return [hole for hole in holes if not hole.kind.startswith("cause")]


OPINION = row("opinion", uid="o", kind="expert", stated_on="2026-01-01")
CITATION = row("articleopinion", article=["a"], opinion=["o"])
STEP = row("remediationstep", article=["a"], uid="s")


def test_the_shipped_knowledge_has_no_holes_but_those_allowed():
    found = find_holes(shipped_rows(), shipped())

    assert found == sorted(Hole(kind, slug) for kind, slugs in ALLOWED.items() for slug in slugs)


def test_a_cause_wants_two_articles():
    articles = [row("article", slug=slug, causes=[["malware"]]) for slug in "ab"]

    one, two = find_holes(articles[:1], Knowledge()), find_holes(articles, Knowledge())

    hole = Hole("cause with fewer than two articles", "malware")
    assert (hole in one, hole in two) == (True, False)


@pytest.mark.parametrize(
    ("codes", "holes"),
    [
        ([], [Hole("code without article", "5.6.7")]),
        ([["553", "5.6.7"]], []),
        ([["553", ""]], [Hole("code without article", "5.6.7")]),
    ],
    ids=["none", "in a pair", "another half"],
)
def test_a_code_with_a_meaning_wants_an_article(codes, holes):
    meaning = row("codemeaning", code=["", "5.6.7"], verified=True)
    article = row("article", slug="a", codes=codes)

    found = kinds(meaning, article, OPINION, CITATION, STEP)

    assert [hole for hole in found if hole.kind.startswith("code")] == holes


def test_a_service_is_covered_by_an_article_on_the_provider_above_it():
    article = row("article", slug="a", providers=[["big"]])
    services = [row("provider", slug="service", family=["big"]), row("provider", slug="other")]

    found = kinds(article, *services, OPINION, CITATION, STEP)

    assert Hole("provider without article", "other") in found
    assert Hole("provider without article", "service") not in found


@pytest.mark.parametrize("article", [None, "a"], ids=["leads nowhere", "leads to an article"])
def test_a_signature_wants_an_article(article):
    signature = Signature(slug="full", pattern="is full", cause=Cause.MAILBOX_FULL, article=article)
    entry = ArticleEntry(slug="a", causes=frozenset({"mailbox-full"}))
    example = row("signatureexample", signature=["full"], text="552 mailbox is full")

    found = kinds(example, knowledge=Knowledge(signatures=(signature,), articles=(entry,)))

    assert (Hole("signature without article", "full") in found) is (article is None)


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([OPINION, CITATION], "article without step"),
        ([STEP], "article without opinion"),
        ([OPINION, CITATION, STEP], "article with one kind of opinion"),
        ([row("opinion", uid="o", kind="expert"), CITATION, STEP], "article without dated source"),
    ],
    ids=["step", "opinion", "kind", "date"],
)
def test_an_article_wants_steps_and_dated_opinions_of_more_than_one_kind(rows, missing):
    assert Hole(missing, "a") in kinds(row("article", slug="a"), *rows)


@pytest.mark.parametrize("directory", [settings.FIXTURES_DIR, None], ids=["files", "database"])
def test_the_command_lists_the_holes_and_counts_them(starter_content, directory):
    out = StringIO()

    call_command("coverage", knowledge=directory, stdout=out)

    *lines, total = out.getvalue().splitlines()
    assert "article without dated source: barracuda-listing" in lines
    assert total == "article with one kind of opinion: 20, article without dated source: 6"


def test_the_command_says_where_there_is_no_knowledge(tmp_path):
    with pytest.raises(CommandError, match="There is no"):
        call_command("coverage", knowledge=tmp_path / "nowhere")


@pytest.mark.django_db
def test_the_command_asks_for_content_where_the_database_is_empty():
    with pytest.raises(CommandError, match="run install_content first"):
        call_command("coverage")
