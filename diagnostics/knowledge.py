"""The one join with `kb`: the engine's snapshot, from the database or straight from `fixtures/`.

Both ways read the same rows (`kb.content.units`), so the same knowledge gives the same snapshot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps

from diagnostics.bounce import Stage
from diagnostics.engine import (
    Actor,
    ArticleEntry,
    Cause,
    CauseFacts,
    Knowledge,
    Meaning,
    Permanence,
    ProviderFacts,
    Signature,
)
from kb import editorial
from kb.content import files
from kb.content.units import Row, group, stored_rows
from kb.models import (
    ArticleRevision,
    CodeMeaning,
    KnowledgeVersion,
    Provider,
    PublishedUnit,
)
from kb.models import Cause as CauseRow
from kb.models import Signature as SignatureRow

LOOK_AGAIN = 1.0  # seconds between two looks at the version
MOST_CHANGES = 500  # pieces of knowledge; above it everything is fetched anew

ENGINE_CAUSES = frozenset(cause.value for cause in Cause)

Fields = Mapping[str, Any]


def from_fixtures(directory: Path) -> Knowledge:
    """Return the snapshot that `install_content` would publish; asks no database."""
    rows = files.read(directory)
    digests = editorial.digests_once_published(group(rows))
    articles = [row["fields"] for row in rows if row["model"] == "kb.article"]
    return build(rows, articles, digest=editorial.knowledge_digest(digests))


def from_database() -> Knowledge:
    """Return the snapshot of what is published."""
    version = KnowledgeVersion.objects.current()
    rows = [
        *stored_rows(CauseRow),
        *stored_rows(Provider),
        *stored_rows(CodeMeaning),
        *stored_rows(SignatureRow),
    ]
    return build(rows, published_articles(), digest=version.digest, number=version.number)


def build(
    rows: list[Row], articles: list[dict[str, Any]], *, digest: str, number: int = 0
) -> Knowledge:
    """Return the snapshot of rows and published articles."""
    made = make(rows, articles)
    return Knowledge(
        digest=digest,
        number=number,
        causes={facts.slug: facts for facts in made.pop("causes")},
        **{name: tuple(sorted(facts, key=slug_of)) for name, facts in made.items()},
    )


def make(rows: list[Row], articles: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return what the engine takes of rows and published articles, by the fields of Knowledge."""
    made: dict[str, list[Any]] = {name: [] for name in FIELD_OF.values()}
    for row in rows:
        fields = row["fields"]
        if is_public(row):
            made[FIELD_OF[row["model"]]].append(MAKERS[row["model"]](fields))
    made["articles"] = [entry(fields) for fields in articles]
    return made


def is_public(row: Row) -> bool:
    """Whether a row takes part in diagnoses; one of a cause that the engine lacks cannot."""
    if row["model"] == "kb.cause":
        return row["fields"]["slug"] in ENGINE_CAUSES
    if "cause" in row["fields"] and key(row["fields"], "cause") not in ENGINE_CAUSES:
        return False
    if row["model"] == "kb.signature":
        return row["fields"].get("status") == "published"
    if row["model"] == "kb.codemeaning":
        return bool(row["fields"].get("verified"))
    return row["model"] in MAKERS


def slug_of(facts: Any) -> str:
    """Return the key that rows of the engine are ordered by."""
    return facts.slug


def catch_up(knowledge: Knowledge) -> Knowledge:
    """Return the snapshot of what is published now, made from an older one and what changed."""
    version = KnowledgeVersion.objects.current()
    changed: dict[str, list[str]] = {}
    for key in PublishedUnit.objects.changed_since(knowledge.number):
        label, _, slug = key.partition(":")
        changed.setdefault(label, []).append(slug)
    if sum(map(len, changed.values())) > MOST_CHANGES:
        return from_database()
    rows = [
        row
        for label, slugs in changed.items()
        if label in MAKERS
        for row in stored_rows(apps.get_model(label), slug__in=slugs)
    ]
    slugs = changed.get("kb.article", [])
    made = make(rows, published_articles(slug__in=slugs) if slugs else [])
    gone = {FIELD_OF[label]: set(slugs) for label, slugs in changed.items() if label in FIELD_OF}
    return knowledge.with_change(made, gone, digest=version.digest, number=version.number)


def published_articles(**conditions: Any) -> list[dict[str, Any]]:
    """Return the fields of published articles, as their documents hold them."""
    revisions = ArticleRevision.objects.published().filter(**conditions)
    documents = revisions.values_list("document", flat=True)
    return [document["rows"][0]["fields"] for document in documents]


