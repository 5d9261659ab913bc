"""The snapshot of what is known: immutable, picklable, compiled once a version."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from diagnostics.bounce import Report, Stage
from diagnostics.engine.fold import fold_phrase
from diagnostics.engine.guess import Nearest, subject_of
from diagnostics.engine.matcher import Layer, Matcher
from diagnostics.engine.patterns import Literal, Target
from diagnostics.engine.words import Actor, Cause, Permanence

# What of a regular expression is no word: classes, counts, escapes.
NO_WORDS = re.compile(r"\\[a-zA-Z]|\[[^\]]{0,80}\]|\{[\d,]{1,9}\}|\(\?:|[\\()|?*+.^$]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One way of telling a cause from words (see `kb.models.Signature`)."""

    slug: str
    cause: Cause
    pattern: str
    regex: bool = False  # the pattern is a regular expression
    permanence: Permanence | None = None
    who_acts: Actor | None = None
    reply_codes: frozenset[str] = frozenset()
    enhanced_codes: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    identifies: str | None = None
    stage: Stage | None = None
    weight: int = 50
    article: str | None = None

    def fits(self, report: Report) -> bool:
        """Whether its conditions on codes and stage are met."""
        return (
            (not self.reply_codes or report.reply_code in self.reply_codes)
            and (not self.enhanced_codes or report.status_code in self.enhanced_codes)
            and (self.stage is None or report.stage == self.stage)
        )

    @property
    def conditions(self) -> int:
        """How many conditions it sets; of two equals the more specific wins."""
        parts = (self.reply_codes, self.enhanced_codes, self.providers, self.stage)
        return sum(bool(part) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a provider, or the registry where provider is None, means by a code or token."""

    slug: str
    cause: Cause
    provider: str | None = None
    reply: str = ""
    enhanced: str = ""
    enhanced_until: str = ""
    token: str = ""
    wording: str = ""
    permanent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """How a provider is recognised."""

    slug: str
    name: str
    family: str | None = None
    mx_suffixes: tuple[str, ...] = ()
    address_domains: tuple[str, ...] = ()
    reply_marks: tuple[str, ...] = ()


Row = Signature | Meaning | ProviderFacts  # what is found by words


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseFacts:
    """A cause in words, with what usually holds for it."""

    slug: Cause
    name: str
    sentence: str
    meaning: str
    permanence: Permanence
    who_acts: Actor
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleEntry:
    """A published article as far as choosing needs it; codes are (reply, enhanced)."""

    slug: str
    causes: frozenset[str] = frozenset()
    codes: frozenset[tuple[str, str]] = frozenset()
    providers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything that a diagnosis asks. Threads share it; processes get it pickled."""

    digest: str = ""
    number: int = 0
    signatures: tuple[Signature, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    providers: tuple[ProviderFacts, ...] = ()
    causes: Mapping[Cause, CauseFacts] = field(default_factory=dict)
    articles: tuple[ArticleEntry, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is compiled: it is made again where it arrives."""
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @cached_property
    def matcher(self) -> Matcher:
        """All words to look for, compiled."""
        rows: tuple[Row, ...] = (*self.signatures, *self.meanings, *self.providers)
        return Matcher(Layer(literal for row in rows for literal in literals_of(row)))

    @property
    def size(self) -> int:
        """How many phrases are looked for, every spelling counted."""
        return self.matcher.size

    def with_change(
        self,
        made: Mapping[str, Sequence[Any]],
        gone: Mapping[str, AbstractSet[str]],
        *,
        digest: str,
        number: int,
    ) -> Knowledge:
        """Return the knowledge with other rows: `gone` are slugs by field, `made` new rows.

        What is compiled is kept; only the words of the new rows are compiled.
        """
        fields: dict[str, Any] = {"digest": digest, "number": number}
        left: list[Row] = []
        for name in ("signatures", "meanings", "providers", "articles"):
            old, slugs = getattr(self, name), gone.get(name, frozenset())
            kept = [row for row in old if row.slug not in slugs]
            fields[name] = tuple(sorted([*kept, *made.get(name, ())], key=lambda row: row.slug))
            if name != "articles":
                left += [row for row in old if row.slug in slugs]
        causes = {slug: f for slug, f in self.causes.items() if slug not in gone.get("causes", ())}
        fields["causes"] = causes | {facts.slug: facts for facts in made.get("causes", ())}
        changed = replace(self, **fields)
        new = [
            row for name in ("signatures", "meanings", "providers") for row in made.get(name, ())
        ]
        literals = [literal for row in new for literal in literals_of(row)]
        matcher = self.matcher.with_change(literals, left)
        if matcher:
            changed.__dict__["matcher"] = matcher
        return changed

    @cached_property
    def nearest(self) -> Nearest:
        """The curated wordings, to guess by."""
        texts = [(worded(s), s.cause) for s in self.signatures]
        texts += [(worded(m), m.cause) for m in self.meanings if m.provider and m.wording]
        return Nearest(text for text in texts if text[1] is not Cause.UNKNOWN)

    @cached_property
    def _evidence(self) -> dict[tuple[int, Any], Any]:
        return {}

    def evidence(self, row: Any, make: Callable[[Any], Any]) -> Any:
        """Return what a row says, made once."""
        key = (id(row), make)
        found = self._evidence.get(key)
        if found is None:
            found = self._evidence[key] = make(row)
        return found

    @cached_property
    def said_of_codes(self) -> dict[tuple[Any, ...], Any]:
        """What the evidence says of codes it was asked about; filled and bounded there."""
        return {}

    @cached_property
    def chosen_articles(self) -> dict[tuple[Any, ...], Any]:
        """The articles that were chosen; filled and bounded there."""
        return {}

    @cached_property
    def articles_by_trait(self) -> dict[str | tuple[str, str], list[ArticleEntry]]:
        """Articles by slug, cause with provider, pair of codes, enhanced code and reply code."""
        found: dict[str | tuple[str, str], list[ArticleEntry]] = defaultdict(list)
        for article in self.articles:
            traits: set[str | tuple[str, str]] = {article.slug, *article.codes}
            traits |= {(cause, slug) for cause in article.causes for slug in article.providers}
            traits |= {code for pair in article.codes for code in pair if code}
            for trait in traits:
                found[trait].append(article)
        return dict(found)

    @cached_property
    def provider_by_slug(self) -> dict[str, ProviderFacts]:
        """Providers by slug."""
        return {provider.slug: provider for provider in self.providers}

    @cached_property
    def hosts(self) -> dict[str, ProviderFacts]:
        """Providers by the ends of their servers' names."""
        return {s.lstrip("."): p for p in self.providers for s in p.mx_suffixes}

    @cached_property
    def address_domains(self) -> dict[str, ProviderFacts]:
        """Providers by the domains of their addresses."""
        return {domain: p for p in self.providers for domain in p.address_domains}

    @cached_property
    def registry(self) -> dict[tuple[str, str], Meaning]:
        """The registries' meanings by (reply, enhanced); one of the two is empty."""
        return {(m.reply, m.enhanced): m for m in self.meanings if m.provider is None}

    @cached_property
    def by_enhanced(self) -> dict[str, list[Meaning]]:
        """Providers' meanings by enhanced code, ranges written out."""
        found: dict[str, list[Meaning]] = defaultdict(list)
        for meaning in self.meanings:
            if meaning.provider:
                for code in codes_of(meaning):
                    found[code].append(meaning)
        return dict(found)

    def family(self, slug: str) -> str:
        """Return the provider above a service, or the provider itself."""
        facts = self.provider_by_slug.get(slug)
        return facts.family or slug if facts else slug


def worded(row: Signature | Meaning) -> str:
    """Return the words of a row, its code's subject among them, for guessing."""
    if isinstance(row, Meaning):
        subject = subject_of(row.enhanced) if row.enhanced else ""
        return f"{fold_phrase(row.wording)} {subject}"
    pattern = NO_WORDS.sub(" ", row.pattern) if row.regex else row.pattern
    return fold_phrase(pattern)


def literals_of(row: Row) -> Iterator[Literal]:
    """Yield the words by which a row is found."""
    if isinstance(row, Signature):
        yield Literal(row.pattern, Target.PATTERN if row.regex else Target.SIGNATURE, row)
    elif isinstance(row, Meaning):
        if row.token:
            yield Literal(row.token, Target.TOKEN, row)
        if row.wording and row.provider:
            yield Literal(row.wording, Target.WORDING, row)
    else:
        for mark in row.reply_marks:
            yield Literal(mark, Target.MARK, row)
        for suffix in row.mx_suffixes:
            yield Literal(suffix.lstrip("."), Target.HOST, row)


def codes_of(meaning: Meaning) -> list[str]:
    """Return the enhanced codes of a meaning, a range written out."""
    if not meaning.enhanced or not meaning.enhanced_until:
        return [meaning.enhanced] if meaning.enhanced else []
    head, _, first = meaning.enhanced.rpartition(".")
    last = meaning.enhanced_until.rpartition(".")[2]
    return [f"{head}.{number}" for number in range(int(first), int(last) + 1)]
