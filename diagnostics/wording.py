"""A finding in everyday words: what happened, how sure, by what. No database, no HTML."""

from __future__ import annotations

from diagnostics.bounce import Format, Stage
from diagnostics.bounce.model import Action
from diagnostics.engine import Basis, Cause, Finding, Knowledge

SURE_ENOUGH = 0.5  # below it the answer is "not sure"

FORMATS = {
    Format.DSN: "A delivery status notification",
    Format.NDR: "A mail system's notice",
    Format.SMTP_REPLY: "A mail server's reply",
    Format.LOG_LINE: "Lines of a mail server's log",
    Format.TRANSCRIPT: "A conversation between mail servers",
    Format.WEBHOOK: "A sending service's event",
    Format.COMPLAINT: "A complaint report",
    Format.AUTO_REPLY: "An automatic answer",
    Format.MESSAGE: "An ordinary e-mail",
    Format.UNKNOWN: "Text that is no bounce we know",
}

STAGES = {
    Stage.CONNECT: "when the connection was made",
    Stage.EHLO: "at the greeting (EHLO)",
    Stage.MAIL: "after the sender was named (MAIL FROM)",
    Stage.RCPT: "after the recipient was named (RCPT TO)",
    Stage.DATA: "when the message was announced (DATA)",
    Stage.END_OF_DATA: "after the whole message was sent (end of DATA)",
}

CONFIDENCE = [
    (0.9, "Very sure", "These words are known to mean this."),
    (0.7, "Fairly sure", "What was read fits this well; little speaks for anything else."),
    (SURE_ENOUGH, "Likely", "This fits best, but the reply leaves room for other causes."),
    (0.0, "Not sure", "The reply says too little to tell."),
]

SEND_AGAIN = "Send the message once more; go on below if it comes back again."

UNSURE_QUESTIONS = {
    True: "Which words stand beside the number? Paste the whole reply, the last lines included.",
    False: "What did the mail server answer? Look for a number such as 550 or 451 and paste the "
    "lines around it.",
}


def confidence_words(confidence: float) -> tuple[str, str]:
    """Return how sure we are, and what that means."""
    return next((words, why) for least, words, why in CONFIDENCE if confidence >= least)


def is_sure(finding: Finding) -> bool:
    """Whether a finding is told as an answer."""
    return finding.cause is not Cause.UNKNOWN and finding.confidence >= SURE_ENOUGH


def permanence(finding: Finding) -> tuple[str, str]:
    """Return the slug and the words of temporary or permanent."""
    if finding.permanent is None:
        return "unknown", "Temporary or permanent: not said"
    return ("permanent", "Permanent") if finding.permanent else ("temporary", "Temporary")


def sentence(finding: Finding, knowledge: Knowledge) -> str:
    """Return what happened, to whom, in one sentence; never leads with the code."""
    facts = knowledge.causes[finding.cause]
    if finding.cause is Cause.NOT_A_BOUNCE:
        return "This is not a bounce: nothing says that a message was not delivered."
    to = f" to {finding.report.recipient}" if finding.report.recipient else ""
    if not is_sure(finding):
        return f"We cannot say for sure why the message{to} came back."
    delayed = finding.permanent is False and finding.report.action is not Action.FAILED
    happened = "has not got through yet" if delayed else "came back"
    return f"The message{to} {happened} because {facts.sentence}."


def lead(finding: Finding, knowledge: Knowledge) -> str:
    """Return the sentence below: what it means for the reader."""
    facts = knowledge.causes[finding.cause]
    if finding.cause is Cause.NOT_A_BOUNCE:
        return facts.meaning
    if not is_sure(finding):
        return unsure_lead(finding, knowledge)
    if has_given_up(finding):
        return (
            f"{facts.meaning} It was temporary, but the sending server has given up and tries "
            "no more."
        )
    if finding.permanent is False:
        return f"{facts.meaning} It is temporary: the sending server tries again by itself."
    return facts.meaning


def has_given_up(finding: Finding) -> bool:
    """Whether a temporary refusal has lasted so long that nobody tries any more."""
    return finding.permanent is False and finding.report.action is Action.FAILED


def unsure_lead(finding: Finding, knowledge: Knowledge) -> str:
    """Return what was recognised all the same, and one question."""
    report = finding.report
    code = " ".join(filter(None, [report.reply_code, report.status_code]))
    read = f"We read the code {code}" if code else "We read no code that a mail server sends"
    who = f" from {provider_name(finding, knowledge)}" if finding.provider else ""
    return f"{read}{who}. {UNSURE_QUESTIONS[bool(code)]}"


def provider_name(finding: Finding, knowledge: Knowledge) -> str:
    """Return the name of who answered, or an empty text."""
    facts = knowledge.provider_by_slug.get(finding.provider or "")
    return facts.name if facts else ""


def basis(finding: Finding, knowledge: Knowledge) -> str:
    """Return what the finding rests on, as a sentence."""
    code = " ".join(filter(None, [finding.report.reply_code, finding.report.status_code]))
    name = provider_name(finding, knowledge) or "the provider"
    return {
        Basis.SIGNATURE: "The marked words decided: we know who sends them and what they mean.",
        Basis.MEANING: f"What {name} means by the marked words decided.",
        Basis.REGISTRY: f"The code {code} alone decided; the words beside it are not known to us.",
        Basis.CLASS: f"Only the number {code} could be read; the words are not known to us.",
        Basis.GUESS: "No known words were found; this is the nearest that we know.",
        None: "Nothing that we know stands in the text.",
    }[finding.basis]


def code_alone(finding: Finding, knowledge: Knowledge) -> str:
    """Return what the code alone would have said, where that differs; else an empty text."""
    alone = finding.code_alone
    if alone is None or alone is finding.cause or finding.basis is Basis.REGISTRY:
        return ""
    return f"The code alone would have said: {knowledge.causes[alone].name.lower()}."


def ready_reply(finding: Finding, knowledge: Knowledge, actions: list[str]) -> str:
    """Return a text that can be sent to whoever asked, steps included."""
    lines = ["Hello,", "", sentence(finding, knowledge), lead(finding, knowledge), ""]
    if actions:
        lines += ["What to do:", *(f"{n}. {a}" for n, a in enumerate(actions, start=1)), ""]
    return "\n".join([*lines, "Kind regards"])
