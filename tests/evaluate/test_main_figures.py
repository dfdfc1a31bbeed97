"""The few figures of `dvc metrics`: numbers only, and only what was measured."""

import pytest

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.evaluate.run import choose_main_figures
from tests.worlds.rows import ROOT


def of(value):
    return {"value": value, "low": 0.0, "high": 1.0}


QUARTER = of(0.25)


def scores(quotes=5, kept_wrong=QUARTER, behaviours=None, target="truce"):
    model = {"f1_favor_against": of(0.61239), "macro_f1": of(0.7), "calibration_error": of(0.05)}
    found = {"on": {"quotes": quotes}, "content_match": {"f1": 0.9}, "content_exact": {"f1": 0.8}}
    return {
        "counts": {"articles": 2, "quotes": {"direct": 3, "mixed": 1}},
        "extraction": found,
        "speakers": {"end_to_end": {"all": {"right": 0.75, "open": 0.1}}},
        "stance": {target: {"model": model, "kept": {"coverage": of(0.5), "error": kept_wrong}}},
        "behaviours": behaviours or {},
    }


def test_main_figures():
    suite = {"truce": {"kinds": {"direction": {"share": of(0.54)}}}}
    figures = {"f1_favor_against": 0.612, "macro_f1": 0.7, "calibration_error": 0.05}
    assert choose_main_figures(scores(behaviours=suite)) == {
        "run": {"articles": 2, "quotes": 4},
        "extraction": {"found_f1": 0.9, "exact_f1": 0.8},
        "speakers": {"right": 0.75, "open": 0.1},
        "truce": figures | {"stances_kept": 0.5, "kept_wrong": 0.25, "direction_right": 0.54},
    }


def test_what_was_not_measured_is_left_out():
    figures = choose_main_figures(scores(quotes=0, kept_wrong=None))
    assert sorted(figures) == ["run", "truce"]
    assert "kept_wrong" not in figures["truce"]
    assert "direction_right" not in figures["truce"]


@pytest.mark.parametrize("target", ["run", "speakers"])
def test_a_target_of_any_name_keeps_its_figures(target):
    figures = choose_main_figures(scores(target=target))
    assert figures["run"]["articles"] == 2
    assert figures["speakers"]["right"] == 0.75
    assert figures[target]["macro_f1"] == 0.7


def test_the_figures_of_the_build_here_are_those_of_its_scores():
    main = tables.read_json(ROOT / paths.METRICS)
    assert main == choose_main_figures(tables.read_json(ROOT / paths.SCORES))
    assert sum(map(len, main.values())) <= 20
