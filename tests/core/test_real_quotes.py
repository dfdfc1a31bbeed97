"""Figures on real quotes: what is read, and errors with file, set and key."""

import json

import pytest

from pipeline.core.errors import ParleyError
from pipeline.gold.real_quotes import read_real_quotes

FIGURES = {
    "quotes": 676,
    "f1_favor_against": [0.68, 0.56, 0.76],
    "calibration_error": [0.013, 0.012, 0.041],
    "kept": 0.765,
    "kept_right": [0.967, 0.94, 0.98],
    "baseline_name": "word n-grams, linear SVM",
    "baseline_f1_favor_against": [0.57, 0.45, 0.66],
    "difference": [0.11, -0.02, 0.2],
}
SET = {"name": "news", "description": "Picked for their words.", "licence": "not free", "command": "measure it"}
SET |= {"targets": {"ceasefire": FIGURES}}


def read(tmp_path, content, targets=("ceasefire",)):
    path = tmp_path / "real_quotes.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_real_quotes(path, targets)


def test_figures_of_a_set(tmp_path):
    (news,) = read(tmp_path, {"sets": [SET]})
    assert {key: news[key] for key in SET if key != "targets"} == {key: SET[key] for key in SET if key != "targets"}
    figures = news["targets"]["ceasefire"]
    assert figures["f1_favor_against"] == {"value": 0.68, "low": 0.56, "high": 0.76}
    assert (figures["quotes"], figures["kept"], figures["stances_kept_right"]) == (676, 0.765, None)
    assert figures["kept_stances"] is None


def test_counts_of_gold_and_predicted_labels(tmp_path):
    counts = {"favor": {"favor": 9, "against": 1}, "unrelated": {"favor": 2}}
    (news,) = read(tmp_path, change(kept_stances=counts))
    assert news["targets"]["ceasefire"]["kept_stances"] == counts


def test_no_file_and_no_sets(tmp_path):
    assert read_real_quotes(tmp_path / "none.json", ["ceasefire"]) == []
    assert read(tmp_path, {"sets": []}) == []


def test_targets_that_the_project_lacks_are_left_out(tmp_path):
    assert read(tmp_path, {"sets": [SET]}, ["truce"])[0]["targets"] == {}


def change(**figures):
    return {"sets": [SET | {"targets": {"ceasefire": FIGURES | figures}}]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not a JSON file"),
        ([], "no list `sets`"),
        ({"sets": [3]}, "sets[0]: not a set"),
        ({"sets": [SET | {"licence": ""}]}, "`licence`"),
        ({"sets": [SET | {"source": "x"}]}, "unknown key `source`"),
        ({"sets": [SET | {"targets": {"ceasefire": 1}}]}, "sets[0], ceasefire: no figures"),
        (change(kept=76.5), "`kept` is 76.5"),
        (change(kept_right=[0.9, 0.8]), "`kept_right`"),
        (change(f1_favor_against=[0.5, 0.6, 0.4]), "write value, low, high"),
        (change(quotes=0), "`quotes` is 0"),
        (change(kept_stances={"favor": {"favor": -1}}), "`kept_stances"),
    ],
)
def test_errors_name_the_place(tmp_path, content, told):
    with pytest.raises(ParleyError) as raised:
        read(tmp_path, content)
    assert "real_quotes.json" in str(raised.value)
    assert told in str(raised.value)
