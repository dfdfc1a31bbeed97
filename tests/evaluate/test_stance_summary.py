"""Five points that say what the stance figures are worth."""

from pipeline.core.markdown import render
from pipeline.evaluate.run import TEMPLATES
from tests.core.test_stance_headlines import REAL, SCORES, of

OURS = SCORES | {"kept": {"error": of(0.08), "given": 12}}
RATE = {"items": 10, "right": 4}


def points(stance, sets=(), behaviours=None, best=None):
    values = {"stance": stance, "real_quotes": sets, "behaviours": behaviours or {}, "best": best or {}}
    measured = [of for each in sets for of in each["targets"].values()]
    path = TEMPLATES / "stance_summary.md.j2"
    return render(path, **values, f1="the mean F1", measured=measured, given=10 * bool(sets)).strip().splitlines()


def test_each_sentence_has_its_figures():
    first = REAL | {"stances_kept_right": None, "stances_found": None}
    other = REAL | {"f1_favor_against": of(0.5), "stances_kept_right": of(0.8), "stances_found": of(0.6)}
    sets = [{"name": "News", "targets": {"a": first}}, {"name": "Some wars", "targets": {"a": other}}]
    behaviours = {"a_truce": {"kinds": {"direction": RATE}}, "b": {"kinds": {}}}
    real, direction, invented, given, stated = points({"a_truce": OURS}, sets, behaviours, {"a_truce": "ngrams"})
    assert real == (
        "1. On real quotes (news, some wars), the mean F1 is 50.0 to 68.0 %, depending on set and target, and 80.0 % "
        "of the stances that the model is sure enough to give (10 in all) are right; it finds 60.0 % of those that are "
        "there."
    )
    assert direction.endswith("in 4 of 10 pairs for a truce.")
    assert "is 50.0 % for a truce; that of the best simple baseline is 60.0 % for a truce." in invented
    assert invented.endswith(
        "On the 7 of them that two annotators labelled, it is 40.0 % for a truce; one annotator, measured by the "
        "other, has 90.0 % for a truce."
    )
    assert given.endswith("on these invented quotes, 92.0 % for a truce are right.")
    assert stated.endswith("on real quotes by 1.3 points, on invented ones by 10.0 points for a truce.")


def test_what_was_not_measured_is_said():
    bare = {"model": SCORES["model"], "kept": {"error": None}, "twice": None}
    real, direction, invented, given, stated = points({"a": bare, "b": bare, "c": bare}, best={"a": None})
    assert real.startswith("1. No figures on real quotes")
    assert direction.endswith("was not measured.")
    assert invented.endswith("is 50.0 % for a, 50.0 % for b and 50.0 % for c.")
    assert given.endswith("on these invented quotes it gave no stance.")
    assert "error) on invented ones by 10.0 points for a, 10.0 points for b" in stated
