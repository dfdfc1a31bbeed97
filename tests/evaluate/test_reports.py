"""The Markdown reports: sections, tables of equal width, and what each number refers to."""

import re

import pytest

from pipeline.core.targets import Target
from pipeline.evaluate import reports
from pipeline.evaluate.extraction import error_causes, extraction_scores, extraction_slices
from pipeline.evaluate.extraction.outcomes import list_outcomes
from pipeline.evaluate.span_scores import METRICS, QuoteSpans
from pipeline.evaluate.stance import stance_scores
from pipeline.evaluate.stance.behaviour_rates import failures_by_kind, pass_rates
from pipeline.evaluate.stance.learning_scores import score_learning_curve
from pipeline.evaluate.stance.stance_measures import StanceResults
from pipeline.evaluate.stance.stance_slices import score_stance_slices
from pipeline.gold.behaviour_suite import BehaviourItem

TEXT = "Dara Olm said the ferry would not | sail.\nOlm added “nobody leaves”."
FERRY = QuoteSpans([(14, 40)], (9, 13), (0, 8), "Dara Olm", "indirect", {"type": "indirect"})
LEAVES = QuoteSpans([(52, 67)], (46, 51), (42, 45), "Dara Olm", "direct", {"type": "direct"})
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
    figures["slices_annotators"] = extraction_slices.annotator_slices(list_outcomes(texts, gold, gold))
    figures["causes"], rows = error_causes.classify_errors(texts, judged, 3)
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
    page = reports.render_extraction(figures, ceiling, RUN)
    assert page.startswith(
        "# Extraction and speakers\n\n## In short\n\n1. The extractor finds 50.0 % of the annotated quotes"
    )
    assert "4. It finds 100.0 % of 1 direct quote, 0.0 % of 1 indirect quote.\n5. " in page
    assert "Measured on 1 annotated article of this run with 2 gold quotes." in page
    # Precision 1, recall one of two; nothing else is scored of a rival without sources.
    assert "| content exact | 100.0 | 50.0 | 66.7 (66.7 to 66.7) | 0.0 (0.0 to 0.0) | 0.0 (0.0 to 0.0) |" in page
    assert all(len(set(table)) == 1 for table in tables(page))
    page = reports.render_extraction_details(figures, rows)
    assert "| indirect | 1 | 0.0 (0.0 to 0.0) | 100.0 (100.0 to 100.0) of 1 | 0.0 | 0.0 | – | – |" in page
    assert "⟦the ferry would not \\| sail⟧. ¶ Olm added" in page
    assert all(len(set(table)) == 1 for table in tables(page))


def test_extraction_without_a_second_annotator():
    figures, rows = metrics({"a": [FERRY]}, {"a": [FERRY]})
    page = reports.render_extraction(figures, None, RUN)
    assert (
        "2. No article of this run was annotated twice, so nothing shows how far two annotators would agree.\n3. "
        in page
    )
    assert "\nNo article of this run was annotated twice.\n" in page
    assert "### Missed" not in reports.render_extraction_details(figures, rows)


def test_articles_that_failed_are_counted_first():
    page = reports.render_extraction(metrics({}, {})[0], None, RUN | {"failures": {"extract": 1, "label": 2}})
    told = "**Errors of Parley**: extract failed on 1 article, label failed on 2 articles. `parley rejects` names them"
    assert page.startswith(f"# Extraction and speakers\n\n{told}")


def test_extraction_without_gold():
    figures = metrics({}, {})[0]
    for page in (reports.render_extraction(figures, None, RUN), reports.render_extraction_details(figures, [])):
        assert page.endswith("so nothing was measured here.\n")


def test_articles_without_a_quote_are_named_with_what_to_do():
    example = {"article_id": "a" * 16, "raw_path": "speeches/may|day.txt"}
    without = {"first person": {"articles": 1, "examples": [example]}}
    page = reports.render_extraction(metrics({}, {})[0], None, RUN | {"without_quote": without})
    assert "No quote was found in 1 of 2 articles." in page
    assert "| first person | 1 | many of its words are I, we and our" in page
    assert "| aaaaaaaaaaaaaaaa (speeches/may\\|day.txt) |" in page
    assert "begins with `NAME said:`" in page
    assert all(len(set(table)) == 1 for table in tables(page))


def stance_results(shift=None, behaviours=None, failures=None, **external):
    row = {"gold": "favor", "label": "favor", "majority": "against", "keywords": "favor", "group": "g", "fold": 0}
    row |= {"abstained": False, "slices": {"type": "direct"}, **{f"p_{label}": 0.2 for label in LABELS}}
    scores = stance_scores.score_target([row], TARGET, 0.1) | {"twice": None}
    scores |= {"slices": score_stance_slices([row], TARGET), "learning": score_learning_curve([row], [], TARGET)}
    error = row | {"p": 0.9, "text": "We | sign.", "words_for": [], "words_against": ["sign"], "nearest": []}
    labelled = {"rows": 1, "groups": 1, "authors": 1, "labels": {"truce": dict.fromkeys(LABELS, 1)}}
    labelled["near_duplicates"] = {"rows": 0, "share": 0, "similar": 0.5, "pairs": []}
    metrics = {"stance": {"truce": scores}, "stance_rows": labelled, "behaviours": behaviours or {}}
    metrics["external"] = external
    metrics["shift"] = {"run": {"truce": shift}}
    return StanceResults(metrics, {}, {"truce": [error]}, failures or {})


