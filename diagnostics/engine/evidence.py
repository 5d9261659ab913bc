"""What speaks for which cause, in a declared order.

1. the provider's own text: a signature bound to a provider, a token, a wording of its list
2. text that means the same from anybody
3. what the provider means by the code
4. what the registries mean by the enhanced code, then by the reply code
5. the first digit

Text outranks code: `550 5.1.1 … too many recipients this hour` is rate-limited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from diagnostics.bounce import Report, Span
from diagnostics.engine.knowledge import Knowledge, Meaning, Signature
from diagnostics.engine.matcher import Hit, Target
from diagnostics.engine.provider import Recognised
from diagnostics.engine.words import Actor, Basis, Cause, Permanence

OWN_TEXT, ANY_TEXT, OWN_CODE, REGISTRY, CLASS = 5, 4, 3, 2, 1

SUBJECT_TRUST = 0.4  # of an enhanced code that nobody has registered: only its subject is known
CLASS_TRUST = 0.35
REMEMBERED = 10_000  # codes of one provider; whoever writes the texts chooses how many there are

TOKEN_WEIGHT = 60
WORDING_WEIGHT = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that speaks for a cause."""

    cause: Cause
    basis: Basis
    rank: int
    confidence: float
    slug: str | None = None
    span: Span | None = None
    weight: int = 0
    conditions: int = 0
    permanence: Permanence | None = None
    who_acts: Actor | None = None
    article: str | None = None

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        """What wins: rank, weight, conditions, length of the words, then the name."""
        length = self.span[1] - self.span[0] if self.span else 0
        return (self.rank, self.weight, self.conditions, length, self.slug or "")


def weigh(
    report: Report, hits: list[Hit], recognised: Recognised, knowledge: Knowledge
) -> list[Evidence]:
    """Return everything that speaks for a cause, the strongest first, each cause once."""
    found = [
        *from_text(report, hits, recognised, knowledge),
        *from_codes(report, recognised, knowledge),
    ]
    found.sort(key=lambda evidence: evidence.order, reverse=True)
    best: dict[Cause, Evidence] = {}
    for evidence in found:
        kept = best.setdefault(evidence.cause, evidence)
        if evidence.basis is Basis.SIGNATURE and kept.basis is not Basis.SIGNATURE:
            # The order has chosen the cause; a signature tells it better and leads to an article.
            best[evidence.cause] = replace(
                evidence, confidence=max(evidence.confidence, kept.confidence)
            )
    return list(best.values())


def from_text(
    report: Report, hits: list[Hit], recognised: Recognised, knowledge: Knowledge
) -> list[Evidence]:
    """Return what the words say."""
    found = []
    for hit in hits:
        if hit.target is Target.SIGNATURE:
            signature = knowledge.signatures[hit.number]
            if holds(signature, report, recognised):
                found.append(from_signature(signature, hit.span))
        elif hit.target in (Target.TOKEN, Target.WORDING):
            meaning = knowledge.meanings[hit.number]
            if meaning.cause is not Cause.UNKNOWN and is_from(meaning.provider, recognised):
                found.append(from_meaning_text(meaning, hit))
    return found


def holds(signature: Signature, report: Report, recognised: Recognised) -> bool:
    """Whether the conditions of a signature are met."""
    if not signature.fits(report):
        return False
    return not signature.providers or not signature.providers.isdisjoint(recognised)


def is_from(provider: str | None, recognised: Recognised) -> bool:
    """Whether a provider is the one that answered, or the service behind it."""
    return provider is not None and provider in recognised


def from_signature(signature: Signature, span: Span) -> Evidence:
    """Return what a signature says whose words stand there."""
    own = bool(signature.providers or signature.identifies)
    return Evidence(
        cause=signature.cause,
        basis=Basis.SIGNATURE,
        rank=OWN_TEXT if own else ANY_TEXT,
        confidence=0.97 if own else 0.9,
        slug=signature.slug,
        span=span,
        weight=signature.weight,
        conditions=signature.conditions,
        permanence=signature.permanence,
        who_acts=signature.who_acts,
        article=signature.article,
    )


