"""From a topic, a cause or a provider to its neighbours, in one query a page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Value
from django.urls import reverse

from kb.models import ArticleRevision, Cause, CodeMeaning, Provider, Topic


@dataclass(frozen=True, slots=True)
class CrossLink:
    """A neighbour, and how many articles or codes lead to it."""

    kind: str
    slug: str
    name: str
    count: int

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse(f"kb:{self.kind}", args=[self.slug])


CrossLinks = dict[str, list[CrossLink]]


def links_of_topic(topic: Topic) -> CrossLinks:
    """Return the causes and providers that its articles are about."""
    articles = ArticleRevision.objects.published().on_topic(topic).order_by().values("pk")
    return in_one_query(
        counted("causes", Cause.objects.filter(revisions__in=articles), "revisions"),
        counted("providers", Provider.objects.filter(revisions__in=articles), "revisions"),
    )


def links_of_provider(provider: Provider) -> CrossLinks:
    """Return the causes that its codes name, its topics, services and sisters."""
    meanings = CodeMeaning.objects.verified().sent_by(provider).values("pk")
    articles = ArticleRevision.objects.published().about_provider(provider).values("pk")
    family = Provider.objects.exclude(family=None).filter(family=provider.family_id)
    return in_one_query(
        counted("causes", Cause.objects.filter(meanings__in=meanings), "meanings"),
        counted("topics", Topic.objects.filter(revisions__in=articles), "revisions"),
        counted("sisters", family.exclude(pk=provider.pk), "services"),
        counted("services", Provider.objects.filter(family=provider), "services"),
    )


def links_of_cause(cause: Cause) -> CrossLinks:
    """Return the providers whose codes name it, its topics, and causes of the same articles."""
    meanings = CodeMeaning.objects.verified().filter(cause=cause).values("pk")
    articles = ArticleRevision.objects.published().about_cause(cause).values("pk")
    others = Cause.objects.exclude(pk=cause.pk)
    return in_one_query(
        counted("providers", Provider.objects.filter(meanings__in=meanings), "meanings"),
        counted("topics", Topic.objects.filter(revisions__in=articles), "revisions"),
        counted("causes", others.filter(revisions__in=articles), "revisions"),
        counted("itself", Cause.objects.filter(pk=cause.pk, meanings__in=meanings), "meanings"),
    )


def names_in(revision: ArticleRevision) -> CrossLinks:
    """Return the causes, providers and topics that an article is about, by name."""
    return in_one_query(
        counted("causes", Cause.objects.filter(revisions=revision), "revisions"),
        counted("providers", Provider.objects.filter(revisions=revision), "revisions"),
        counted("topics", Topic.objects.filter(revisions=revision), "revisions"),
    )


def counted(group: str, rows: QuerySet, relation: str) -> QuerySet:
    """Return group, kind, slug, name and how many of the relation have led to each row."""
    kind = rows.model._meta.model_name  # noqa: SLF001 - the documented Meta API
    rows = rows.order_by().annotate(count=Count(relation, distinct=True))
    return rows.values_list(Value(group), Value(kind), "slug", "name", "count")


def in_one_query(first: QuerySet, *others: QuerySet) -> CrossLinks:
    """Return links by group, those to which most leads first."""
    links: CrossLinks = defaultdict(list)
    for group, *values in first.union(*others, all=True):
        links[group].append(CrossLink(*values))
    for group in links.values():
        group.sort(key=lambda link: (-link.count, link.name.lower()))
    return dict(links)
