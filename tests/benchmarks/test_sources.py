"""Every file in git that is no code has an origin and a licence in `data/SOURCES.csv`, which docs/licences.md shows."""

from __future__ import annotations

import subprocess
from fnmatch import fnmatch
from pathlib import PurePosixPath

import pytest

from benchmarks.licences import PAGE, ROOT, format_sources, read_sources

# Code, and prose about it.
CODE = {".py", ".js", ".css", ".j2", ".md", ".toml", ".cff", ".lock", ""}
# Of the tools that build and test the project.
OF_TOOLS = (".dvc/*", ".ci/*", ".gitignore", ".dvcignore", "dvc.yaml", "dvc.lock", "requirements*.txt")
SOURCES = read_sources()


def files_in_git() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return listed.stdout.rstrip("\0").split("\0")


def row_of(path: str) -> dict[str, str] | None:
    return next((row for row in SOURCES if fnmatch(path, row["path"])), None)


def test_every_file_that_is_no_code_has_a_row():
    files = [path for path in files_in_git() if PurePosixPath(path).suffix not in CODE]
    assert [path for path in files if not any(fnmatch(path, tool) for tool in OF_TOOLS) and row_of(path) is None] == []


def test_weights_have_a_row_of_their_own_and_a_card_beside_them():
    for path in files_in_git():
        if PurePosixPath(path).suffix in (".npz", ".safetensors", ".bin", ".onnx"):
            row = row_of(path)
            assert row is not None, path
            assert "weights" in row["what"], path
            assert (ROOT / path).with_name("MODEL_CARD.md").exists(), path


def test_every_row_has_files_and_says_all():
    files = files_in_git()
    for row in SOURCES:
        assert all(row.values()), row
        assert [path for path in files if row_of(path) is row], row["path"]


def test_a_new_file_of_weights_has_no_row():
    assert row_of("pipeline/stance/new/weights/en.npz") is None
    assert row_of("pipeline/other/weights/en.npz") is None


def test_the_page_shows_the_rows():
    assert format_sources(SOURCES) in PAGE.read_text(encoding="utf-8")