def from_meaning_text(meaning: Meaning, hit: Hit) -> Evidence:
    """Return what a provider's own list says of a token or wording that stands there."""
    token = hit.target is Target.TOKEN
    return Evidence(
        cause=meaning.cause,
        basis=Basis.MEANING,
        rank=OWN_TEXT,
        confidence=0.93 if token else 0.9,
        slug=meaning.slug,
        span=hit.span,
        weight=TOKEN_WEIGHT if token else WORDING_WEIGHT,
    )


def from_codes(
    report: Report, recognised: Recognised, knowledge: Knowledge
) -> tuple[Evidence, ...]:
    """Return what the codes say, each by whoever means something by them."""
    key = (report.reply_code, report.status_code, recognised)
    found = knowledge.said_of_codes.get(key)
    if found is None:
        if len(knowledge.said_of_codes) >= REMEMBERED:
            knowledge.said_of_codes.clear()
        found = tuple(look_up_codes(report, recognised, knowledge))
        knowledge.said_of_codes[key] = found
    return found


def look_up_codes(
    report: Report, recognised: Recognised, knowledge: Knowledge
) -> Iterator[Evidence]:
    """Yield what the provider, the registries and other providers say of the codes."""
    own = own_meaning(report, recognised, knowledge)
    if own:
        yield own
    status, reply = report.status_code or "", report.reply_code or ""
    subject = f"{status.rpartition('.')[0]}.0"
    if meaning := knowledge.registry.get(("", status)):
        trust = registry_trust(status, meaning.cause, knowledge)
        yield from_registry(meaning, trust, REGISTRY)
        yield from other_readings(status, meaning.cause, knowledge)
    elif meaning := knowledge.registry.get(("", subject)):
        yield from_registry(meaning, SUBJECT_TRUST, REGISTRY)
    elif meaning := knowledge.registry.get((reply, "")):
        yield from_registry(meaning, CLASS_TRUST, CLASS)


def own_meaning(report: Report, recognised: Recognised, knowledge: Knowledge) -> Evidence | None:
    """Return what this provider means by the enhanced code: what most of its entries say."""
    if not report.status_code:
        return None
    meanings = [
        meaning
        for meaning in knowledge.by_enhanced.get(report.status_code, [])
        if meaning.cause is not Cause.UNKNOWN
        and is_from(meaning.provider, recognised)
        and meaning.reply in ("", report.reply_code)
    ]
    if not meanings:
        return None
    (cause, count), *_ = Counter(meaning.cause for meaning in meanings).most_common()
    slug = meanings[0].slug if len(meanings) == 1 else report.status_code
    share = count / len(meanings)
    return Evidence(
        cause=cause, basis=Basis.MEANING, rank=OWN_CODE, confidence=0.8 * share, slug=slug
    )


def from_registry(meaning: Meaning, trust: float, rank: int) -> Evidence:
    """Return what a registry says of a code."""
    basis = Basis.REGISTRY if rank == REGISTRY else Basis.CLASS
    unknown = meaning.cause is Cause.UNKNOWN
    return Evidence(
        cause=meaning.cause,
        basis=basis,
        rank=rank,
        confidence=0.1 if unknown else trust,
        slug=meaning.slug,
    )


def registry_trust(code: str, cause: Cause, knowledge: Knowledge) -> float:
    """Return how far a code can be trusted: from 0.3 to 0.8, by how many providers agree on it.

    `5.7.1` is used for a dozen causes, `5.1.1` nearly always for one.
    """
    others = knowledge.by_enhanced.get(code, [])
    agreeing = sum(meaning.cause is cause for meaning in others)
    return 0.3 + 0.5 * (1 + agreeing) / (1 + len(others))


def other_readings(code: str, cause: Cause, knowledge: Knowledge) -> list[Evidence]:
    """Return what providers mean by the code where that is another cause, as weak evidence."""
    others = knowledge.by_enhanced.get(code, [])
    counts = Counter(meaning.cause for meaning in others if meaning.cause is not cause)
    return [
        Evidence(cause=other, basis=Basis.MEANING, rank=0, confidence=0.5 * count / len(others))
        for other, count in counts.most_common(3)
    ]
