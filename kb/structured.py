"""Pages as schema.org describes them, for search engines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from kb.addresses import absolute
from kb.breadcrumbs import Step
from kb.crosslinks import CrossLinks
from kb.models import ArticleRevision
from kb.reading import ReadableArticle, ReadableOpinion

Data = dict[str, Any]
SCHEMA = "https://schema.org"
LONGEST_HEADLINE = 110  # characters that search engines show


def breadcrumb_list(trail: Iterable[Step]) -> Data:
    """Return the steps to a page."""
    items = [
        {"@type": "ListItem", "position": number, "name": step.label, "item": absolute(step.path)}
        for number, step in enumerate(trail, 1)
    ]
    return {"@context": SCHEMA, "@type": "BreadcrumbList", "itemListElement": items}


def tech_article(article: ReadableArticle, revision: ArticleRevision, names: CrossLinks) -> Data:
    """Return an article with when it was published, what it is about and whom it cites."""
    about = [*names.get("causes", ()), *names.get("providers", ())]
    first = revision.first_published_at or revision.published_at
    return {
        "@context": SCHEMA,
        "@type": "TechArticle",
        "headline": article.question[:LONGEST_HEADLINE],
        "description": article.summary.replace("`", ""),
        "url": absolute(revision.get_absolute_url()),
        "datePublished": first.isoformat(),
        "dateModified": revision.published_at.isoformat(),
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
        "about": [
            {"@type": "Thing", "name": row.name, "url": absolute(row.get_absolute_url())}
            for row in about
        ],
        "citation": citations(article),
    }


def citations(article: ReadableArticle) -> list[Data]:
    """Return what an article cites, each page of a source once, withdrawn opinions left out."""
    opinions = [o for group in article.groups for o in group.opinions if not o.retracted]
    return [*{(o.source.slug, o.url, o.when.machine): citation(o) for o in opinions}.values()]


def citation(opinion: ReadableOpinion) -> Data:
    """Return where an opinion was read; what is not known is left out."""
    known = {
        "@type": "CreativeWork",
        "publisher": {"@type": "Organization", "name": opinion.source.name},
        "author": opinion.author and {"@type": "Person", "name": opinion.author},
        "url": opinion.url,
        "datePublished": opinion.when.machine if opinion.when.kind == "stated" else "",
        "dateModified": opinion.when.machine if opinion.when.kind == "updated" else "",
    }
    return {name: value for name, value in known.items() if value}
