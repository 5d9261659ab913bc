"""The whole registry as one table, beside what providers mean by its codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models.functions import Lower

from kb.codes import CLASSES, SUBJECTS, UNKNOWN
from kb.models import CodeMeaning

Key = str  # the enhanced code where there is one, else the reply code


@dataclass(frozen=True, slots=True)
class OtherMeaning:
    """What a provider means by a code; `cause` is empty where it is the registry's."""

    slug: str
    provider: str
    cause: str


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A code as the registry has it, and those who mean something of their own by it."""

    meaning: CodeMeaning
    others: list[OtherMeaning]


@dataclass(slots=True)
class RegistryGroup:
    """Codes of one class and subject; `own` are those that only providers know."""

    key: str
    rows: list[RegistryRow] = field(default_factory=list)
    own: dict[Key, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """The group's id on the page."""
        return f"codes-{self.key.replace('.', '-')}"

    @property
    def subject(self) -> str:
        """What the codes are about, in a word or two."""
        if self.key.endswith("xx"):
            return "reply codes"
        return SUBJECTS.get(self.key[2:], UNKNOWN)[0].lower()

    @property
    def title(self) -> str:
        """Class and subject in words."""
        return f"{CLASSES.get(self.key[0], UNKNOWN)[0]}: {self.subject}"


def tabulate(registry: Iterable[CodeMeaning], *, with_own: bool) -> list[RegistryGroup]:
    """Return the registry's meanings by class and subject; they come in the order of their codes.

    `with_own` adds the codes of the same classes that no registry has; it needs all of a class.
    """
    registry = list(registry)
    others = meanings_of_providers()
    groups = {
        name: RegistryGroup(name, [row_of(meaning, others) for meaning in meanings])
        for name, meanings in groupby(registry, key=lambda meaning: group_of(key_of(meaning)))
    }
    if with_own:
        add_own(groups, {key_of(meaning) for meaning in registry}, others)
    return list(groups.values())


def key_of(meaning: CodeMeaning) -> Key:
    """Return the code under which a meaning stands."""
    return meaning.code.enhanced or meaning.code.reply


def group_of(key: Key) -> str:
    """Return the name of a code's group: 5.1 or 5xx."""
    return key.rpartition(".")[0] or f"{key[0]}xx"


def meanings_of_providers() -> dict[Key, list[tuple[str, str, str]]]:
    """Return code → slug, provider and cause of what providers mean, by name."""
    meanings = CodeMeaning.objects.verified().exclude(provider=None).exclude(code=None)
    columns = ("code__enhanced", "code__reply", "slug", "provider__name", "cause__name")
    found: dict[Key, list[tuple[str, str, str]]] = defaultdict(list)
    for enhanced, reply, *other in meanings.order_by(Lower("provider__name"), "slug").values_list(
        *columns
    ):
        found[enhanced or reply].append(tuple(other))
    return found


def row_of(meaning: CodeMeaning, others: Mapping[Key, list[tuple[str, str, str]]]) -> RegistryRow:
    """Return the row of a registry entry: other causes first, a provider once for each."""
    once: dict[tuple[str, str], OtherMeaning] = {}
    for slug, provider, cause in others.get(key_of(meaning), []):
        named = "" if cause == meaning.cause.name else cause
        once.setdefault((provider, named), OtherMeaning(slug, provider, named))
    return RegistryRow(meaning, sorted(once.values(), key=lambda other: not other.cause))


def add_own(
    groups: dict[str, RegistryGroup],
    registered: set[Key],
    others: Mapping[Key, list[tuple[str, str, str]]],
) -> None:
    """Add to each group the codes that providers use beside the registry, with who uses them."""
    own = [key for key in others if key not in registered and group_of(key) in groups]
    for key in sorted(own, key=lambda key: [int(part) for part in key.split(".")]):
        names = sorted({provider for _, provider, _ in others[key]}, key=str.lower)
        groups[group_of(key)].own[key] = ", ".join(names)
