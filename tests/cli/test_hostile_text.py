"""Text of articles, file names and metrics is printed without characters that control a terminal."""

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
EXPLANATION = Explanation([(f"truce{HOSTILE}", 0.5)], [])
NEAREST = [("favor", f"A truce{HOSTILE}", 0.5)]
PREDICTION = StancePrediction("ceasefire", "favor", {"favor": 0.9}, False, EXPLANATION, NEAREST)


def call(*arguments: str, text: str | None = None, status: int = 0):
    """Run a command; colours are kept, as on a terminal: only `rich`, in bold, and errors, in red, have some."""
    done = CliRunner().invoke(main, list(arguments), input=text, color=True)
    assert done.exit_code == status
    assert STEERS.findall(re.sub("\x1b\\[[0-9;]*m", "", done.output)) == []
    assert "\x1b[31m" not in done.stdout
    return done


@pytest.mark.parametrize("options", [(), ("--explain",), ("--json",)])
def test_quotes(options):
    done = call("quotes", *options, "-", text=TEXT)
    assert "not stop" in done.stdout
    if options == ("--json",):  # which holds the text unchanged
        content = json.loads(done.stdout.splitlines()[0])["content"]
        assert content in TEXT
        assert HOSTILE in content


def test_a_title_cannot_pass_for_a_line_of_its_own(tmp_path):
    path = tmp_path / "a.jsonl"
    title = f"Rain{HOSTILE}\nerror: all is lost"
    body = "It rained on Monday, and the ferries of Port Amsel lay in the harbour all day long. " * 4
    path.write_text(json.dumps({"title": title, "text": body}), encoding="utf-8")
    assert not any(line.startswith("error:") for line in call("quotes", str(path)).output.splitlines())


def test_stance(monkeypatch):
    shown = "\n".join(format_lines({"text": f"Peace{HOSTILE}", "speaker": f"A{HOSTILE}"}, [PREDICTION]))
    assert STEERS.search(shown)  # the command takes it out
    call("stance", "--root", "none", f"Peace{HOSTILE}", status=1)

    class Models:
        def __init__(self, root, target):
            pass

        def predict(self, quote, explain):
            return [PREDICTION]

    monkeypatch.setattr("pipeline.cli.stance_command.StanceModels", Models)
    for option in ("--explain", "--json"):
        assert "Peace" in call("stance", option, f"Peace{HOSTILE} now").stdout


def test_summary_and_a_path_in_an_error(tmp_path):
    counts = {"articles": 1, "rejects": {f"bad{HOSTILE}": 1}, "quotes": {"direct": 1}, "quotes_with_speaker": 1,
              "speakers": {f"person{HOSTILE}": 1}, "stances": {}, "unknown": {}}  # fmt: skip
    for folder in ("reports", "configs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "reports/scores.json").write_text(json.dumps({"counts": counts}), encoding="utf-8")
    call("summary", "--root", str(tmp_path))
    path = tmp_path / f"a{HOSTILE.replace('/', '')}.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    call("quotes", str(path), status=1)
