"""Imports run one way: a part of the package may import only from parts above it in LAYERS.

Inside a part there is no circle of imports either; and each library that only one part may know is
imported by that part alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "weihai_kg"

LAYERS = (
    {"errors", "namespaces", "formats", "ntriples", "similarity"},
    {"settings", "release"},
    {"sources", "engine"},
    {"reasoning", "saved_queries"},
    {"checks", "publish", "explanation", "differences", "linking"},
    {"build", "query_doctor"},
    {"web"},
    {"server"},
    {"cli"},
    {"__main__"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

WEB_LAYERS = (
    {"backend"},
    {"http"},
    {"protocol", "page"},
    {"things", "tables"},
    {"drawings"},
    {"queries"},
    {"answers", "editor", "reconcile"},
    {"openapi", "site"},
    {"app"},
    {"replies"},
    {"service"},
    {"wsgi"},
)
WEB_RANK = {name: rank for rank, names in enumerate(WEB_LAYERS) for name in names}

ONLY = {
    "flask": {"web"},
    "httptools": {"server"},
    "uvloop": {"server"},
    "click": {"cli"},
    "pyoxigraph": {"engine", "publish", "checks"},
    "owlrl": {"reasoning"},
    "reasonable": {"reasoning"},
    "pyshacl": {"checks"},
    "pyarrow": {"web"},
    "xlsxwriter": {"web"},
    "rapidfuzz": {"similarity"},
    "opencc": {"similarity"},
    "requests": {"linking"},
    "requests_cache": {"linking"},
    "urllib3": {"linking"},
    "pypinyin": {"publish"},
    "networkx": {"web"},
}
SERVING = {"engine", "query_doctor", "web", "server"}
BUILDING = {"sources", "reasoning", "checks", "publish", "build", "linking"}


def module_name(path: Path) -> str:
    """Dotted name below the package: ``web.sparql``; ``web`` for ``web/__init__.py``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py")) if module_name(path)}


def imports(path: Path) -> Iterator[str]:
    """Every module or name that a file imports, wherever in the file the import stands."""
    package = ["weihai_kg", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def own_imports(path: Path) -> set[str]:
    """Our own modules that a file imports."""
    found = set()
    for target in imports(path):
        name = target.removeprefix("weihai_kg.") if target.startswith("weihai_kg.") else ""
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        if name:
            found.add(name)
    return found


def part(name: str) -> str:
    """The part of the package that a module belongs to."""
    return name.partition(".")[0]


def test_every_part_has_a_layer() -> None:
    assert MODULES
    assert {part(name) for name in MODULES} == RANK.keys()


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_one_way(name: str) -> None:
    for other in own_imports(MODULES[name]):
        if part(other) != part(name):
            assert RANK[part(other)] < RANK[part(name)], f"{name} must not import {other}"


WEB = [name for name in MODULES if name.startswith("web.")]


def room(name: str) -> str:
    """The part of web/ that a module belongs to: ``http`` of ``web.http.cache``."""
    return name.split(".")[1]


def test_every_part_of_the_web_has_a_layer() -> None:
    assert {room(name) for name in WEB} == WEB_RANK.keys()


@pytest.mark.parametrize("name", WEB)
def test_imports_inside_the_web_run_one_way(name: str) -> None:
    for other in own_imports(MODULES[name]):
        if other.startswith("web.") and room(other) != room(name):
            assert WEB_RANK[room(other)] < WEB_RANK[room(name)], f"{name} must not import {other}"


def test_no_circle_of_imports() -> None:
    graph = {name: own_imports(path) - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("name", MODULES)
def test_libraries_are_known_where_they_belong(name: str) -> None:
    for target in imports(MODULES[name]):
        owners = ONLY.get(target.partition(".")[0])
        assert owners is None or part(name) in owners, f"{name} must not import {target}"


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) in SERVING])
def test_serving_half_does_not_know_the_building_half(name: str) -> None:
    known = {part(other) for other in own_imports(MODULES[name])}
    assert not known & BUILDING, f"{name} imports {known & BUILDING}"


@pytest.mark.parametrize("name", MODULES)
def test_module_is_one_noun_of_reasonable_size_with_a_docstring(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    assert text.count("\n") <= 300, f"{name}: is there a second noun inside?"
    assert ast.get_docstring(ast.parse(text)), f"{name}: say what belongs here"
    forbidden = {"utils", "util", "helpers", "common", "misc", "manager"}
    assert not forbidden & set(name.split("."))
