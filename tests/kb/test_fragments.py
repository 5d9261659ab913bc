"""Pieces of pages are rendered once a version of the knowledge, and no more than fit are kept."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString

from kb import editorial, fragments, versioned
from kb.models import ArticleRevision
from tests.factories import make_article, make_editor, make_topic

pytestmark = pytest.mark.django_db

PIECE = Template(
    "{% load fragments %}{% kept key text=text %}<p>{{ text }}{{ other }}</p>{% endkept %}"
)
ROWS = Template(
    "{% load fragments %}"
    "{% keptfor row in rows %}<li>{{ row.question }}{{ other }}</li>{% endkeptfor %}"
)


def render(template: Template, **variables) -> SafeString:
    with fragments.of_this_version():
        return template.render(Context(variables))


def test_a_piece_is_rendered_once_for_each_key():
    rendered = [render(PIECE, key=key, text=text) for key, text in ((1, "a"), (1, "b"), (2, "c"))]

    assert rendered == ["<p>a</p>", "<p>a</p>", "<p>c</p>"]


def test_a_piece_is_made_anew_after_something_is_published():
    before = render(PIECE, key=1, text="old")

    editorial.publish(make_article(published=False))

    assert (before, render(PIECE, key=1, text="new")) == ("<p>old</p>", "<p>new</p>")


def test_a_page_goes_on_with_the_pieces_of_the_version_that_it_began_with():
    with fragments.of_this_version():
        editorial.publish(make_article(published=False))
        PIECE.render(Context({"key": 1, "text": "read before"}))

    assert render(PIECE, key=1, text="read after") == "<p>read after</p>"


def test_outside_a_public_page_nothing_is_kept():
    rendered = [PIECE.render(Context({"key": 1, "text": text})) for text in "ab"]

    assert rendered == ["<p>a</p>", "<p>b</p>"]


def test_a_piece_sees_only_its_variables_and_is_escaped_once():
    rendered = [render(PIECE, key=1, text="<b>&", other="another") for _ in range(2)]

    assert rendered == ["<p>&lt;b&gt;&amp;</p>"] * 2


def test_rows_that_are_kept_are_not_read(django_assert_num_queries):
    articles = [make_article(question=f"Question {number}") for number in range(2)]
    revisions = ArticleRevision.objects.published()
    keys = [article.revisions.get().pk for article in articles]
    versioned.make_everything()

    with django_assert_num_queries(1):
        rendered = [
            render(ROWS, rows=fragments.LateRows(keys, revisions), other="x") for _ in range(2)
        ]

    assert rendered == ["<li>Question 0</li><li>Question 1</li>"] * 2


def test_a_row_that_was_withdrawn_just_now_is_left_out():
    rows = fragments.LateRows([404], ArticleRevision.objects.published())

    assert render(ROWS, rows=rows) == ""


@pytest.mark.parametrize(
    ("bound", "most"), [("MOST_PIECES", 3), ("MOST_BYTES", 500)], ids=["pieces", "bytes"]
)
def test_no_more_is_kept_than_fits(monkeypatch, bound, most):
    monkeypatch.setattr(fragments, bound, most)

    for key in range(50):
        render(PIECE, key=key, text="x")

    kept = fragments.pieces.get()
    assert (0 < len(kept.kept) <= 10, kept.size <= 1000) == (True, True)


def test_a_long_piece_is_kept_packed_and_comes_back_as_it_was():
    text = SafeString("<p>Weiß “nicht” \ud800</p>" * 2000)
    kept = fragments.Pieces()

    kept.keep("long", text)

    assert kept.find("long") == text
    assert isinstance(kept.find("long"), SafeString)
    assert kept.size < len(text) / 10


@pytest.mark.parametrize("tag", ["kept 1 a=2 3", "keptfor row of rows", "keptfor"])
def test_a_tag_that_is_written_wrongly_is_refused(tag):
    with pytest.raises(TemplateSyntaxError):
        Template(f"{{% load fragments %}}{{% {tag} %}}{{% endkept %}}")


def test_what_staff_sees_is_not_kept_for_visitors(client):
    make_article(topics=[make_topic()])
    client.force_login(make_editor())
    staff = client.get("/articles/").content
    client.logout()

    visitor = client.get("/articles/").content

    assert (b"Status" in staff, b"Status" in visitor) == (True, False)


def test_a_page_of_which_all_is_kept_asks_nothing(client, django_assert_num_queries):
    make_article(slug="the-article")
    versioned.make_everything()
    first = client.get("/articles/the-article/").content
    client.get("/articles/")

    with django_assert_num_queries(0):
        thanked = client.get("/articles/the-article/?said=yes").content
        client.get("/articles/?sort=recent")

    assert (b"Thank you" in first, b"Thank you" in thanked) == (False, True)
