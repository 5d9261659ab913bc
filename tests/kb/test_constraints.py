"""Each rule that the database holds, broken by a row that no form has seen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from kb.models import (
    Article,
    ArticleOpinion,
    ArticleRevision,
    CodeMeaning,
    ErrorCode,
    KnowledgeVersion,
    Opinion,
    OpinionConflict,
    RemediationStep,
    RevisionOpinion,
    Signature,
    SignatureExample,
    SlugRedirect,
    Synonym,
    Topic,
)
from tests.factories import (
    make_article,
    make_cause,
    make_code,
    make_conflict,
    make_meaning,
    make_opinion,
    make_provider,
    make_source,
    make_step,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2024, 5, 17)


def changed(row: models.Model, **values: Any) -> models.Model:
    """Return a row with other values, not yet saved."""
    for name, value in values.items():
        setattr(row, name, value)
    return row


def twin(row: models.Model, **values: Any) -> models.Model:
    """Return a new row with the same values, not yet saved."""
    row.save()
    copy = type(row).objects.get(pk=row.pk)
    copy._state.adding = True  # noqa: SLF001 - as Django's documentation copies rows
    return changed(copy, pk=None, **values)


def article(**values: Any) -> Article:
    return changed(make_article(published=False), **values)


def revision(**values: Any) -> ArticleRevision:
    """Return a revision of an article that has none."""
    fields = {"number": 1, "document": {}, "digest": "0", "question": "Why?", "summary": "So."}
    fields["created_at"] = timezone.now()
    fields |= values
    fields.setdefault("article", make_article(published=False))
    fields.setdefault("slug", fields["article"].slug)
    return ArticleRevision(**fields)


def published_revision(**values: Any) -> ArticleRevision:
    return revision(state="published", published_at=timezone.now(), **values)


def frozen_opinion(**values: Any) -> RevisionOpinion:
    """Return what publishing wrote of an opinion."""
    make_article(opinions=[make_opinion()])
    return changed(RevisionOpinion.objects.latest("pk"), **values)


def signature(**values: Any) -> Signature:
    fields = {"slug": "words", "pattern": "some words", "meaning": "That."} | values
    return Signature(cause=make_cause(), source=make_source(), **fields)


def example(**values: Any) -> SignatureExample:
    row = signature()
    row.save()
    return SignatureExample(**{"signature": row, "uid": "one", "text": "550 some words"} | values)


def reported_by_itself() -> Opinion:
    opinion = make_opinion()
    return changed(opinion, reported_by=opinion.source)


def second_conflict() -> OpinionConflict:
    conflict = make_conflict(make_opinion(), make_opinion())
    return OpinionConflict(first=conflict.second, second=conflict.first, note="The same.")


def own_conflict() -> OpinionConflict:
    opinion = make_opinion()
    return OpinionConflict(first=opinion, second=opinion, note="Itself.")


def second_citation() -> ArticleOpinion:
    make_article(published=False, opinions=[make_opinion()])
    return twin(ArticleOpinion.objects.latest("pk"))


def second_published_slug() -> ArticleRevision:
    published_revision(slug="taken").save()
    return published_revision(slug="taken")


def own_family() -> models.Model:
    provider = make_provider()
    return changed(provider, family=provider)


def meaning_of_nothing() -> CodeMeaning:
    return changed(make_meaning(token="T1"), code=None, token="")


def range_from_nowhere() -> CodeMeaning:
    return changed(make_meaning(token="T1"), code=None, enhanced_until="5.7.9")


def step() -> RemediationStep:
    return make_step(make_article(published=False))


def conflict(**values: Any) -> OpinionConflict:
    return changed(make_conflict(make_opinion(), make_opinion()), **values)


CASES: dict[str, Callable[[], models.Model]] = {
    "article_has_question": lambda: article(question=""),
    "question_is_asked_once": lambda: twin(article(question="Why?"), slug="other", question="WHY?"),
    "review_due_after_reviewed": lambda: article(
        reviewed_on=DAY, review_due=DAY - dt.timedelta(days=1)
    ),
    "article_cites_an_opinion_once": second_citation,
    "step_uid_is_unique_in_article": lambda: twin(step()),
    "step_kind_is_known": lambda: changed(step(), kind="maybe"),
    "step_actor_is_known": lambda: changed(step(), who="somebody"),
    "step_has_action": lambda: changed(step(), action=""),
    "revision_number_is_unique_in_article": lambda: twin(revision()),
    "article_has_one_published_revision": lambda: twin(
        published_revision(), number=2, slug="another"
    ),
    "published_slug_is_unique": second_published_slug,
    "revision_state_is_known": lambda: revision(state="lost"),
    "published_revision_has_a_moment": lambda: revision(state="published"),
    "revision_cites_an_opinion_once": lambda: twin(frozen_opinion()),
    "frozen_opinion_date_has_precision": lambda: frozen_opinion(stated_on=DAY),
    "cause_permanence_is_known": lambda: changed(make_cause(), permanence="sometimes"),
    "cause_actor_is_known": lambda: changed(make_cause(), who_acts="somebody"),
    "cause_has_name": lambda: changed(make_cause(), name=""),
    "cause_has_meaning": lambda: changed(make_cause(), meaning=""),
    "code_is_unique": lambda: twin(make_code("451 4.3.0")),
    "code_is_not_empty": ErrorCode,
    "reply_code_is_from_200_to_599": lambda: ErrorCode(reply="600"),
    "meaning_date_has_precision": lambda: changed(make_meaning(), precision="day"),
    "meaning_is_of_something": meaning_of_nothing,
    "meaning_range_has_a_start": range_from_nowhere,
    "registry_means_one_thing_by_a_code": lambda: twin(make_meaning(), slug="again"),
    "verified_meaning_has_source": lambda: changed(make_meaning(), source=None),
    "opinion_kind_is_known": lambda: changed(make_opinion(), kind="rumour"),
    "opinion_has_claim": lambda: changed(make_opinion(), claim=""),
    "opinion_date_has_precision": lambda: changed(make_opinion(), stated_on=DAY),
    "report_has_a_reporter": lambda: changed(make_opinion(), reported_url="https://example.com/"),
    "source_does_not_report_itself": reported_by_itself,
    "out_of_date_says_why": lambda: changed(make_opinion(), valid_until=DAY),
    "out_of_date_after_stated": lambda: changed(
        make_opinion(stated_on=DAY),
        valid_until=DAY - dt.timedelta(days=1),
        valid_until_why="It ended.",
    ),
    "two_opinions_conflict_once": second_conflict,
    "opinion_does_not_conflict_with_itself": own_conflict,
    "conflict_has_note": lambda: conflict(note=""),
    "provider_kind_is_known": lambda: changed(make_provider(), kind="pigeon"),
    "provider_has_name": lambda: changed(make_provider(), name=""),
    "provider_is_not_its_own_family": own_family,
    "signature_status_is_known": lambda: signature(status="lost"),
    "pattern_kind_is_known": lambda: signature(kind="glob"),
    "signature_has_pattern": lambda: signature(pattern=""),
    "signature_permanence_is_known": lambda: signature(permanence="sometimes"),
    "signature_actor_is_known": lambda: signature(who_acts="somebody"),
    "signature_stage_is_known": lambda: signature(stage="quit"),
    "signature_weight_is_1_to_100": lambda: signature(weight=101),
    "example_uid_is_unique_in_signature": lambda: twin(example()),
    "example_expectation_is_known": lambda: example(expectation="may-match"),
    "example_has_text": lambda: example(text=""),
    "source_kind_is_known": lambda: changed(make_source(), kind="rumour"),
    "source_has_name": lambda: changed(make_source(), name=""),
    "one_knowledge_version": lambda: KnowledgeVersion(id=2),
    "topic_has_name": lambda: Topic(slug="nameless", name=""),
    "term_has_one_synonym": lambda: twin(
        Synonym(term="blacklist", means="blocklist"), term="Blacklist"
    ),
    "synonym_differs_from_its_term": lambda: Synonym(term="block", means="block"),
    "synonym_has_term": lambda: Synonym(term="", means="block"),
    "synonym_has_meaning": lambda: Synonym(term="block", means=""),
    "redirect_stays_on_the_site": lambda: SlugRedirect(old_path="/a/", new_path="b/"),
    "redirect_never_leaves_the_site": lambda: SlugRedirect(old_path="/a/", new_path="//b/"),
    "redirect_leads_elsewhere": lambda: SlugRedirect(old_path="/a/", new_path="/a/"),
}
# Broken as well by the other end of a range or pair.
MORE_CASES = [
    pytest.param("reply_code_is_from_200_to_599", lambda: ErrorCode(reply="199"), id="below 200"),
    pytest.param("signature_weight_is_1_to_100", lambda: signature(weight=0), id="no weight"),
    pytest.param(
        "out_of_date_says_why",
        lambda: changed(make_opinion(), valid_until_why="It ended."),
        id="why without when",
    ),
    pytest.param(
        "opinion_date_has_precision",
        lambda: changed(make_opinion(), precision="year"),
        id="precision without date",
    ),
    pytest.param(
        "redirect_stays_on_the_site",
        lambda: SlugRedirect(old_path="a/", new_path="/b/"),
        id="from another site",
    ),
]
EACH_CASE = [*(pytest.param(name, case, id=name) for name, case in CASES.items()), *MORE_CASES]


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    """Return name → model and constraint of the whole app."""
    found = apps.get_app_config("kb").get_models()
    return {item.name: (model, item) for model in found for item in model._meta.constraints}  # noqa: SLF001


def words_of(name: str) -> str:
    """Return how the database names a constraint: SQLite by the columns of a unique one."""
    model, constraint = constraints()[name]
    if connection.vendor != "sqlite" or not getattr(constraint, "fields", ()):
        return name
    table = model._meta.db_table  # noqa: SLF001
    columns = [model._meta.get_field(field).column for field in constraint.fields]  # noqa: SLF001
    return ", ".join(f"{table}.{column}" for column in columns)


def test_every_constraint_has_a_case():
    assert sorted(CASES) == sorted(constraints())


@pytest.mark.parametrize(("name", "case"), EACH_CASE)
def test_the_database_refuses(name, case):
    row = case()

    broken = rf"\b{re.escape(words_of(name))}\b"
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        row.save()


@pytest.mark.parametrize(("name", "case"), EACH_CASE)
def test_validation_says_what_is_wrong(name, case):
    constraint = constraints()[name][1]
    row = case()

    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()

    if constraint.violation_error_message != constraint.default_violation_error_message:
        assert refusal.value.message_dict[NON_FIELD_ERRORS] == [constraint.violation_error_message]


@pytest.mark.parametrize("precision", ["day", "month", "year"])
def test_a_known_date_with_its_precision_is_accepted(precision):
    opinion = make_opinion(stated_on=dt.date(2024, 1, 1))

    opinion.precision = precision

    opinion.full_clean()


@pytest.mark.parametrize(
    ("precision", "day"),
    [("month", dt.date(2024, 5, 2)), ("year", dt.date(2024, 1, 2)), ("year", dt.date(2024, 2, 1))],
    ids=["second day of a month", "second day of a year", "first day of another month"],
)
def test_a_month_or_a_year_does_not_pretend_to_be_a_day(precision, day):
    opinion = changed(make_opinion(), stated_on=day, precision=precision)

    with pytest.raises(ValidationError) as refusal:
        opinion.full_clean()

    expected = {"stated_on": ["Write the first day of that month or year."]}
    assert refusal.value.message_dict == expected


def test_two_meanings_without_a_code_do_not_collide():
    make_meaning(token="TSS04")

    meaning = make_meaning(token="TSS05")

    assert meaning.code is None


def test_a_provider_and_the_registry_may_mean_something_by_one_code():
    make_meaning(code="4.3.0")
    provider = make_provider()

    meanings = [make_meaning(code="4.3.0", provider=provider) for _ in range(2)]

    assert [meaning.provider for meaning in meanings] == [provider, provider]


def test_a_list_of_lines_is_no_bare_text():
    article = changed(make_article(published=False), key_findings="abc")

    with pytest.raises(ValidationError) as refusal:
        article.full_clean()

    assert refusal.value.message_dict == {"key_findings": ["A list of texts is needed."]}
