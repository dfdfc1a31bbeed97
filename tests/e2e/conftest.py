"""One build of the sample for all tests of this folder: read it, do not change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which `dvc repro` has run once, with one process."""
    folder = project.copy(tmp_path_factory.mktemp("one") / "parley")
    project.repro(folder, processes=1)
    return folder
