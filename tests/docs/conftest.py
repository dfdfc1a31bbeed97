"""The examples run on the build of this checkout; if there is none, on the one that the tests of `e2e` share."""

from pathlib import Path

import datasets
import pytest

from tests.collect.conftest import site  # noqa: F401
from tests.docs.readme import ROOT
from tests.e2e.conftest import build_sample


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a build of the sample; tests must not change it."""
    return ROOT if (ROOT / "data/published").exists() else build_sample(tmp_path_factory)


@pytest.fixture
def project(built_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, which has links to the parts of the build, so that commands can write beside them."""
    for name in ("configs", "data", "reports", "dvc.yaml", ".dvcignore"):
        (tmp_path / name).symlink_to(built_sample / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    return tmp_path