COUNTS = {"stances": {"truce": {"favor": 3}}, "unknown": {"truce": 2}}


def stance_page(results):
    return reports.render_stance(results, LABELS, {"favor": "wants it"}, TARGET.roles, COUNTS)


def stance_details(results):
    return reports.render_stance_details(results, LABELS, TARGET.roles, {}, [])


def test_stance_says_first_what_matters():
    page = stance_page(stance_results())
    summary = page.split("## In short\n\n")[1].split("\n\n")[0].splitlines()
    assert [line[:2] for line in summary] == ["1.", "2.", "3.", "4.", "5.", "6."]
    assert "| favor | wants it | 3 |" in page
    assert "| against | see data/annotations/GUIDELINES.md | 0 |" in page
    assert "| unknown | the model is not sure enough of any label | 2 |" in page
    assert "| truce | macro-F1 | 1 | 100.0 (100.0 to 100.0) | 100.0 (100.0 to 100.0), keyword rules |" in page
    assert page.count("![") == 3
    assert "On your own gold" not in page
    assert all(len(set(table)) == 1 for table in tables(page))


def test_the_details_have_everything():
    page = stance_details(stance_results())
    assert "| truce | macro-F1 | 1 | 100.0 (100.0 to 100.0) | 100.0 (100.0 to 100.0), keyword rules |" in page
    assert page.index("On real quotes") < page.index("Direction and invariance") < page.index("Out of fold, on our own")
    assert "- Truce: the expected calibration error is 80.0 (80.0 to 80.0) %. The model is not sure enough" in page
    assert "Out of fold, on 1 gold quote of 1 group (articles or scenarios)" in page
    assert "| favor | favor | 0.90 | We \\| sign. | – | sign | – |" in page
    assert "There is no `data/annotations/behaviours.jsonl`." in page
    assert "Too few quotes" in page
    assert "External gold" not in page
    assert all(len(set(table)) == 1 for table in tables(page))


def test_links_within_the_details_lead_to_headings():
    page = stance_details(stance_results())
    headings = {line.strip("# ?").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")}
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert len(links) == 5
    assert links <= headings


def test_behaviours_are_shares_right_and_all_failed_pairs_are_shown():
    texts = ({"text": "Stop."}, {"text": "Do not | stop."})
    suite = [
        BehaviourItem("B-1", "direction", "negation", "truce", texts, ("favor", "against")),
        BehaviourItem("B-2", "invariance", "names", "truce", texts, ()),
    ]
    predicted = {(name, k): ("favor", 0.9) for name in ("B-1", "B-2") for k in (0, 1)}
    failures = failures_by_kind(suite, predicted, 0)
    page = stance_details(stance_results(behaviours=pass_rates(suite, predicted), failures=failures))
    assert "| truce | 0.0 (0.0 to 79.3) | 0 of 1 | 100.0 (20.6 to 100.0) | 1 of 1 |" in page
    assert "| truce | direction (both labels right) | 1 | 0 | 0.0 (0.0 to 79.3) |" in page
    assert "### Still wrong: direction" in page
    assert "### Still wrong: invariance" not in page
    assert "| B-1 | negation | truce | favor: Stop. / favor: Do not \\| stop. | favor, against |" in page
    assert all(len(set(table)) == 1 for table in tables(page))


def test_stance_on_external_gold():
    rows = [
        {"gold": "favor", "label": "favor", "group": "g", "abstained": True, "first": "favor", "second": "neutral"}
        | {f"p_{label}": 0.2 for label in LABELS}
    ]
    results = stance_results(mine={"truce": stance_scores.score_target(rows, TARGET, 0.1)})
    assert "| mine | truce | 1 | 50.0 (50.0 to 50.0) | 100.0 (100.0 to 100.0) |" in stance_page(results)
    page = stance_details(results)
    assert "## External gold: mine\n\n### mine: truce\n\n1 quote of 1 group.\n" in page
    assert "| % | model | 95 % interval | first annotator | second annotator |" in page
    assert "the same label for 0.0 % of 1 quote." in page
    assert all(len(set(table)) == 1 for table in tables(page))


@pytest.mark.parametrize("beyond", [(), ("unseen",), ("likeness", "labels")])
def test_a_shift_warns_in_words(beyond):
    names = ("likeness", "unseen", "labels", "confidence")
    measures = {name: {"value": 0.5, "low": 0.1, "high": 0.4, "beyond": name in beyond} for name in names}
    shift = {"quotes": 60, "parts": 3, "parts_warned": 0, "measures": measures}
    warnings = {
        "likeness": "these quotes are less similar to the training quotes",
        "unseen": "more of their words are new to the model",
        "labels": "their predicted labels are distributed differently",
        "confidence": "the model is less sure of them",
    }
    page = stance_page(stance_results(shift))
    places = (
        page.split("6. ")[1].split("\n")[0],
        page.split("do the scores hold?")[1],
        stance_details(stance_results(shift)),
    )
    for place in places:
        assert ("will not carry over" in place) is bool(beyond)
        assert [name for name, words in warnings.items() if words in place] == [
            name for name in names if name in beyond
        ]
