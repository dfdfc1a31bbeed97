"""`parley rejects`, and the table of `parley summary`: what is withheld, and where the scores will not hold."""

import csv
import io

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.cli.result_commands import format_summary
from pipeline.core import paths
from pipeline.core.schema.data_tables import REJECTS
from pipeline.core.storage import tables
from pipeline.publish.run import run
from tests.worlds.news import harbour_articles
from tests.worlds.project import copy_configs
from tests.worlds.published_project import write_project

REJECTED = [
    {"raw_path": "a.csv", "row": 3, "reason": "empty", "detail": "no text", "count": 1},
    {"raw_path": "=b.txt", "row": None, "reason": "too_short", "detail": "2 words, and\x1b[31m a comma", "count": 1},
    {"raw_path": "=b.txt", "row": None, "reason": "too_short", "detail": "and more", "count": 998},
]
COUNTS = {"articles": 6, "rejects": {}, "quotes": {"direct": 9, "mixed": 6}, "quotes_with_speaker": 6, "speakers": {},
          "stances": {}, "unknown": {}}  # fmt: skip


@pytest.mark.parametrize("to_file", [False, True])
def test_rejects_are_csv(tmp_path, to_file):
    copy_configs(tmp_path)
    tables.write(REJECTS, REJECTED, tmp_path / paths.REJECTS)
    out = tmp_path / "rejects.csv"
    options = ["--root", str(tmp_path), *(["--out", str(out)] if to_file else [])]
    done = CliRunner().invoke(main, ["rejects", *options])
    assert "1000 rejected inputs" in done.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8") if to_file else done.stdout)))
    assert [(row["raw_path"], row["row"], row["reason"], row["count"]) for row in rows] == [
        ("a.csv", "3", "empty", "1"), ("'=b.txt", "", "too_short", "1"), ("'=b.txt", "", "too_short", "998"),
    ]  # fmt: skip
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"redistributable": ["cc-by-4.0", "unknown"]}, ""),
        ({}, "licence unknown 2"),
        ({"redistributable": []}, "licence cc-by-4.0 4, licence unknown 2"),
        ({"leave_out": ["mine/*"]}, "leave_out 2"),
    ],
)
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
