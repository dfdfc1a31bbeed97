"""`parley open` and `parley rejects` on a small project."""

import csv
import io

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.schema.data_tables import REJECTS
from pipeline.core.storage import tables
from tests.worlds.project import copy_configs

REJECTED = [
    {"raw_path": "a.csv", "row": 3, "reason": "empty", "detail": "no text", "count": 1},
    {"raw_path": "=b.txt", "row": None, "reason": "too_short", "detail": "2 words, and\x1b[31m a comma", "count": 1},
    {"raw_path": "=b.txt", "row": None, "reason": "too_short", "detail": "and more", "count": 998},
]


@pytest.fixture
def root(tmp_path):
    copy_configs(tmp_path)
    return tmp_path


def call(root, *arguments):
    return CliRunner().invoke(main, [*arguments, "--root", str(root)])


def test_the_page_is_opened_and_its_path_printed(root, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert "dvc repro" in call(root, "open").stderr
    page = root / "reports/index.html"
    page.parent.mkdir()
    page.write_text("<p>")
    done = call(root, "open")
    assert (done.exit_code, done.stdout.strip(), done.stderr) == (0, str(page), "")
    assert opened == [page.as_uri()]


def test_without_a_browser_the_path_is_there_to_be_opened(root, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    (root / "reports").mkdir()
    (root / "reports/index.html").write_text("<p>")
    done = call(root, "open")
    assert done.exit_code == 0
    assert "open this file" in done.stderr


@pytest.mark.parametrize("to_file", [False, True])
def test_rejects_are_csv(root, to_file):
    tables.write(REJECTS, REJECTED, root / paths.REJECTS)
    out = root / "rejects.csv"
    done = call(root, "rejects", *(["--out", str(out)] if to_file else []))
    assert "1000 rejected inputs" in done.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8") if to_file else done.stdout)))
    assert [row["raw_path"] for row in rows] == ["a.csv", "'=b.txt", "'=b.txt"]
    assert [row["row"] for row in rows] == ["3", "", ""]
    assert rows[1]["reason"] == "too_short"
    assert [row["count"] for row in rows] == ["1", "1", "998"]
    assert "\x1b" not in done.stdout


def test_before_the_first_run_the_remedy_is_named(root):
    done = call(root, "rejects")
    assert done.exit_code == 1
    assert "parley check" in done.stderr


@pytest.mark.parametrize(
    "command", [["check"], ["summary"], ["open"], ["rejects"], ["stance", "A truce."], ["annotate", "export", "a.csv"]]
)
def test_outside_of_a_project_it_says_what_to_do(tmp_path, command):
    done = call(tmp_path, *command)
    assert done.exit_code == 1
    assert "parley init" in done.stderr
    assert "Traceback" not in done.output


def test_the_shell_can_complete_commands_and_options(monkeypatch):
    monkeypatch.setenv("COMP_WORDS", "parley rej")
    monkeypatch.setenv("COMP_CWORD", "1")
    done = CliRunner().invoke(main, [], env={"_PARLEY_COMPLETE": "bash_complete"}, prog_name="parley")
    assert done.output.split(",")[-1].strip() == "rejects"
