"""The table of `parley summary`: quotes withheld, by licence, and a warning where the scores will not hold."""

from __future__ import annotations

import pytest

from pipeline.cli.run_summary import format_summary
from pipeline.core import paths
from pipeline.publish.run import run
from tests.worlds.news import harbour_articles
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


@pytest.mark.parametrize(("beyond", "warned"), [(True, True), (False, False)])
def test_scores_that_will_not_hold_are_warned_of(tmp_path, monkeypatch, beyond, warned):
    counts = {"articles": 6, "rejects": {}, "quotes": {"mixed": 6}, "quotes_with_speaker": 6, "speakers": {}}
    shift = {"measures": {"likeness": {"beyond": beyond}}}
    scores = {"counts": counts | {"stances": {}, "unknown": {}}, "shift": {"run": {"a_truce": shift, "land": None}}}
    (tmp_path / paths.SCORES).parent.mkdir(parents=True)
    (tmp_path / paths.SCORES).touch()
    monkeypatch.setattr("pipeline.cli.run_summary.tables.read_json", lambda _: scores)
    assert any("Warning: on a truce, expect" in line for line in format_summary(tmp_path)) is warned
