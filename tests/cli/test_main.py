"""The command `parley`: help with examples, tables for people, JSON for machines, errors in words."""

import json

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main

TEXT = "“We will not stop,” said Nadia Sarkel, the government's spokeswoman.\n"


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


def test_json_has_offsets_into_exactly_this_text():
    done = call("quotes", "--json", "-", text=TEXT)
    (quote,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert quote["speaker"] == "Nadia Sarkel"
    assert quote["type"] == "direct"
    assert TEXT[slice(*quote["content"][0])] == "“We will not stop,”"
    assert TEXT[slice(*quote["cue"][0])] == "said"
    assert quote["source_text"] == "Nadia Sarkel"


def test_a_table_for_people_shows_brackets_as_text():
    done = call("quotes", "-", text="“[red]No[/red],” said Nadia Sarkel.\n")
    assert done.exit_code == 0
    assert "[red]No[/red]" in done.stdout


def test_no_quotes_is_no_error():
    done = call("quotes", "-", text="It rained all day in Port Amsel.\n")
    assert done.exit_code == 0
    assert "No quotes found" in done.stderr


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    done = call("quotes", str(path))
    assert done.exit_code == 1
    assert "UTF-8" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("command", ["quotes", "check", "summary"])
def test_every_command_shows_an_example(command):
    done = call(command, "--help")
    assert f"parley {command}" in done.output


def test_summary_before_the_first_build_names_the_remedy(tmp_path):
    done = call("summary", "--root", str(tmp_path))
    assert done.exit_code == 1
    assert "make repro" in done.stderr


def test_other_formats_go_through_ingest(tmp_path):
    row = {"title": "No halt, says Sorrin", "text": TEXT + "It rained all day in the harbour of Port Amsel. " * 5}
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = [json.loads(line) for line in call("quotes", "--json", str(path)).stdout.splitlines()]
    assert "Nadia Sarkel" in [quote["speaker"] for quote in found]
    assert {quote["title"] for quote in found} == {"No halt, says Sorrin"}


def test_a_file_without_an_article_says_why(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text('{"text": ""}\n')
    done = call("quotes", str(path))
    assert done.exit_code == 1
    assert "empty" in done.stderr
