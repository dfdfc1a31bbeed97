"""The table of `parley summary`: quotes withheld, by licence, and a warning where the scores will not hold."""

from __future__ import annotations

import pytest

from pipeline.cli.run_summary import format_summary
from pipeline.core import paths
from pipeline.publish.run import run
from tests.worlds.news import harbour_articles
from tests.worlds.project import copy_configs
from tests.worlds.published_project import write_project


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
    counts = {"articles": 6, "rejects": {}, "quotes": {"mixed": 6}, "quotes_with_speaker": 6, "speakers": {}}
    counts |= {"stances": {}, "unknown": {}}
    monkeypatch.setattr("pipeline.cli.run_summary.tables.read_json", lambda _: {"counts": counts})
    (line,) = (line for line in format_summary(root) if "withheld" in line.partition("/")[0])
    total, *parts = line.split(maxsplit=2)[2].split("  ")
    assert "".join(parts) == expected
    assert int(total) == sum(int(part.split()[-1]) for part in expected.split(", ") if part)


def summarise(root, monkeypatch, **counts) -> str:
    """Return the summary of a run with these counts."""
    common = {
        "articles": 6,
        "rejects": {},
        "quotes": {"direct": 9, "mixed": 6},
        "quotes_with_speaker": 6,
        "speakers": {},
    }
    scores = {"counts": common | {"stances": {}, "unknown": {}} | counts}
    (root / paths.SCORES).parent.mkdir(parents=True)
    (root / paths.SCORES).touch()
    copy_configs(root, "targets.yaml")
    monkeypatch.setattr("pipeline.cli.run_summary.tables.read_json", lambda _: scores)
    return "\n".join(format_summary(root))


def test_labels_of_each_target_add_up_to_the_quotes(tmp_path, monkeypatch):
    stances = {"truce": {"favor": 1, "unrelated": 10}, "land": {"against": 2, "unrelated": 9}}
    lines = summarise(tmp_path, monkeypatch, stances=stances, unknown={"truce": 4, "land": 4}).splitlines()
    header, *rows = (line.split() for line in lines if line.split()[:1] in (["stances"], ["truce"], ["land"]))
    assert header == ["stances", "favor", "against", "conditional", "neutral", "unrelated", "unknown", "quotes"]
    assert rows == [["truce", *["1", "0", "0", "0", "10", "4", "15"]], ["land", *["0", "2", "0", "0", "9", "4", "15"]]]


def test_quotes_that_no_label_was_given_have_a_column(tmp_path, monkeypatch):
    text = summarise(tmp_path, monkeypatch, stances={"truce": {"favor": 1}}, unknown={"truce": 4})
    assert "unrelated  unknown  no label  quotes\n" in text
    assert ["truce", *["1", "0", "0", "0", "0", "4", "10", "15"]] in [line.split() for line in text.splitlines()]


def test_undated_articles_and_those_without_a_quote_are_named(tmp_path, monkeypatch):
    examples = [{"article_id": f"{n:016x}", "raw_path": f"{n}.txt"} for n in range(4)]
    text = summarise(
        tmp_path,
        monkeypatch,
        dates={"dated": 3, "date not read": 1, "no date given": 2},
        without_quote={"first person": {"articles": 5, "examples": examples}},
    )
    assert "dated 3, date not read 1, no date given 2\n" in text
    assert "No quote was found in 5 articles:\n    first person      5  0000000000000000 (0.txt)" in text
    assert "(2.txt) and 2 more\n  reports/extraction.md" in text


def test_a_run_of_an_older_version_is_summarised_too(tmp_path, monkeypatch):
    assert "No quote was found" not in summarise(tmp_path, monkeypatch)
