"""Which files of `pipeline/` a module imports, directly and through others, read from the source."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = "pipeline"


def source(module: str) -> Path | None:
    """The file of a module of the package, None for a name that is none."""
    base = ROOT / module.replace(".", "/")
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


def imported(path: Path) -> set[str]:
    """Modules of the package that a file names in its import statements, wherever they stand."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in names if name.split(".")[0] == PACKAGE and source(name)}


def closure(*modules: str) -> set[str]:
    """Files that the modules need, packages on the way included, relative to the root."""
    todo, done = list(modules), set()
    while todo:
        module = todo.pop()
        if module in done:
            continue
        done.add(module)
        parents = [".".join(module.split(".")[:n]) for n in range(1, module.count(".") + 1)]
        todo += [*parents, *imported(source(module))]
    return {str(source(m).relative_to(ROOT)) for m in done}
