"""Readers say whether an article helped: one voice a day, nothing of who spoke."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from kb import feedback
from kb.models import ArticleFeedback, Voice
from kb.models.feedback import least_share
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def said():
    return list(ArticleFeedback.objects.values_list("article__slug", "helped", "not_helped"))


def test_a_voice_is_counted_and_thanked(client):
    make_article(slug="greylisting")

    response = client.post("/articles/greylisting/helped/", {"answer": "yes"}, follow=True)

    assert response.redirect_chain == [("/articles/greylisting/?said=yes#helped", 302)]
    assert "What you said is counted" in response.content.decode()
    assert said() == [("greylisting", 1, 0)]


def test_a_visitor_speaks_once_a_day_on_each_article(client, monkeypatch):
    make_article(slug="first")
    make_article(slug="second")
    days = iter([dt.date(2026, 11, 1)] * 3 + [dt.date(2026, 11, 3)])
    monkeypatch.setattr(feedback.timezone, "localdate", lambda: next(days))

    for slug, answer in (("first", "yes"), ("first", "no"), ("second", "no"), ("first", "yes")):
        client.post(f"/articles/{slug}/helped/", {"answer": answer})

    assert sorted(said()) == [("first", 2, 0), ("second", 0, 1)]
    assert Voice.objects.count() == 1


def test_visitors_are_told_apart_and_none_can_be_read(client):
    make_article(slug="greylisting")

    for agent in ("Firefox", "Chromium"):
        client.post(
            "/articles/greylisting/helped/", {"answer": "no"}, headers={"user-agent": agent}
        )

    assert said() == [("greylisting", 0, 2)]
    assert "127.0.0.1" not in str(list(Voice.objects.values()))


@pytest.mark.parametrize(
    ("slug", "answer", "status"),
    [("greylisting", "perhaps", 400), ("greylisting", "", 400), ("nowhere", "yes", 404)],
)
def test_what_makes_no_sense_is_not_counted(client, slug, answer, status):
    make_article(slug="greylisting")
    make_article(slug="nowhere", published=False)

    response = client.post(f"/articles/{slug}/helped/", {"answer": answer})

    assert (response.status_code, said()) == (status, [])


def test_another_site_cannot_speak_for_a_visitor():
    make_article(slug="greylisting")
    browser = Client(enforce_csrf_checks=True)

    refused = browser.post(
        "/articles/greylisting/helped/",
        {"answer": "yes"},
        headers={"sec-fetch-site": "cross-site"},
    )
    taken = browser.post(
        "/articles/greylisting/helped/",
        {"answer": "yes"},
        headers={"sec-fetch-site": "same-origin"},
    )

    assert (refused.status_code, taken.status_code) == (403, 302)


def test_few_voices_count_less_than_many():
    assert least_share(0, 0) == 0
    assert 0 < least_share(1, 0) < least_share(9, 1) < least_share(90, 10) < 0.9
