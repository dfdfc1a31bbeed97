"""One build of the sample for all tests of this folder; tests must not change it."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

from tests.e2e import project


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy in which `dvc repro` has run once, with one process; test processes share it."""
    return build_sample(tmp_path_factory)


def build_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sample, unless a test process has done so; return the folder."""
    base = tmp_path_factory.getbasetemp()
    # Test processes share the folder above theirs; without them that folder is everybody's.
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "one build"
    with FileLock(f"{place}.lock"):
        if not (place / "done").exists():
            project.repro(project.copy(place), processes=1, watched=True)
            (place / "done").touch()
    return place
