"""Commands find the project that the current folder is in, as git does."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.command_line import find_configs, find_project
from pipeline.cli.main import main
from tests.worlds.project import copy_configs


@pytest.fixture
def project(tmp_path):
    copy_configs(tmp_path / "project")
    (tmp_path / "project/data/raw").mkdir(parents=True)
    (tmp_path / "beside/configs").mkdir(parents=True)
    return tmp_path / "project"


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("project", "."),
        ("project/data", ".."),
        ("project/data/raw", "../.."),
        ("beside", None),
        ("beside/configs", None),  # a folder `configs` that is not of Parley
        (".", None),
    ],
)
def test_the_project_is_found_from_below_only(project, monkeypatch, folder, expected):
    monkeypatch.chdir(project.parent / folder)
    assert find_project() == (expected and Path(expected))
    assert find_configs() == (expected and Path(expected) / "configs")


def test_the_nearest_project_counts(project, monkeypatch):
    copy_configs(project / "data")
    monkeypatch.chdir(project / "data/raw")
    assert find_project() == Path("..")


def test_commands_work_below_the_folder_of_the_project(project, monkeypatch):
    (project / "reports").mkdir()
    (project / "reports/index.html").write_text("<p>")
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    monkeypatch.chdir(project / "data/raw")
    assert CliRunner().invoke(main, ["open"]).stdout.strip() == str(project / "reports/index.html")


@pytest.mark.parametrize("arguments", [["summary"], ["summary", "--root", "."]])
def test_outside_a_project_a_command_says_what_to_do(project, monkeypatch, arguments):
    monkeypatch.chdir(project.parent)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "no project of Parley" in done.stderr
    assert "parley init" in done.stderr


def test_a_given_root_is_not_left_for_one_above(project, monkeypatch):
    monkeypatch.chdir(project / "data/raw")
    assert "no project of Parley" in CliRunner().invoke(main, ["summary", "--root", "."]).stderr


@pytest.mark.parametrize(
    ("options", "expected"), [([], "../../data/published"), (["--folder", "data/published"], "data/published")]
)
def test_only_a_default_folder_is_below_the_project(project, monkeypatch, options, expected):
    monkeypatch.chdir(project / "data/raw")
    done = CliRunner().invoke(main, ["push", "amsel/quotes", "--dry-run", *options])
    assert expected in done.stderr
    assert ("../../" in done.stderr) == ("../../" in expected)
