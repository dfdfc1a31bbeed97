"""Where commands write what a user asks for, and what they never replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.errors import ParleyError
from pipeline.core.storage.output_files import check_output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose articles lie beside it."""
    (tmp_path / "project/configs").mkdir(parents=True)
    (tmp_path / "project/configs/ingest.yaml").write_text("input: ../articles\n")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/truce.txt").write_text("An article.")
    return tmp_path / "project"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../articles/truce.txt", "articles"),
        ("../articles/new.csv", "articles"),
        ("configs/new.csv", "configs"),
        ("data/annotations/quotes.jsonl", "annotations"),
        ("data/interim/inputs.jsonl", "the project's own files"),
        ("data/published/README.md", "the project's own files"),
        ("reports/index.html", "the project's own files"),
        (".git/config", "the project's own files"),
        ("dvc.yaml", "the project's own files"),
        ("deep/../.dvc/config", "the project's own files"),
    ],
)
def test_nothing_is_written_among_articles_and_own_files(root, name, what):
    with pytest.raises(ParleyError, match=f"this is a place for {what}"):
        check_output(root, root / name, begins=["file,"])


@pytest.mark.parametrize("text", ["An article.", "stages: {}\n", "File,quote\n", "x"])
def test_a_file_of_another_kind_is_not_replaced(root, text):
    path = root / "notes.txt"
    path.write_text(text)
    with pytest.raises(ParleyError, match="it is not a file that this command writes"):
        check_output(root, path, begins=["file,", '{"file": '])


@pytest.mark.parametrize("text", ["", "file,quote\n1,2\n", "\ufefffile,quote\n", '{"file": "a"}\n'])
def test_its_own_earlier_file_is_replaced(root, text):
    (root / "quotes.csv").write_text(text)
    check_output(root, root / "quotes.csv", begins=["file,", '{"file": '])


def test_a_new_file_and_one_outside_of_any_project_are_written(root, tmp_path):
    check_output(root, root / "new.csv", begins=["file,"])
    check_output(tmp_path / "nowhere", tmp_path / "new.csv", [tmp_path], ["file,"])


def test_what_is_read_is_not_replaced(root, tmp_path):
    (tmp_path / "quotes.csv").write_text("file,quote\n")
    with pytest.raises(ParleyError, match="among the files that are read"):
        check_output(root, tmp_path / "quotes.csv", [tmp_path], ["file,"])
