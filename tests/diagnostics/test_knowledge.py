"""The snapshot of a process: built anew when the knowledge is newer, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from diagnostics import knowledge
from diagnostics.bounce import read
from diagnostics.engine import Cause, Knowledge, diagnose
from diagnostics.knowledge import Snapshot, catch_up, from_database
from kb import editorial
from kb.models import KnowledgeVersion, Signature
from tests.factories import (
    make_article,
    make_cause,
    make_meaning,
    make_provider,
    make_signature,
    make_source,
)

NEWER = Knowledge(digest="newer")


@pytest.fixture
def looks_each_time(monkeypatch):
    monkeypatch.setattr(knowledge, "LOOK_AGAIN", 0)


@pytest.fixture
def built(monkeypatch) -> list[Knowledge]:
    """Count what is built, and build it without a database."""
    made: list[Knowledge] = []

    def build() -> Knowledge:
        made.append(replace(NEWER))
        return made[-1]

    monkeypatch.setattr(knowledge, "from_database", build)
    monkeypatch.setattr(knowledge, "catch_up", lambda _: build())
    monkeypatch.setattr(
        KnowledgeVersion.objects, "current", lambda: KnowledgeVersion(digest="newer")
    )
    return made


@contextmanager
def held(snapshot: Snapshot, monkeypatch) -> Iterator[list[Knowledge]]:
    """Have another thread in the midst of building until the block ends."""
    begun, go_on = Event(), Event()
    made: list[Knowledge] = []

    def build() -> Knowledge:
        begun.set()
        assert go_on.wait(10)
        made.append(replace(NEWER))
        return made[-1]

    monkeypatch.setattr(knowledge, "from_database", build)
    monkeypatch.setattr(knowledge, "catch_up", lambda _: build())
    builder = Thread(target=snapshot.current)
    builder.start()
    assert begun.wait(10)
    yield made
    go_on.set()
    builder.join(10)


@pytest.mark.django_db
def test_publishing_gives_a_new_snapshot(looks_each_time):
    snapshot = Snapshot()
    before = snapshot.current()

    editorial.publish(make_article(published=False, slug="new"))
    after = snapshot.current()

    assert [entry.slug for entry in before.articles] == []
    assert [entry.slug for entry in after.articles] == ["new"]


@pytest.mark.django_db
def test_the_snapshot_is_kept_while_nothing_changes(looks_each_time):
    make_article()
    editorial.grow_version()
    snapshot = Snapshot()
    first = snapshot.current()

    editorial.grow_version()

    assert snapshot.current() is first


@pytest.mark.django_db
@pytest.mark.parametrize(("later", "queries"), [(0.99, 0), (1.01, 1)])
def test_the_version_is_looked_at_once_a_second(
    later, queries, monkeypatch, django_assert_num_queries
):
    moments = iter([100.0, 100.0 + later, 200.0])
    monkeypatch.setattr(knowledge, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    snapshot = Snapshot()
    snapshot.current()

    with django_assert_num_queries(queries):
        snapshot.current()


@pytest.mark.django_db
def test_a_look_that_finds_nothing_new_is_one_query(looks_each_time, django_assert_num_queries):
    editorial.publish(make_article(published=False))
    snapshot = Snapshot()
    snapshot.current()

    with django_assert_num_queries(1):
        snapshot.current()


def test_threads_share_one_snapshot(built):
    snapshot = Snapshot()

    with ThreadPoolExecutor(8) as threads:
        got = [threads.submit(snapshot.current) for _ in range(32)]

    assert {id(future.result()) for future in got} == {id(built[0])}
    assert len(built) == 1


def test_the_first_thread_builds_and_the_others_wait_for_it(built, monkeypatch):
    snapshot = Snapshot()

    with ThreadPoolExecutor(1) as threads:
        with held(snapshot, monkeypatch) as made:
            waiting = threads.submit(snapshot.current)
            unfinished = waiting.running() or not waiting.done()
        got = waiting.result(10)

    assert unfinished is True
    assert [got] == made


def test_nobody_waits_while_a_newer_one_is_built(built, looks_each_time, monkeypatch):
    snapshot = Snapshot()
    older = snapshot.current()
    newest = KnowledgeVersion(digest="newest")
    monkeypatch.setattr(KnowledgeVersion.objects, "current", lambda: newest)

    with held(snapshot, monkeypatch) as made:
        meanwhile = snapshot.current()

    assert meanwhile is older
    assert len(made) == 1


def test_a_snapshot_that_is_forgotten_is_built_again(built):
    snapshot = Snapshot()
    first = snapshot.current()

    snapshot.forget()

    assert snapshot.current() is not first


@pytest.mark.django_db
def test_a_draft_takes_no_part():
    cause, source = make_cause(slug="mailbox-full"), make_source()
    Signature.objects.create(slug="s", cause=cause, source=source, pattern="p", meaning="m")
    make_article(published=False)
    make_meaning(code="4.3.0", cause=cause, verified=False)

    taken = from_database()

    assert (taken.signatures, taken.articles, taken.meanings) == ((), (), ())


@pytest.mark.django_db
def test_rows_arrive_in_the_words_of_the_engine():
    cause = make_cause(slug="mailbox-full")
    family = make_provider(slug="family")
    provider = make_provider(slug="service", family=family, mx_suffixes=["example.net"])
    make_meaning(slug="m", code="452 4.2.2", cause=cause, provider=provider, token="T1")

    taken = from_database()

    (meaning,) = taken.meanings
    assert (meaning.cause, meaning.provider) == (Cause.MAILBOX_FULL, "service")
    assert (meaning.reply, meaning.enhanced, meaning.token) == ("452", "4.2.2", "T1")
    assert taken.provider_by_slug["service"].family == "family"
    assert taken.provider_by_slug["service"].mx_suffixes == ("example.net",)
    assert taken.causes[Cause.MAILBOX_FULL].name == cause.name


def cause_of(text: str, known: Knowledge) -> tuple[str, str | None]:
    found = diagnose(read(text), known).worst
    return found.cause, found.signature


@pytest.mark.django_db
def test_what_catches_up_is_what_would_be_built_anew():
    full, gone = make_cause(slug="mailbox-full"), make_cause(slug="recipient-unknown")
    stays = make_signature(slug="stays", pattern="over quota", cause=full)
    leaves = make_signature(slug="leaves", pattern="no mailbox", cause=gone)
    make_meaning(slug="g1", token="G1", provider=make_provider(), cause=full)
    editorial.grow_version()
    older = from_database()

    Signature.objects.filter(pk=stays.pk).update(pattern="out of space")
    editorial.grow_version(stays)
    leaves.delete()
    make_signature(slug="new", pattern="moved away", cause=gone)
    editorial.publish(make_article(published=False, slug="article"))
    newer = catch_up(older)

    assert newer == from_database()
    assert cause_of("552 out of space", newer) == ("mailbox-full", "stays")
    assert cause_of("550 moved away", newer) == ("recipient-unknown", "new")
    assert cause_of("552 over quota", newer)[1] is None
    assert cause_of("550 no mailbox", newer)[1] is None


@pytest.mark.django_db
def test_a_published_signature_is_fetched_alone(django_assert_num_queries):
    cause = make_cause(slug="mailbox-full")
    for number in range(5):
        make_signature(slug=f"old-{number}", cause=cause)
    editorial.grow_version()
    older = from_database()
    editorial.grow_version(make_signature(slug="new", cause=cause))

    with django_assert_num_queries(4):  # version, keys, the row, its providers
        newer = catch_up(older)

    assert len(newer.signatures) == 6


@pytest.mark.django_db
def test_many_changes_are_fetched_at_once(monkeypatch):
    monkeypatch.setattr(knowledge, "MOST_CHANGES", 2)
    cause = make_cause(slug="mailbox-full")
    make_signature(slug="old", cause=cause)
    editorial.grow_version()
    older = from_database()
    for number in range(3):
        make_signature(slug=f"new-{number}", cause=cause)
    editorial.grow_version()

    assert catch_up(older) == from_database()
