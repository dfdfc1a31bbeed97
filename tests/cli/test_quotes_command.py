"""`parley quotes`: a table, JSON lines, explanations, and input in any format."""

import json

from click.testing import CliRunner

from pipeline.cli.main import main

TEXT = "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day. The “peace ship” sank.\n"
SPEECH = "“We will not stop,” said Nadia Sarkel, the government's spokeswoman.\n"


def quotes(*arguments, text=None):
    return CliRunner().invoke(main, ["quotes", *arguments], input=text)


def test_json_has_offsets_into_exactly_this_text():
    done = quotes("--json", "-", text=SPEECH)
    (quote,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert quote["speaker"] == "Nadia Sarkel"
    assert quote["type"] == "direct"
    assert SPEECH[slice(*quote["content"][0])] == "“We will not stop,”"
    assert SPEECH[slice(*quote["cue"][0])] == "said"
    assert quote["source_text"] == "Nadia Sarkel"


def test_a_table_for_people_shows_brackets_as_text():
    done = quotes("-", text="“[red]No[/red],” said Nadia Sarkel.\n")
    assert done.exit_code == 0
    assert "[red]No[/red]" in done.stdout


def test_no_quotes_is_no_error():
    done = quotes("-", text="It rained all day in Port Amsel.\n")
    assert done.exit_code == 0
    assert "No quotes found" in done.stderr


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    done = quotes(str(path))
    assert done.exit_code == 1
    assert "UTF-8" in done.stderr
    assert "Traceback" not in done.output


def test_other_formats_go_through_ingest(tmp_path):
    row = {"title": "No halt, says Sorrin", "text": SPEECH + "It rained all day in the harbour of Port Amsel. " * 5}
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = [json.loads(line) for line in quotes("--json", str(path)).stdout.splitlines()]
    assert "Nadia Sarkel" in [quote["speaker"] for quote in found]
    assert {quote["title"] for quote in found} == {"No halt, says Sorrin"}


def test_a_file_without_an_article_says_why(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text('{"text": ""}\n')
    done = quotes(str(path))
    assert done.exit_code == 1
    assert "empty" in done.stderr


def explain(*arguments, text):
    done = quotes(*arguments, "-", text=text)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_explanations_as_text():
    shown = explain("--explain", text=TEXT)
    for words in ("found by   learned, and the rule quoted_before", "least", "decided", "full_name “Nadia Sarkel”"):
        assert words in shown
    silent = shown.split("Sentences without a quote:")[1]
    assert "It rained in Port Amsel all day." in silent
    assert "scare quote: " in silent
    assert "     0  “We will not stop" not in silent


def test_json_has_explanations_of_quotes_and_of_sentences_without_a_quote():
    rows = [json.loads(line) for line in explain("--explain", "--json", text=TEXT).splitlines()]
    assert rows[0]["speaker"] == "Nadia Sarkel"
    assert rows[0]["explanation"]["rule"] == "quoted_before"
    assert rows[0]["explanation"]["scores"]["score"] > rows[0]["explanation"]["scores"]["least"]
    assert [row["reason"] == "scare quote" for row in rows[1:]] == [False, True]
    assert TEXT[slice(*rows[1]["sentence"])] == "It rained in Port Amsel all day."


def test_without_the_option_nothing_is_explained():
    (row,) = [json.loads(line) for line in explain("--json", text=TEXT).splitlines()]
    assert "explanation" not in row


def test_brackets_of_an_article_are_shown_as_they_are():
    assert "[red]No[/red]" in explain("--explain", text="“[red]No[/red] truce,” said Nadia Sarkel.\n")
