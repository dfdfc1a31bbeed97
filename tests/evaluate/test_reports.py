"""The Markdown reports: sections, tables of equal width, and what each number refers to."""

from __future__ import annotations

from pipeline.core.markdown import render
from pipeline.core.targets import Target
from pipeline.evaluate import extraction_scores, run, stance_scores
from pipeline.evaluate.extraction_scores import classify_errors, list_outcomes
from pipeline.evaluate.run import TEMPLATES
from pipeline.evaluate.span_scores import METRICS, QuoteSpans
from pipeline.evaluate.stance_measures import StanceResults, pass_rates
from pipeline.gold.behaviour_suite import BehaviourItem
from tests.core.test_stance_headlines import REAL, SCORES, of

TEXT = "Dara Olm said the ferry would not | sail.\nOlm added “nobody leaves”."
FERRY = QuoteSpans([(14, 40)], (9, 13), (0, 8), "Dara Olm", "indirect")
LEAVES = QuoteSpans([(52, 67)], (46, 51), (42, 45), "Dara Olm", "direct")
LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
RUN = {"articles": 2, "failures": {}, "without_quote": {}}
TARGET = Target("Is a truce wanted?", LABELS, ["truce"])


def metrics(gold, predicted):
    texts = {"a": TEXT}
    judged = list_outcomes(texts, gold, predicted)
    figures = extraction_scores.score_extraction(texts, gold, predicted, judged)
    figures["annotated_twice"] = extraction_scores.score_metrics(texts, gold, predicted, METRICS)
    figures["baselines"] = {
        name: extraction_scores.score_metrics(texts, gold, {}, METRICS[:4]) for name in ("rules", "marks")
    }
    figures["causes"], rows = classify_errors(texts, judged)
    return figures, rows


def tables(page):
    """Return the number of cells of each row, by table."""
    widths = [line.replace("\\|", "").count("|") if line.startswith("|") else 0 for line in page.splitlines()]
    current: list[int] = []
    for width in [*widths, 0]:
        if width:
            current.append(width)
        elif current:
            yield current
            current = []


def test_extraction():
    figures, rows = metrics({"a": [FERRY, LEAVES]}, {"a": [LEAVES]})
    ceiling = extraction_scores.score_metrics({"a": TEXT}, {"a": [FERRY]}, {"a": [FERRY]}, METRICS)
    ceiling["on"] |= {"first": 1, "second": 1}
    page = run.render_extraction(figures, rows, ceiling, RUN)
    assert page.startswith(
        "# Extraction and speakers\n\n## In short\n\n1. The extractor finds 50.0 % of the annotated quotes"
    )
    assert "4. It finds 100.0 % of 1 direct quote, 0.0 % of 1 indirect quote.\n5. " in page
    assert "Measured on 1 annotated article of this run with 2 gold quotes." in page
    # Precision 1, recall one of two; nothing else is scored of a rival without sources.
    assert "| content exact | 100.0 | 50.0 | 66.7 (66.7 to 66.7) | 0.0 (0.0 to 0.0) | 0.0 (0.0 to 0.0) |" in page
    assert all(len(set(table)) == 1 for table in tables(page))
    assert "⟦the ferry would not \\| sail⟧. ¶ Olm added" in page


def test_extraction_without_a_second_annotator():
    figures, rows = metrics({"a": [FERRY]}, {"a": [FERRY]})
    page = run.render_extraction(figures, rows, None, RUN)
    assert (
        "2. No article of this run was annotated twice, so nothing shows how far two annotators would agree.\n3. "
        in page
    )
    assert "⟦the ferry" not in page


def test_articles_that_failed_are_counted_first():
    page = run.render_extraction(metrics({}, {})[0], [], None, RUN | {"failures": {"extract": 1, "label": 2}})
    told = "**Errors of Parley**: extract failed on 1 article, label failed on 2 articles. `parley rejects` names them"
    assert page.startswith(f"# Extraction and speakers\n\n{told}")


