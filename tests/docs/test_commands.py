"""Every command in README and `docs/` runs, or is one of those that are known to be run elsewhere."""

import csv
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.readme import PAGES, ROOT
from tests.worlds.project import parley

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
ALL = [
    (page.name, line[2:].split("  #")[0].strip().removeprefix(".venv/bin/"))
    for page in PAGES
    for block in BLOCK.findall(page.read_text(encoding="utf-8"))
    for line in block.splitlines()
    if line.startswith("$ ")
]
PARLEY = sorted({command for _, command in ALL if command.startswith("parley ")})
# They change labels, ask a person, or need a dataset or a site of somebody else: each is run below, with what it needs.
PREPARED = [command for command in PARLEY if command.split()[1] in ("annotate", "collect")]
SETTING_UP = [command for command in PARLEY if command.startswith("parley init")]
# What tests/e2e and tests/robust run, and what a shell knows.
OTHERS = {"make repro", "dvc repro", "source .venv/bin/activate", "cd my-project", "cd ../my-project"}
BODY = f"“We support an immediate ceasefire,” said Nadia Sarkel. {'It rained in the harbour all day. ' * 12}"


def call(command: str, status: int = 0) -> str:
    """Run a command, which must end with this status; return what it says."""
    return parley(*shlex.split(command)[1:], status=status).output


@pytest.mark.parametrize("command", sorted({*PARLEY} - {*PREPARED, *SETTING_UP}))
def test_a_command_runs_on_a_build(command, project, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    assert call(command).strip()


def commands(*words: str) -> list[str]:
    """Return the prepared commands that begin with these words."""
    return [command for command in PREPARED if command.split()[1 : len(words) + 1] == list(words)]


@pytest.fixture
def labels(project):
    """Return the folder of annotations, a copy that commands may change."""
    data = (project / "data").resolve()
    (project / "data").unlink()
    (project / "data").mkdir()
    for path in data.iterdir():
        (project / "data" / path.name).symlink_to(path)
    (project / "data/annotations").unlink()
    return shutil.copytree(data / "annotations", project / "data/annotations")


def answer(path: Path) -> int:
    """Label two quotes of an exported file, whatever they say; return how many."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[:2]:
        row.update(ceasefire="unrelated", territorial_concession="unrelated")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return len(rows[:2])


@pytest.mark.parametrize("command", commands("annotate", "export"))
def test_quotes_are_exported_and_their_labels_imported(command, labels):
    call(command)
    before = (labels / "stance.jsonl").read_text(encoding="utf-8").splitlines()
    number = answer(Path(shlex.split(command)[3]))
    for importing in commands("annotate", "import"):
        if ".csv" in importing:
            call(importing)
    assert len((labels / "stance.jsonl").read_text(encoding="utf-8").splitlines()) == len(before) + number > len(before)


@pytest.mark.parametrize("command", [command for command in commands("annotate", "import") if ".json" in command])
def test_answers_of_a_tool_are_imported(command, labels):
    exported = Path(shlex.split(command)[3])
    call(f"parley annotate export {exported} --format label-studio -n 2")
    assert "no answers of user" in call(command, status=2)  # a file without answers of this user


@pytest.mark.parametrize("command", commands("collect"))
def test_articles_are_collected(command, site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    site.add_articles(2)
    told = call(re.sub(r"https://[^/]+", site.address, command) + " --private --delay 0")
    assert "2 pages saved in data/raw/collected" in told


def test_each_prepared_command_is_run():
    run = [("annotate", "export"), ("annotate", "import"), ("collect",)]
    assert sorted(command for words in run for command in commands(*words)) == PREPARED


@pytest.mark.parametrize("command", SETTING_UP)
def test_a_project_is_set_up_and_checked(command, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    articles, project = (Path(place) for place in shlex.split(command)[2:4])
    articles.mkdir()
    (articles / "a.txt").write_text(BODY, encoding="utf-8")
    (articles / "b.csv").write_text(f"Volltext;Datum\n{BODY.replace('day', 'night')};04.03.2024\n", encoding="utf-8")
    call(command if "--yes" in command else f"{command} --yes")
    monkeypatch.chdir(project)
    assert "2 articles taken" in call("parley check")


def test_every_other_command_is_known():
    others = {command for _, command in ALL if not command.startswith("parley ")}
    assert {command for command in others if "dask" not in command and "PARLEY" not in command} <= OTHERS
    assert "\nrepro:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(PARLEY) >= 15


def test_options_of_dask_are_those_that_it_has():
    pytest.importorskip("distributed", reason="the optional extra `scale` (Dask) is not installed")
    for command in {command for _, command in ALL if " dask " in f" {command} "}:
        words = command[command.index("dask ") :].split()
        shown = subprocess.check_output([sys.executable, "-m", *words[:2], "--help"], text=True)
        assert [word for word in words if word.startswith("--") and word not in shown] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_for_completion(shell):
    assert f"{shell}_source" in (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    done = parley(env={"_PARLEY_COMPLETE": f"{shell}_source"}, prog_name="parley")
    assert f"_PARLEY_COMPLETE={shell}_complete" in done.output
