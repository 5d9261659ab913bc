"""From a diagnosis to the answer page: words, steps, the marked text, and articles from `kb`."""

from __future__ import annotations

from diagnostics import wording
from diagnostics.answer import Alternative, Answer, Card, CodePart, Match, Segment
from diagnostics.bounce import Bounce, Span
from diagnostics.engine import Cause, Diagnosis, Finding, Knowledge
from kb.codes import Code
from kb.models import Actor, ArticleRevision
from kb.reading import ReadableStep, read_articles

MAX_STEPS = 5
MAX_CARDS = 50
MAX_SHOWN = 20_000  # code points of the paste that are shown with their marks
CONTEXT = 400  # of them before the first mark, so that it is seen at once


def answer(diagnosis: Diagnosis, knowledge: Knowledge) -> Answer:
    """Return what the page shows; asks the database for the articles only."""
    worst, *others = diagnosis.ordered
    matches = find_articles(worst)
    steps, do_nots = choose_steps(worst, matches, knowledge)
    sure = wording.is_sure(worst)
    return Answer(
        kind=kind_of(worst),
        headline=wording.sentence(worst, knowledge),
        lead=wording.lead(worst, knowledge),
        card=card(worst, diagnosis.bounce, knowledge),
        more_cards=[card(finding, diagnosis.bounce, knowledge) for finding in others[:MAX_CARDS]],
        steps=steps,
        do_nots=do_nots,
        segments=segments(diagnosis.bounce.text, [f.span for f in diagnosis.findings if f.span]),
        matches=matches,
        notes=list(diagnosis.bounce.notes),
        reply=wording.ready_reply(worst, knowledge, [s.action for s in steps]) if sure else "",
        format_label=wording.FORMATS.get(diagnosis.bounce.format, ""),
    )


def kind_of(finding: Finding) -> str:
    """Return which of the three pages it is."""
    if finding.cause is Cause.NOT_A_BOUNCE:
        return "not-a-bounce"
    return "answer" if wording.is_sure(finding) else "unsure"


def find_articles(finding: Finding) -> list[Match]:
    """Return the published articles that the engine chose, best first, with the reasons."""
    why = {match.slug: list(match.why) for match in finding.articles}
    revisions = ArticleRevision.objects.published().filter(slug__in=why)
    articles = {article.slug: article for article in read_articles(revisions)} if why else {}
    return [Match(articles[slug], reasons) for slug, reasons in why.items() if slug in articles]


def choose_steps(
    finding: Finding, matches: list[Match], knowledge: Knowledge
) -> tuple[list[ReadableStep], list[ReadableStep]]:
    """Return the steps of the best article; without one, the cause's first advice."""
    if finding.cause is Cause.NOT_A_BOUNCE:
        return [], []
    if matches and wording.is_sure(finding):
        best = matches[0].article
        steps = best.steps
        if wording.has_given_up(finding):
            waiting = Actor.NOBODY.value
            steps = [plain_step(wording.SEND_AGAIN), *(s for s in steps if s.who != waiting)]
        return steps[:MAX_STEPS], best.do_nots
    facts = knowledge.causes[finding.cause]
    return [plain_step(facts.advice, finding.who_acts.value)], []


def plain_step(action: str, who: str = Actor.SENDER.value) -> ReadableStep:
    """Return a step that no article holds, and so no opinion supports."""
    return ReadableStep(
        uid="first",
        who=who,
        who_label=Actor(who).label,
        action=action,
        check_text="",
        supported_by=[],
    )


def card(finding: Finding, bounce: Bounce, knowledge: Knowledge) -> Card:
    """Return the answer for one recipient."""
    facts = knowledge.causes[finding.cause]
    words, meaning = wording.confidence_words(finding.confidence)
    permanence, permanence_label = wording.permanence(finding)
    code = Code(finding.report.reply_code or "", finding.report.status_code or "")
    return Card(
        sentence=wording.sentence(finding, knowledge),
        recipient=finding.report.recipient or "",
        cause_name=facts.name,
        cause_slug=facts.slug.value,
        who=finding.who_acts.value,
        who_label=Actor(finding.who_acts.value).label,
        permanence=permanence,
        permanence_label=permanence_label,
        confidence=finding.confidence,
        confidence_words=words,
        confidence_meaning=meaning,
        basis_sentence=wording.basis(finding, knowledge),
        code_alone=wording.code_alone(finding, knowledge),
        code_parts=code_parts(code),
        code_address=code.address,
        alternatives=alternatives(finding, knowledge),
        facts=technical_facts(finding, bounce, knowledge),
    )


def code_parts(code: Code) -> list[CodePart]:
    """Return the code taken apart, the reply code whole."""
    parts = []
    if code.reply:
        severity = code.reply_parts()[0]
        parts.append(CodePart(code.reply, f"Reply code: {severity.label}", severity.meaning))
    parts += [
        CodePart(p.text, f"{p.place.capitalize()}: {p.label}", p.meaning)
        for p in code.enhanced_parts()[:2]
    ]
    return parts


def alternatives(finding: Finding, knowledge: Knowledge) -> list[Alternative]:
    """Return the other causes in words."""
    found = []
    for cause, confidence in finding.alternatives:
        facts = knowledge.causes[cause]
        words, _ = wording.confidence_words(confidence)
        likely = "possible" if words == "Not sure" else words.lower()
        found.append(Alternative(facts.name, facts.slug.value, facts.meaning, likely))
    return found


def technical_facts(
    finding: Finding, bounce: Bounce, knowledge: Knowledge
) -> list[tuple[str, str]]:
    """Return what was read, as label and value, without what the text does not say."""
    report, original = finding.report, bounce.original
    facts = [
        ("Recipient", report.recipient),
        ("Address as it was written", report.original_recipient),
        ("Reply code", report.reply_code),
        ("Enhanced status code", report.status_code),
        ("Provider's own tag", report.token),
        ("Answered by", wording.provider_name(finding, knowledge)),
        ("Server that answered", report.remote_host),
        ("Server that tells of it", report.reporting_host),
        ("Refused", wording.STAGES.get(report.stage) if report.stage else None),
        ("Sender's domain", original.from_domain if original else None),
        ("Message-ID", original.message_id if original else None),
        ("Sent on", original.date if original else None),
    ]
    seen = [(label, value) for label, value in facts if value]
    return [fact for fact in seen if fact != ("Address as it was written", report.recipient)]


def segments(text: str, spans: list[Span]) -> list[Segment]:
    """Return the pasted text cut at the marks, from some lines before the first."""
    marks = merge(spans)
    first = text.rfind("\n", 0, max(0, marks[0][0] - CONTEXT)) + 1 if marks else 0
    last = min(len(text), first + MAX_SHOWN)
    pieces = [Segment("…\n", marked=False)] if first else []
    at = first
    for start, end in marks:
        if end > last:
            break
        pieces += [Segment(text[at:start], marked=False), Segment(text[start:end], marked=True)]
        at = end
    pieces.append(Segment(text[at:last], marked=False))
    if last < len(text):
        pieces.append(Segment("…", marked=False))
    return [piece for piece in pieces if piece.text]


def merge(spans: list[Span]) -> list[Span]:
    """Return spans in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
