"""Five points that say what the stance figures are worth."""

from pipeline.core.stance_headlines import summarise_stances
from pipeline.core.targets import LabelRoles
from tests.core.test_stance_headlines import METRICS, NEWS, REAL, of

KEPT = {"kept": {"error": of(0.08), "given": 12}}
MEASURED = METRICS | {"stance": {"a_truce": METRICS["stance"]["a_truce"] | KEPT}}


def test_each_sentence_has_its_figures():
    counts = {"favor": {"favor": 8}, "unrelated": {"favor": 1, "against": 1}}
    other = REAL | {"f1_favor_against": of(0.5), "stances_kept_right": of(0.8), "kept_stances": counts}
    sets = [NEWS, NEWS | {"name": "Some wars", "targets": {"a_truce": other}}]
    real, direction, invented, given, stated = summarise_stances(MEASURED | {"real_quotes": sets}, LabelRoles())
    assert real == (
        "On real quotes (news, some wars), the mean F1 of favor and against is 50.0 to 68.0 %, depending on set and "
        "target, and 80.0 % of the stances that the model is sure enough to give (10 in all) are right."
    )
    assert "in 4 of 10 pairs for a truce." in direction
    assert "is 50.0 % for a truce; that of the best simple baseline is 60.0 % for a truce." in invented
    assert invented.endswith(
        "On the 7 of them that two annotators labelled, it is 40.0 % for a truce; one annotator, measured by the "
        "other, has 90.0 % for a truce."
    )
    assert given.endswith("on these invented quotes, 92.0 % for a truce are right.")
    assert stated.endswith("on real quotes by 1.3 points, on invented ones by 10.0 points for a truce.")


def test_what_was_not_measured_is_said():
    bare = {"on": {"quotes": 1}, "model": {}, "kept": {"error": None}}
    real, direction, invented, given, stated = summarise_stances({"stance": {"a": bare, "b": bare}}, LabelRoles())
    assert real.startswith("No figures on real quotes")
    assert direction.endswith("was not measured.")
    assert invented.endswith("is – % for a and – % for b.")
    assert given.endswith("it gave no stance.")
    assert stated.endswith("(expected calibration error) on invented ones by – points for a and – points for b.")
