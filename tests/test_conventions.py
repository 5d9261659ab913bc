"""What the whole tree keeps to, and no linter knows."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser

import pytest

import diagnostics.bounce

ROOT = Path(__file__).resolve().parent.parent
APPLICATIONS = ("kb", "diagnostics", "config")
LONGEST_MODULE = 300
NOT_OURS = {".git", ".venv", "var", "__pycache__", ".hypothesis"}
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
# In pieces, or this file would hold what it forbids.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
    ]
]
IMPORT_WITHOUT_DJANGO = """
import importlib, pkgutil, sys

FORBIDDEN = {"django", "kb", "config"}

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ImportError(f"{name} is imported")

sys.meta_path.insert(0, Refuse())
for name in ("diagnostics.bounce", "diagnostics.engine"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)
print(sorted(name for name in sys.modules if name.partition(".")[0] in FORBIDDEN))
"""


def own_modules() -> list[Path]:
    found = [path for name in APPLICATIONS for path in (ROOT / name).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def own_files() -> Iterator[Path]:
    for directory, names, files in os.walk(ROOT):
        names[:] = [name for name in names if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(directory, name) for name in files)


def requirements() -> list[str]:
    project = tomllib.loads(PYPROJECT)
    groups = project["dependency-groups"].values()
    return [*project["project"]["dependencies"], *(line for group in groups for line in group)]


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_modules_are_short():
    lengths = {path: len(path.read_bytes().splitlines()) for path in own_modules()}

    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_the_reader_and_the_engine_run_without_django():
    command = [sys.executable, "-c", IMPORT_WITHOUT_DJANGO]
    bare = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (bare.returncode, bare.stdout, bare.stderr) == (0, "[]\n", "")


@pytest.mark.parametrize("requirement", requirements())
def test_a_dependency_says_what_it_is_for(requirement):
    lines = [line for line in PYPROJECT.splitlines() if f'"{requirement}",' in line]

    assert lines
    assert all(re.search(r'",\s+# \w', line) for line in lines)


@pytest.mark.parametrize("requirement", requirements())
def test_a_dependency_is_pinned(requirement):
    name = re.match(r"[\w.-]+", requirement)[0].replace(".", "-").lower()
    pins = [path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")]

    pin = re.compile(rf"^{name}(\[[\w, -]+\])?==", re.MULTILINE)
    assert any(map(pin.search, pins)), "run make lock"


def test_no_file_names_a_package_registry():
    naming = {
        (str(path.relative_to(ROOT)), host)
        for path in own_files()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    }

    assert naming == set()


def patterns_of(value: object) -> Iterator[re.Pattern]:
    """Yield the patterns in a value, in those it holds as well."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for item in [*value, *value.values()]:
            yield from patterns_of(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from patterns_of(item)


def reader_patterns() -> list[re.Pattern]:
    package = diagnostics.bounce
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    modules = [importlib.import_module(module.name) for module in found]
    values = [value for module in modules for value in vars(module).values()]
    patterns = {pattern for value in values for pattern in patterns_of(value)}
    return sorted(patterns, key=lambda pattern: str(pattern.pattern))


def nested_repeat(nodes: object, *, repeated: bool = False) -> bool:
    """Return whether an unbounded repeat stands in another repeat, where backtracking explodes."""
    if isinstance(nodes, tuple) and nodes[:1] and nodes[0] in REPEATS:
        kind, (_, most, body) = nodes
        # A possessive repeat gives nothing back, so it may stand anywhere.
        unbounded = most is _constants.MAXREPEAT and kind is not _constants.POSSESSIVE_REPEAT
        return (repeated and unbounded) or nested_repeat(body, repeated=repeated or most > 1)
    if isinstance(nodes, (list, tuple, _parser.SubPattern)):
        return any(nested_repeat(node, repeated=repeated) for node in nodes)
    return False


REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}


@pytest.mark.parametrize(
    ("pattern", "explodes"),
    [
        (r"(a+)+b", True),
        (r"(?:x|(?:a*?)){2,9}", True),
        (r"(?=(a+)*)", True),
        (r"(?:a+)?b{2,9}c*", False),
        (r"(?:a++)*b", False),
    ],
)
def test_a_repeat_in_a_repeat_is_seen(pattern, explodes):
    assert nested_repeat(_parser.parse(pattern)) is explodes


@pytest.mark.parametrize("pattern", reader_patterns(), ids=lambda pattern: repr(pattern.pattern))
def test_a_pattern_of_the_reader_repeats_no_repeat(pattern):
    assert not nested_repeat(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))


def test_the_reader_makes_its_patterns_where_the_test_above_sees_them():
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted((ROOT / "diagnostics/bounce").rglob("*.py"))
        for statement in ast.parse(path.read_bytes()).body
        for call in ast.walk(statement)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).startswith("re.")
        and (ast.unparse(call.func) not in {"re.compile", "re.escape"} or is_code(statement))
    ]

    assert hidden == []


def is_code(statement: ast.stmt) -> bool:
    return isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def test_every_setting_from_the_environment_is_in_the_readme():
    settings = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))

    documented = set(re.findall(r"^\| *`([A-Z_]+)`", readme(), re.MULTILINE))

    assert documented == read


def test_every_command_is_in_the_readme():
    commands = {path.stem for path in ROOT.glob("*/management/commands/[!_]*.py")}

    named = {command for command in commands if re.search(rf"\b{command}\b", readme())}

    assert named == commands
