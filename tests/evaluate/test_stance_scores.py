"""Stance measures and agreement, checked by hand; charts with captions, and the plots of DVC."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from pipeline.core.targets import LabelRoles, Target
from pipeline.evaluate import agreement, charts, stance_scores
from pipeline.evaluate.intervals import wilson_interval
from pipeline.evaluate.stance_measures import (
    find_near_duplicates,
    measure_ceiling,
    pass_rates,
    similarities_to_other_groups,
)
from pipeline.gold.behaviour_suite import BehaviourItem
from tests.worlds.rows import write_json_lines

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
TARGET = Target("Is a truce wanted?", LABELS, ["truce"])


def row(number, gold, label, abstained=False):
    values = {"id": f"q{number}", "gold": gold, "label": label, "majority": "unrelated", "keywords": gold}
    values |= {"group": f"g{number % 3}", "fold": number % 2, "abstained": abstained}
    return values | {f"p_{name}": 0.8 if name == label else 0.05 for name in LABELS}


ROWS = [
    row(0, "favor", "favor"),
    row(1, "against", "favor", abstained=True),
    row(2, "unrelated", "unrelated"),
    row(3, "unrelated", "unrelated"),
]


def test_measures():
    figures = stance_scores.score_target(ROWS, TARGET, 0.1)
    assert figures["model"]["accuracy"]["value"] == 0.75
    # favor: precision 1/2, recall 1; against: 0.
    assert figures["model"]["f1_favor_against"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["model"]["related_f1"]["value"] == 1.0
    assert figures["majority"]["accuracy"]["value"] == 0.5
    assert figures["keywords"]["accuracy"]["value"] == 1
    # Of the two predicted stances one is kept, and it is right.
    assert (figures["kept"]["coverage"]["value"], figures["kept"]["error"]["value"]) == (0.5, 0.0)
    assert figures["confusion"][1][0] == 1
    assert figures["difference"]["keywords"]["accuracy"]["value"] == -0.25
    # The roles say which labels are for and against; without a label for unrelated quotes all are related.
    target = Target("Is a truce wanted?", ["for", "contra"], ["truce"], roles=LabelRoles(favor="for", against="contra"))
    predictions = [{"gold": "for", "label": label, "group": "g"} for label in ("for", "contra")]
    scores = stance_scores.score_labels(predictions, "label", target)
    assert scores["f1_favor_against"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert scores["related_f1"]["value"] == 1


def test_a_difference_is_clearer_than_two_intervals():
    # The baseline has the model's labels, but for every tenth, which only the model has right.
    predictions = []
    for k, gold in enumerate(["favor", "against"] * 60):
        label = gold if k % 3 else "neutral"
        others = {"ngrams": "unrelated" if k % 10 == 1 else label, "same": label}
        predictions.append({"gold": gold, "label": label, "group": f"g{k}"} | others)
    model, baseline = (
        stance_scores.score_labels(predictions, name, TARGET)["accuracy"] for name in ("label", "ngrams")
    )
    difference = stance_scores.score_difference(predictions, "ngrams", TARGET)["accuracy"]
    assert baseline["high"] > model["low"]
    assert 0 < difference["low"] < difference["value"] == pytest.approx(model["value"] - baseline["value"], abs=1e-4)
    nothing = {"value": 0, "low": 0, "high": 0}
    assert stance_scores.score_difference(predictions, "same", TARGET)["macro_f1"] == nothing


def test_calibration_error_is_zero_when_shares_match_and_grows_with_overconfidence():
    right = np.array([1, 1, 1, 1, 0] * 20, dtype=bool)
    for stated, error in ((0.8, 0), (1.0, 0.2)):
        bins = stance_scores.bins_of_equal_mass(np.zeros(100), np.full(100, stated), right, bins=1)
        assert stance_scores.calibration_error(*bins) == pytest.approx(error)


@pytest.mark.parametrize(("first", "second", "expected"), [
    # Examples B and C of Krippendorff (2011).
    ("0100000010", "1110010000", 0.095),
    ("aabbdcccedda", "babbbccceddd", 0.692),
    ("aaaa", "aaaa", 1),  # nothing varies
    ("abcabcabcabcabc", "bacbacbacbacbac", 0.0333),
])  # fmt: skip
def test_alpha(first, second, expected):
    pairs = list(zip(first, second, strict=True))
    figures = agreement.krippendorff_alpha([(one, one, other) for one, other in pairs], sorted({*first, *second}))
    assert figures["alpha"] == pytest.approx(expected, abs=5e-4)
    assert figures["agree"] == pytest.approx(np.mean([one == other for one, other in pairs]), abs=1e-4)


CONFIDENCE = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
RIGHT = np.array([True, True, False, True, False])


def test_the_curve_ends_at_full_coverage_and_the_error_of_what_is_kept():
    kept, wrong = zip(*stance_scores.risk_coverage_curve(CONFIDENCE, RIGHT, points=5), strict=True)
    assert kept == (0.2, 0.4, 0.6, 0.8, 1.0)
    assert wrong == pytest.approx((0, 0, 1 / 3, 1 / 4, 2 / 5), abs=1e-4)
    assert stance_scores.risk_coverage_curve(np.array([]), np.array([], dtype=bool)) == []
    members = list(np.arange(20)[:, None])
    summary = stance_scores.summarise_coverage(np.arange(20) >= 2, np.arange(20) >= 10, members, 0.1)
    assert (summary["coverage"]["value"], summary["error"]["value"], summary["given"]) == (0.5, 0.2, 10)
    nothing = stance_scores.summarise_coverage(RIGHT, np.ones(5, dtype=bool), members[:5], 0.1)
    assert (nothing["coverage"]["value"], nothing["error"]) == (0, None)


def test_annotator_agreement(tmp_path):
    both = [("favor", "favor"), ("against", "neutral")]
    rows = [
        {"id": f"q{k}", "group": "g", "first": {"truce": a}, "second": {"truce": b}} for k, (a, b) in enumerate(both)
    ]
    path = write_json_lines(tmp_path / "stance.jsonl", rows)
    scores = measure_ceiling(path, "truce", ROWS, TARGET)
    assert scores["quotes"] == 2
    assert scores["annotators"]["accuracy"]["value"] == scores["model"]["accuracy"]["value"] == 0.5
    assert measure_ceiling(path, "other", ROWS, TARGET) is None
    assert measure_ceiling(tmp_path / "none.jsonl", "truce", ROWS, TARGET) is None


TEXT = "the ferry sails on Monday if the pilots come back"


@pytest.mark.parametrize(("one", "other", "similarity"), [
    (TEXT, TEXT.upper() + "!", 1),
    # Seven word triples of eight are shared, of nine in all.
    (TEXT, TEXT.replace("back", "home"), 7 / 9),
    ("Never.", "“Never”", 1),
    ("Never.", "Never again, he said.", 0),
])  # fmt: skip
def test_similarity_is_the_jaccard_index_of_word_triples(one, other, similarity):
    assert similarities_to_other_groups([one, other], ["a", "b"]) == pytest.approx([similarity] * 2)
    assert similarities_to_other_groups([one, other], ["a", "a"]) == [0, 0]  # within a group they may be similar
    found = find_near_duplicates([TEXT, TEXT, "wheat is cheap today"], ["a", "b", "c"])
    assert found == {"rows": 2, "share": 0.6667}


def item(name, kind, *expect, target="ceasefire"):
    texts = tuple({"text": f"{name} {k}"} for k in range(2 if kind in ("invariance", "direction") else 1))
    return BehaviourItem(name, kind, "negation", target, texts, expect)


SUITE = [
    item("a", "must_pass", "favor"), item("b", "must_pass", "against"), item("c", "hard_negative", "unrelated"),
    item("d", "invariance"), item("e", "direction", "favor", "against"),
    item("f", "must_pass", "favor", target="peace"),
]  # fmt: skip
PREDICTED = {("a", 0): "favor", ("b", 0): "favor", ("c", 0): "favor", ("f", 0): "favor"}
PREDICTED |= {("d", 0): "neutral", ("d", 1): "neutral", ("e", 0): "favor", ("e", 1): "favor"}


def test_rates_by_target_and_kind_reserved_items_first():
    rates = pass_rates(SUITE, PREDICTED)
    kinds = rates["ceasefire"]["kinds"]
    counted = {kind: (rate["items"], rate["right"], rate["share"]["value"]) for kind, rate in kinds.items()}
    expected = {"must_pass": (2, 1, 0.5), "hard_negative": (1, 0, 0.0), "invariance": (1, 1, 1.0)}
    assert counted == expected | {"direction": (1, 0, 0.0)}
    assert list(rates["peace"]["kinds"]) == ["must_pass"]
    assert kinds["must_pass"]["share"]["low"] < 0.5 < kinds["must_pass"]["share"]["high"]
    assert pass_rates([], {}) == {}
    reserved = [replace(item(name, "direction", "favor", "against"), reserved=True) for name in ("x", "y")]
    labels = {("x", 0): "favor", ("x", 1): "against", ("y", 0): "neutral", ("y", 1): "neutral"}
    rates = pass_rates([*SUITE, *reserved], PREDICTED | labels)["ceasefire"]
    assert (rates["kinds"]["direction"]["right"], rates["kinds"]["direction"]["items"]) == (1, 2)
    assert {kind: (rate["right"], rate["items"]) for kind, rate in rates["known"].items()} == {"direction": (0, 1)}
    assert rates["kinds"]["invariance"]["items"] == 1


@pytest.mark.parametrize(("right", "number"), [(0, 1), (0, 12), (1, 1), (3, 7), (12, 12), (271, 412)])
def test_wilson_interval_is_that_of_scipy(right, number):
    expected = binomtest(right, number).proportion_ci(method="wilson")
    assert wilson_interval(right, number) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.fixture
def data():
    scores = stance_scores.score_target(ROWS, TARGET, 0.1)
    metrics = {
        "counts": {"stances": {"truce": {"favor": 3}}, "unknown": {"truce": 1, "halt": 2}},
        "stance": {"truce": scores},
    }
    curve = stance_scores.risk_coverage_curve(*stance_scores.rate_rows(ROWS, TARGET))
    return charts.ChartData(metrics, {"truce": curve}, LABELS)


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
    assert stance_scores.risk_coverage_curve(*stance_scores.rate_rows(near, TARGET)) == data.risk_coverage["truce"]
    reliability = stance_scores.score_target(near, TARGET, 0.1)["reliability"]
    assert reliability == data.metrics["stance"]["truce"]["reliability"]


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
    curves = dict.fromkeys(scores, data.risk_coverage["truce"])
    charts.save_plots(tmp_path, charts.ChartData({"stance": scores}, curves, LABELS))
    lines = {path.stem: path.read_text().splitlines() for path in tmp_path.iterdir()}
    assert sorted(lines) == ["calibration", "confusion", "risk_coverage"]
    assert lines["confusion"][:3] == ["target,gold,given,quotes", "a truce,favor,favor,1", "a truce,favor,against,0"]
    assert len(lines["confusion"]) == 1 + 2 * 25
    assert lines["risk_coverage"][-1] == "truce,1.0,0.25"
