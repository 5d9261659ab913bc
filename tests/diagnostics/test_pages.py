"""The paste box and the answer, as a browser asks for them, on the starter content."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diagnostics.knowledge import snapshot
from kb import versioned
from tests.factories import make_article

pytestmark = pytest.mark.django_db

BOUNCES = Path(__file__).parent.parent / "bounces"
ARTICLE = "gmail-451-4-3-0-mail-server-temporarily-rejected-message"
REPLY = "451 4.3.0 Mail server temporarily rejected message. - gsmtp"
FORBIDDEN_SEPARATION = "</textarea><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def fresh_snapshot():
    snapshot.forget()
    yield
    snapshot.forget()


def paste(client, text, **extra):
    return client.post("/diagnose/", {"text": text}, **extra)


@pytest.mark.parametrize(
    "name", ["gmail-451-expired-dsn.eml", "gmail-451-delay-notice.eml", "postfix-log.txt"]
)
def test_a_real_bounce_leads_to_its_article(client, starter_content, name):
    text = (BOUNCES / name).read_text(encoding="utf-8").split("\nNov ")[0]

    response = paste(client, text)

    answer = response.context["answer"]
    assert (answer.kind, answer.card.cause_slug) == ("answer", "server-error")
    assert answer.matches[0].article.slug == ARTICLE
    assert f'href="/articles/{ARTICLE}/"' in response.content.decode()


def test_the_answer_says_what_happened_who_acts_and_what_to_do(client, starter_content):
    response = paste(client, REPLY)

    answer = response.context["answer"]
    assert answer.headline == (
        "The message has not got through yet because the receiving server had a problem of its own."
    )
    assert (answer.card.who, answer.card.permanence) == ("nobody", "temporary")
    assert [segment.text for segment in answer.segments if segment.marked] == [
        "Mail server temporarily rejected message"
    ]
    assert 1 <= len(answer.steps) <= 5
    assert {group.kind for group in answer.matches[0].article.groups} == {
        "expert", "marketer", "technical",
    }  # fmt: skip


def test_a_file_is_read_as_a_paste_is(client, starter_content):
    raw = (BOUNCES / "gmail-451-expired-dsn.eml").read_bytes()

    response = client.post("/diagnose/", {"text": "", "file": SimpleUploadedFile("b.eml", raw)})

    assert response.context["answer"].matches[0].article.slug == ARTICLE
    assert "Undelivered Mail Returned to Sender" in response.context["paste"]


def test_several_recipients_get_a_card_each_the_worst_first(client, starter_content):
    raw = (BOUNCES / "three-recipients.eml").read_text(encoding="utf-8")

    answer = paste(client, raw).context["answer"]

    assert answer.card.recipient == "gone@example.com"
    assert [card.recipient for card in answer.more_cards] == ["full@gmail.com"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The train leaves at noon.", "unsure"),
        ("550 5.7.1", "unsure"),
        ("550 odd words that nobody knows", "unsure"),
        ("\x00\ud800 \u202e", "unsure"),
    ],
)
def test_what_cannot_be_told_is_said_so_and_the_paste_is_kept(client, starter_content, text, kind):
    response = paste(client, text.encode("utf-8", "surrogatepass"))

    assert response.status_code == 200
    assert response.context["answer"].kind == kind
    assert response.context["answer"].reply == ""
    assert response.context["paste"]


@pytest.mark.parametrize("name", ["complaint", "out-of-office", "mail-that-quotes-a-bounce"])
def test_what_is_no_bounce_is_said_so(client, starter_content, name):
    raw = (BOUNCES / f"{name}.eml").read_text(encoding="utf-8")

    answer = paste(client, raw).context["answer"]

    assert (answer.kind, answer.steps, answer.matches) == ("not-a-bounce", [], [])


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_paste_is_asked_for_again(client, starter_content, text):
    response = paste(client, text)

    assert response.status_code == 200
    assert "Paste the message that came back" in response.content.decode()


def test_a_paste_of_300_kb_is_answered(client, starter_content):
    response = paste(client, REPLY + "\n" + "x" * 300_000)

    assert response.status_code == 200
    assert response.context["answer"].matches[0].article.slug == ARTICLE


def test_a_paste_above_the_limit_comes_back_with_what_to_do(client, starter_content):
    response = paste(client, REPLY + "x" * 1024 * 1024)

    assert response.status_code == 413
    assert "longer than 1 MiB" in response.content.decode()
    assert REPLY in response.content.decode()


@pytest.mark.parametrize("length", [6, 12], ids=["form", "request"])
def test_a_file_above_the_limit_is_refused_with_what_to_do(client, starter_content, length):
    file = SimpleUploadedFile("big.eml", b"x" * (length * 1024 * 1024))

    response = client.post("/diagnose/", {"text": REPLY, "file": file})

    assert response.status_code == 413
    assert "MiB" in response.content.decode()


def test_what_was_pasted_is_never_markup(client, starter_content):
    response = paste(client, f"550 5.1.1 {FORBIDDEN_SEPARATION} User unknown <img src=x onerror=1>")

    page = response.content.decode()
    assert FORBIDDEN_SEPARATION not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_paste_sets_no_cookie_and_is_not_kept_by_caches(client, starter_content):
    response = paste(client, REPLY)

    assert response.cookies == {}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_only_forms_of_this_site_may_post(starter_content, headers, status):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/diagnose/", {"text": REPLY}, headers=headers)

    assert response.status_code == status


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=b", b"junk"),
        ("multipart/form-data", b"junk"),
        ("application/x-www-form-urlencoded", b"%ff=%00&text=%ff%fe&text"),
        ("application/json", b"{"),
        ("text/plain; charset=nonsense", b"text=1"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"text=1"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(100))),
    ],
)
def test_a_malformed_form_is_answered(client, starter_content, content_type, body):
    response = client.generic("POST", "/diagnose/", body, content_type=content_type)

    assert response.status_code in {200, 400}


def test_home_offers_examples_that_run(client, starter_content):
    examples = client.get("/").context["examples"]

    kinds = [paste(client, example.text).context["answer"].kind for example in examples]

    assert kinds == ["answer", "answer", "answer", "unsure"]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_home_asks_the_database_four_times(client, django_assert_num_queries, count):
    for number in range(count):
        make_article(slug=f"a-{number}", question=f"Question {number}?", published=True)
    versioned.watch.version()

    with django_assert_num_queries(4):
        client.get("/")


def test_an_answer_asks_the_database_three_times(
    client, starter_content, django_assert_num_queries
):
    paste(client, REPLY)
    snapshot._looked_at = 0.0  # noqa: SLF001 - as if a second had passed

    with django_assert_num_queries(3):
        paste(client, REPLY)


def test_the_database_is_not_asked_for_a_form_that_cannot_be_answered(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        paste(client, "")
