"""Text of articles, file names and metrics is printed without characters that control a terminal."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.cli.stance_command import StancePrediction, format_lines
from pipeline.stance.stance_explainer import Explanation

STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e\u2066\x08\r\x7f"
TEXT = f"“We will {HOSTILE}not stop,” said Nadia{HOSTILE} Sarkel, the government's spokeswoman. It{HOSTILE} rained.\n"


def call(*arguments: str, text: str | None = None):
    """The command's result; colours are not stripped, as on a terminal."""
    return CliRunner().invoke(main, list(arguments), input=text, color=True)


@pytest.mark.parametrize("options", [(), ("--explain",), ("--json",)])
def test_quotes(options):
    done = call("quotes", *options, "-", text=TEXT)
    assert done.exit_code == 0
    assert "not stop" in done.stdout
    # `rich` draws its table in bold by escapes of its own.
    assert STEERS.findall(re.sub("\x1b\\[[0-9;]*m", "", done.output)) == []
    assert "\x1b[31m" not in done.output


def test_json_holds_the_text_unchanged():
    (line, *_) = call("quotes", "--json", "-", text=TEXT).stdout.splitlines()
    assert json.loads(line)["content"] in TEXT
    assert HOSTILE in json.loads(line)["content"]


def test_a_title_cannot_pass_for_a_line_of_its_own(tmp_path):
    path = tmp_path / "a.jsonl"
    title = f"Rain{HOSTILE}\nerror: all is lost"
    body = "It rained on Monday, and the ferries of Port Amsel lay in the harbour all day long. " * 4
    path.write_text(json.dumps({"title": title, "text": body}), encoding="utf-8")
    done = call("quotes", str(path))
    assert done.exit_code == 0
    assert STEERS.findall(done.output) == []
    assert not any(line.startswith("error:") for line in done.output.splitlines())


def test_stance():
    explanation = Explanation("favor", [(f"truce{HOSTILE}", 0.5)], [])
    nearest = [("favor", f"A truce{HOSTILE}", 0.5)]
    prediction = StancePrediction("ceasefire", "favor", {"favor": 0.9}, False, explanation, nearest)
    shown = "\n".join(format_lines({"text": f"Peace{HOSTILE}", "speaker": f"A{HOSTILE}"}, [prediction]))
    assert STEERS.search(shown)  # the command takes it out
    done = call("stance", "--root", "none", f"Peace{HOSTILE}")
    assert done.exit_code == 1
    assert STEERS.findall(re.sub("\x1b\\[[0-9;]*m", "", done.output)) == []


def test_stance_of_a_build(monkeypatch):
    explanation = Explanation("favor", [(f"truce{HOSTILE}", 0.5)], [])
    nearest = [("favor", f"A truce{HOSTILE}", 0.5)]
    prediction = StancePrediction("ceasefire", "favor", {"favor": 0.9}, False, explanation, nearest)

    class Models:
        def __init__(self, root, target):
            pass

        def predict(self, quote, explain):
            return [prediction]

    monkeypatch.setattr("pipeline.cli.stance_command.StanceModels", Models)
    for options in (["--explain"], ["--json"]):
        done = call("stance", *options, f"Peace{HOSTILE} now")
        assert done.exit_code == 0
        assert "Peace" in done.stdout
        assert STEERS.findall(done.output) == []


def test_summary(tmp_path):
    counts = {"articles": 1, "rejects": {f"bad{HOSTILE}": 1}, "quotes": {"direct": 1}, "quotes_with_speaker": 1,
              "speakers": {f"person{HOSTILE}": 1}, "stances": {}, "unknown": {}}  # fmt: skip
    path = tmp_path / "reports/scores.json"
    path.parent.mkdir()
    (tmp_path / "configs").mkdir()
    path.write_text(json.dumps({"counts": counts}), encoding="utf-8")
    done = call("summary", "--root", str(tmp_path))
    assert done.exit_code == 0
    assert STEERS.findall(done.output) == []


def test_a_path_in_an_error_is_shown_plain(tmp_path):
    path = tmp_path / f"a{HOSTILE.replace('/', '')}.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    done = call("quotes", str(path))
    assert done.exit_code == 1
    assert STEERS.findall(re.sub("\x1b\\[[0-9;]*m", "", done.output)) == []
