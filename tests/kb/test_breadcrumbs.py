"""What the way to a page says, to people and to machines."""

from __future__ import annotations

import pytest

from tests.factories import make_article, make_cause, make_meaning, make_provider, make_source

pytestmark = pytest.mark.django_db


def steps(client, address):
    return [(step.label, step.path) for step in client.get(address).context["trail"]]


def test_every_detail_page_says_where_it_stands(client):
    family = make_provider(slug="microsoft", name="Microsoft")
    make_provider(slug="outlook", name="Outlook.com", family=family)
    make_article(slug="why", question="Why?")
    make_cause(slug="full", name="Mailbox full")
    make_source(slug="blog", name="The blog")
    make_meaning(slug="tss04", token="TSS04", provider=family)
    make_meaning(code="451 4.3.0")

    trails = {
        address: steps(client, address)[1:]
        for address in (
            "/articles/why/",
            "/codes/tss04/",
            "/codes/451-4.3.0/",
            "/providers/outlook/",
            "/causes/full/",
            "/sources/blog/",
        )
    }

    assert trails == {
        "/articles/why/": [("Articles", "/articles/"), ("Why?", "/articles/why/")],
        "/codes/tss04/": [("Codes", "/codes/"), ("TSS04", "/codes/tss04/")],
        "/codes/451-4.3.0/": [("Codes", "/codes/"), ("451 4.3.0", "/codes/451-4.3.0/")],
        "/providers/outlook/": [
            ("Providers", "/providers/"),
            ("Microsoft", "/providers/microsoft/"),
            ("Outlook.com", "/providers/outlook/"),
        ],
        "/causes/full/": [("Causes", "/causes/"), ("Mailbox full", "/causes/full/")],
        "/sources/blog/": [("Sources", "/sources/"), ("The blog", "/sources/blog/")],
    }


def test_the_way_starts_at_the_front_page_and_ends_here(client):
    make_cause(slug="full", name="Full & <over>")

    page = client.get("/causes/full/").content.decode()

    assert '<nav class="breadcrumbs" aria-label="Breadcrumbs">' in page
    assert '<li><a href="/">Home</a></li>' in page
    assert '<li><span aria-current="page">Full &amp; &lt;over&gt;</span></li>' in page


def test_a_list_has_no_way_above_it(client):
    assert b"breadcrumbs" not in client.get("/causes/").content
