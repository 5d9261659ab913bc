"""Rows in and out of `fixtures/`: YAML that a person can read, the same bytes for the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

from kb.content.documents import of_model
from kb.content.units import (
    LOADING_ORDER,
    Row,
    Unit,
    carried_fields,
    make_row,
    natural_key_of,
    part_rank,
)
from kb.models.base import Keyed

WIDTH = 100

# Units that share one file, by model.
SHARED_FILES = {
    "kb.source": "sources.yaml",
    "kb.topic": "topics.yaml",
    "kb.synonym": "synonyms.yaml",
    "kb.slugredirect": "redirects.yaml",
    "kb.cause": "causes.yaml",
    "kb.errorcode": "codes.yaml",
}


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Takes whole numbers, yes, no and nothing for what they are; `5.10` stays as it is written."""


KINDS = {"int", "bool", "null"}
Loader.yaml_implicit_resolvers = {
    letter: kept
    for letter, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [(tag, how) for tag, how in kinds if tag.rpartition(":")[2] in KINDS])
}


class Dumper(yaml.SafeDumper):
    """Writes keys of related rows in one line and long texts as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent lists below their key, as fixtures are usually written."""
        super().increase_indent(flow, indentless=False)


def represent_text(dumper: Dumper, text: str) -> yaml.ScalarNode:
    """Write texts of several lines as literal blocks, long ones folded, codes and dates quoted."""
    if text[:1].isdigit() and not text.strip("0123456789.-"):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'")
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    if len(text) > WIDTH - 30:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=">")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text)


def represent_list(dumper: Dumper, items: list[Any]) -> yaml.SequenceNode:
    """Write a natural key in one line: [google], ['451', 4.3.0]."""
    short = sum(len(str(item)) for item in items) < WIDTH - 40
    is_key = all(isinstance(item, str) and "\n" not in item and " " not in item for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=is_key and short)


Dumper.add_representer(str, represent_text)
Dumper.add_representer(list, represent_list)


