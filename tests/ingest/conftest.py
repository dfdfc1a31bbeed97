"""A project folder for each test."""

from pathlib import Path

import pytest
from ingest_inputs import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
