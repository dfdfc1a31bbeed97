"""The README is correct: its generated parts are up to date, and its commands run."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from tests.docs.readme import README, ROOT, build_parts, draw_stages, replace_parts

TEXT = README.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ parley (.+)$", TEXT, re.MULTILINE)


def test_the_graph_is_that_of_the_pipeline():
    assert draw_stages(ROOT) in TEXT


@pytest.mark.skipif(not (ROOT / "data/published").exists(), reason="needs a build: make repro")
def test_generated_parts_are_those_of_the_build_here():
    assert replace_parts(TEXT, build_parts()) == TEXT


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, command.split())
    assert done.exit_code == 0, done.output


def test_there_are_commands():
    assert len(COMMANDS) >= 4


def test_python_examples_say_what_happens():
    from pipeline import Extractor

    code = re.search(r"```python\nfrom pipeline import.*?```", TEXT, re.DOTALL).group()
    assert 'extractor("“We will not stop,” said Nadia Sarkel.")' in code
    assert Extractor()("“We will not stop,” said Nadia Sarkel.")[0].speaker == "Nadia Sarkel"