def dump(rows: Iterable[Row]) -> str:
    """Return rows as the text of a fixture file."""
    blocks = [
        yaml.dump([in_order(row)], Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
        for row in rows
    ]
    return "\n".join(blocks)


def in_order(row: Row) -> Row:
    """Return a row with its fields in the order of files, which PostgreSQL does not keep."""
    names = [item.name for item in carried_fields(apps.get_model(row["model"]))]
    ordered = {name: row["fields"][name] for name in names if name in row["fields"]}
    return {"model": row["model"], "fields": ordered | row["fields"]}


class InvalidContent(ValueError):  # noqa: N818 - what is wrong with it is in its message
    """A file that is no starter content; names the file."""


def read(directory: Path) -> list[Row]:
    """Return the rows of all files below a directory, in their one form.

    Raise `InvalidContent` for what is no fixture, and for a row that stands there twice.
    """
    homes: dict[tuple[str, ...], str] = {}
    rows = []
    for path in sorted(directory.rglob("*.yaml")):
        name = path.relative_to(directory).as_posix()
        for row in read_file(path, name):
            model = apps.get_model(row["model"])
            key = (row["model"], *natural_key_of(model, row["fields"]))
            if key in homes:
                raise InvalidContent(f"{name}: {' '.join(key)} stands in {homes[key]} already.")
            homes[key] = name
            rows.append(row)
    return rows


def read_file(path: Path, name: str) -> list[Row]:
    """Return the rows of one file."""
    try:
        text = path.read_text(encoding="utf-8")
        raw_rows = yaml.load(text, Loader)  # noqa: S506 - it is one of the safe ones
        return [read_row(raw) for raw in raw_rows or []]
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidContent(f"{name} cannot be read: {error}") from error


@cache
def carried_names(model: type[Keyed]) -> frozenset[str]:
    """Return the names of the fields that rows of a model carry."""
    return frozenset(item.name for item in carried_fields(model))


def read_row(raw: Any) -> Row:
    """Return one row as a file has it, in its one form; unknown models and fields are refused."""
    model = apps.get_model(raw["model"])
    if model not in LOADING_ORDER:
        raise LookupError(f"{raw['model']} is no starter content")
    unknown = raw["fields"].keys() - carried_names(model)
    if unknown:
        raise LookupError(f"{raw['model']} has no field {', '.join(sorted(unknown))}")
    return make_row(model, raw["fields"])


def arrange(units: Mapping[str, Unit]) -> dict[str, list[Row]]:
    """Return file name → rows: where each unit is written, and in which order."""
    placed: dict[str, list[Row]] = defaultdict(list)
    for label, name in SHARED_FILES.items():
        for unit in of_model(units, label):
            placed[name] += unit.rows
    for label, place in (
        ("kb.provider", provider_file),
        ("kb.codemeaning", meaning_file),
        ("kb.signature", signature_file),
    ):
        for unit in of_model(units, label):
            placed[place(unit, units)] += unit.rows
    return {**placed, **arrange_articles(units)}


def provider_file(unit: Unit, units: Mapping[str, Unit]) -> str:  # noqa: ARG001
    """Return the file of a provider: that of its family."""
    return f"providers/{unit.root.get('family', [unit.root['slug']])[0]}.yaml"


def meaning_file(unit: Unit, units: Mapping[str, Unit]) -> str:
    """Return the file of a meaning: its provider's, or the registry's."""
    if "provider" not in unit.root:
        return "standards.yaml"  # after sources.yaml, which it refers to
    return provider_file(units[f"kb.provider:{unit.root['provider'][0]}"], units)


def signature_file(unit: Unit, units: Mapping[str, Unit]) -> str:
    """Return the file of a signature: that of the provider it is about, its language, its cause."""
    about = [*unit.root.get("identifies", []), *(key[0] for key in unit.root.get("providers", []))]
    if not about and "language" in unit.root:
        return f"signatures/language-{unit.root['language']}.yaml"
    if not about:
        return f"signatures/generic-{unit.root['cause'][0]}.yaml"
    name = provider_file(units[f"kb.provider:{about[0]}"], units)
    return name.replace("providers/", "signatures/")


def arrange_articles(units: Mapping[str, Unit]) -> dict[str, list[Row]]:
    """Return a file an article: its row, opinions first cited here, citations, steps, conflicts."""
    homes: dict[str, str] = {}
    placed: dict[str, list[Row]] = {}
    opinions = {unit.root["uid"]: unit.rows[0] for unit in of_model(units, "kb.opinion")}
    for unit in of_model(units, "kb.article"):
        name = f"articles/{unit.root['slug']}.yaml"
        cited = [row["fields"]["opinion"][0] for row in unit.rows if "opinion" in row["fields"]]
        own = [uid for uid in cited if homes.setdefault(uid, name) == name]
        placed[name] = [unit.rows[0], *(opinions[uid] for uid in own), *unit.rows[1:]]
    for uid in sorted(opinions.keys() - homes.keys()):
        homes[uid] = "opinions.yaml"
        placed.setdefault("opinions.yaml", []).append(opinions[uid])
    for unit in of_model(units, "kb.opinionconflict"):
        # With the later of the two, so that both stand before it when files load in order.
        ends = [homes[unit.root[end][0]] for end in ("first", "second")]
        placed[max(ends)] += sorted(unit.rows, key=part_rank)
    return placed


def write(directory: Path, units: Mapping[str, Unit]) -> tuple[list[str], list[str]]:
    """Write units as files; return the names written anew or changed, and those removed."""
    wanted = {name: dump(rows) for name, rows in arrange(units).items()}
    written = []
    for name, text in sorted(wanted.items()):
        path = directory / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(name)
    removed = []
    for path in sorted(directory.rglob("*.yaml")):
        name = path.relative_to(directory).as_posix()
        if name not in wanted:
            path.unlink()
            removed.append(name)
    return written, removed
