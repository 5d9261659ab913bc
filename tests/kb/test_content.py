"""Content in and out: installing never overwrites an editor, exporting gives the same bytes."""

from __future__ import annotations

import datetime as dt
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError, models

from kb import editorial
from kb.content import files
from kb.content.install import Installation, install
from kb.content.units import group, make_row
from kb.models import (
    Article,
    ArticleOpinion,
    ArticleRevision,
    CodeMeaning,
    ErrorCode,
    InstalledUnit,
    KnowledgeVersion,
    Opinion,
    OpinionConflict,
    PublishedUnit,
    RemediationStep,
    Source,
    Topic,
)

pytestmark = pytest.mark.django_db

ARTICLE = "kb.article:why-delayed"
BLOG = """\
- model: kb.source
  fields:
    slug: blog
    name: A blog
    kind: expert-blog

- model: kb.topic
  fields:
    slug: greylisting
    name: Greylisting

- model: kb.topic
  fields:
    slug: retry
    name: Retrying
"""
DELAYED = """\
- model: kb.opinion
  fields:
    uid: blog.wait
    stated_on: '2024-05-01'
    precision: month
    kind: expert
    source: [blog]
    claim: A retry gets through.

- model: kb.opinion
  fields:
    uid: blog.hurry
    kind: expert
    source: [blog]
    claim: A call is faster.

- model: kb.opinionconflict
  fields:
    first: [blog.wait]
    second: [blog.hurry]
    note: Whether waiting is enough.

- model: kb.article
  fields:
    slug: why-delayed
    question: Why is my mail delayed?
    summary: It is greylisted.
    topics: [[retry]]

- model: kb.articleopinion
  fields:
    article: [why-delayed]
    opinion: [blog.wait]

- model: kb.articleopinion
  fields:
    article: [why-delayed]
    opinion: [blog.hurry]
    position: 10

- model: kb.remediationstep
  fields:
    article: [why-delayed]
    uid: wait
    position: 10
    action: Wait an hour.

- model: kb.remediationstep
  fields:
    article: [why-delayed]
    uid: no-resend
    position: 20
    kind: do-not
    action: Do not send it again.
"""


