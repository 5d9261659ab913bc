"""The answer of a server in a record that says more than its words: who, when, to whom."""

from __future__ import annotations

from diagnostics.bounce.codes import better_status, find_codes, find_host, find_stage, find_token
from diagnostics.bounce.model import Action, Report

ACTIONS = {"2": Action.DELIVERED, "4": Action.DELAYED, "5": Action.FAILED}


def with_answer(known: Report, text: str, start: int, end: int) -> Report:
    """Return what a record knows, filled up by the words of the answer that stand there.

    What is known stays, but for a status code that says less than that in the words.
    """
    words = text[start:end]
    stripped = words.strip()
    if not stripped:
        return known
    start += words.index(stripped[0])
    end = start + len(stripped)
    codes = find_codes(text, start, end)
    reply = known.reply_code or codes.reply
    status = better_status(known.status_code, codes.enhanced)
    # Not `replace`, which takes several times as long.
    return Report(
        recipient=known.recipient,
        original_recipient=known.original_recipient,
        action=known.action or ACTIONS.get((reply or status or " ")[0]),
        reply_code=reply,
        status_code=status,
        token=find_token(stripped),
        stage=known.stage or find_stage(stripped),
        remote_host=known.remote_host or find_host(stripped),
        reporting_host=known.reporting_host,
        diagnostic=(start, end),
        codes=codes.span,
    )
