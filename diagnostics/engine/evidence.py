"""What speaks for which cause, in a declared order.

1. the provider's own text: a signature bound to a provider, a token, a wording of its list
2. text that means the same from anybody
3. what the provider means by the code
4. what the registries mean by the enhanced code, then by the reply code; a guess by the nearest
   known wording where it is surer than they are
5. the first digit

Text outranks code: `550 5.1.1 … too many recipients this hour` is rate-limited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.bounce import Report, Span
from diagnostics.engine import confidence
from diagnostics.engine.knowledge import Knowledge, Meaning, Signature, codes_of
from diagnostics.engine.matcher import Hit
from diagnostics.engine.patterns import Target
from diagnostics.engine.provider import Recognised
from diagnostics.engine.words import Actor, Basis, Cause, Permanence

OWN_TEXT, ANY_TEXT, OWN_CODE, REGISTRY, CLASS, OTHERS = 5, 4, 3, 2, 1, 0

REMEMBERED = 10_000  # codes of one provider; whoever writes the texts chooses how many there are

LAST_STRAW = 20  # weight below which words (`rejected`) say no more than a code may
TOKEN_WEIGHT = 60
WORDING_WEIGHT = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that speaks for a cause, wherever it stands."""

    cause: Cause
    basis: Basis
    rank: int
    confidence: float
    slug: str | None = None
    weight: int = 0
    conditions: int = 0
    permanence: Permanence | None = None
    who_acts: Actor | None = None
    article: str | None = None


# Evidence with where it stands in the folded text; the code stands where the report says.
Placed = tuple[Evidence, Span | None]


def order(placed: Placed) -> tuple[int, int, int, int, float, str]:
    """Return what wins: rank, weight, conditions, length of the words, trust, then the name."""
    evidence, span = placed
    length = span[1] - span[0] if span else 0
    return (
        evidence.rank,
        evidence.weight,
        evidence.conditions,
        length,
        evidence.confidence,
        evidence.slug or "",
    )


def from_text(
    report: Report, hits: list[Hit], recognised: Recognised, knowledge: Knowledge
) -> list[Placed]:
    """Return what the words say."""
    found: list[Placed] = []
    for target, row, span in hits:
        if target is Target.SIGNATURE:
            if row.cause is Cause.NOT_A_BOUNCE and refused(report) and not row.reply_codes:
                continue  # `550 … your message was received, but the address is unknown`
            if row.fits(report) and (not row.providers or not row.providers.isdisjoint(recognised)):
                found.append((knowledge.evidence(row, from_signature), span))
        elif (target is Target.TOKEN or target is Target.WORDING) and (
            row.provider in recognised and row.cause is not Cause.UNKNOWN
        ):
            make = from_token if target is Target.TOKEN else from_wording
            if row.enhanced and report.status_code in codes_of(row):
                make = from_token_with_code if target is Target.TOKEN else from_wording_with_code
            found.append((knowledge.evidence(row, make), span))
    return found


def refused(report: Report) -> bool:
    """Whether a code says that the message was not taken, for now or for good."""
    return any(code and code[0] in "45" for code in (report.reply_code, report.status_code))


def from_signature(signature: Signature) -> Evidence:
    """Return what a signature says whose words stand there."""
    own = bool(signature.providers or signature.identifies)
    rank = OWN_TEXT if own else ANY_TEXT
    return Evidence(
        cause=signature.cause,
        basis=Basis.SIGNATURE,
        rank=rank if signature.weight >= LAST_STRAW else REGISTRY,
        confidence=confidence.of_signature(own=own, weight=signature.weight),
        slug=signature.slug,
        weight=signature.weight,
        conditions=signature.conditions,
        permanence=signature.permanence,
        who_acts=signature.who_acts,
        article=signature.article,
    )


def from_token(meaning: Meaning) -> Evidence:
    """Return what a provider's own list says of a token that stands there."""
    return from_meaning_text(meaning, confidence.TOKEN, TOKEN_WEIGHT)


