"""One published folder for the tests that only read it."""

import shutil
from pathlib import Path

import pytest

from pipeline.core import paths
from pipeline.publish.run import run
from tests.worlds.published_project import SHARES, write_project


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small published project; eight of its 24 articles have no known licence."""
    root = write_project(tmp_path_factory.mktemp("published"), splits=SHARES)
    run(root)
    return root


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """Return a copy of the published folder that a test may damage."""
    return shutil.copytree(published / paths.PUBLISHED, tmp_path / "downloaded")
