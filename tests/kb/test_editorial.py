"""What publishing, archiving and restoring do to what the public reads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb import editorial
from kb.content import documents, files
from kb.content.units import group, stored_units
from kb.models import (
    Article,
    ArticleRevision,
    KnowledgeVersion,
    Opinion,
    OpinionConflict,
    RemediationStep,
    RevisionOpinion,
    SearchDocument,
    Topic,
)
from kb.search import search
from tests.factories import (
    make_article,
    make_cause,
    make_conflict,
    make_editor,
    make_opinion,
    make_provider,
    make_signature,
    make_source,
    make_step,
)

pytestmark = pytest.mark.django_db


def version() -> int:
    return KnowledgeVersion.objects.current().number


def change(row, **values):
    """Change a row as an editor would."""
    type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def states(article: Article) -> list[tuple[int, str]]:
    return list(article.revisions.order_by("number").values_list("number", "state"))


def edit_article(article):
    change(article, summary="Another answer.")


def edit_opinion(article):
    change(article.opinions.get(), claim="Another claim.")


def edit_step(article):
    change(article.steps.get(), action="Do another thing.")


def delete_step(article):
    article.steps.all().delete()


def add_opinion(article):
    article.citations.create(opinion=make_opinion())


def add_topic(article):
    article.topics.add(Topic.objects.create(slug="retry", name="Retrying"))


EDITS = [edit_article, edit_opinion, edit_step, delete_step, add_opinion, add_topic]
each_edit = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)


@each_edit
def test_an_edit_changes_nothing_that_was_published(edit):
    article = make_article(opinions=[make_opinion()], steps=1)
    before = article.revisions.get().document

    edit(article)

    assert article.revisions.published().get().document == before


@each_edit
def test_an_edit_is_seen_as_unpublished(edit):
    article = make_article(opinions=[make_opinion()], steps=1)

    edit(article)

    assert editorial.has_unpublished_changes(article) is True


@each_edit
def test_restoring_undoes_an_edit(edit):
    article = make_article(opinions=[make_opinion()], steps=1)

    edit(article)
    editorial.restore(article.revisions.get())

    assert editorial.has_unpublished_changes(article) is False


def test_a_published_article_has_no_unpublished_changes():
    article = make_article(opinions=[make_opinion()], steps=1)

    assert editorial.has_unpublished_changes(article) is False


def test_an_article_that_was_never_published_has_unpublished_changes():
    article = make_article(published=False)

    assert editorial.has_unpublished_changes(article) is True


def test_publishing_says_who_did_it_and_why():
    article = make_article(published=False)
    editor = make_editor()

    revision = editorial.publish(article, by=editor, note="First answer")

    assert (revision.created_by, revision.note) == (editor, "First answer")


def test_publishing_freezes_the_columns_that_lists_show():
    cause, provider = make_cause(), make_provider()
    opinions = [
        make_opinion(stated_on=dt.date(2024, 5, 1)),
        make_opinion(stated_on=dt.date(2023, 1, 1)),
        make_opinion(kind="technical"),
    ]
    article = make_article(
        opinions=opinions, causes=[cause], providers=[provider], codes=["451 4.3.0"]
    )

    revision = article.revisions.get()

    counts = (revision.expert_count, revision.marketer_count, revision.technical_count)
    assert counts == (2, 0, 1)
    assert revision.newest_opinion_on == dt.date(2024, 5, 1)
    assert [list(rows.all()) for rows in (revision.causes, revision.providers)] == [
        [cause],
        [provider],
    ]
    assert [str(code) for code in revision.codes.all()] == ["451 4.3.0"]


def test_publishing_lists_the_opinions_in_the_order_of_the_article():
    opinions = [make_opinion(), make_opinion(stated_on=dt.date(2024, 5, 1))]

    make_article(opinions=opinions)

    listed = RevisionOpinion.objects.published().order_by("position")
    assert [row.opinion for row in listed] == opinions
    assert [row.stated_on for row in listed] == [None, dt.date(2024, 5, 1)]


def test_what_is_published_already_is_not_published_again():
    article = make_article()

    with pytest.raises(editorial.NothingToPublish):
        editorial.publish(article)

    assert states(article) == [(1, "published")]


def test_the_second_revision_takes_the_place_of_the_first():
    article = make_article(summary="First.")
    change(article, summary="Second.")

    editorial.publish(article)

    assert states(article) == [(1, "archived"), (2, "published")]
    assert ArticleRevision.objects.published().get().summary == "Second."


def test_only_the_published_revision_is_found():
    article = make_article(summary="The greylist.")
    change(article, summary="The blocklist.")

    editorial.publish(article)

    assert (search("greylist").total, search("blocklist").total) == (0, 1)


def test_going_back_to_an_old_text_is_a_new_revision():
    article = make_article(summary="First.")
    change(article, summary="Second.")
    editorial.publish(article)
    change(article, summary="First.")

    revision = editorial.publish(article)

    assert revision.number == 3
    assert revision.digest == article.revisions.get(number=1).digest


def test_archiving_takes_an_article_out_of_lists_and_search():
    article = make_article(summary="The greylist.", opinions=[make_opinion()])

    editorial.archive(article)

    assert states(article) == [(1, "archived")]
    assert list(Article.objects.published()) == list(RevisionOpinion.objects.published()) == []
    assert (SearchDocument.objects.count(), search("greylist").total) == (0, 0)


def test_an_archived_article_can_be_published_again():
    article = make_article()
    editorial.archive(article)

    editorial.publish(article)

    assert states(article) == [(1, "archived"), (2, "published")]


@pytest.mark.parametrize(("in_review", "state"), [(False, "draft"), (True, "in-review")])
def test_a_kept_draft_is_not_public(in_review, state):
    article = make_article(published=False, summary="The greylist.", opinions=[make_opinion()])

    editorial.keep_draft(article, in_review=in_review)

    assert states(article) == [(1, state)]
    assert (Article.objects.published().count(), search("greylist").total) == (0, 0)
    assert RevisionOpinion.objects.count() == 0


def test_a_kept_draft_leaves_the_published_revision_where_it_is():
    article = make_article(summary="First.")
    change(article, summary="Second.")

    editorial.keep_draft(article)

    assert states(article) == [(1, "published"), (2, "draft")]


def test_restoring_brings_back_article_steps_and_opinions():
    opinion = make_opinion(claim="Old claim.")
    article = make_article(summary="Old.", opinions=[opinion])
    step = make_step(article, action="Old step.", supported_by=[opinion])
    first = editorial.publish(article)
    change(article, summary="New.")
    change(opinion, claim="New claim.")
    step.delete()
    make_step(article, action="New step.")

    restored = editorial.restore(first)

    assert (restored.pk, restored.summary) == (article.pk, "Old.")
    assert Opinion.objects.get().claim == "Old claim."
    assert RemediationStep.objects.get().action == "Old step."
    assert list(RemediationStep.objects.get().supported_by.all()) == [opinion]


def test_restoring_brings_back_what_was_deleted():
    opinions = [make_opinion(), make_opinion()]
    make_conflict(*opinions)
    article = make_article(opinions=opinions)
    article.citations.all().delete()
    Opinion.objects.all().delete()

    editorial.restore(article.revisions.get())

    cited = article.citations.order_by("position").values_list("opinion__uid", flat=True)
    assert list(cited) == [opinion.uid for opinion in opinions]
    assert OpinionConflict.objects.count() == 1


def test_restoring_publishes_nothing():
    article = make_article(summary="Old.")
    first = article.revisions.get()
    change(article, summary="New.")
    editorial.publish(article)
    before = version()

    editorial.restore(first)

    assert states(article) == [(1, "archived"), (2, "published")]
    assert ArticleRevision.objects.published().get().summary == "New."
    assert version() == before


def test_restoring_keeps_who_looks_after_the_article():
    editor = make_editor()
    article = make_article(owner=editor)

    restored = editorial.restore(article.revisions.get())

    assert restored.owner == editor


def test_restoring_leaves_an_article_that_has_moved_where_it_is():
    article = make_article(slug="old", steps=1, opinions=[make_opinion()], summary="Old.")
    change(article, slug="new", question="Why now?", summary="New.")

    restored = editorial.restore(article.revisions.get())

    assert (restored.pk, restored.slug, restored.summary) == (article.pk, "new", "Old.")
    assert Article.objects.count() == 1
    assert (restored.steps.count(), restored.citations.count()) == (1, 1)


def test_comparing_shows_the_lines_that_changed():
    article = make_article(slug="delay", question="Why?", summary="First.")
    change(article, summary="Second.")
    editorial.publish(article)
    old, new = (revision.document["rows"] for revision in article.revisions.order_by("number"))

    lines = editorial.compare(old, new)

    assert lines == [
        "--- before",
        "+++ after",
        "@@ -3,3 +3,3 @@",
        "     slug: delay",
        "     question: Why?",
        "-    summary: First.",
        "+    summary: Second.",
    ]


def test_comparing_with_the_working_copy_shows_no_more_than_what_changed():
    article = make_article(opinions=[make_opinion(codes=["451 4.3.0"])], steps=2)
    before = article.revisions.get().document["rows"]
    change(article, summary="Another.")

    lines = editorial.compare(before, documents.working_copy(article))

    assert [line for line in lines[2:] if line[0] == "+"] == ["+    summary: Another."]


def test_comparing_a_document_with_itself_shows_nothing():
    rows = make_article(opinions=[make_opinion()], steps=1).revisions.get().document["rows"]

    assert editorial.compare(rows, rows) == []


def test_publishing_grows_the_version_once():
    article = make_article(published=False, opinions=[make_opinion()], steps=2)
    before = version()

    editorial.publish(article)

    assert version() == before + 1


def test_archiving_grows_the_version_once():
    article = make_article()
    editorial.grow_version()
    before = version()

    editorial.archive(article)

    assert version() == before + 1


def test_a_draft_does_not_grow_the_version():
    article = make_article(published=False)
    editorial.grow_version()
    before = version()

    editorial.keep_draft(article)
    editorial.grow_version()

    assert version() == before


def test_the_version_does_not_grow_when_nothing_changed():
    editorial.publish(make_article(published=False))
    before = version()

    editorial.grow_version()

    assert version() == before


@pytest.mark.parametrize("make", [make_source, make_cause, make_provider])
def test_what_is_public_as_it_stands_grows_the_version(make):
    make()
    before = version()

    editorial.grow_version()

    assert version() == before + 1


def test_a_draft_of_a_signature_does_not_grow_the_version():
    signature = make_signature(slug="words", status="draft")
    editorial.grow_version()
    before = version()

    change(signature, pattern="other words")
    editorial.grow_version()

    assert version() == before


def test_files_and_database_have_the_same_digest(tmp_path: Path):
    for status in ("draft", "published"):
        make_signature(slug=status, status=status)
    opinions = [make_opinion(stated_on=dt.date(2024, 5, 1), codes=["451 4.3.0"]), make_opinion()]
    make_conflict(*opinions)
    first = make_article(opinions=opinions, steps=2, codes=["5.1.10"], causes=[make_cause()])
    make_article(related=[first], opinions=opinions[1:])
    editorial.grow_version()

    files.write(tmp_path, stored_units())

    digests = editorial.digests_once_published(group(files.read(tmp_path)))
    assert digests == editorial.published_digests()
    assert editorial.knowledge_digest(digests) == KnowledgeVersion.objects.current().digest


def test_a_failure_in_publishing_leaves_everything_as_it_was(monkeypatch):
    article = make_article(summary="First.", opinions=[make_opinion()])
    change(article, summary="Second.")
    before = version()
    monkeypatch.delattr(SearchDocument, "objects")

    with pytest.raises(AttributeError):
        editorial.publish(article)

    assert (states(article), version()) == ([(1, "published")], before)
    assert RevisionOpinion.objects.published().count() == 1
