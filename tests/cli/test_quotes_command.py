"""`parley quotes --explain`: lines for people, one JSON object a line for machines."""

import json

from click.testing import CliRunner

from pipeline.cli.main import main

TEXT = "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day. The “peace ship” sank.\n"


def call(*arguments, text):
    done = CliRunner().invoke(main, ["quotes", *arguments, "-"], input=text)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_lines_for_people():
    shown = call("--explain", text=TEXT)
    for words in ("found by   learned, and the rule quoted_before", "least", "decided", "full_name “Nadia Sarkel”"):
        assert words in shown
    silent = shown.split("Sentences without a quote:")[1]
    assert "It rained in Port Amsel all day." in silent
    assert "scare quote: " in silent
    assert "     0  “We will not stop" not in silent


def test_json_has_the_explanation_beside_the_quote_and_the_silent_sentences_behind():
    rows = [json.loads(line) for line in call("--explain", "--json", text=TEXT).splitlines()]
    assert rows[0]["speaker"] == "Nadia Sarkel"
    assert rows[0]["explanation"]["rule"] == "quoted_before"
    assert rows[0]["explanation"]["scores"]["score"] > rows[0]["explanation"]["scores"]["least"]
    assert [row["reason"] == "scare quote" for row in rows[1:]] == [False, True]
    assert TEXT[slice(*rows[1]["sentence"])] == "It rained in Port Amsel all day."


def test_without_the_option_nothing_is_explained():
    (row,) = [json.loads(line) for line in call("--json", text=TEXT).splitlines()]
    assert "explanation" not in row


def test_brackets_of_an_article_are_shown_as_they_are():
    assert "[red]No[/red]" in call("--explain", text="“[red]No[/red] truce,” said Nadia Sarkel.\n")
