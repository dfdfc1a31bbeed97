"""What a killed process leaves is found by its name, deleted or put back; what a living one writes is left alone."""

import os
import subprocess
import sys

import pytest

from pipeline.core.storage.temporary_files import clean_up


@pytest.fixture(scope="module")
def gone():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def put(path, text="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_half_written_files_and_folders_are_deleted(tmp_path, gone):
    for place in (f"data/interim/.quotes.{gone}.tmp/part", f"data/interim/parses/.0a.parquet.{gone}.tmp",
                  f"data/models/.a.skops.{gone}.tmp", f"data/.published.{gone}.tmp/README.md",
                  f"reports/figures/.a.svg.{gone}.tmp", f"data/annotations/.stance.jsonl.{gone}.tmp"):  # fmt: skip
        put(tmp_path / place)
    put(tmp_path / "data/interim/quotes/part")
    assert len(clean_up(tmp_path)) == 6
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()) == [
        "data/interim/quotes/part"
    ]


@pytest.mark.parametrize(("there", "kept"), [(True, "new"), (False, "old")])
def test_a_table_moved_aside_is_put_back_where_none_took_its_place(tmp_path, gone, there, kept):
    put(tmp_path / f"data/interim/.quotes.{gone}.old/part", "old")
    if there:
        put(tmp_path / "data/interim/quotes/part", "new")
    clean_up(tmp_path)
    assert (tmp_path / "data/interim/quotes/part").read_text() == kept
    assert [p.name for p in (tmp_path / "data/interim").iterdir()] == ["quotes"]


@pytest.mark.parametrize(
    "name", [".quotes.tmp", ".quotes.1x.tmp", "quotes.7.tmp", ".gitignore", f".quotes.{os.getppid()}.tmp"]
)
def test_other_files_are_left_alone(tmp_path, name):
    put(tmp_path / "data/interim" / name)
    assert clean_up(tmp_path) == []
    assert (tmp_path / "data/interim" / name).exists()


def test_the_input_is_not_searched(tmp_path, gone):
    put(tmp_path / f"data/raw/.quotes.{gone}.tmp")
    assert clean_up(tmp_path) == []
    assert clean_up(tmp_path / "none") == []
