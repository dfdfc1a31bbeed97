"""The table of scores on the first screen."""

from pipeline.core.targets import LabelRoles
from pipeline.report.score_table import build_score_rows
from tests.worlds.page_project import metrics


def test_scores_are_shown_with_baseline_and_agreement():
    measured = metrics(0, 0)
    measured["agreement"] = {"spans": {"speaker": {"f1": 0.891}}, "alpha": {"ceasefire": {"agree": 0.976}}}
    measured["stance"] = {"ceasefire": {**measured["stance"]["ceasefire"], "majority": {"accuracy": {"value": 0.6}}}}
    rows = {row["what"]: row for row in build_score_rows(measured, LabelRoles())}
    assert rows["quotes found, with the right speaker: F1"]["agreement"] == "89.1"
    right = rows["ceasefire: share of predicted labels right"]
    assert (right["value"], right["interval"], right["baseline"], right["agreement"]) == (
        "61.0",
        "52.0 to 73.0",
        "60.0",
        "97.6",
    )
    assert rows["quotes found exactly: F1"]["agreement"] == "–"


def test_without_gold_there_are_no_extraction_scores():
    measured = metrics(0, 0)
    measured["extraction"]["on"] = {"articles": 0, "quotes": 0}
    assert not [row for row in build_score_rows(measured, LabelRoles()) if row["what"].startswith("quotes")]
