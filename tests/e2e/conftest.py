"""One build of the sample for all tests of this folder: read it, do not change it."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from tests.e2e import project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which `dvc repro` has run once, with one process; test processes share it."""
    place = tmp_path_factory.getbasetemp().parent / "one build"
    with FileLock(f"{place}.lock"):
        if not (place / "done").exists():
            project.repro(project.copy(place), processes=1)
            (place / "done").touch()
    return place
