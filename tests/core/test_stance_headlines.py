"""Stance corrections (rows of `configs/corrections.csv`) and the stance figures that are shown first."""

import re

import pytest

from pipeline.core.corrections import StanceCorrections, read_correction_rows
from pipeline.core.errors import ConfigError
from pipeline.core.stance_headlines import compare_with_baseline, describe_calibration, stance_headlines
from pipeline.core.targets import LabelRoles
from tests.worlds.rows import TARGETS, write_corrections

ID, WORDS = "0123456789abcdef-17", "“We will sign, once the guns have left.”"


def read(tmp_path, *rows: str) -> StanceCorrections:
    return StanceCorrections(read_correction_rows(write_corrections(tmp_path / "corrections.csv", *rows), TARGETS))


@pytest.mark.parametrize(("row", "says"), [
    (f"{ID},,,,truce,favor,me,", r"row 2: target is 'truce'(?s:.*)one of ceasefire, "),
    (f"{ID},,,,ceasefire,yes,me,", r"row 2: label is 'yes'(?s:.*)one of favor, "),
    (f"{ID},,,,ceasefire,unknown,me,", "label is 'unknown'"),
    (f"{ID},,,,ceasefire,favor,,", "`by` is empty"),
    (f"{ID},,Teo Marl,,ceasefire,favor,me,", "a speaker or a stance"),
    ("“…”,,,,ceasefire,favor,me,", "no words"),
    (f"{ID},,,,ceasefire,favor,me,\n{ID},,,,ceasefire,against,me,", "row 3: .* is corrected in .*row 2 too"),
])  # fmt: skip
def test_a_row_that_is_not_valid_is_named(tmp_path, row, says):
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, row)


def test_a_row_is_of_a_quote_id_or_of_all_words_of_a_quote(tmp_path):
    for quote in (ID, WORDS, "we will SIGN  once the guns have left"):
        corrections = read(tmp_path, f'"{quote}",,,,ceasefire,favor,me,')
        assert {target: row.label for target, row in corrections.of_quote(ID, WORDS).items()} == {"ceasefire": "favor"}
        assert corrections.warnings() == []
    for quote in ("0123456789abcdef-18", "We will sign", "We will not sign, once the guns have left."):
        corrections = read(tmp_path, f'"{quote}",,,,ceasefire,favor,me,')
        assert corrections.of_quote(ID, WORDS) == {}
        (warning,) = corrections.warnings()
        assert "corrections.csv, row 2: not applied" in warning
        assert quote in warning
    # An id counts before words, and both are used.
    targets = list(TARGETS)
    rows = [f'"{WORDS}",,,,{target},favor,me,' for target in targets]
    corrections = read(tmp_path, *rows, f"{ID},,,,{targets[0]},against,me,")
    assert [row.label for row in corrections.of_quote(ID, WORDS).values()] == ["against", "favor"]
    assert corrections.warnings() == []


def of(value, low=None, high=None):
    return {"value": value, "low": value if low is None else low, "high": value if high is None else high}


SCORES = {
    "on": {"quotes": 40},
    "model": {"f1_favor_against": of(0.5, 0.45, 0.55), "macro_f1": of(0.6), "calibration_error": of(0.1)},
    "majority": {"f1_favor_against": of(0.0), "macro_f1": of(0.2)},
    "ngrams": {"f1_favor_against": of(0.6, 0.56, 0.64), "macro_f1": of(0.1)},
    "difference": {"ngrams": {"f1_favor_against": of(-0.1, -0.15, -0.05)}},
    "reliability": [[0.5, 0.5, 0.5], [0.9, 0.8, 0.5]],
    "twice": {"quotes": 7, "model": {"f1_favor_against": of(0.4)}, "annotators": {"f1_favor_against": of(0.9)}},
}
RATE = {"items": 10, "right": 4, "share": of(0.4, 0.2, 0.7)}
REAL = {"quotes": 676, "f1_favor_against": of(0.68, 0.56, 0.76), "calibration_error": of(0.013, 0.012, 0.041)}
REAL |= {"kept": 0.765, "kept_right": of(0.967), "stances_kept_right": None, "baseline_name": "keyword rules"}
REAL |= {"baseline_f1_favor_against": of(0.57, 0.5, 0.66), "difference": of(0.11, -0.02, 0.2)}
NEWS = {"name": "news", "description": "Picked.", "licence": "closed", "command": "measure it", "targets": {}}
NEWS |= {"targets": {"a_truce": REAL}}
METRICS = {"stance": {"a_truce": SCORES}, "behaviours": {"a_truce": {"kinds": {"direction": RATE}}}}


