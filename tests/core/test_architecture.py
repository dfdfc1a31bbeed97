"""The layout of CONTRIBUTING.md (rooms and what they import), lists of packages, and a wheel that works elsewhere."""

import ast
import json
import os
import re
import subprocess
import sys
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


TEXT = "“We reject any truce before the hostages are home,” said Nadia Sarkel.\n"
RUNTIME, TEST = (ROOT / name for name in ("requirements.txt", "requirements-test.txt"))


def pins(file: Path) -> dict[str, str]:
    """Map each pinned package, with the Python versions or systems that it is for, to its version."""
    lines = re.findall(r"^([\w.-]+)==([\w.+!-]+)([^\\\n]*)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {name + condition.rstrip(): version for name, version, condition in lines}


def test_the_tests_need_what_the_pipeline_needs_and_more_and_no_list_names_a_server():
    runtime, test = pins(RUNTIME), pins(TEST)
    assert TEST.read_text(encoding="utf-8").startswith("-r requirements.txt\n")
    assert {name: test[name] for name in test.keys() & runtime.keys()}.items() <= runtime.items()
    assert {"pytest", "playwright", "dask", "mypy"} <= test.keys()
    assert not {"pytest", "playwright", "dask", "mypy"} & runtime.keys()
    both = RUNTIME.read_text(encoding="utf-8") + TEST.read_text(encoding="utf-8")
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", both)


def run(installed: Path, place: Path, *command: str) -> subprocess.CompletedProcess:
    """Run a command with the installed package, in a folder outside of the checkout."""
    env = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run([sys.executable, *command], cwd=place, env=env, capture_output=True, text=True, check=False)


def test_the_wheel_has_what_a_project_is_set_up_from_and_works_without_one_by_its_own_configs(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    installed = tmp_path / "site"
    subprocess.run([*install, "--target", str(installed), str(wheel)], check=True, capture_output=True)
    template = installed / "pipeline/_template"
    listing = ["git", "ls-files", "configs", "data/annotations", ".dvc/config", ".dvc/plots"]
    kept = subprocess.check_output(listing, cwd=ROOT, text=True).split()
    names = [*kept, "dvc.yaml", ".dvcignore", "benchmarks/results/real_quotes.json"]
    assert len(names) > 20
    assert [name for name in names if (template / name).read_bytes() != (ROOT / name).read_bytes()] == []
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    done = run(installed, tmp_path, str(installed / "bin/parley"), "quotes", "--json", "a.txt")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["speaker"] == "Nadia Sarkel"
    code = "import pipeline; from pipeline.core.config import CONFIGS; print(pipeline.__file__, CONFIGS, sep='\\n')"
    used = run(installed, tmp_path, "-c", code).stdout.splitlines()
    assert used == [f"{installed}/pipeline/__init__.py", f"{installed}/pipeline/_template/configs"]
