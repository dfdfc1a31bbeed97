"""The table of extraction scores on the first screen."""

from pipeline.report.score_table import build_score_rows
from tests.worlds.page_project import metrics


def test_scores_are_shown_with_the_agreement():
    measured = metrics(0, 0)
    measured["agreement"] = {"spans": {"speaker": {"f1": 0.891}}}
    rows = {row["what"]: row for row in build_score_rows(measured)}
    speaker = rows["quotes found, with the right speaker: F1"]
    assert (speaker["value"], speaker["interval"], speaker["agreement"]) == ("50.0", "40.0 to 60.0", "89.1")
    assert rows["quotes found exactly: F1"]["agreement"] == "–"


def test_without_gold_there_are_no_rows():
    measured = metrics(0, 0)
    measured["extraction"]["on"] = {"articles": 0, "quotes": 0}
    assert list(build_score_rows(measured)) == []
