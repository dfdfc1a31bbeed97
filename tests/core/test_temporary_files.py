"""Temporary files of killed processes are deleted or put back; those of running processes are left alone."""

import os
import subprocess
import sys

import pytest

from pipeline.core.storage.atomic_files import clean_up


@pytest.fixture(scope="module")
def dead_pid():
    """The process id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def put(path, text="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_half_written_files_and_folders_are_deleted(tmp_path, dead_pid):
    end = f"parley-{dead_pid}.tmp"
    for place in (f"data/interim/.quotes.{end}/part", f"data/interim/parses/.0a.parquet.{end}",
                  f"data/models/.a.skops.{end}", f"data/.published.{end}/README.md", f"reports/figures/.a.svg.{end}",
                  f"data/annotations/.stance.jsonl.{end}",
                  f"data/annotations/agreement/.first.jsonl.{end}"):  # fmt: skip
        put(tmp_path / place)
    put(tmp_path / "data/interim/quotes/part")
    assert len(clean_up(tmp_path)) == 7
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()) == [
        "data/interim/quotes/part"
    ]


@pytest.mark.parametrize(("exists", "content"), [(True, "new"), (False, "old")])
def test_a_backup_is_put_back_if_its_table_is_missing(tmp_path, dead_pid, exists, content):
    put(tmp_path / f"data/interim/.quotes.parley-{dead_pid}.old/part", "old")
    if exists:
        put(tmp_path / "data/interim/quotes/part", "new")
    clean_up(tmp_path)
    assert (tmp_path / "data/interim/quotes/part").read_text() == content
    assert [p.name for p in (tmp_path / "data/interim").iterdir()] == ["quotes"]


@pytest.mark.parametrize(
    "name",
    [
        ".quotes.tmp",
        ".quotes.parley-1x.tmp",
        "quotes.parley-7.tmp",
        ".gitignore",
        f".quotes.parley-{os.getppid()}.tmp",
        ".quotes.jsonl.20261101.old",
        ".quotes.jsonl.4194303.tmp",
    ],
)
def test_other_files_are_left_alone(tmp_path, name):
    put(tmp_path / "data/interim" / name)
    assert clean_up(tmp_path) == []
    assert (tmp_path / "data/interim" / name).exists()


def test_the_input_is_not_searched(tmp_path, dead_pid):
    put(tmp_path / f"data/raw/.quotes.parley-{dead_pid}.tmp")
    assert clean_up(tmp_path) == []
    assert clean_up(tmp_path / "none") == []
