"""The layout of CONTRIBUTING.md: every package has a row in its table and imports only what the row allows."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from pipeline.core.config import ROOT

FILES = sorted((ROOT / "pipeline").rglob("*.py"))
ROW = re.compile(r"^\| `pipeline/([^`]*)` \|.*\| ([^|]*) \|$", re.MULTILINE)
# One in each stage package.
PARALLEL_NAMES = {"__init__", "config", "run"}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in FILES}


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


GRAPH = {
    name: {module for module in imported_modules(path) if module in MODULES} - {name} for name, path in MODULES.items()
}


def room_of(module: str) -> str:
    """Return the folder below `pipeline/`, or the file's name for a module at the top."""
    path = MODULES[module].relative_to(ROOT / "pipeline")
    return f"{path.parent.as_posix()}/" if path.parent.name else path.name


def layout_table() -> dict[str, set[str]]:
    """Read from CONTRIBUTING.md what each room may import; `core/*` stands for all rooms of core."""
    rows = ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    rooms = [room for room, _ in rows]
    assert len(rooms) == len(set(rooms))
    return {
        room: {
            name
            for pattern in re.findall(r"`([^`]+)`", allowed)
            for name in (rooms if pattern.endswith("*") else [pattern])
            if name == pattern or name.startswith(pattern.removesuffix("*"))
        }
        for room, allowed in rows
    }


def test_no_import_circles_and_no_module_name_twice():
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None
    counts = Counter(name.split(".")[-1] for name, path in MODULES.items() if path.stem != "__init__")
    assert {name for name, count in counts.items() if count > 1} <= PARALLEL_NAMES


def test_every_room_has_a_row_and_imports_what_it_allows():
    allowed = layout_table()
    assert set(allowed) == {room_of(module) for module in MODULES}
    edges = [(name, imported) for name, targets in GRAPH.items() for imported in sorted(targets)]
    wrong = [
        f"{name} imports {imported}"
        for name, imported in edges
        if room_of(name) != room_of(imported) and room_of(imported) not in allowed[room_of(name)]
    ]
    assert wrong == []


def test_no_stage_may_import_another():
    stages = {"ingest/", "parse/", "extract/", "resolve/", "stance/", "positions/", "evaluate/", "publish/", "report/"}
    allowed = layout_table()
    for room in allowed:
        package = f"{room.split('/')[0]}/"
        if package in stages:
            assert not {name for name in allowed[room] if f"{name.split('/')[0]}/" in stages - {package}}, room
