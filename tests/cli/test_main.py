"""The command `parley`: help texts with examples, and the summary."""

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main


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
