"""A diagnosis as plain data: the contract of `diagnose`, `triage` and the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from diagnostics.bounce import Report
from diagnostics.engine.findings import Diagnosis, Finding
from diagnostics.engine.words import Cause


def record(diagnosis: Diagnosis, identifier: str | None = None) -> dict[str, Any]:
    """Return one JSON object: the worst report's fields on top, all reports below."""
    bounce = diagnosis.bounce
    failed = [f for f in diagnosis.findings if f.cause is not Cause.NOT_A_BOUNCE]
    return {
        "id": identifier,
        "format": bounce.format.value,
        "is_bounce": diagnosis.is_bounce,
        "recipients": list(dict.fromkeys(f.report.recipient for f in failed if f.report.recipient)),
        **fields_of(diagnosis.worst, bounce.text),
        "reports": [
            {**facts_of(f.report), **fields_of(f, bounce.text)}
            for f in diagnosis.findings
            if bounce.reports
        ],
        "original": asdict(bounce.original) if bounce.original else None,
        "notes": list(bounce.notes),
    }


def facts_of(report: Report) -> dict[str, Any]:
    """Return what only a report of its own has."""
    return {
        "recipient": report.recipient,
        "original_recipient": report.original_recipient,
        "action": report.action.value if report.action else None,
        "reporting_host": report.reporting_host,
        "attempted": report.attempted,
        "retry_until": report.retry_until,
    }


def fields_of(finding: Finding, text: str) -> dict[str, Any]:
    """Return what is known of one report."""
    report = finding.report
    return {
        "reply_code": report.reply_code,
        "status_code": report.status_code,
        "token": report.token,
        "provider": finding.provider,
        "service": finding.service,
        "stage": report.stage.value if report.stage else None,
        "remote_host": report.remote_host,
        "cause": finding.cause.value,
        "permanent": finding.permanent,
        "confidence": round(finding.confidence, 2),
        "who_acts": finding.who_acts.value,
        "basis": finding.basis.value if finding.basis else None,
        "decided_by": decided_by(finding, text),
        "code_alone": finding.code_alone.value if finding.code_alone else None,
        "alternatives": [
            {"cause": cause.value, "confidence": confidence}
            for cause, confidence in finding.alternatives
        ],
        "articles": [
            {"slug": match.slug, "score": match.score, "why": list(match.why)}
            for match in finding.articles
        ],
    }


def decided_by(finding: Finding, text: str) -> dict[str, Any] | None:
    """Return the signature or meaning that decided, and the words."""
    if finding.basis is None:
        return None
    span = finding.span
    return {
        "signature": finding.signature,
        "span": list(span) if span else None,
        "text": text[span[0] : span[1]] if span else None,
    }
