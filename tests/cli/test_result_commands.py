"""`parley rejects` and `parley summary`; text of articles, file names and metrics cannot control a terminal."""

import csv
import io
import json
import re

import pytest

from pipeline.cli.result_commands import format_summary
from pipeline.cli.stance_command import StancePrediction, format_lines
from pipeline.core import paths
from pipeline.core.schema.data_tables import REJECTS
from pipeline.core.storage import tables
from pipeline.publish.run import run
from pipeline.stance.stance_explainer import Explanation
from tests.worlds.news import harbour_articles
from tests.worlds.project import copy_configs, parley
from tests.worlds.published_project import write_project

REJECTED = [
    {"raw_path": "a.csv", "row": 3, "reason": "empty", "detail": "no text", "count": 1},
    {"raw_path": "=b.txt", "row": None, "reason": "too_short", "detail": "2 words, and\x1b[31m a comma", "count": 1},
    {"raw_path": "=b.txt", "row": None, "reason": "too_short", "detail": "and more", "count": 998},
]
COUNTS = {"articles": 6, "rejects": {}, "quotes": {"direct": 9, "mixed": 6}, "quotes_with_speaker": 6, "speakers": {},
          "stances": {}, "unknown": {}, "quotes_left_out": 0}  # fmt: skip


@pytest.mark.parametrize("to_file", [False, True])
def test_rejects_are_csv(tmp_path, to_file):
    copy_configs(tmp_path)
    tables.write(REJECTS, REJECTED, tmp_path / paths.REJECTS)
    out = tmp_path / "rejects.csv"
    done = parley("rejects", "--root", tmp_path, *(["--out", out] if to_file else []))
    assert "1000 rejected inputs" in done.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8") if to_file else done.stdout)))
    assert [(row["raw_path"], row["row"], row["reason"], row["count"]) for row in rows] == [
        ("a.csv", "3", "empty", "1"), ("'=b.txt", "", "too_short", "1"), ("'=b.txt", "", "too_short", "998"),
    ]  # fmt: skip
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(("settings", "expected"), [
    ({"redistributable": ["cc-by-4.0", "other"], "licenses": [{"license": "other"}]}, ""),
    ({}, "licence unknown 2"),
    ({"redistributable": []}, "licence cc-by-4.0 4, licence unknown 2"),
    ({"leave_out": ["mine/*"]}, "left out 2"),
])  # fmt: skip
def test_withheld_quotes_are_counted_by_licence(tmp_path, monkeypatch, settings, expected):
    root = write_project(tmp_path, harbour_articles(6), gold=False, **settings)
    run(root)
    monkeypatch.setattr(
        "pipeline.core.storage.tables.read_json", lambda _: {"counts": COUNTS | {"quotes": {"mixed": 6}}}
    )
    (line,) = (line for line in format_summary(root) if "withheld" in line.partition("/")[0])
    total, *parts = line.split(maxsplit=2)[2].split("  ")
    assert "".join(parts) == expected
    assert int(total) == sum(int(part.split()[-1]) for part in expected.split(", ") if part)


@pytest.fixture
def summarise(tmp_path, monkeypatch):
    """Function that returns the lines of the summary of a run with other counts."""
    (tmp_path / paths.SCORES).parent.mkdir(parents=True)
    (tmp_path / paths.SCORES).touch()
    copy_configs(tmp_path, "targets.yaml")

    def lines(**counts) -> list[str]:
        monkeypatch.setattr("pipeline.core.storage.tables.read_json", lambda _: {"counts": COUNTS | counts})
        return "\n".join(format_summary(tmp_path)).splitlines()

    return lines


def test_labels_of_each_target_add_up_to_the_quotes(summarise):
    stances = {"truce": {"favor": 1, "unrelated": 10}, "land": {"against": 2, "unrelated": 9}}
    lines = summarise(stances=stances, unknown={"truce": 4, "land": 4})
    header, *rows = (line.split() for line in lines if line.split()[:1] in (["stances"], ["truce"], ["land"]))
    assert header == ["stances", "favor", "against", "conditional", "neutral", "unrelated", "unknown", "quotes"]
    assert rows == [["truce", *["1", "0", "0", "0", "10", "4", "15"]], ["land", *["0", "2", "0", "0", "9", "4", "15"]]]
    # Those that were given no label have a column.
    lines = summarise(stances={"truce": {"favor": 1}}, unknown={"truce": 4})
    assert any(line.endswith("unrelated  unknown  no label  quotes") for line in lines)
    assert ["truce", *["1", "0", "0", "0", "0", "4", "10", "15"]] in [line.split() for line in lines]


def test_undated_articles_and_those_without_a_quote_are_named(summarise):
    assert "No quote was found" not in "\n".join(summarise())  # a run of an older version
    examples = [{"article_id": f"{n:016x}", "raw_path": f"{n}.txt"} for n in range(4)]
    dates = {"dated": 3, "date not read": 1, "no date given": 2}
    text = "\n".join(summarise(dates=dates, without_quote={"first person": {"articles": 5, "examples": examples}}))
    assert "dated 3, date not read 1, no date given 2\n" in text
    assert "No quote was found in 5 articles:\n    first person      5  0000000000000000 (0.txt)" in text
    assert "(2.txt) and 2 more\n  reports/extraction.md" in text


STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e\u2066\x08\r\x7f"
TEXT = f"“We will {HOSTILE}not stop,” said Nadia{HOSTILE} Sarkel, the government's spokeswoman. It{HOSTILE} rained.\n"
EXPLANATION = Explanation([(f"truce{HOSTILE}", 0.5)], [])
NEAREST = [("favor", f"A truce{HOSTILE}", 0.5)]
PREDICTION = StancePrediction("ceasefire", "favor", {"favor": 0.9}, False, EXPLANATION, NEAREST)


def call(*arguments: str, text: str | None = None, status: int = 0):
    """Run a command; colours are kept, as on a terminal: only `rich`, in bold, and errors, in red, have some."""
    done = parley(*arguments, text=text, status=status, color=True)
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
              "speakers": {f"person{HOSTILE}": 1}, "stances": {}, "unknown": {}, "quotes_left_out": 0}  # fmt: skip
    for folder in ("reports", "configs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "reports/scores.json").write_text(json.dumps({"counts": counts}), encoding="utf-8")
    call("summary", "--root", str(tmp_path))
    path = tmp_path / f"a{HOSTILE.replace('/', '')}.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    call("quotes", str(path), status=1)
