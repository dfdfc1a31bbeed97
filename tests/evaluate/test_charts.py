"""All charts are drawn with captions; DVC's plots have a file per target."""

import pytest

from pipeline.evaluate import charts
from pipeline.evaluate.dvc_plots import save_plots
from pipeline.evaluate.stance.learning_scores import score_learning_curve
from pipeline.evaluate.stance.prediction_curves import prediction_curves
from pipeline.evaluate.stance.stance_scores import score_target
from tests.evaluate.test_stance_measures import LABELS, ROWS, TARGET


@pytest.fixture
def data():
    scores = score_target(ROWS, TARGET, 0.1) | {"learning": score_learning_curve(ROWS, [], TARGET)}
    metrics = {
        "counts": {"stances": {"truce": {"favor": 3}}, "unknown": {"truce": 1, "halt": 2}},
        "stance": {"truce": scores},
        "external": {"mine": {"truce": scores}},
    }
    curves = {"truce": prediction_curves(ROWS, TARGET)}
    return charts.ChartData(metrics, {"out of fold": curves, "mine": curves}, LABELS)


def test_all_charts_are_drawn_with_their_captions(tmp_path, data):
    charts.save_charts(tmp_path, data)
    assert {path.stem for path in tmp_path.glob("*.svg")} == set(charts.CHARTS)
    for name, chart in charts.CHARTS.items():
        svg = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert svg.startswith("<svg")
        assert f"><title>{chart.caption}" in svg
    calibration = (tmp_path / "calibration.svg").read_text(encoding="utf-8")
    assert "Out of fold. Truce: the expected calibration error is" in calibration
    assert "truce, 4 quotes, mine" in (tmp_path / "confusion.svg").read_text(encoding="utf-8")


def test_a_chart_is_included_in_a_report_by_name():
    assert charts.CHARTS["learning"].image == "![Learning curve](figures/learning.svg)"


def test_charts_show_their_numbers_in_the_order_of_targets(tmp_path, data):
    drawn = set()
    for counts in (
        {"truce": {"favor": 3}},
        {"truce": {"favor": 4}},
        {"halt": {}, "truce": {}},
        {"truce": {}, "halt": {}},
    ):
        data.metrics["counts"]["stances"] = counts
        charts.save_charts(tmp_path, data)
        drawn.add((tmp_path / "labels.svg").read_text(encoding="utf-8"))
    assert len(drawn) == 4


def test_the_chart_of_labels_counts_unknown_beside_the_known_ones(tmp_path, data):
    rows = charts.labels(data).to_dict()["data"]["values"]
    assert rows[0] == {"target": "truce", "label": LABELS[0], "quotes": 3}
    assert rows[-1] == {"target": "truce", "label": "unknown", "quotes": 1}
    assert len(rows) == len(LABELS) + 1


def test_dvc_plots(tmp_path, data):
    (tmp_path / "learning").mkdir()
    (tmp_path / "learning/gone.csv").touch()
    save_plots(tmp_path, data.metrics["stance"], data.curves["out of fold"], LABELS)
    assert not (tmp_path / "learning/gone.csv").exists()
    confusion = (tmp_path / "confusion/truce.csv").read_text().splitlines()
    assert confusion[:3] == ["gold,given,quotes", "favor,favor,1", "favor,against,0"]
    assert len(confusion) == 26
    assert (tmp_path / "learning/truce.csv").read_text().splitlines()[1].startswith("2,")
    assert (tmp_path / "risk_coverage/truce.csv").read_text().splitlines()[-1] == "1.0,0.5"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["confusion", "learning", "reliability", "risk_coverage"]
