"""The command `parley`: where it finds its project, what it says elsewhere, names that are nearly right, no output."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.command_line import find_project
from pipeline.core.config import ROOT
from tests.worlds.project import copy_configs, parley


def test_help_is_quick():
    code = "import sys; from pipeline.cli.main import main; main(['quotes', '--help'], standalone_mode=False); "
    code += "sys.exit(any(m in sys.modules for m in ('spacy', 'sklearn', 'pyarrow', 'datasets')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Examples:" in done.stdout


@pytest.mark.parametrize(("arguments", "ends"), [
    ("quotes a.txt", ""), ("quotes a.txt", "| true"), ("--help", ">/dev/full"), ("--help", ">&- 2>&-"),
])  # fmt: skip
def test_output_that_nobody_can_read_is_no_fault(tmp_path, arguments, ends):
    (tmp_path / "a.txt").write_text("“We will not stop,” said Nadia Sarkel.", encoding="utf-8")
    code = "from pipeline.cli.main import main; main()"
    command = f'{shlex.quote(sys.executable)} -c "{code}" {arguments} {ends}'
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"}  # which lacks quotation marks
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if ">&-" in ends:
        assert done.returncode == 0


@pytest.mark.parametrize(("arguments", "suggested"), [
    (["stance", "--taget", "x", "q"], "--target"), (["init", "--licence", "cc0", "in"], "--license"),
    (["annotate", "exprot"], "export"), (["--versoin"], "--version"), (["quote"], "quotes"),
])  # fmt: skip
def test_a_close_name_is_suggested(arguments, suggested):
    last = parley(*arguments, status=2).stderr.splitlines()[-1]
    assert "Did you mean" in last
    assert repr(suggested) in last


@pytest.fixture
def project(tmp_path):
    copy_configs(tmp_path / "project")
    (tmp_path / "project/data/raw").mkdir(parents=True)
    (tmp_path / "beside/configs").mkdir(parents=True)
    return tmp_path / "project"


@pytest.mark.parametrize(("folder", "expected"), [
    ("project", "."), ("project/data", ".."), ("project/data/raw", "../.."),
    ("beside/configs", None),  # a folder `configs` that is not of Parley
    (".", None),
])  # fmt: skip
def test_the_project_is_found_from_below_only(project, monkeypatch, folder, expected):
    monkeypatch.chdir(project.parent / folder)
    assert find_project() == (expected and Path(expected))
    if folder == "project/data/raw":
        copy_configs(project / "data")
        assert find_project() == Path("..")  # the nearest counts


@pytest.mark.parametrize(("arguments", "says"), [
    *(
        (arguments, "parley init")
        for arguments in (
            ["check"], ["summary"], ["open"], ["rejects"], ["stance", "A truce."], ["annotate", "export", "a.csv"],
            ["summary", "--root", "."],  # not left for the project above
        )
    ),
    (["summary"], "dvc repro"), (["open"], "dvc repro"), (["rejects"], "parley check"),  # before the first run
    (["push", "a/b", "--dry-run"], "name a published folder with --folder"),
])  # fmt: skip
def test_outside_a_project_or_before_the_first_run_a_command_says_what_to_do(project, monkeypatch, arguments, says):
    inside = project if says in ("dvc repro", "parley check") else project.parent
    monkeypatch.chdir(project / "data" if "--root" in arguments else inside)
    done = parley(*arguments, status=1)
    assert says in done.stderr
    assert ("no project of Parley" in done.stderr) == (says == "parley init")


@pytest.mark.parametrize(
    ("options", "expected"), [([], "../../data/published"), (["--folder", "data/published"], "data/published")]
)
def test_only_a_default_folder_is_below_the_project(project, monkeypatch, options, expected):
    monkeypatch.chdir(project / "data/raw")
    done = parley("push", "amsel/quotes", "--dry-run", *options, status=1)
    assert expected in done.stderr
    assert ("../../" in done.stderr) == ("../../" in expected)


@pytest.mark.parametrize("has_browser", [True, False])
def test_the_page_is_opened_from_below_and_its_path_printed(project, monkeypatch, has_browser):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or has_browser)
    page = project / "reports/index.html"
    page.parent.mkdir()
    page.write_text("<p>")
    monkeypatch.chdir(project / "data/raw")
    done = parley("open")
    assert (done.stdout.strip(), opened) == (str(page), [page.as_uri()])
    assert done.stderr == "" if has_browser else "open this file" in done.stderr
