"""The page of a code or token: its parts, every meaning of it, and what cites it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from kb.cited import CitedGroup, group_cited
from kb.codes import Code, Part
from kb.models import ArticleRevision, CodeMeaning, ErrorCode, RevisionOpinion
from kb.models.code import CodeMeaningQuerySet

MANY = 200  # meanings or codes on one page
ARTICLES = 25
OPINIONS = 500  # rows; an opinion that two articles cite takes two


@dataclass(frozen=True, slots=True)
class MeaningGroup:
    """Meanings under one heading, the registry first, then providers by name."""

    title: str
    meanings: list[CodeMeaning]


@dataclass(frozen=True, slots=True)
class CodePage:
    """All that is known of one code or token; `address` is its own among all that lead to it."""

    address: str
    heading: str
    title: str
    code: Code
    parts: list[list[Part]]
    groups: list[MeaningGroup]
    articles: list[ArticleRevision]
    cited: list[CitedGroup]
    seen_with: list[ErrorCode] = field(default_factory=list)

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("kb:code", args=[self.address])

    @property
    def is_cut(self) -> bool:
        """Whether there may be older opinions than those shown."""
        return sum(len(item.articles) for group in self.cited for item in group.cited) >= OPINIONS


def find(address: str) -> CodePage | None:
    """Return the page that an address names, however it is spelt; None when nothing is known."""
    code = Code.of_address(spelt_usually(address))
    if code and (page := page_of_code(code)):
        return page
    meanings = CodeMeaning.objects.verified().with_names()
    meaning = meanings.filter(slug=address.lower()).first() or lone(
        meanings.filter(token__iexact=address)
    )
    return page_of_meaning(meaning) if meaning else None


def spelt_usually(address: str) -> str:
    """Return the address of a code as we write it: 451-4.3.0 for 451 4.3.0 and 451_4.03.0."""
    text = re.sub("[ +_-]+", "-", address)
    return re.sub(r"\b0+(?=[0-9])", "", text)


def lone(meanings: CodeMeaningQuerySet) -> CodeMeaning | None:
    """Return the meaning if there is only this one."""
    found = list(meanings.order_by("slug")[:2])
    return found[0] if len(found) == 1 else None


def page_of_code(code: Code) -> CodePage | None:
    """Return the page of a code that the registry or somebody else knows."""
    known = list(ErrorCode.objects.filter(around(code)).in_order()[:MANY])
    meanings = meanings_around(code)
    if not meanings and not known:
        return None
    title = registry_title(code, meanings)
    return CodePage(
        address=code.address,
        heading=code.text,
        title=title,
        code=code,
        parts=[parts for parts in (code.reply_parts(), code.enhanced_parts(title)) if parts],
        groups=group_by_code(code, meanings),
        articles=articles_on(about(code)),
        cited=opinions_on(code),
        seen_with=[row for row in known if row.address != code.address and row.reply],
    )


def page_of_meaning(meaning: CodeMeaning) -> CodePage:
    """Return the page of a provider's token or wording, with what else its code means."""
    code = Code(meaning.code.reply, meaning.code.enhanced) if meaning.code else Code()
    around_it = meanings_around(code) if meaning.code else []
    others = [other for other in around_it if other.pk != meaning.pk]
    title = registry_title(code, around_it)
    articles = about(code) if meaning.code else Q(causes=meaning.cause_id)
    return CodePage(
        address=meaning.slug,
        heading=meaning.token or meaning.title or str(meaning),
        title=meaning.title if meaning.token else "",
        code=code,
        parts=[parts for parts in (code.reply_parts(), code.enhanced_parts(title)) if parts],
        groups=[MeaningGroup("What it means", [meaning]), *group_by_code(code, others)],
        articles=articles_on(articles),
        cited=opinions_on(code) if meaning.code else [],
    )


def around(code: Code) -> Q:
    """Return the condition for rows of the code, its parts, and pairs that hold it."""
    if not code.enhanced:
        return Q(reply=code.reply)
    if not code.reply:
        return Q(enhanced=code.enhanced)
    return Q(enhanced=code.enhanced) | Q(reply=code.reply, enhanced="")


def about(code: Code) -> Q:
    """Return the condition for articles on the code."""
    codes = ErrorCode.objects.filter(around(code))
    return Q(codes__in=codes)


def meanings_around(code: Code) -> list[CodeMeaning]:
    """Return what anybody means by a code or its parts, ranges that hold it included."""
    if not code.enhanced:
        wanted = Q(code__reply=code.reply, code__enhanced="")
    else:
        wanted = Q(code__enhanced=code.enhanced, code__reply__in=["", code.reply])
        if code.reply:
            wanted |= Q(code__reply=code.reply, code__enhanced="")
        else:
            wanted |= Q(code__enhanced=code.enhanced)
        stem = code.enhanced.rpartition(".")[0]
        wanted |= Q(code__enhanced__startswith=f"{stem}.") & ~Q(enhanced_until="")
    found = CodeMeaning.objects.verified().with_names().filter(wanted).in_order()[:MANY]
    return [meaning for meaning in found if covers(meaning, code)]


def covers(meaning: CodeMeaning, code: Code) -> bool:
    """Whether a meaning, if it is of a range of codes, holds this one."""
    if not meaning.enhanced_until or not code.enhanced or not meaning.code.enhanced:
        return True
    first, last, here = (
        [int(part) for part in text.split(".")]
        for text in (meaning.code.enhanced, meaning.enhanced_until, code.enhanced)
    )
    return first <= here <= last


def registry_title(code: Code, meanings: Iterable[CodeMeaning]) -> str:
    """Return the registry's name of the enhanced code, or of the reply code without one."""
    wanted = ("", code.enhanced) if code.enhanced else (code.reply, "")
    for meaning in meanings:
        if not meaning.provider_id and (meaning.code.reply, meaning.code.enhanced) == wanted:
            return meaning.title
    return ""


def group_by_code(code: Code, meanings: Iterable[CodeMeaning]) -> list[MeaningGroup]:
    """Return meanings under the code that they are of: the pair, then its parts."""
    rows = sorted(meanings, key=lambda m: (m.provider is not None, m.provider and m.provider.name))
    if not (code.reply and code.enhanced):
        return [MeaningGroup(f"What {code.text} means", rows)] if rows else []
    parts = {
        f"What {code.text} means": lambda m: m.code.reply and m.code.enhanced,
        f"What {code.enhanced} means": lambda m: not m.code.reply,
        f"What {code.reply} means": lambda m: not m.code.enhanced,
    }
    groups = [MeaningGroup(title, [m for m in rows if test(m)]) for title, test in parts.items()]
    return [group for group in groups if group.meanings]


def articles_on(conditions: Q) -> list[ArticleRevision]:
    """Return the newest published articles for which the conditions hold, each once."""
    published = ArticleRevision.objects.published()
    found = published.filter(pk__in=published.filter(conditions).values("pk"))
    return list(found.for_lists().with_codes().recent_first()[:ARTICLES])


def opinions_on(code: Code) -> list[CitedGroup]:
    """Return the published opinions that carry the code, as they were frozen, by kind."""
    published = RevisionOpinion.objects.published().carrying(ErrorCode.objects.filter(around(code)))
    return group_cited(published.with_article().newest_first()[:OPINIONS])
