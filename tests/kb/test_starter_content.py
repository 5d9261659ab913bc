"""What the files in fixtures/ promise, row by row; most of it without a database."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields as fields_of_class
from ipaddress import IPv4Address, IPv4Network
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command

from diagnostics import engine
from diagnostics.bounce import Stage as EngineStage
from diagnostics.engine import Knowledge
from diagnostics.knowledge import from_database
from kb.content.units import LOADING_ORDER
from kb.models import Actor, Permanence
from kb.models.signature import Stage
from tests.shipped import shipped, shipped_rows

ROWS = shipped_rows()

# https://www.iana.org/assignments/smtp-enhanced-status-codes/, as of 6 December 2024.
REGISTERED = re.findall(
    r"\S+",
    """
    0.0
    1.0 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 1.10
    2.0 2.1 2.2 2.3 2.4
    3.0 3.1 3.2 3.3 3.4 3.5 3.6
    4.0 4.1 4.2 4.3 4.4 4.5 4.6 4.7
    5.0 5.1 5.2 5.3 5.4 5.5 5.6
    6.0 6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 6.9 6.10
    7.0 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.8 7.9 7.10 7.11 7.12 7.13 7.14 7.15 7.16 7.17 7.18 7.19
    7.20 7.21 7.22 7.23 7.24 7.25 7.26 7.27 7.28 7.29 7.30
    """,
)
REPLY_CODES = re.findall(
    r"\S+",
    """
    211 214 220 221 235 250 251 252 253 334 354
    421 422 430 432 450 451 452 453 454 455 456 458 459
    500 501 502 503 504 521 523 524 525 530 533 534 535 538 550 551 552 553 554 555 556 557
    """,
)

GMAIL_451 = "gmail-451-4-3-0-mail-server-temporarily-rejected-message"
FOR_DOCUMENTATION = [
    IPv4Network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8")
]
# What docs/editorial.md forbids.
FILLER = [
    "it's important to", "it is important to", "please note", "in order to", "crucial", "leverage",
    "robust", "seamless", "game-changer", "best practices", "—",
]  # fmt: skip
WITHOUT_HTTPS = set(
    re.findall(
        r"\S+",
        """
        blogs.technet.com
        csi.cloudmark.com
        developer.contactlab.com
        forum.spamcop.net
        forums.3dcart.com
        go.microsoft.com
        help.163.com
        help.yahoo.com
        kb.blackbaud.com
        postgrey.schweikert.ch
        postmaster.free.fr
        support.microsoft.com
        support.rackteam.com
        support.suso.com
        worldnet.att.net
        woshub.com
        www.dnsbl.dev.sorbs.net
        www.emaildiscussions.com
        www.linuxtopia.org
        www.metisentry.com
        www.pcsdesk.com
        www.sorbs.net
        www.trusteddomain.org
        ydadm.com
        """,
    )
)  # as the sources were read
ADDRESS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d])(\.[a-z])?")


def of_model(label: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in ROWS if row["model"] == label]


def of_article(label: str, slug: str) -> list[dict[str, Any]]:
    return [fields for fields in of_model(label) if fields["article"] == [slug]]


def cited_by(slug: str) -> list[dict[str, Any]]:
    return [OPINIONS[row["opinion"][0]] for row in of_article("kb.articleopinion", slug)]


def article(slug: str) -> dict[str, Any]:
    return next(fields for fields in of_model("kb.article") if fields["slug"] == slug)


def registry(code: tuple[str, str]) -> dict[str, Any]:
    """Return what the registry means by a code."""
    meanings = [m for m in of_model("kb.codemeaning") if tuple(m.get("code", ())) == code]
    return next(m for m in meanings if "provider" not in m)


ARTICLES = [fields["slug"] for fields in of_model("kb.article")]


def first_step(slug: str) -> dict[str, Any]:
    """Return what an article says to do first."""
    steps = of_article("kb.remediationstep", slug)
    return min((s for s in steps if s.get("kind", "do") == "do"), key=lambda s: s["position"])


ADMINISTRATORS = {"sender-admin", "recipient-admin", "provider"}
CODES_OF = Counter(
    meaning["provider"][0]
    for meaning in of_model("kb.codemeaning")
    if meaning.get("verified") and "provider" in meaning
)
OPINIONS = {fields["uid"]: fields for fields in of_model("kb.opinion")}
STEPS = of_model("kb.remediationstep")
each_article = pytest.mark.parametrize("slug", ARTICLES)
each_opinion = pytest.mark.parametrize("opinion", OPINIONS.values(), ids=OPINIONS)
each_step = pytest.mark.parametrize(
    "step", STEPS, ids=lambda step: f"{step['article'][0]}-{step['uid']}"
)


def test_the_causes_are_those_of_the_engine():
    slugs = [fields["slug"] for fields in of_model("kb.cause")]

    assert len(slugs) == 33
    assert sorted(slugs) == sorted(engine.Cause)


@pytest.mark.parametrize(
    ("choices", "words"),
    [(Actor, engine.Actor), (Permanence, engine.Permanence), (Stage, EngineStage)],
    ids=["actor", "permanence", "stage"],
)
def test_editors_choose_from_the_words_of_the_engine(choices, words):
    assert choices.values == list(words)


def test_the_registry_has_81_codes():
    assert len(REGISTERED) == len(set(REGISTERED)) == 81


@pytest.mark.parametrize("code", [f"{digit}.{rest}" for rest in REGISTERED for digit in "45"])
def test_a_registered_code_has_a_verified_meaning_and_a_cause(code):
    meaning = registry(("", code))

    assert meaning["verified"] is True
    assert meaning["meaning"]
    assert meaning["cause"][0] in list(engine.Cause)


@pytest.mark.parametrize("code", REPLY_CODES)
def test_a_reply_code_has_a_verified_meaning_and_a_cause(code):
    meaning = registry((code, ""))

    assert meaning["verified"] is True
    assert meaning["meaning"]
    assert meaning["cause"][0] in list(engine.Cause)


def test_no_reply_code_beyond_those_has_a_meaning_in_the_registry():
    meanings = [m for m in of_model("kb.codemeaning") if "provider" not in m and "code" in m]

    replies = [m["code"][0] for m in meanings if m["code"][1] == ""]

    assert sorted(replies) == sorted(REPLY_CODES)


def test_the_library_is_worth_a_visit():
    codes_and_meanings = [*of_model("kb.errorcode"), *of_model("kb.codemeaning")]

    assert len(ARTICLES) >= 100
    assert len(of_model("kb.provider")) >= 70
    assert len(codes_and_meanings) >= 900


@each_article
def test_an_article_says_what_it_is_about(slug):
    fields = article(slug)

    assert fields["summary"]
    assert fields["key_findings"]
    assert fields.get("codes") or fields.get("causes")
    assert fields["related"]


@each_article
def test_an_article_is_related_to_others_that_are_there(slug):
    related = [key[0] for key in article(slug)["related"]]

    assert slug not in related
    assert [other for other in related if other not in ARTICLES] == []


@each_article
def test_an_article_cites_opinions(slug):
    assert cited_by(slug)


@each_article
def test_an_article_sums_up_each_kind_of_opinion_that_it_cites(slug):
    kinds = {opinion["kind"] for opinion in cited_by(slug)}

    summaries = {k for k in ("expert", "marketer", "technical") if f"{k}_summary" in article(slug)}

    assert summaries == kinds


@each_article
def test_an_article_says_what_to_do_and_what_not(slug):
    kinds = {step.get("kind", "do") for step in of_article("kb.remediationstep", slug)}

    assert kinds == {"do", "do-not"}


@pytest.mark.parametrize("cause", list(engine.Cause))
def test_a_cause_has_an_article_for_somebody_who_runs_no_mail_server(cause):
    slugs = [a["slug"] for a in of_model("kb.article") if [cause.value] in a.get("causes", [])]

    assert len(slugs) >= 2
    assert any(first_step(slug).get("who", "sender") not in ADMINISTRATORS for slug in slugs)


@pytest.mark.parametrize("provider", [p for p, codes in CODES_OF.items() if codes >= 10])
def test_a_provider_with_ten_codes_has_an_article_of_its_own(provider):
    about = [a["providers"] for a in of_model("kb.article") if [provider] in a.get("providers", [])]

    assert min(map(len, about)) <= 4


@each_article
def test_the_first_step_of_an_article_can_be_done_and_checked_now(slug):
    step = first_step(slug)

    assert step.get("who", "sender") != "provider"
    assert step["check_text"]


@each_article
def test_an_article_is_written_without_filler(slug):
    rows = [article(slug), *of_article("kb.remediationstep", slug)]
    text = " ".join(str(value) for fields in rows for value in fields.values()).lower()

    assert [phrase for phrase in FILLER if phrase in text] == []


def test_no_two_articles_ask_the_same_question():
    questions = [" ".join(fields["question"].lower().split()) for fields in of_model("kb.article")]

    assert [question for question, times in Counter(questions).items() if times > 1] == []


def test_the_451_article_has_opinions_of_all_three_kinds():
    kinds = {opinion["kind"] for opinion in cited_by(GMAIL_451)}

    assert kinds == {"expert", "marketer", "technical"}


def test_the_sorbs_article_begins_with_the_day_of_its_end():
    first_sentence = article("sorbs-delisting-bounce")["summary"].partition(". ")[0]

    assert "shut down on 5 June 2024" in " ".join(first_sentence.split())


@each_opinion
def test_an_opinion_has_a_source_that_is_there(opinion):
    sources = {fields["slug"] for fields in of_model("kb.source")}

    assert opinion["source"][0] in sources


@each_opinion
def test_an_opinion_has_a_date_exactly_when_its_precision_is_known(opinion):
    precision = opinion.get("precision", "unknown")

    assert ("stated_on" in opinion) == (precision != "unknown")


@each_opinion
def test_an_opinion_without_an_address_says_who_reported_it(opinion):
    assert "url" in opinion or "reported_by" in opinion


@each_opinion
def test_our_suggestion_is_not_the_advice_of_the_source(opinion):
    suggestion = opinion.get("editor_suggestion")

    assert suggestion is None or suggestion != opinion.get("advice")


@each_opinion
def test_an_opinion_is_cited(opinion):
    cited = {row["opinion"][0] for row in of_model("kb.articleopinion")}

    assert opinion["uid"] in cited


@each_step
def test_a_step_rests_on_opinions_that_its_article_cites(step):
    cited = {opinion["uid"] for opinion in cited_by(step["article"][0])}

    assert {key[0] for key in step.get("supported_by", [])} <= cited


def addresses_in(text: str) -> list[IPv4Address]:
    """Return the addresses in a text; one before a name is turned round, as blocklists ask."""
    found = []
    for address, name in ADDRESS.findall(text):
        parts = address.split(".")
        found.append(IPv4Address(".".join(reversed(parts) if name else parts)))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dig -x 192.0.2.10.", [IPv4Address("192.0.2.10")]),
        ("dig 10.2.0.192.zen.example.org", [IPv4Address("192.0.2.10")]),
        ("4.3.0 and 451", []),
    ],
    ids=["address", "turned round", "code"],
)
def test_addresses_are_seen(text, expected):
    assert addresses_in(text) == expected


@each_step
def test_a_command_uses_addresses_for_documentation_only(step):
    addresses = addresses_in(step.get("check_text", ""))

    real = [a for a in addresses if not any(a in network for network in FOR_DOCUMENTATION)]

    assert real == []


def web_addresses() -> list[tuple[str, str, str]]:
    return [
        (row["model"], name, value)
        for row in ROWS
        for name, value in row["fields"].items()
        if name == "url" or name.endswith("_url")
    ]


def test_every_web_address_is_well_formed():
    broken = [
        (model, name, value)
        for model, name, value in web_addresses()
        if urlsplit(value).scheme not in {"http", "https"}
        or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", urlsplit(value).netloc)
        or re.search(r"\s", value)
    ]

    assert len(web_addresses()) > 100
    assert broken == []


def test_an_address_without_https_is_one_that_its_source_has_no_other_for():
    plain = {urlsplit(value).netloc for _, _, value in web_addresses() if value.startswith("http:")}

    assert plain <= WITHOUT_HTTPS


@pytest.mark.parametrize(
    "name", [item.name for item in fields_of_class(Knowledge) if item.name != "number"]
)
def test_files_and_database_give_the_same_snapshot(starter_content, name):
    installed = from_database()

    assert getattr(installed, name) == getattr(shipped(), name)


def problems_with(instance) -> list[tuple[str, list[str]]]:
    """Return what a form would refuse; what the database holds was held when it was loaded."""
    try:
        instance.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return [(str(instance), error.messages)]
    return []


def test_loaddata_alone_loads_every_file_and_every_row_is_valid(db):
    directory = settings.FIXTURES_DIR
    paths = [*sorted(directory.glob("*.yaml")), *sorted(directory.glob("*/*.yaml"))]

    call_command("loaddata", *paths, verbosity=0)

    loaded = [instance for model in LOADING_ORDER for instance in model.objects.all()]
    assert len(loaded) == len(ROWS)
    assert [problem for instance in loaded for problem in problems_with(instance)] == []