def cause_facts(fields: Fields) -> CauseFacts:
    """Return a cause's row for the engine."""
    return CauseFacts(
        slug=Cause(fields["slug"]),
        name=fields["name"],
        sentence=fields["sentence"],
        meaning=fields["meaning"],
        permanence=Permanence(fields["permanence"]),
        who_acts=Actor(fields["who_acts"]),
        advice=fields["advice"],
    )


def signature(fields: Fields) -> Signature:
    """Return a signature's row for the engine."""
    return Signature(
        slug=fields["slug"],
        cause=Cause(key(fields, "cause")),
        pattern=fields["pattern"],
        regex=fields.get("kind") == "regex",
        permanence=Permanence(fields["permanence"]) if "permanence" in fields else None,
        who_acts=Actor(fields["who_acts"]) if "who_acts" in fields else None,
        reply_codes=frozenset(fields.get("reply_codes", ())),
        enhanced_codes=frozenset(fields.get("enhanced_codes", ())),
        providers=frozenset(item[0] for item in fields.get("providers", ())),
        identifies=key(fields, "identifies") or None,
        stage=Stage(fields["stage"]) if "stage" in fields else None,
        weight=fields.get("weight", 50),
        article=key(fields, "article") or None,
    )


def meaning(fields: Fields) -> Meaning:
    """Return a meaning's row for the engine."""
    reply, enhanced = fields.get("code", ("", ""))
    return Meaning(
        slug=fields["slug"],
        cause=Cause(key(fields, "cause")),
        provider=key(fields, "provider") or None,
        reply=reply,
        enhanced=enhanced,
        enhanced_until=fields.get("enhanced_until", ""),
        token=fields.get("token", ""),
        wording=fields.get("wording", ""),
        permanent=fields.get("permanent"),
    )


def provider(fields: Fields) -> ProviderFacts:
    """Return a provider's row for the engine."""
    return ProviderFacts(
        slug=fields["slug"],
        name=fields["name"],
        family=key(fields, "family") or None,
        mx_suffixes=tuple(fields.get("mx_suffixes", ())),
        address_domains=tuple(fields.get("address_domains", ())),
        reply_marks=tuple(fields.get("reply_marks", ())),
    )


def entry(fields: Fields) -> ArticleEntry:
    """Return a published article's row for the engine."""
    return ArticleEntry(
        slug=fields["slug"],
        causes=frozenset(item[0] for item in fields.get("causes", ())),
        codes=frozenset((reply, enhanced) for reply, enhanced in fields.get("codes", ())),
        providers=frozenset(item[0] for item in fields.get("providers", ())),
    )


def key(fields: Fields, name: str) -> str:
    """Return the natural key of a related row, or an empty text."""
    return fields[name][0] if name in fields else ""


# Which rows the engine takes, how it makes its own of them, and where it keeps them.
MAKERS: dict[str, Callable[[Fields], Any]] = {
    "kb.cause": cause_facts,
    "kb.provider": provider,
    "kb.codemeaning": meaning,
    "kb.signature": signature,
}
FIELD_OF = {
    "kb.cause": "causes",
    "kb.provider": "providers",
    "kb.codemeaning": "meanings",
    "kb.signature": "signatures",
    "kb.article": "articles",
}


class Snapshot:
    """The knowledge in this process; looks at most once a second whether there is newer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._knowledge: Knowledge | None = None
        self._looked_at = 0.0

    def current(self) -> Knowledge:
        """Return the published knowledge; one thread builds a newer one, the others go on."""
        knowledge = self._knowledge
        if knowledge and time.monotonic() - self._looked_at < LOOK_AGAIN:
            return knowledge
        if not self._lock.acquire(blocking=knowledge is None):
            return knowledge  # type: ignore[return-value]  # the lock is waited for without one
        try:
            return self._look()
        finally:
            self._lock.release()

    def now(self) -> Knowledge:
        """Return what is published at this moment, for deeds that decide by it."""
        with self._lock:
            return self._look()

    def _look(self) -> Knowledge:
        """Return the kept snapshot if it is the published one still, else a new one."""
        digest = KnowledgeVersion.objects.current().digest
        if self._knowledge is None:
            self._knowledge = from_database()
        elif self._knowledge.digest != digest:
            self._knowledge = catch_up(self._knowledge)
        self._looked_at = time.monotonic()
        return self._knowledge

    def forget(self) -> None:
        """Start anew, as a process does; for tests that change the database below it."""
        self._knowledge = None


snapshot = Snapshot()
