"""Order of the test files: long builds start first, and what waits for a build comes last, so that no core is idle."""

from __future__ import annotations

from pathlib import Path

import pytest

# Builds a project of its own.
LONG = "test_third_target.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort test files; `--dist loadfile` hands them out in this order."""
    of_build = {item.path for item in items if "built_sample" in getattr(item, "fixturenames", ())}
    first = min(of_build, default=None)

    def rank(path: Path) -> int:
        if path.name == LONG or path == first:
            return 0
        return 2 if path in of_build else 1

    items.sort(key=lambda item: rank(item.path))
