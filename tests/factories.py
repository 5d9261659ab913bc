"""Rows for tests: plain keyword functions, each giving the least that its model asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission, User

from kb import editorial, versioned
from kb.models import (
    Article,
    ArticleOpinion,
    Cause,
    CodeMeaning,
    ErrorCode,
    Opinion,
    OpinionConflict,
    Provider,
    RemediationStep,
    Signature,
    Source,
    Topic,
)

numbers = count(1)


def known(row: Any) -> Any:
    """Return a row that the whole process knows of at once, as after a change of version."""
    versioned.forget_everything()
    return row


def make_source(**fields: Any) -> Source:
    number = next(numbers)
    defaults = {"slug": f"source-{number}", "name": f"Source {number}", "kind": "expert-blog"}
    return known(Source.objects.create(**(defaults | fields)))


def make_cause(**fields: Any) -> Cause:
    number = next(numbers)
    defaults = {
        "slug": f"cause-{number}",
        "name": f"Cause {number}",
        "sentence": "something was wrong",
        "meaning": "Something was wrong.",
        "permanence": "temporary",
        "who_acts": "sender",
        "advice": "Wait.",
    }
    return known(Cause.objects.create(**(defaults | fields)))


def make_topic(**fields: Any) -> Topic:
    number = next(numbers)
    defaults = {"slug": f"topic-{number}", "name": f"Topic {number}", "summary": "A subject."}
    return known(Topic.objects.create(**(defaults | fields)))


def make_provider(**fields: Any) -> Provider:
    number = next(numbers)
    defaults = {"slug": f"provider-{number}", "name": f"Provider {number}"}
    return known(Provider.objects.create(**(defaults | fields)))


def make_code(text: str = "") -> ErrorCode:
    """Return the code that is written like 451, 4.3.0 or 451 4.3.0; without text, a new one."""
    number = next(numbers)
    reply, _, enhanced = (text or f"451 4.{number // 1000}.{number % 1000}").partition(" ")
    if "." in reply:
        reply, enhanced = "", reply
    return known(ErrorCode.objects.get_or_create(reply=reply, enhanced=enhanced)[0])


def make_meaning(*, code: str = "", **fields: Any) -> CodeMeaning:
    number = next(numbers)
    defaults = {
        "slug": f"meaning-{number}",
        "code": make_code(code) if code or "token" not in fields else None,
        "meaning": f"Meaning {number}.",
        "verified": True,
    }
    fields.setdefault("cause", None)
    fields["cause"] = fields["cause"] or make_cause()
    if "source" not in fields:
        fields["source"] = make_source()
    return known(CodeMeaning.objects.create(**(defaults | fields)))


def make_signature(**fields: Any) -> Signature:
    number = next(numbers)
    fields.setdefault("slug", f"signature-{number}")
    fields["cause"] = fields.get("cause") or make_cause()
    fields["source"] = fields.get("source") or make_source()
    defaults = {"status": "published", "pattern": f"words {number}", "meaning": "That."}
    return Signature.objects.create(**(defaults | fields))


def make_opinion(
    *, stated_on: dt.date | None = None, codes: Iterable[str] = (), **fields: Any
) -> Opinion:
    number = next(numbers)
    defaults = {
        "uid": f"opinion-{number}",
        "kind": "expert",
        "claim": f"Claim {number}.",
        "stated_on": stated_on,
        "precision": "day" if stated_on else "unknown",
    }
    if "source" not in fields:
        fields["source"] = make_source()
    opinion = Opinion.objects.create(**(defaults | fields))
    opinion.codes.set([make_code(code) for code in codes])
    return opinion


def make_conflict(first: Opinion, second: Opinion, **fields: Any) -> OpinionConflict:
    note = fields.pop("note", "They disagree.")
    return OpinionConflict.objects.create(first=first, second=second, note=note)


def make_step(
    article: Article, *, supported_by: Iterable[Opinion] = (), **fields: Any
) -> RemediationStep:
    number = next(numbers)
    defaults = {
        "uid": f"step-{number}",
        "position": number % 30_000,
        "action": f"Do thing {number}.",
    }
    step = RemediationStep.objects.create(article=article, **(defaults | fields))
    step.supported_by.set(supported_by)
    return step


def make_article(
    *,
    published: bool = True,
    opinions: Iterable[Opinion] = (),
    causes: Iterable[Cause] = (),
    codes: Iterable[str] = (),
    providers: Iterable[Provider] = (),
    topics: Iterable[Topic] = (),
    related: Iterable[Article] = (),
    steps: int = 0,
    **fields: Any,
) -> Article:
    number = next(numbers)
    defaults = {
        "slug": f"article-{number}",
        "question": f"Why does number {number} come back?",
        "summary": f"Summary {number}.",
    }
    article = Article.objects.create(**(defaults | fields))
    article.causes.set(causes)
    article.codes.set([make_code(code) for code in codes])
    article.providers.set(providers)
    article.topics.set(topics)
    article.related.set(related)
    opinions = list(opinions)
    for position, opinion in enumerate(opinions):
        ArticleOpinion.objects.create(article=article, opinion=opinion, position=position)
    for _ in range(steps):
        make_step(article, supported_by=opinions)
    if published:
        # As editorial.publish does, without reading all knowledge again for its digest.
        editorial.freeze(article, state="published", by=None, note="")
    return known(article)


def make_editor(*, publishes: bool = True) -> User:
    """Return a member of staff with every permission on the knowledge, and no other."""
    editor = User.objects.create_user(username=f"editor-{next(numbers)}", is_staff=True)
    permissions = Permission.objects.filter(content_type__app_label="kb")
    if not publishes:
        permissions = permissions.exclude(codename="publish_article")
    editor.user_permissions.set(permissions)
    return editor


def publish_again(article: Article) -> Article:
    """Publish an article as it stands now."""
    editorial.freeze(article, state="published", by=None, note="")
    return known(article)
