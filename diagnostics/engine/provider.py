"""Who answered: by the host that did, by marks in the words, by the address."""

from __future__ import annotations

from typing import NamedTuple

from diagnostics.bounce import Report
from diagnostics.engine.knowledge import Knowledge
from diagnostics.engine.matcher import Hit
from diagnostics.engine.patterns import Target


class Recognised(NamedTuple):
    """The provider that answered, and which of its services or what stands behind it."""

    provider: str | None = None
    service: str | None = None


def recognise(report: Report, text: str, hits: list[Hit], knowledge: Knowledge) -> Recognised:
    """Return who answered; the host that did outranks words, words outrank the address.

    `text` is the folded text that the hits were found in.
    """
    votes: list[str] = []
    if report.remote_host and (by_host := from_host(report.remote_host, knowledge)):
        votes.append(by_host)
    hosts: list[tuple[int, int, str]] = []
    for hit in hits:
        if hit.target is Target.HOST:
            if is_host(text, *hit.span):
                hosts.append((hit.span[1], -hit.span[0], hit.row.slug))
        elif betrayed := betrayed_by(hit, report, text):
            votes.append(betrayed)
    if hosts:
        # Of names that end at one place the longest tells most.
        votes += {end: slug for end, _, slug in sorted(hosts)}.values()
    by_address = from_address(report, knowledge)
    if by_address:
        votes.append(by_address)
    return elected(votes, by_address, knowledge) if votes else NOBODY


def betrayed_by(hit: Hit, report: Report, text: str) -> str | None:
    """Return the provider that words betray: by its mark, its own sentence, its tag alone."""
    target, row, (start, end) = hit
    if target is Target.MARK:
        return str(row.slug)
    if target is Target.SIGNATURE:
        return row.identifies if row.identifies and row.fits(report) else None
    if target is Target.TOKEN and not text[:start].strip("[(") and not text[end:].strip(")]."):
        return str(row.provider)  # nothing but the tag was pasted
    return None


NOBODY = Recognised()


def elected(votes: list[str], by_address: str | None, knowledge: Knowledge) -> Recognised:
    """Return the provider that the first vote names, with its service or what stands behind."""
    provider = knowledge.family(votes[0])
    for vote in votes:
        if vote != provider and knowledge.family(vote) == provider:
            return Recognised(provider, vote)
    return Recognised(provider, by_address if by_address != provider else None)


def is_host(text: str, start: int, end: int) -> bool:
    """Whether the end of a host's name stands there: not in an address, and not going on."""
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isalnum():
        return False
    return "@" not in text[text.rfind(" ", 0, start) + 1 : start]


def from_host(host: str, knowledge: Knowledge) -> str | None:
    """Return the provider by the longest known end of a host's name."""
    name = host.lower().rstrip(".")
    hosts = knowledge.hosts
    while name:
        facts = hosts.get(name)
        if facts:
            return facts.slug
        _, _, name = name.partition(".")
    return None


def from_address(report: Report, knowledge: Knowledge) -> str | None:
    """Return the provider by the recipient's domain."""
    address = report.recipient or report.original_recipient
    if not address:
        return None
    facts = knowledge.address_domains.get(address.rpartition("@")[2].lower())
    return facts.slug if facts else None