class Content:
    """A small directory of content that tests edit and install."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.write("blog.yaml", BLOG)
        self.write("delayed.yaml", DELAYED)

    def write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str) -> None:
        """Put one text in the place of another, wherever it stands."""
        for path in self.directory.glob("*.yaml"):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def drop(self, *words: str) -> None:
        """Take out the rows that hold one of these words."""
        for path in self.directory.glob("*.yaml"):
            rows = path.read_text(encoding="utf-8").split("\n\n")
            kept = [row for row in rows if not any(word in row for word in words)]
            path.write_text("\n\n".join(kept), encoding="utf-8")

    def install(self) -> Installation:
        return install(files.read(self.directory))


@pytest.fixture
def content(tmp_path):
    (tmp_path / "content").mkdir()
    return Content(tmp_path / "content")


@pytest.fixture
def installed(content):
    content.install()
    return content


def knowledge_models() -> list[type[models.Model]]:
    return list(apps.get_app_config("kb").get_models(include_auto_created=True))


def everything() -> dict[str, Any]:
    """Return all rows of the app; what was written again with the same values is the same."""
    return {model.__name__: sorted(model.objects.values_list()) for model in knowledge_models()}


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in knowledge_models()}


def published(slug: str = "why-delayed") -> ArticleRevision:
    return ArticleRevision.objects.published().get(slug=slug)


def published_actions() -> list[str]:
    rows = [row["fields"] for row in published().document["rows"]]
    return [fields["action"] for fields in rows if "action" in fields]


def read_directory(directory: Path) -> dict[str, bytes]:
    paths = [path for path in directory.rglob("*") if path.is_file()]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


def run(command: str, directory: Path) -> list[str]:
    output = StringIO()
    call_command(command, directory, stdout=output)
    return output.getvalue().splitlines()


def test_installing_into_an_empty_database_adds_and_publishes(content):
    result = content.install()

    assert result == Installation(
        added=[
            "kb.source:blog",
            "kb.topic:greylisting",
            "kb.topic:retry",
            "kb.opinion:blog.wait",
            "kb.opinion:blog.hurry",
            "kb.opinionconflict:blog.wait|blog.hurry",
            ARTICLE,
        ],
        published=[ARTICLE],
        version=1,
    )
    assert published().number == 1


def test_the_starter_content_installs_whole_and_publishes_every_article():
    shipped = group(files.read(settings.FIXTURES_DIR))

    result = install(files.read(settings.FIXTURES_DIR))

    articles = [key for key in shipped if key.startswith("kb.article:")]
    assert (result.added, result.published) == (list(shipped), articles)
    assert ArticleRevision.objects.published().count() == len(articles)


def test_installing_again_changes_nothing(installed):
    before = everything()

    result = installed.install()

    assert (result.added, result.upgraded, result.published, result.version) == ([], [], [], 1)
    assert everything() == before


def test_installing_the_starter_content_again_changes_nothing():
    install(files.read(settings.FIXTURES_DIR))
    before = counts(), KnowledgeVersion.objects.current().digest

    result = install(files.read(settings.FIXTURES_DIR))

    assert (counts(), KnowledgeVersion.objects.current().digest) == before
    assert (len(result.unchanged), result.version) == (InstalledUnit.objects.count(), 1)


def test_what_an_editor_changed_is_kept(installed):
    Topic.objects.filter(slug="retry").update(name="Trying again")
    installed.replace("name: Retrying", "name: Retries")

    result = installed.install()

    assert (result.kept, result.upgraded) == (["kb.topic:retry"], [])
    assert Topic.objects.get(slug="retry").name == "Trying again"


def test_a_changed_part_keeps_the_whole_article(installed):
    RemediationStep.objects.filter(uid="wait").update(action="Wait a day.")
    installed.replace("It is greylisted.", "It waits in a queue.")

    result = installed.install()

    assert (result.kept, result.published) == ([ARTICLE], [])
    assert Article.objects.get().summary == "It is greylisted."


def test_the_command_names_what_it_kept(installed):
    Topic.objects.filter(slug="retry").update(name="Trying again")
    installed.replace("name: Retrying", "name: Retries")

    lines = run("install_content", installed.directory)

    counted = "0 added, 0 upgraded, 6 unchanged, 0 no longer shipped, removed"
    assert lines == [
        f"Starter content: {counted}, 0 articles published.",
        "  kb.topic:retry: changed or still needed here, kept as it is",
        "Knowledge version 2.",
    ]


def test_what_an_editor_deleted_stays_deleted(installed):
    Topic.objects.get(slug="greylisting").delete()

    result = installed.install()

    assert result.stayed_deleted == ["kb.topic:greylisting"]
    assert not Topic.objects.filter(slug="greylisting").exists()


def test_what_would_refer_to_something_deleted_is_left_as_it_was(installed):
    Topic.objects.get(slug="greylisting").delete()
    installed.replace("topics: [[retry]]", "topics: [[retry], [greylisting]]")

    result = installed.install()

    assert (result.left_out, result.upgraded) == ([ARTICLE], [])
    assert [topic.slug for topic in Article.objects.get().topics.all()] == ["retry"]


def test_the_command_names_what_it_left_out(installed):
    Topic.objects.get(slug="greylisting").delete()
    installed.replace("topics: [[retry]]", "topics: [[retry], [greylisting]]")

    lines = run("install_content", installed.directory)

    words = "left as it was: it would refer to something that was deleted here"
    assert f"  {ARTICLE}: {words}" in lines


def test_an_article_that_an_editor_deleted_stays_deleted(installed):
    Article.objects.get().delete()
    installed.replace("It is greylisted.", "It waits in a queue.")

    result = installed.install()

    assert (result.stayed_deleted, result.published) == ([ARTICLE], [])
    assert not Article.objects.exists()


def test_what_nobody_changed_is_upgraded(installed):
    installed.replace("name: Retrying", "name: Retries")

    result = installed.install()

    assert (result.upgraded, result.version) == (["kb.topic:retry"], 2)
    assert Topic.objects.get(slug="retry").name == "Retries"


def test_an_upgraded_article_is_published_again(installed):
    installed.replace("It is greylisted.", "It waits in a queue.")

    result = installed.install()

    assert (result.upgraded, result.published) == ([ARTICLE], [ARTICLE])
    assert (published().number, published().summary) == (2, "It waits in a queue.")


def test_an_article_is_published_again_when_its_opinion_is_upgraded(installed):
    installed.replace("A retry gets through.", "A second try gets through.")

    result = installed.install()

    assert (result.upgraded, result.published) == (["kb.opinion:blog.wait"], [ARTICLE])


def test_an_article_is_published_again_when_its_conflict_is_upgraded(installed):
    installed.replace("Whether waiting is enough.", "Whether to wait.")

    result = installed.install()

    assert result.published == [ARTICLE]
    assert editorial.has_unpublished_changes(Article.objects.get()) is False


def test_an_article_is_published_again_when_its_conflict_is_withdrawn(installed):
    installed.drop("kb.opinionconflict")

    result = installed.install()

    assert result.removed == ["kb.opinionconflict:blog.wait|blog.hurry"]
    assert result.published == [ARTICLE]


def test_a_field_that_is_shipped_no_more_gets_its_default(installed):
    installed.replace("    topics: [[retry]]\n", "")

    installed.install()

    assert list(Article.objects.get().topics.all()) == []


def test_a_step_that_is_shipped_no_more_is_removed(installed):
    installed.drop("uid: no-resend")

    installed.install()

    assert published_actions() == ["Wait an hour."]
    assert RemediationStep.objects.count() == 1


def test_an_upgrade_keeps_who_looks_after_an_article(installed):
    owner = get_user_model().objects.create_user("editor")
    Article.objects.update(owner=owner)
    installed.replace("It is greylisted.", "It waits in a queue.")

    result = installed.install()

    assert result.upgraded == [ARTICLE]
    assert Article.objects.get().owner == owner


def test_an_article_is_not_published_over_an_opinion_that_is_being_edited(installed):
    Opinion.objects.filter(uid="blog.wait").update(claim="Half a thought")
    installed.replace("It is greylisted.", "It waits in a queue.")

    result = installed.install()

    assert (result.published, result.unpublished) == ([], [ARTICLE])
    assert published().summary == "It is greylisted."


def test_an_article_that_an_editor_archived_stays_archived(installed):
    editorial.archive(Article.objects.get())
    installed.replace("It is greylisted.", "It waits in a queue.")

    result = installed.install()

    assert (result.upgraded, result.published) == ([ARTICLE], [])
    assert list(ArticleRevision.objects.published()) == []


def test_what_is_shipped_no_more_is_removed(installed):
    installed.drop("slug: greylisting")

    result = installed.install()

    assert (result.removed, result.kept) == (["kb.topic:greylisting"], [])
    assert not InstalledUnit.objects.filter(key="kb.topic:greylisting").exists()


def test_an_article_that_is_shipped_no_more_leaves_the_public(installed):
    installed.drop("why-delayed")

    result = installed.install()

    assert result.removed == [ARTICLE]
    assert list(ArticleRevision.objects.all()) == []


def test_all_can_be_withdrawn_together(installed):
    installed.drop("model")

    result = installed.install()

    assert len(result.removed) == 7
    assert PublishedUnit.objects.standing() == {}
    PublishedUnit.objects.all().delete()
    assert counts() == dict.fromkeys(counts(), 0) | {"KnowledgeVersion": 1}


def test_what_an_editor_changed_is_kept_though_it_is_shipped_no_more(installed):
    Topic.objects.filter(slug="greylisting").update(name="Grey lists")
    installed.drop("slug: greylisting")

    result = installed.install()

    assert (result.removed, result.kept) == ([], ["kb.topic:greylisting"])


def test_a_source_that_an_editor_refers_to_is_kept(installed):
    Opinion.objects.create(
        uid="mine", kind="expert", source=Source.objects.get(), claim="I say so."
    )
    installed.drop("blog")

    result = installed.install()

    assert "kb.source:blog" in result.kept
    assert Opinion.objects.get(uid="mine").source.slug == "blog"


def test_a_source_that_a_published_page_names_is_kept_until_the_next_run(installed):
    forum = BLOG.partition("\n\n")[0].replace("slug: blog", "slug: forum")
    installed.write("forum.yaml", forum)
    installed.install()
    installed.replace("source: [blog]", "source: [forum]")
    installed.drop("slug: blog")

    first, second = installed.install(), installed.install()

    assert (first.kept, first.removed) == (["kb.source:blog"], [])
    assert (second.kept, second.removed) == ([], ["kb.source:blog"])


def test_a_topic_that_an_editor_refers_to_is_kept(installed):
    mine = Article.objects.create(slug="mine", question="Mine?", summary="Yes.")
    mine.topics.add(Topic.objects.get(slug="greylisting"))
    installed.drop("slug: greylisting")

    result = installed.install()

    assert result.kept == ["kb.topic:greylisting"]
    assert [topic.slug for topic in mine.topics.all()] == ["greylisting"]


def test_an_opinion_that_an_editor_set_against_another_is_kept(installed):
    mine = Opinion.objects.create(
        uid="mine", kind="expert", source=Source.objects.get(), claim="I say so."
    )
    wait = Opinion.objects.get(uid="blog.wait")
    OpinionConflict.objects.create(first=mine, second=wait, note="Whether it does.")
    installed.drop("why-delayed", "kb.opinion")

    result = installed.install()

    assert "kb.opinion:blog.wait" in result.kept
    assert OpinionConflict.objects.filter(first=mine).count() == 1


def test_rows_that_were_loaded_before_are_adopted_and_published(content):
    paths = [content.directory / "blog.yaml", content.directory / "delayed.yaml"]
    call_command("loaddata", *paths, verbosity=0)

    result = content.install()

    assert (result.added, result.published) == ([], [ARTICLE])
    assert len(result.unchanged) == InstalledUnit.objects.count() == 7


def test_an_article_that_was_loaded_and_published_is_not_published_again(content):
    paths = [content.directory / "blog.yaml", content.directory / "delayed.yaml"]
    call_command("loaddata", *paths, verbosity=0)
    editorial.publish(Article.objects.get())

    result = content.install()

    assert (result.published, published().number, result.version) == ([], 1, 1)


def test_a_row_that_cannot_be_stored_leaves_nothing_behind(content):
    content.replace("source: [blog]", "source: [nobody]")

    with pytest.raises((DeserializationError, IntegrityError)):
        content.install()

    assert counts() == dict.fromkeys(counts(), 0)


def test_the_command_says_that_nothing_was_installed(content):
    content.replace("source: [blog]", "source: [nobody]")

    with pytest.raises(CommandError, match="Nothing was installed"):
        run("install_content", content.directory)


def test_a_date_and_a_number_with_a_point_stay_as_they_are_written(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "- model: kb.opinion\n  fields: {uid: 5.10, stated_on: 2024-05-01, retracted: yes}\n"
    )

    (row,) = files.read_file(path, "a.yaml")

    assert row["fields"] == {"uid": "5.10", "stated_on": "2024-05-01", "retracted": True}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "- model: kb.topic\n  fields: {slug: retry, name: Again}\n",
            "odd.yaml: kb.topic retry stands in blog.yaml already.",
            id="twice",
        ),
        pytest.param(
            "- model: kb.topic\n  fields: {slug: a, colour: red}\n",
            "odd.yaml cannot be read: kb.topic has no field colour",
            id="unknown field",
        ),
        pytest.param(
            "- model: kb.article\n  fields: {slug: a, owner: 1}\n",
            "odd.yaml cannot be read: kb.article has no field owner",
            id="field of this site",
        ),
        pytest.param("- model: [kb\n", "odd.yaml cannot be read: ", id="broken YAML"),
        pytest.param("just words\n", "odd.yaml cannot be read: ", id="no list"),
        pytest.param("- just words\n", "odd.yaml cannot be read: ", id="no row"),
        pytest.param("- fields: {slug: a}\n", "odd.yaml cannot be read: 'model'", id="no model"),
        pytest.param("- model: kb.topic\n", "odd.yaml cannot be read: 'fields'", id="no fields"),
        pytest.param(
            "- model: kb.topic\n  fields: [slug]\n", "odd.yaml cannot be read: ", id="field list"
        ),
        pytest.param(
            "- model: kb.nothing\n  fields: {}\n", "odd.yaml cannot be read: ", id="no such model"
        ),
        pytest.param(
            "- model: topic\n  fields: {slug: a}\n", "odd.yaml cannot be read: ", id="no app"
        ),
        pytest.param(
            "- model: auth.user\n  fields: {username: a}\n",
            "odd.yaml cannot be read: ",
            id="model of another app",
        ),
        pytest.param(
            "- model: kb.articlerevision\n  fields: {number: 1}\n",
            "odd.yaml cannot be read: ",
            id="model that is no content",
        ),
        pytest.param("- {id: \xff}\n".encode("latin-1"), "odd.yaml cannot be read: ", id="bytes"),
    ],
)
def test_a_file_that_is_no_content_is_refused_by_name(content, text, message):
    data = text if isinstance(text, bytes) else text.encode()
    (content.directory / "odd.yaml").write_bytes(data)

    with pytest.raises(CommandError) as refusal:
        run("install_content", content.directory)

    assert str(refusal.value).startswith(message)
    assert counts() == dict.fromkeys(counts(), 0)


def test_a_directory_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError) as refusal:
        run("install_content", tmp_path / "nowhere")

    assert str(refusal.value) == f"There is no directory {tmp_path / 'nowhere'}."


def test_an_export_of_a_fresh_install_is_the_files_byte_for_byte(tmp_path):
    install(files.read(settings.FIXTURES_DIR))

    run("export_content", tmp_path)

    assert read_directory(tmp_path) == read_directory(settings.FIXTURES_DIR)


def test_exporting_again_writes_nothing(installed, tmp_path):
    target = tmp_path / "exported"
    run("export_content", target)

    lines = run("export_content", target)

    assert lines == ["0 files changed, 0 removed."]


def test_an_export_names_what_it_writes_and_removes(installed, tmp_path):
    target = tmp_path / "exported"
    run("export_content", target)
    Topic.objects.filter(slug="retry").update(name="Trying again")
    shutil.copy(target / "sources.yaml", target / "old.yaml")

    lines = run("export_content", target)

    assert lines == ["wrote topics.yaml", "removed old.yaml", "1 files changed, 1 removed."]


def test_an_opinion_that_no_article_cites_has_a_file_of_its_own(installed, tmp_path):
    Opinion.objects.create(
        uid="mine", kind="expert", source=Source.objects.get(), claim="I say so."
    )

    run("export_content", tmp_path / "exported")

    text = (tmp_path / "exported/opinions.yaml").read_text(encoding="utf-8")
    assert [row["fields"]["uid"] for row in yaml.safe_load(text)] == ["mine"]


def test_an_export_of_an_empty_database_is_refused(content):
    before = read_directory(content.directory)

    with pytest.raises(CommandError) as refusal:
        run("export_content", content.directory)

    expected = "There is nothing to export; the files were left as they are."
    assert str(refusal.value) == expected
    assert read_directory(content.directory) == before


def test_what_was_exported_installs_as_the_same_knowledge(installed, tmp_path):
    target = tmp_path / "exported"
    run("export_content", target)

    exported = group(files.read(target))

    shipped = group(files.read(installed.directory))
    assert {k: u.digest for k, u in exported.items()} == {k: u.digest for k, u in shipped.items()}


@pytest.mark.parametrize("code", ["5.10", "4.3.0", "5.1.10", "451", "1e3", "0.0"])
def test_a_code_stays_a_text_in_a_file(code):
    row = make_row(CodeMeaning, {"slug": code, "token": code, "meaning": "A code."})

    ((read_back,),) = [yaml.safe_load(files.dump([row]))]

    assert read_back == row


def test_codes_and_dates_are_quoted_in_a_file():
    ErrorCode.objects.create(reply="451", enhanced="4.3.0")
    values = {"reply": "451", "enhanced": "4.3.0"}

    text = files.dump(
        [make_row(ErrorCode, values), make_row(Opinion, {"stated_on": dt.date(2024, 5, 1)})]
    )

    assert text.splitlines() == [
        "- model: kb.errorcode",
        "  fields:",
        "    reply: '451'",
        "    enhanced: '4.3.0'",
        "",
        "- model: kb.opinion",
        "  fields:",
        "    stated_on: '2024-05-01'",
    ]


def test_the_order_of_citations_is_kept(installed):
    cited = ArticleOpinion.objects.order_by("position").values_list("opinion__uid", flat=True)

    assert list(cited) == ["blog.wait", "blog.hurry"]