def test_real_quotes_are_first_and_our_own_last():
    real, pairs, own = stance_headlines(METRICS | {"real_quotes": [NEWS]}, LabelRoles())
    assert real.about[0] == "news: Picked. Licence of the texts: closed."
    expected = ["news", "a truce", "676", "68.0 (56.0 to 76.0)", "57.0 (50.0 to 66.0), keyword rules"]
    assert real.rows == [[*expected, "1.3 (1.2 to 4.1)", "76.5", "96.7 (96.7 to 96.7)", "–", "–"]]
    assert "not shown to be better than a simple baseline (keyword rules)" in real.notes[0]
    assert pairs.rows == [["a truce", "40.0 (20.0 to 70.0)", "4 of 10", "–", "–"]]
    assert [row[1:] for row in own.rows] == [
        ["mean F1 of favor and against", "40", "50.0 (45.0 to 55.0)", "60.0 (56.0 to 64.0), word n-grams, linear SVM"],
        ["macro-F1", "40", "60.0 (60.0 to 60.0)", "20.0 (20.0 to 20.0), majority label"],
    ]
    assert [note.split(":")[0] for note in own.notes] == [
        "A truce, mean F1 of favor and against",
        "A truce, mean F1 of favor and against, on the 7 quotes that two annotators labelled",
        "A truce",
    ]


def test_shares_of_given_stances_say_of_how_many():
    kept = {"given": 25, "error": of(0.08, 0.05, 0.1)}
    counts = {"favor": {"favor": 8}, "unrelated": {"favor": 1, "against": 1}}
    figures = REAL | {"stances_kept_right": of(0.8), "kept_stances": counts, "stances_found": of(0.5)}
    metrics = {"stance": {"a_truce": SCORES | {"kept": kept}}}
    metrics["real_quotes"] = [NEWS | {"targets": {"a_truce": figures}}]
    first, _, own = stance_headlines(metrics, LabelRoles())
    assert dict(zip(first.header[-2:], first.rows[0][-2:], strict=True)) == {
        "given stances right, % (of how many)": "80.0 (80.0 to 80.0) of 10",
        "stances found, %": "50.0 (50.0 to 50.0)",
    }
    assert own.rows[-1] == ["a truce", "given stances right", "25 given", "92.0 (90.0 to 95.0)", "–"]


@pytest.mark.parametrize(("baseline", "difference", "said"), [
    (0.6, of(-0.1, -0.2, -0.01), "is better than the model, 50.0 against 60.0, a difference of -10.0 (-20.0"),
    (0.52, of(-0.02, -0.1, 0.1), "not shown to be better than a simple baseline (n-grams), 50.0 against 52.0, a "),
    (0.44, of(0.06, -0.01, 0.1), "not shown to be better than a simple baseline (n-grams), 50.0 against 44.0, a "),
    (0.44, of(0.06, 0.01, 0.1), None),
])  # fmt: skip
def test_a_baseline_that_is_not_shown_to_be_worse_is_named(baseline, difference, said):
    sentence = compare_with_baseline("truce", of(0.5, 0.45, 0.55), of(baseline), difference, "n-grams")
    assert sentence is None if said is None else said in sentence


def test_calibration_in_words():
    sure = [(0.5, 0.49, 0.3), (0.8, 0.7, 0.3), (0.9, 0.84, 0.4)]
    told = {
        r"too sure, .* 30.0 % .* 80.0 % .*: 70.0 % of them are right": sure,
        r"not sure enough, .* 50.0 % .* 60.0 % ": [(0.6, 0.9, 0.5), (0.9, 0.9, 0.5)],
        r"close to the probability given": [(0.9, 0.88, 1.0)],
    }
    for said, bins in told.items():
        text = describe_calibration("truce", bins, of(0.083, 0.074, 0.092))
        assert re.match(rf"truce: the expected calibration error is 8.3 \(7.4 to 9.2\) %\. .*{said}", text)
