"""JSON lines, files that users name, and temporary files: what is read, replaced, deleted and left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.errors import DataError, ParleyError
from pipeline.core.storage.atomic_files import check_output, clean_up, write_text
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines, read_json_lines

# Line separators that JSON does not escape, and `splitlines` would split at.
ROWS = [{"text": "one\u2028two\x85three", "n": 1}, {"text": "“No 😀”", "n": None}]


def test_rows_are_read_back_and_a_missing_file_has_none_or_is_an_error(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\ufeff\n" + format_json_lines(ROWS) + "\n" + r'{"a": "\ud83d\ude00"}', encoding="utf-8")
    expected = {2: ROWS[0], 3: ROWS[1], 5: {"a": "😀"}}  # two escapes make one character
    assert read_json_lines(path) == list(expected.values())
    assert list(iterate_json_lines(path)) == [(n, f"{path}, line {n}", row) for n, row in expected.items()]
    assert read_json_lines(tmp_path / "none.jsonl") == []
    with pytest.raises(DataError, match="no such file"):
        list(iterate_json_lines(tmp_path / "none.jsonl"))


NO_JSON = (b"{", b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}", rb'{"a": "\ud800"}', rb'{"a": "\uD83D x"}')
OTHERS = [(b"[1]", "line 2: a row is a JSON object"), (b"\xff", "not UTF-8")]


@pytest.mark.parametrize(("line", "says"), [*((line, "line 2: not JSON") for line in NO_JSON), *OTHERS])
def test_a_line_that_is_no_object_is_an_error(tmp_path, line, says):
    (tmp_path / "a.jsonl").write_bytes(b"{}\n" + line)
    with pytest.raises(DataError, match=says):
        read_json_lines(tmp_path / "a.jsonl")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose articles lie beside it."""
    write_text(tmp_path / "project/configs/ingest.yaml", "input: ../articles\n")
    write_text(tmp_path / "articles/truce.txt", "An article.")
    write_text(tmp_path / "read/quotes.csv", "file,quote\n")
    return tmp_path / "project"


PLACES = {
    "a place for articles": ("../articles/truce.txt", "../articles/new.csv"),
    "a place for configs": ("configs/new.csv",),
    "a place for annotations": ("data/annotations/quotes.jsonl",),
    "a place for the project's own files": (
        *("data/interim/inputs.jsonl", "data/published/README.md", "reports/index.html", ".git/config", "dvc.yaml"),
        "deep/../.dvc/config",
    ),
    "among the files that are read": ("../read/quotes.csv",),
}


@pytest.mark.parametrize(("says", "name"), [(says, name) for says, names in PLACES.items() for name in names])
def test_nothing_is_written_over_articles_and_own_files(root, says, name):
    with pytest.raises(ParleyError, match=says):
        check_output(root, root / name, [root / "../read"], ["file,"])


def test_only_an_earlier_file_of_the_command_is_replaced(root, tmp_path):
    path, begins = root / "notes.txt", ["file,", '{"file": ']
    check_output(tmp_path / "no project", tmp_path / "new.csv", [tmp_path], begins)
    for text in ("", "file,quote\n1,2\n", "\ufefffile,quote\n", '{"file": "a"}\n'):
        path.write_text(text)
        check_output(root, path, begins=begins)
    for text in ("An article.", "stages: {}\n", "File,quote\n", "x"):
        path.write_text(text)
        with pytest.raises(ParleyError, match="it is not a file that this command writes"):
            check_output(root, path, begins=begins)
    with pytest.raises(ParleyError, match="it is not a file that this command writes"):  # it would be gone
        check_output(root, Path(os.devnull))


@pytest.fixture(scope="module")
def dead_pid():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_half_written_files_and_folders_are_deleted(tmp_path, dead_pid):
    end = f"parley-{dead_pid}.tmp"
    for place in (f"data/interim/.quotes.{end}/part", f"data/interim/parses/.0a.parquet.{end}",
                  f"data/models/.a.skops.{end}", f"data/.published.{end}/README.md", f"reports/figures/.a.svg.{end}",
                  f"data/annotations/.stance.jsonl.{end}",
                  f"data/annotations/agreement/.first.jsonl.{end}"):  # fmt: skip
        write_text(tmp_path / place, "x")
    write_text(tmp_path / "data/interim/quotes/part", "x")
    clean_up(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "data/interim/quotes/part"]


@pytest.mark.parametrize(("exists", "content"), [(True, "new"), (False, "old")])
def test_a_backup_is_put_back_if_its_table_is_missing(tmp_path, dead_pid, exists, content):
    write_text(tmp_path / f"data/interim/.quotes.parley-{dead_pid}.old/part", "old")
    if exists:
        write_text(tmp_path / "data/interim/quotes/part", "new")
    clean_up(tmp_path)
    assert (tmp_path / "data/interim/quotes/part").read_text() == content
    assert [p.name for p in (tmp_path / "data/interim").iterdir()] == ["quotes"]


def test_other_files_are_left_alone_and_the_input_is_not_searched(tmp_path, dead_pid):
    names = [".quotes.tmp", ".quotes.parley-1x.tmp", "quotes.parley-7.tmp", ".gitignore"]
    names += [f".quotes.parley-{os.getppid()}.tmp", ".quotes.jsonl.20261101.old", ".quotes.jsonl.4194303.tmp"]
    places = [tmp_path / "data/interim" / name for name in names]
    places.append(tmp_path / f"data/raw/.quotes.parley-{dead_pid}.tmp")
    for place in places:
        write_text(place, "x")
    clean_up(tmp_path)
    clean_up(tmp_path / "none")
    assert all(place.exists() for place in places)