def test_extraction_without_gold():
    figures = metrics({}, {})[0]
    assert run.render_extraction(figures, [], None, RUN).endswith("so nothing was measured here.\n")


def test_articles_without_a_quote_are_named_with_what_to_do():
    example = {"article_id": "a" * 16, "raw_path": "speeches/may|day.txt"}
    without = {"first person": {"articles": 1, "examples": [example]}}
    page = run.render_extraction(metrics({}, {})[0], [], None, RUN | {"without_quote": without})
    assert "No quote was found in 1 of 2 articles." in page
    assert "| first person | 1 | many of its words are I, we and our" in page
    assert "| aaaaaaaaaaaaaaaa (speeches/may\\|day.txt) |" in page
    assert "begins with `NAME said:`" in page
    assert all(len(set(table)) == 1 for table in tables(page))


def stance_results(behaviours=None):
    row = {"gold": "favor", "label": "favor", "majority": "against", "keywords": "favor", "group": "g", "fold": 0}
    row |= {"abstained": False, **{f"p_{label}": 0.2 for label in LABELS}}
    scores = stance_scores.score_target([row], TARGET, 0.1) | {"twice": None}
    labelled = {"rows": 1, "groups": 1, "authors": 1, "labels": {"truce": dict.fromkeys(LABELS, 1)}}
    labelled["near_duplicates"] = {"rows": 0, "share": 0}
    metrics = {"stance": {"truce": scores}, "stance_rows": labelled, "behaviours": behaviours or {}, "real_quotes": []}
    return StanceResults(metrics, {}, {"truce": [row | {"p": 0.9, "text": "We | sign."}]})


COUNTS = {"stances": {"truce": {"favor": 3}}, "unknown": {"truce": 2}}


def stance_page(results):
    return run.render_stance(
        results, LABELS, {"favor": "wants it"}, TARGET.roles, COUNTS, {"truce": {"alpha": 0.8, "quotes": 7}}
    )


def test_stance_says_first_what_matters():
    page = stance_page(stance_results())
    summary = page.split("## In short\n\n")[1].split("\n\n")[0].splitlines()
    assert [line[:2] for line in summary] == ["1.", "2.", "3.", "4.", "5."]
    assert "| favor | wants it | 3 |" in page
    assert "| against | see data/annotations/GUIDELINES.md | 0 |" in page
    assert "| unknown | the model is not sure enough of any label | 2 |" in page
    assert "| truce | macro-F1 | 1 | 100.0 (100.0 to 100.0) | 100.0 (100.0 to 100.0), keyword rules |" in page
    assert page.count("![") == 3
    assert "- Truce: the expected calibration error is 80.0 (80.0 to 80.0) %. The model is not sure enough" in page
    assert "| truce | favor | 1 | 1 | 1 | 100.0 |" in page
    assert "1 quote of 1 group by 1 author. 0.0 % nearly repeat" in page
    assert "Krippendorff's alpha 0.800 on 7 quotes for truce." in page
    assert "| favor | favor | 0.90 | We \\| sign. |" in page
    assert "There is no `data/annotations/behaviours.jsonl`." in page
    assert all(len(set(table)) == 1 for table in tables(page))


def test_behaviours_are_shares_right():
    texts = ({"text": "Stop."}, {"text": "Do not stop."})
    suite = [
        BehaviourItem("B-1", "direction", "negation", "truce", texts, ("favor", "against")),
        BehaviourItem("B-2", "invariance", "names", "truce", texts, ()),
    ]
    predicted = {(name, k): "favor" for name in ("B-1", "B-2") for k in (0, 1)}
    page = stance_page(stance_results(behaviours=pass_rates(suite, predicted)))
    assert "| truce | 0.0 (0.0 to 79.3) | 0 of 1 | 100.0 (20.6 to 100.0) | 1 of 1 |" in page
    assert "| truce | direction (both labels right) | 1 | 0 | 0.0 (0.0 to 79.3) |" in page
    assert all(len(set(table)) == 1 for table in tables(page))


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
