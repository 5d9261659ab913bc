"""What a process keeps of the knowledge is made anew when that changes, and only then."""

from __future__ import annotations

import datetime as dt

import pytest

from kb import editorial, versioned
from kb.models import KnowledgeVersion
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def publish_something():
    editorial.publish(make_article(published=False))


def test_it_is_made_once_for_a_version(django_assert_num_queries):
    made = []
    kept = versioned.Kept(lambda: made.append("once") or len(made))
    publish_something()

    with django_assert_num_queries(1):
        assert [kept.get(), kept.get()] == [1, 1]


def test_it_is_made_anew_once_something_is_published_here():
    kept = versioned.Kept(lambda: KnowledgeVersion.objects.current().number)
    publish_something()
    before = kept.get()

    publish_something()

    assert kept.get() == before + 1


def test_what_another_process_published_is_seen_after_a_second(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(versioned.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(versioned, "LOOK_AGAIN", 1.0)
    kept = versioned.Kept(lambda: KnowledgeVersion.objects.current().number)
    publish_something()
    before = kept.get()
    KnowledgeVersion.objects.update(number=before + 1)

    assert kept.get() == before
    clock[0] += 1.0
    assert kept.get() == before + 1


def test_while_one_thread_makes_it_the_others_go_on_with_the_old():
    kept = versioned.Kept(lambda: KnowledgeVersion.objects.current().number)
    publish_something()
    before = kept.get()
    KnowledgeVersion.objects.update(number=before + 1)
    versioned.watch.expire()

    with kept._lock:  # noqa: SLF001 - as the thread that makes it holds it
        assert kept.get() == before
    assert kept.get() == before + 1


def test_it_is_made_anew_on_the_next_day(monkeypatch):
    day = [dt.date(2026, 11, 24)]
    monkeypatch.setattr(versioned.timezone, "localdate", lambda: day[0])
    kept = versioned.Kept(lambda: day[0])
    publish_something()

    seen = [kept.get(), kept.get()]
    day[0] = dt.date(2026, 11, 25)
    seen.append(kept.get())

    assert [date.day for date in seen] == [24, 24, 25]
