"""Order of the test files: long builds start first, and what waits for a build comes last, so that no core is idle."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest

# Each core has a test process: threads of their own would wait for each other, and use the time of the core for it.
for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(library, "1")

# The longest files, the first of them first; the last file should be a short one.
LONG = (
    "test_third_target.py", "test_browser_safe.py", "test_hostile_folder.py", "test_browser_views.py",
    "test_browser_evidence.py", "test_properties.py", "test_one_article_fails.py", "test_browser_reading.py",
    "test_repro.py", "test_commands.py",
)  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays until the end: it is not searched for garbage, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort test files; `--dist loadfile` hands them out in this order."""
    of_build = {item.path for item in items if "built_sample" in getattr(item, "fixturenames", ())}
    first = min(of_build, default=None)

    def rank(path: Path) -> tuple[bool, bool, int]:
        length = LONG.index(path.name) if path.name in LONG else len(LONG)
        return path != first, path in of_build, length

    items.sort(key=lambda item: rank(item.path))
