"""The command `parley`: help texts with examples, and the summary."""

import os

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core.config import ROOT


def call(*arguments, text=None):
    return CliRunner().invoke(main, list(arguments), input=text)


def test_help_is_quick_and_has_examples():
    import subprocess
    import sys

    code = "import sys; from pipeline.cli.main import main; main(['quotes', '--help'], standalone_mode=False); "
    code += "sys.exit(any(m in sys.modules for m in ('spacy', 'sklearn', 'pyarrow', 'datasets')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Examples:" in done.stdout


@pytest.mark.parametrize("command", ["quotes", "check", "summary", "open", "rejects"])
def test_every_command_shows_an_example(command):
    done = call(command, "--help")
    assert f"parley {command}" in done.output


def test_summary_before_the_first_build_names_the_remedy(tmp_path):
    (tmp_path / "configs").mkdir()
    done = call("summary", "--root", str(tmp_path))
    assert done.exit_code == 1
    assert "make repro" in done.stderr


def test_no_line_of_the_list_of_commands_is_cut_short():
    listed = call("--help").output.partition("Commands:")[2]
    assert "quotes" in listed
    assert "..." not in listed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["push", "a/b", "--dry-run"], "name a published folder with --folder"),
        (["summary"], "`parley init ARTICLES PROJECT` sets one up"),
    ],
)
def test_in_the_wrong_place_a_command_says_what_to_do(tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.jsonl").write_text('{"text": "It rained."}\n', encoding="utf-8")
    (tmp_path / "p/configs").mkdir(parents=True)
    done = call(*arguments)
    assert done.exit_code == 1
    assert says in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["quotes", "a.txt"]])
@pytest.mark.parametrize("ends", [">&- 2>&-", "| true", ">/dev/full"])
def test_output_that_nobody_can_read_is_no_fault(tmp_path, arguments, ends):
    import shlex
    import subprocess
    import sys

    (tmp_path / "a.txt").write_text("“We will not stop,” said Nadia Sarkel.", encoding="utf-8")
    code = "from pipeline.cli.main import main; main()"
    command = f'{shlex.quote(sys.executable)} -c "{code}" {" ".join(arguments)} {ends}'
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if ">&-" in ends:
        assert done.returncode == 0
