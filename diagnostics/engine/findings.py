"""The decision: one finding a report, the worst of them for the whole bounce."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diagnostics.bounce import Bounce, Format, Report, Span
from diagnostics.bounce.model import Action
from diagnostics.engine import confidence
from diagnostics.engine.articles import ArticleMatch, choose
from diagnostics.engine.evidence import (
    CLASS,
    OWN_CODE,
    REGISTRY,
    Evidence,
    Placed,
    from_codes,
)
from diagnostics.engine.knowledge import Knowledge
from diagnostics.engine.look import Look, look_for_words
from diagnostics.engine.provider import Recognised
from diagnostics.engine.words import Actor, Basis, Cause, Permanence

MAX_ALTERNATIVES = 3
GOOD = {Action.DELIVERED, Action.RELAYED, Action.EXPANDED}
NO_BOUNCE = {Format.COMPLAINT: 0.98, Format.AUTO_REPLY: 0.95, Format.MESSAGE: 0.8}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why one recipient did not get it, how sure that is, and what decided."""

    report: Report
    cause: Cause
    confidence: float
    permanent: bool | None
    who_acts: Actor
    basis: Basis | None = None
    signature: str | None = None  # the slug of the signature or meaning that decided
    span: Span | None = None  # the words that decided
    code_alone: Cause | None = None  # what the code alone would have said
    alternatives: tuple[tuple[Cause, float], ...] = ()
    provider: str | None = None
    service: str | None = None
    articles: tuple[ArticleMatch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A bounce with a finding for each of its reports, in their order; never empty."""

    bounce: Bounce
    findings: tuple[Finding, ...]
    knowledge_digest: str = ""

    @property
    def worst(self) -> Finding:
        """The finding of the whole bounce: permanent, then temporary, then the surest."""
        return max(self.ordered, key=severity)

    @property
    def ordered(self) -> list[Finding]:
        """The findings of recipients that failed, worst first; all of them when none did."""
        failed = [f for f in self.findings if f.cause is not Cause.NOT_A_BOUNCE]
        return sorted(failed or self.findings, key=severity, reverse=True)

    @property
    def is_bounce(self) -> bool:
        """Whether it says that a message was not delivered, or not yet."""
        return self.bounce.is_bounce or self.worst.cause not in (Cause.NOT_A_BOUNCE, Cause.UNKNOWN)


def severity(finding: Finding) -> tuple[int, float]:
    """Order findings; `max` and a stable sort keep the first of equals."""
    rank = {True: 2, False: 1, None: 0}[finding.permanent]
    return (rank, finding.confidence)


def diagnose(bounce: Bounce, knowledge: Knowledge) -> Diagnosis:
    """Return what is wrong, for each recipient, by what is known. Never raises."""
    if bounce.format in NO_BOUNCE:
        findings = [no_bounce(Report(), NO_BOUNCE[bounce.format])]
    elif bounce.reports:
        findings = [judge(bounce, report, knowledge) for report in bounce.reports]
    else:
        findings = [judge(bounce, Report(), knowledge)]
    return Diagnosis(bounce=bounce, findings=tuple(findings), knowledge_digest=knowledge.digest)


def no_bounce(report: Report, confidence: float) -> Finding:
    """Return the finding of what did not fail."""
    return Finding(
        report=report,
        cause=Cause.NOT_A_BOUNCE,
        confidence=confidence,
        permanent=None,
        who_acts=Actor.NOBODY,
    )


def judge(bounce: Bounce, report: Report, knowledge: Knowledge) -> Finding:
    """Return the finding of one report."""
    if report.action in GOOD:
        return no_bounce(report, 0.98)
    look = look_for_words(bounce, report, knowledge)
    coded = from_codes(report, look.recognised, knowledge)
    found = best_of_each(look.told, coded)
    if not found:
        return nothing_known(report, look.recognised, knowledge)
    decisive, place = found[0]
    recognised = look.recognised
    alone = code_alone(report, knowledge)
    return Finding(
        report=report,
        cause=decisive.cause,
        confidence=settle(found[0], look, alone),
        permanent=is_permanent(report, decisive, knowledge),
        who_acts=who_acts(report, decisive, knowledge),
        basis=decisive.basis,
        signature=decisive.slug,
        span=look.folded.source_span(*place) if place else report.codes,
        code_alone=alone,
        alternatives=alternatives(found),
        provider=recognised.provider,
        service=recognised.service,
        articles=choose(report, decisive.cause, recognised, decisive.article, knowledge),
    )


def settle(decisive: Placed, look: Look, alone: Cause | None) -> float:
    """Return how sure the decision is, with what else speaks for it and against it."""
    evidence, place = decisive
    if evidence.basis in (Basis.REGISTRY, Basis.CLASS):
        return evidence.confidence
    repeated, disputed = 0, False
    least = evidence.weight - confidence.NEARLY
    for other, span in look.told:
        if span == place:
            continue
        if other.cause is evidence.cause:
            repeated += 1
        elif other.rank >= evidence.rank and other.weight >= least:
            disputed = True
    return confidence.settled(
        evidence.confidence,
        agreed=alone is evidence.cause,
        repeated=repeated,
        around=look.around,
        disputed=disputed,
    )


def best_of_each(told: list[Placed], coded: tuple[Evidence, ...]) -> list[Placed]:
    """Return the strongest evidence for each cause, the strongest cause first."""
    best: dict[Cause, Placed] = {}
    for evidence, place in told:
        kept = best.setdefault(evidence.cause, (evidence, place))[0]
        if evidence.basis is Basis.SIGNATURE and kept.basis is not Basis.SIGNATURE:
            # The order has chosen the cause; a signature tells it better and leads to an article.
            surer = max(evidence.confidence, kept.confidence)
            best[evidence.cause] = (replace(evidence, confidence=surer), place)
    for evidence in coded:
        best.setdefault(evidence.cause, (evidence, None))
    if told and told[0][0].rank == REGISTRY:
        # A guess, or words that say little: what anybody means by the code may be surer.
        return sorted(best.values(), key=by_trust, reverse=True)
    return list(best.values())


def by_trust(placed: Placed) -> tuple[bool, float]:
    """Order codes and guesses: what the provider means by its code, then the surer."""
    evidence = placed[0]
    return (evidence.rank == OWN_CODE, evidence.confidence if evidence.rank else 0.0)


def nothing_known(report: Report, recognised: Recognised, knowledge: Knowledge) -> Finding:
    """Return the finding of what nobody knows yet."""
    return Finding(
        report=report,
        cause=Cause.UNKNOWN,
        confidence=0.0,
        permanent=by_codes(report),
        who_acts=Actor.SENDER,
        provider=recognised.provider,
        service=recognised.service,
        articles=choose(report, Cause.UNKNOWN, recognised, None, knowledge),
    )


def who_acts(report: Report, decisive: Evidence, knowledge: Knowledge) -> Actor:
    """Return who must act: whom the signature names, else the cause.

    Nobody need act while a server keeps trying; once it has given up, the sender sends again.
    """
    facts = knowledge.causes.get(decisive.cause)
    actor = decisive.who_acts or (facts.who_acts if facts else Actor.SENDER)
    given_up = actor is Actor.NOBODY and report.action is Action.FAILED
    return Actor.SENDER if given_up else actor


def is_permanent(report: Report, decisive: Evidence, knowledge: Knowledge) -> bool | None:
    """Return whether trying again is useless: by the signature, the codes, then the cause."""
    if report.action is Action.DELAYED and decisive.cause is Cause.DELIVERY_EXPIRED:
        return False  # so far; the server goes on trying
    if decisive.permanence in (Permanence.PERMANENT, Permanence.TEMPORARY):
        return decisive.permanence is Permanence.PERMANENT
    said = by_codes(report)
    if said is not None:
        return said
    facts = knowledge.causes.get(decisive.cause)
    if facts is None or facts.permanence is Permanence.EITHER:
        return None
    return facts.permanence is Permanence.PERMANENT


def by_codes(report: Report) -> bool | None:
    """Return what the first digit says, the reply code's first; else the action."""
    for code in (report.reply_code, report.status_code):
        if code and code[0] in "45":
            return code[0] == "5"
    return (
        {Action.FAILED: True, Action.DELAYED: False}.get(report.action) if report.action else None
    )


def code_alone(report: Report, knowledge: Knowledge) -> Cause | None:
    """Return what the registries say of the code, without a look at the words."""
    found = from_codes(report, Recognised(), knowledge)
    return next((e.cause for e in found if e.rank in (REGISTRY, CLASS)), None)


def alternatives(found: list[Placed]) -> tuple[tuple[Cause, float], ...]:
    """Return the other causes, the likelier first; together they share what is left."""
    if len(found) == 1:
        return ()
    left = 1 - found[0][0].confidence
    others = [evidence for evidence, _ in found[1 : MAX_ALTERNATIVES + 1]]
    total = sum(evidence.confidence for evidence in others) or 1.0
    shares = [(e.cause, round(min(e.confidence, left * e.confidence / total), 3)) for e in others]
    return tuple(sorted(shares, key=lambda share: -share[1]))
