"""All charts are drawn with captions; DVC's plots have a file per target."""

import json

import pytest

from pipeline.evaluate import charts
from pipeline.evaluate.charts import save_plots
from pipeline.evaluate.stance_scores import rate_rows, risk_coverage_curve, score_target
from tests.evaluate.test_stance_scores import LABELS, ROWS, TARGET


@pytest.fixture
def data():
    scores = score_target(ROWS, TARGET, 0.1)
    metrics = {
        "counts": {"stances": {"truce": {"favor": 3}}, "unknown": {"truce": 1, "halt": 2}},
        "stance": {"truce": scores},
    }
    return charts.ChartData(metrics, {"truce": risk_coverage_curve(*rate_rows(ROWS, TARGET))}, LABELS)


def test_all_charts_are_drawn_with_their_captions(tmp_path, data):
    (tmp_path / "of_an_earlier_version.svg").touch()
    charts.save_charts(tmp_path, data)
    assert {path.stem for path in tmp_path.glob("*.svg")} == set(charts.CHARTS)
    for name, chart in charts.CHARTS.items():
        svg = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert svg.startswith("<svg")
        assert f"><title>{chart.caption}" in svg
    calibration = (tmp_path / "calibration.svg").read_text(encoding="utf-8")
    assert "Out of fold. Truce: the expected calibration error is" in calibration
    assert "truce, 4 quotes, out of fold" in (tmp_path / "confusion.svg").read_text(encoding="utf-8")


def test_the_last_digits_of_probabilities_are_not_drawn(data):
    """They are others on another processor."""
    near = [{name: value + 1e-9 if name.startswith("p_") else value for name, value in row.items()} for row in ROWS]
    assert near != ROWS
    assert risk_coverage_curve(*rate_rows(near, TARGET)) == data.risk_coverage["truce"]
    assert score_target(near, TARGET, 0.1)["reliability"] == data.metrics["stance"]["truce"]["reliability"]


def test_the_chart_of_labels_counts_unknown_beside_the_known_ones_in_the_order_of_targets(data):
    drawn = []
    for counts in ({"truce": {"favor": 3}}, {"truce": {}}, {"halt": {}, "truce": {}}, {"truce": {}, "halt": {}}):
        data.metrics["counts"]["stances"] = counts
        drawn.append(charts.labels(data).to_json())
    assert len(set(drawn)) == 4
    rows = json.loads(drawn[0])["data"]["values"]
    assert rows[0] == {"target": "truce", "label": LABELS[0], "quotes": 3}
    assert rows[-1] == {"target": "truce", "label": "unknown", "quotes": 1}
    assert len(rows) == len(LABELS) + 1


def test_dvc_plots_name_the_target_in_words(tmp_path, data):
    scores = {"a_truce": data.metrics["stance"]["truce"]} | data.metrics["stance"]
    save_plots(tmp_path, scores, dict.fromkeys(scores, data.risk_coverage["truce"]), LABELS)
    lines = {path.stem: path.read_text().splitlines() for path in tmp_path.iterdir()}
    assert sorted(lines) == ["calibration", "confusion", "risk_coverage"]
    assert lines["confusion"][:3] == ["target,gold,given,quotes", "a truce,favor,favor,1", "a truce,favor,against,0"]
    assert len(lines["confusion"]) == 1 + 2 * 25
    assert lines["risk_coverage"][-1] == "truce,1.0,0.25"
