"""The one join with `kb`: the engine's snapshot, from the database or straight from `fixtures/`.

Both ways read the same rows (`kb.content.units`), so the same knowledge gives the same snapshot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
)
from kb.models import Cause as CauseRow
from kb.models import Signature as SignatureRow

LOOK_AGAIN = 1.0  # seconds between two looks at the version

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
    documents = ArticleRevision.objects.published().values_list("document", flat=True)
    articles = [document["rows"][0]["fields"] for document in documents]
    return build(rows, articles, digest=version.digest, number=version.number)


def build(
    rows: list[Row], articles: list[dict[str, Any]], *, digest: str, number: int = 0
) -> Knowledge:
    """Return the snapshot of rows and published articles."""
    by_model: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_model.setdefault(row["model"], []).append(row["fields"])
    causes = [cause_facts(fields) for fields in by_model.get("kb.cause", [])]
    signatures = [f for f in by_model.get("kb.signature", []) if f.get("status") == "published"]
    meanings = [f for f in by_model.get("kb.codemeaning", []) if f.get("verified")]
    return Knowledge(
        digest=digest,
        number=number,
        signatures=tuple(sorted(map(signature, signatures), key=lambda s: s.slug)),
        meanings=tuple(sorted(map(meaning, meanings), key=lambda m: m.slug)),
        providers=tuple(
            sorted(map(provider, by_model.get("kb.provider", [])), key=lambda p: p.slug)
        ),
        causes={facts.slug: facts for facts in causes},
        articles=tuple(sorted(map(entry, articles), key=lambda a: a.slug)),
    )


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
        anchor=fields.get("anchor", "") if fields.get("kind") == "regex" else "",
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

    def _look(self) -> Knowledge:
        """Return the kept snapshot if it is the published one still, else a new one."""
        digest = KnowledgeVersion.objects.current().digest
        if self._knowledge is None or self._knowledge.digest != digest:
            self._knowledge = from_database()
        self._looked_at = time.monotonic()
        return self._knowledge

    def forget(self) -> None:
        """Start anew, as a process does; for tests that change the database below it."""
        self._knowledge = None


snapshot = Snapshot()
