"""Who answered: by the host that did, by marks in the words, by the address."""

from __future__ import annotations

import re
from typing import NamedTuple

from diagnostics.bounce import Report
from diagnostics.engine.knowledge import Knowledge
from diagnostics.engine.matcher import Hit, Target

HOST = re.compile(r"(?<![@\w.-])(?:[a-z0-9_-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
MAX_HOSTS = 20


class Recognised(NamedTuple):
    """The provider that answered, and which of its services or what stands behind it."""

    provider: str | None = None
    service: str | None = None


def recognise(report: Report, words: str, hits: list[Hit], knowledge: Knowledge) -> Recognised:
    """Return who answered; the host that did outranks words, words outrank the address."""
    by_address = from_address(report, knowledge)
    votes = [
        from_host(report.remote_host or "", knowledge),
        *(knowledge.providers[hit.number].slug for hit in hits if hit.target is Target.MARK),
        *(betrayed for hit in hits if (betrayed := betrayed_by(hit, report, knowledge))),
        *(from_host(host, knowledge) for host in hosts_in(words)),
        by_address,
    ]
    named = [vote for vote in votes if vote]
    if not named:
        return Recognised()
    provider = knowledge.family(named[0])
    services = [vote for vote in named if vote != provider and knowledge.family(vote) == provider]
    if services:
        return Recognised(provider, services[0])
    behind = by_address if by_address and by_address != provider else None
    return Recognised(provider, behind)


def betrayed_by(hit: Hit, report: Report, knowledge: Knowledge) -> str | None:
    """Return the provider that a signature's words betray, where its conditions hold."""
    if hit.target is not Target.SIGNATURE:
        return None
    signature = knowledge.signatures[hit.number]
    return signature.identifies if signature.fits(report) else None


def from_host(host: str, knowledge: Knowledge) -> str | None:
    """Return the provider by the longest known end of a host's name."""
    labels = host.lower().rstrip(".").split(".")
    for number in range(len(labels) - 1):
        facts = knowledge.hosts.get(".".join(labels[number:]))
        if facts:
            return facts.slug
    return None


def hosts_in(words: str) -> list[str]:
    """Return host names in the words of an answer, those of addresses left out."""
    return [found[0] for found in HOST.finditer(words[:4000])][:MAX_HOSTS]


def from_address(report: Report, knowledge: Knowledge) -> str | None:
    """Return the provider by the recipient's domain."""
    address = report.recipient or report.original_recipient or ""
    facts = knowledge.address_domains.get(address.rpartition("@")[2].lower())
    return facts.slug if facts else None
