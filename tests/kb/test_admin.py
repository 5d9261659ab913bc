"""What an editor can do in the admin, and what becomes of it for the public."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from kb import editorial
from kb.models import (
    Article,
    ArticleRevision,
    Cause,
    CodeMeaning,
    ErrorCode,
    InstalledUnit,
    KnowledgeVersion,
    Opinion,
    OpinionConflict,
    Provider,
    SlugRedirect,
    Source,
    Synonym,
    Topic,
)
from tests.factories import (
    make_article,
    make_cause,
    make_code,
    make_conflict,
    make_editor,
    make_meaning,
    make_opinion,
    make_provider,
    make_source,
    make_step,
)

pytestmark = pytest.mark.django_db
EDITED = [
    Article,
    Cause,
    CodeMeaning,
    ErrorCode,
    Opinion,
    OpinionConflict,
    Provider,
    SlugRedirect,
    Source,
    Synonym,
    Topic,
]
SHOWN = [ArticleRevision, InstalledUnit, KnowledgeVersion]
XSS = "<script>alert(1)</script>"


@pytest.fixture
def editor(client):
    editor = make_editor()
    client.force_login(editor)
    return editor


def address(model, page, *args):
    return reverse(f"admin:kb_{model.__name__.lower()}_{page}", args=args)


def make_one_of_each():
    provider = make_provider(name=XSS)
    cause = make_cause(name=XSS)
    make_meaning(code="451 4.3.0", provider=provider, cause=cause, title=XSS)
    first, second = make_opinion(claim=XSS), make_opinion(author=XSS)
    make_conflict(first, second, note=XSS)
    article = make_article(question=XSS, summary=XSS, opinions=[first, second], causes=[cause])
    make_step(article, action=XSS, supported_by=[first])
    editorial.publish(article)
    Topic.objects.create(slug="topic", name=XSS)
    Synonym.objects.create(term=XSS, means="list")
    SlugRedirect.objects.create(old_path=f"/{XSS}/", new_path="/b/")
    InstalledUnit.objects.create(key=XSS, digest="0")


@pytest.mark.parametrize("model", EDITED + SHOWN)
def test_an_editor_opens_every_page_and_finds_nothing_live(client, editor, model):
    make_one_of_each()
    pages = [address(model, "changelist"), address(model, "changelist") + "?q=x"]
    pages += [address(model, "change", row.pk) for row in model.objects.all()]
    pages += [address(model, "history", model.objects.first().pk)]
    if model in EDITED:
        pages += [address(model, "add"), address(model, "delete", model.objects.first().pk)]

    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert XSS not in response.content.decode(), page


def test_every_model_is_in_the_admin_or_within_another():
    registered = {model.__name__ for model in EDITED + SHOWN if admin.site.is_registered(model)}

    assert registered == {model.__name__ for model in EDITED + SHOWN}


@pytest.mark.parametrize("model", SHOWN)
def test_what_deeds_have_written_is_read_only(client, editor, model):
    make_article()
    editorial.grow_version()
    InstalledUnit.objects.create(key="a", digest="0")

    assert client.get(address(model, "add")).status_code == 403
    response = client.post(address(model, "change", model.objects.first().pk), {"number": 9})
    assert response.status_code == 403


@pytest.mark.parametrize("model", [Article, Cause, ErrorCode, Opinion, Provider, Source, Topic])
def test_what_grows_is_found_by_typing(client, editor, model):
    response = client.get(
        reverse("admin:autocomplete"),
        {"term": "a", "app_label": "kb", "model_name": "article", "field_name": "related"}
        if model is Article
        else autocomplete_of(model),
    )

    assert response.status_code == 200


def autocomplete_of(model):
    places = {
        Cause: ("article", "causes"),
        ErrorCode: ("article", "codes"),
        Opinion: ("articleopinion", "opinion"),
        Provider: ("article", "providers"),
        Source: ("opinion", "source"),
        Topic: ("article", "topics"),
    }
    place, field = places[model]
    return {"term": "a", "app_label": "kb", "model_name": place, "field_name": field}


def article_form(**fields):
    empty = {
        "question": "Why?",
        "slug": "why",
        "summary": "So.",
        "steps-TOTAL_FORMS": 0,
        "steps-INITIAL_FORMS": 0,
        "citations-TOTAL_FORMS": 0,
        "citations-INITIAL_FORMS": 0,
    }
    return empty | fields


def citations(*opinions, initial=0):
    rows = {"citations-TOTAL_FORMS": len(opinions), "citations-INITIAL_FORMS": initial}
    for number, opinion in enumerate(opinions):
        rows |= {f"citations-{number}-opinion": opinion.pk, f"citations-{number}-position": number}
    return rows


def steps(*actions, uid=""):
    rows = {"steps-TOTAL_FORMS": len(actions), "steps-INITIAL_FORMS": 0}
    for number, action in enumerate(actions):
        rows |= {
            f"steps-{number}-action": action,
            f"steps-{number}-uid": uid or f"step-{number}",
            f"steps-{number}-position": number,
            f"steps-{number}-kind": "do",
            f"steps-{number}-who": "sender",
        }
    return rows


def errors_of(response):
    """Return all that a form page complains of, in one text."""
    assert response.status_code == 200, "it was saved"
    context = response.context
    found = [str(context["adminform"].form.errors)]
    for formset in context["inline_admin_formsets"]:
        found += [str(formset.formset.errors), str(formset.formset.non_form_errors())]
    return "\n".join(found)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_an_editor_writes_an_article_and_publishes_it(client, editor):
    opinion = make_opinion(claim="It passes.")
    form = article_form(
        key_findings="One\n\n Two ", **citations(opinion), **steps("Wait an hour."), _publish="1"
    )

    response = client.post(address(Article, "add"), form, follow=True)

    assert "“Why?” is published as revision 1." in messages_of(response)
    page = client.get("/articles/why/").content.decode()
    for expected in ("It passes.", "Wait an hour.", "<li>One</li><li>Two</li>"):
        assert expected in page
    assert ArticleRevision.objects.get().created_by == editor


def test_saving_alone_shows_the_public_nothing(client, editor):
    client.post(address(Article, "add"), article_form())

    assert Article.objects.get().slug == "why"
    assert client.get("/articles/why/").status_code == 404


def act(client, action, *articles):
    chosen = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(address(Article, "changelist"), chosen, follow=True)


def test_the_actions_do_what_they_say(client, editor):
    article = make_article(question="Why?", published=False)

    said = [
        messages_of(act(client, action, article))
        for action in ("keep_draft", "send_to_review", "publish", "publish", "archive")
    ]

    assert said == [
        ["“Why?” is kept as draft."],
        ["“Why?” is sent to review."],
        ["“Why?” is published as revision 3."],
        ["“Why?” is published as it stands."],
        ["“Why?” is archived."],
    ]
    states = article.revisions.order_by("number").values_list("state", flat=True)
    assert list(states) == ["draft", "in-review", "archived"]


@pytest.mark.parametrize("action", ["publish", "archive"])
def test_only_who_may_publish_decides_what_the_public_reads(client, action):
    client.force_login(make_editor(publishes=False))
    article = make_article(published=action == "archive")

    act(client, action, article)
    client.post(address(Article, "change", article.pk), article_form(_publish="1"))

    assert article.revisions.published().count() == (1 if action == "archive" else 0)
    assert b"_publish" not in client.get(address(Article, "change", article.pk)).content


def test_the_change_page_says_what_the_public_reads(client, editor):
    article = make_article()
    page = address(Article, "change", article.pk)

    before = client.get(page).content.decode()
    Article.objects.filter(pk=article.pk).update(summary="Another.")
    after = client.get(page).content.decode()

    assert "Published: revision 1" in before
    assert "Nothing has changed since." in before
    assert "There are unpublished changes." in after
    assert "View on site" in after


def test_a_draft_has_no_page_to_view(client, editor):
    article = make_article(published=False)

    page = client.get(address(Article, "change", article.pk)).content.decode()

    assert "Not public." in page
    assert "View on site" not in page


def test_a_revision_shows_its_text_and_what_changed(client, editor):
    article = make_article(summary="Before.")
    Article.objects.filter(pk=article.pk).update(summary="After.")
    revision = editorial.publish(Article.objects.get(pk=article.pk))

    page = client.get(address(ArticleRevision, "change", revision.pk)).content.decode()

    assert "-    summary: Before.\n+    summary: After." in page
    assert "- model: kb.article" in page


def test_a_revision_is_brought_back_to_the_working_copy(client, editor):
    article = make_article(summary="Before.", opinions=[make_opinion()])
    Article.objects.filter(pk=article.pk).update(summary="After.")
    restore = reverse("admin:kb_articlerevision_restore", args=[article.revisions.get().pk])

    response = client.post(restore, follow=True)

    assert Article.objects.get().summary == "Before."
    assert messages_of(response) == ["The working copy is revision 1 again. Publish it to show it."]


def test_a_revision_whose_question_is_taken_stays_where_it_is(client, editor):
    article = make_article(question="Why?")
    revision = article.revisions.get()
    Article.objects.filter(pk=article.pk).update(question="Why not?")
    make_article(question="Why?")

    restore = reverse("admin:kb_articlerevision_restore", args=[revision.pk])
    response = client.post(restore, follow=True)

    assert "It cannot be brought back" in messages_of(response)[0]
    assert Article.objects.get(pk=article.pk).question == "Why not?"


def test_restoring_is_a_post_of_who_may_publish(client, editor):
    restore = reverse("admin:kb_articlerevision_restore", args=[make_article().revisions.get().pk])

    assert client.get(restore).status_code == 405
    client.force_login(make_editor(publishes=False))
    assert client.post(restore).status_code == 403
    client.logout()
    assert client.post(restore).status_code == 302


def source_form(**fields):
    return {"name": "Blog", "slug": "blog", "kind": "expert-blog", "home_url": ""} | fields


def test_a_change_of_what_has_no_state_grows_the_version_at_once(client, editor):
    numbers = []

    client.post(address(Source, "add"), source_form())
    numbers.append(KnowledgeVersion.objects.current().number)
    pk = Source.objects.get().pk
    client.post(address(Source, "change", pk), source_form(name="The blog"))
    numbers.append(KnowledgeVersion.objects.current().number)
    client.post(address(Source, "delete", pk), {"post": "yes"})
    numbers.append(KnowledgeVersion.objects.current().number)

    assert numbers == [1, 2, 3]


def test_a_change_of_what_a_row_relates_to_is_in_the_version(client, editor):
    make_source(slug="blog")
    chosen = {"action": "delete_selected", "_selected_action": [Source.objects.get().pk]}
    editorial.grow_version()

    client.post(address(Source, "changelist"), chosen | {"post": "yes"})

    assert KnowledgeVersion.objects.current().number == 2


def test_a_published_article_is_deleted_by_who_may_publish_alone(client, editor):
    article = make_article(opinions=[make_opinion()])
    editorial.grow_version()

    client.post(address(Article, "delete", article.pk), {"post": "yes"})

    assert not Article.objects.exists()
    assert KnowledgeVersion.objects.current().number == 2
    client.force_login(make_editor(publishes=False))
    assert client.get(address(Article, "delete", make_article().pk)).status_code == 403


def test_an_opinion_that_the_public_reads_cannot_be_deleted(client, editor):
    opinion = make_opinion()
    article = make_article(opinions=[opinion])
    article.citations.all().delete()

    response = client.post(address(Opinion, "delete", opinion.pk), {"post": "yes"})

    assert Opinion.objects.exists()
    assert f"Published article: {article.revisions.get()}" in response.content.decode()


def test_a_source_that_is_cited_cannot_be_deleted(client, editor):
    opinion = make_opinion()

    response = client.post(address(Source, "delete", opinion.source.pk), {"post": "yes"})

    assert Source.objects.exists()
    assert b"protected" in response.content


def opinion_form(**fields):
    empty = {
        "kind": "expert",
        "source": fields.pop("source", None) or make_source().pk,
        "claim": "So.",
        "precision": "unknown",
        "date_kind": "stated",
        "uid": "one",
    }
    return empty | fields


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"precision": "day"}, "An unknown date is left empty"),
        ({"stated_on": "2024-05-02"}, "An unknown date is left empty"),
        ({"stated_on": "2024-05-02", "precision": "month"}, "Write the first day"),
        ({"reported_url": "https://a.example/"}, "Name who reports it."),
        ({"valid_until": "2024-05-02"}, "Say since when and why"),
        ({"valid_until_why": "Gone."}, "Say since when and why"),
        (
            {
                "stated_on": "2024-05-02",
                "precision": "day",
                "valid_until": "2024-05-01",
                "valid_until_why": "Gone.",
            },
            "It goes out of date after it was stated.",
        ),
        ({"kind": "nobody"}, "Select a valid choice"),
        ({"claim": "  "}, "This field is required"),
        ({"claim": "a\0b"}, "Null characters are not allowed"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"uid": "Not a key"}, "Small letters"),
    ],
)
def test_an_opinion_that_breaks_a_rule_comes_back_with_the_reason(
    client, editor, fields, complaint
):
    response = client.post(address(Opinion, "add"), opinion_form(**fields))

    assert complaint in errors_of(response)


def test_a_source_does_not_report_itself(client, editor):
    source = make_source().pk

    response = client.post(address(Opinion, "add"), opinion_form(source=source, reported_by=source))

    assert "A source does not report itself" in errors_of(response)


def test_an_opinion_of_a_month_is_kept_as_such(client, editor):
    form = opinion_form(stated_on="2024-05-01", precision="month")

    client.post(address(Opinion, "add"), form)

    assert Opinion.objects.get().stated_on == dt.date(2024, 5, 1)


def test_two_opinions_conflict_once_in_whatever_order(client, editor):
    conflict = make_conflict(make_opinion(), make_opinion())
    form = {"first": conflict.second.pk, "second": conflict.first.pk, "note": "Again."}

    response = client.post(address(OpinionConflict, "add"), form)
    itself = client.post(address(OpinionConflict, "add"), form | {"first": conflict.first.pk})

    assert "These two are joined already." in errors_of(response)
    assert "An opinion does not disagree with itself." in errors_of(itself)


def test_an_article_cites_an_opinion_once(client, editor):
    opinion = make_opinion()

    response = client.post(address(Article, "add"), article_form(**citations(opinion, opinion)))

    assert "duplicate" in errors_of(response)


def test_an_article_cites_an_opinion_once_beside_those_it_has(client, editor):
    opinion = make_opinion()
    article = make_article(opinions=[opinion])
    form = article_form(**citations(opinion, opinion, initial=1))
    form |= {"citations-0-id": article.citations.get().pk, "citations-0-article": article.pk}

    response = client.post(address(Article, "change", article.pk), form)

    assert "duplicate" in errors_of(response)


def test_steps_of_an_article_have_keys_of_their_own(client, editor):
    form = article_form(**steps("Do this.", "Do that.", uid="same"))

    response = client.post(address(Article, "add"), form)

    assert "duplicate" in errors_of(response)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"question": "ASKED BEFORE?"}, "Another article answers this question."),
        ({"slug": "taken"}, "Article with this Slug already exists."),
        (
            {"reviewed_on": "2024-05-02", "review_due": "2024-05-01"},
            "The next review comes after the last.",
        ),
        ({"key_findings": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_an_article_that_breaks_a_rule_comes_back_with_the_reason(
    client, editor, fields, complaint
):
    make_article(question="Asked before?", slug="taken")

    response = client.post(address(Article, "add"), article_form(**fields))

    assert complaint in errors_of(response)


def provider_form(**fields):
    return {"name": "Mail", "slug": "mail", "kind": "mailbox"} | fields


def test_families_are_one_level_deep(client, editor):
    family = make_provider(name="Family")
    service = make_provider(name="Service", family=family)

    def complaint(provider, above):
        form = provider_form(family=above.pk)
        return errors_of(client.post(address(Provider, "change", provider.pk), form))

    assert "A provider is not its own family." in complaint(service, service)
    assert "Service is a service itself: choose Family." in complaint(make_provider(), service)
    assert "It has services, so it is a family itself." in complaint(family, make_provider())


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "A code has a reply code, an enhanced code or both."),
        ({"reply": "999"}, "Three digits from 200 to 599."),
        ({"enhanced": "3.1.1"}, "Like 5.1.1, class 2, 4 or 5."),
        ({"reply": "451", "enhanced": "4.3.0"}, "already exists"),
    ],
)
def test_a_code_that_breaks_a_rule_comes_back_with_the_reason(client, editor, fields, complaint):
    make_code("451 4.3.0")

    response = client.post(address(ErrorCode, "add"), {"reply": "", "enhanced": ""} | fields)

    assert complaint in errors_of(response)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"code": ""}, "A meaning has a code, a token or a wording."),
        ({"code": "", "token": "T", "enhanced_until": "5.7.9"}, "A range starts at a code."),
        ({"verified": "on"}, "Only a meaning with a source can be verified."),
        ({"slug": "Big Letters"}, "Small letters"),
        ({"precision": "day"}, "An unknown date is left empty"),
        ({}, "The registry has a meaning for this code already."),
    ],
)
def test_a_meaning_that_breaks_a_rule_comes_back_with_the_reason(client, editor, fields, complaint):
    make_meaning(code="4.3.0")
    form = {
        "slug": "one",
        "code": make_code("4.3.0").pk,
        "meaning": "So.",
        "cause": make_cause().pk,
        "precision": "unknown",
        "date_kind": "stated",
        "permanent": "unknown",
    }

    response = client.post(address(CodeMeaning, "add"), form | fields)

    assert complaint in errors_of(response)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("a", "/b/", "Both start with a slash."),
        ("/a/", "//b/", "Two slashes would lead to another site."),
        ("/a/", "/a/", "It leads to itself."),
    ],
)
def test_a_redirect_stays_on_the_site(client, editor, old, new, complaint):
    response = client.post(address(SlugRedirect, "add"), {"old_path": old, "new_path": new})

    assert complaint in errors_of(response)


def test_a_synonym_is_another_word_and_there_once(client, editor):
    Synonym.objects.create(term="blacklist", means="blocklist")
    add = address(Synonym, "add")

    again = client.post(add, {"term": "BLACKLIST", "means": "x"})
    same = client.post(add, {"term": "x", "means": "x"})

    assert "This word has a synonym already." in errors_of(again)
    assert "A word is not its own synonym." in errors_of(same)


def test_a_cause_keeps_the_slug_that_the_engine_knows(client, editor):
    cause = make_cause(slug="mailbox-full")
    fields = ["name", "sentence", "meaning", "permanence", "who_acts", "advice"]
    form = {name: getattr(cause, name) for name in fields} | {"slug": "other", "name": "Full"}

    client.post(address(Cause, "change", cause.pk), form)

    assert list(Cause.objects.values_list("slug", "name")) == [("mailbox-full", "Full")]


def test_visitors_and_readers_stay_outside(client):
    assert client.get(address(Article, "changelist")).status_code == 302
