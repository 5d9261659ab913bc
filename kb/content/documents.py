"""An article as one document: its rows with those of the opinions it cites.

One schema for files, revisions and pages; `SCHEMA` grows when rows change their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kb.content.units import Row, Unit, group, stored_rows
from kb.models import Article, ArticleOpinion, Opinion, OpinionConflict, RemediationStep

SCHEMA = 1


def assemble(article: Unit, opinions: Mapping[str, Row], conflicts: Iterable[Row]) -> list[Row]:
    """Return the document's rows: article, its opinions in order, citations, steps, conflicts."""
    cited = [row["fields"]["opinion"][0] for row in article.rows if is_citation(row)]
    joined = [
        row
        for row in conflicts
        if row["fields"]["first"][0] in cited and row["fields"]["second"][0] in cited
    ]
    return [article.rows[0], *(opinions[uid] for uid in cited), *article.rows[1:], *joined]


def is_citation(row: Row) -> bool:
    """Whether a row cites an opinion."""
    return row["model"] == "kb.articleopinion"


def working_copy(article: Article) -> list[Row]:
    """Return the document of an article as the editors' rows stand now."""
    rows = [
        *stored_rows(Article, pk=article.pk),
        *stored_rows(ArticleOpinion, article=article),
        *stored_rows(RemediationStep, article=article),
    ]
    (unit,) = group(rows).values()
    opinions = stored_rows(Opinion, citations__article=article)
    conflicts = stored_rows(OpinionConflict, first__citations__article=article)
    return assemble(unit, {row["fields"]["uid"]: row for row in opinions}, conflicts)


def at_address(rows: Iterable[Row], slug: str) -> list[Row]:
    """Return a document's rows with the article under this slug, whatever it was then."""
    part = {"article": [slug]}
    here = {"kb.article": {"slug": slug}, "kb.articleopinion": part, "kb.remediationstep": part}
    return [{**row, "fields": row["fields"] | here.get(row["model"], {})} for row in rows]


def documents(units: Mapping[str, Unit]) -> dict[str, list[Row]]:
    """Return key → document rows of every article among units, straight from files or database."""
    opinions = {unit.root["uid"]: unit.rows[0] for unit in of_model(units, "kb.opinion")}
    conflicts = [unit.rows[0] for unit in of_model(units, "kb.opinionconflict")]
    return {unit.key: assemble(unit, opinions, conflicts) for unit in of_model(units, "kb.article")}


def of_model(units: Mapping[str, Unit], label: str) -> list[Unit]:
    """Return the units of one model, in order of their keys."""
    return [units[key] for key in sorted(units) if key.partition(":")[0] == label]


def wrap(rows: list[Row]) -> dict[str, Any]:
    """Return the document as a revision stores it."""
    return {"schema": SCHEMA, "rows": rows}