def from_wording(meaning: Meaning) -> Evidence:
    """Return what a provider's own list says of a wording that stands there."""
    return from_meaning_text(meaning, confidence.WORDING, WORDING_WEIGHT)


def from_token_with_code(meaning: Meaning) -> Evidence:
    """Return what a list says of a token beside the very code that it names."""
    return from_meaning_text(meaning, confidence.TOKEN, TOKEN_WEIGHT, conditions=1)


def from_wording_with_code(meaning: Meaning) -> Evidence:
    """Return what a list says of a wording beside the very code that it names."""
    return from_meaning_text(meaning, confidence.WORDING, WORDING_WEIGHT, conditions=1)


def from_meaning_text(meaning: Meaning, trust: float, weight: int, conditions: int = 0) -> Evidence:
    """Return what a provider's own list says of words that stand there."""
    return Evidence(
        cause=meaning.cause,
        basis=Basis.MEANING,
        rank=OWN_TEXT,
        confidence=trust,
        slug=meaning.slug,
        weight=weight,
        conditions=conditions,
    )


def from_nearest(report: Report, folded: str, knowledge: Knowledge) -> Placed | None:
    """Return what the nearest curated wordings say, where no words are known."""
    guess = knowledge.nearest.guess(folded, report.status_code)
    if not guess or (guess.cause is Cause.NOT_A_BOUNCE and refused(report)):
        return None
    trust = confidence.of_guess(guess.share, guess.nearness)
    if trust < confidence.LEAST_GUESS:
        return None
    return Evidence(
        cause=guess.cause, basis=Basis.GUESS, rank=REGISTRY, confidence=trust
    ), guess.span


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
        yield from_registry(meaning, confidence.SUBJECT, REGISTRY)
    elif meaning := knowledge.registry.get((reply, "")):
        yield from_registry(meaning, confidence.CLASS, CLASS)


def own_meaning(report: Report, recognised: Recognised, knowledge: Knowledge) -> Evidence | None:
    """Return what this provider means by the enhanced code: what most of its entries say."""
    if not report.status_code:
        return None
    meanings = [
        meaning
        for meaning in knowledge.by_enhanced.get(report.status_code, [])
        if meaning.cause is not Cause.UNKNOWN
        and meaning.provider in recognised
        and meaning.reply in ("", report.reply_code)
    ]
    if not meanings:
        return None
    (cause, count), *_ = Counter(meaning.cause for meaning in meanings).most_common()
    slug = meanings[0].slug if len(meanings) == 1 else report.status_code
    return Evidence(
        cause=cause,
        basis=Basis.MEANING,
        rank=OWN_CODE,
        confidence=confidence.OWN_CODE * count / len(meanings),
        slug=slug,
    )


def from_registry(meaning: Meaning, trust: float, rank: int) -> Evidence:
    """Return what a registry says of a code."""
    unknown = meaning.cause is Cause.UNKNOWN
    return Evidence(
        cause=meaning.cause,
        basis=Basis.REGISTRY if rank == REGISTRY else Basis.CLASS,
        rank=rank,
        confidence=confidence.NOTHING if unknown else trust,
        slug=meaning.slug,
    )


def registry_trust(code: str, cause: Cause, knowledge: Knowledge) -> float:
    """Return how far a code can be trusted, by how many providers mean the same by it.

    `5.7.1` is used for a dozen causes, `5.1.1` nearly always for one.
    """
    others = knowledge.by_enhanced.get(code, [])
    agreeing = sum(meaning.cause is cause for meaning in others)
    return confidence.of_registry(agreeing, len(others))


def other_readings(code: str, cause: Cause, knowledge: Knowledge) -> list[Evidence]:
    """Return what providers mean by the code where that is another cause, as weak evidence."""
    others = knowledge.by_enhanced.get(code, [])
    counts = Counter(meaning.cause for meaning in others if meaning.cause is not cause)
    return [
        Evidence(
            cause=other, basis=Basis.MEANING, rank=OTHERS, confidence=0.5 * count / len(others)
        )
        for other, count in counts.most_common(3)
    ]
