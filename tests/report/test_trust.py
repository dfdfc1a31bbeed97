"""The sentence on trust, and the warning that scores will not carry over."""

from pipeline.report.trust import build_score_rows, judge_trust
from tests.worlds.page_project import metrics


def real(error=0.02, **kept):
    """Return a set of real quotes with `kept_stances` of its targets."""
    figures = {"calibration_error": {"value": error}}
    return {"targets": {name: {**figures, "kept_stances": counts} for name, counts in kept.items()}}


TRUCE = {
    "favor": {"favor": 28, "against": 6},
    "against": {"favor": 1, "against": 12},
    "unrelated": {"favor": 1, "neutral": 2},
}


def test_one_sentence_says_first_how_often_stances_were_right_and_then_what_percentages_are_worth():
    sets = [real(0.014, truce=TRUCE, land_swap=None), real(0.048, truce=TRUCE, land_swap={"against": {"against": 4}})]
    sentence = judge_trust({"real_quotes": sets}).sentence
    assert "80 % of the 100 on a truce and 100 % of the 4 on a land swap were right" in sentence
    assert sentence.index("were right") < sentence.index("were off by between 1.4 and 4.8 points on average")
    assert sentence.count(".") == 4


def test_a_share_without_counts_was_measured_too():
    sets = [real(truce=None), real(truce=None), real(truce=None, land_swap={"favor": {"favor": 4}})]
    for each, value in zip(sets, (0.75, 0.8125), strict=False):
        each["targets"]["truce"]["stances_kept_right"] = {"value": value}
    trust = judge_trust({"real_quotes": sets}, ["favor"])
    assert "between 75.0 and 81.2 % of those on a truce and 100 % of the 4 on a land swap were right" in trust.sentence
    assert list(trust.rates) == ["land_swap"]


def test_the_share_of_stances_that_are_found_stands_beside_the_share_that_is_right():
    sets = [real(truce=TRUCE), real(truce=TRUCE), real(land_swap=None)]
    for each, value in zip(sets, (0.53, 0.654), strict=False):
        each["targets"]["truce"]["stances_found"] = {"value": value}
    said = "conditional, it found between 53.0 and 65.4 % of those on a truce, depending on the set of quotes."
    assert said in judge_trust({"real_quotes": sets}).sentence


def test_a_target_on_which_no_stance_was_given_has_no_share():
    none = {"favor": {"favor": 0, "against": 0}}
    trust = judge_trust({"real_quotes": [real(truce=none, land_swap={"favor": {"favor": 4}})]}, ["favor"])
    assert "100 % of the 4 on a land swap were right" in trust.sentence
    assert "truce" not in trust.sentence
    assert list(trust.rates) == ["land_swap"]
    assert "has not been measured on real news" in judge_trust({"real_quotes": [real(truce=none)]}).sentence


def test_an_error_on_quotes_that_were_written_for_training_is_not_on_the_page():
    stance = {"truce": {"model": {"calibration_error": {"value": 0.2}}, "reliability": [[0.9, 0.5, 1.0]]}}
    assert "points" not in judge_trust({"stance": stance}).sentence
    measured = {"stance": stance, "real_quotes": [real(truce=TRUCE)]}
    assert "off by 2.0 points on average" in judge_trust(measured).sentence


def test_a_card_has_the_rate_of_its_own_label_where_enough_were_given():
    labels = ["favor", "against", "neutral", "new_one"]
    rates = judge_trust({"real_quotes": [real(truce=TRUCE)]}, labels).rates["truce"]
    favor = "To real quotes the program gave “favor” on this question 30 times; 93 % of these were right."
    assert rates["favor"] == favor
    every = "Of all 50 stances on this question that the program gave to real quotes, 80 % were right; only"
    assert rates["against"].startswith(f"{every} 18 of them were “against”")
    assert rates["neutral"].startswith(f"{every} 2 of them")
    assert rates["new_one"] == every.replace("only", "none of them was “new one”.")


def test_scores_are_shown_with_the_agreement():
    measured = metrics(0, 0)
    measured["agreement"] = {"spans": {"speaker": {"f1": 0.891}}}
    rows = {row["what"]: row for row in build_score_rows(measured)}
    speaker = rows["quotes found, with the right speaker: F1"]
    assert (speaker["value"], speaker["interval"], speaker["agreement"]) == ("50.0", "40.0 to 60.0", "89.1")
    assert rows["quotes found exactly: F1"]["agreement"] == "–"
