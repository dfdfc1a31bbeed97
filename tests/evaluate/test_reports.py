"""The reports, the figures of `dvc metrics`, and what is counted of a run: sections, tables, what numbers refer to."""

import re
from dataclasses import replace

import pytest

from pipeline.core import paths
from pipeline.core.language import load_language
from pipeline.core.markdown import render
from pipeline.core.schema.data_tables import FAILURES
from pipeline.core.storage import tables
from pipeline.core.targets import Target
from pipeline.evaluate import extraction_scores, run, stance_scores
from pipeline.evaluate.extraction_scores import classify_errors, list_outcomes
from pipeline.evaluate.run import TEMPLATES, choose_main_figures
from pipeline.evaluate.run_counts import KINDS, _count_dates, count_quoteless, kind_of
from pipeline.evaluate.span_scores import METRICS, QuoteSpans
from pipeline.evaluate.stance_measures import pass_rates
from pipeline.gold.behaviour_suite import BehaviourItem
from tests.core.test_stance_headlines import REAL, SCORES, of
from tests.worlds.news import harbour_articles, harbour_quote
from tests.worlds.project import Story, copy_configs, write_tables
from tests.worlds.rows import stances

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


def table_widths(page):
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
    summary = "# Extraction and speakers\n\n## In short\n\n1. The extractor finds 50.0 % of the annotated quotes"
    assert page.startswith(summary)
    assert "4. It finds 100.0 % of 1 direct quote, 0.0 % of 1 indirect quote.\n5. " in page
    assert "Measured on 1 annotated article of this run with 2 gold quotes." in page
    # Precision 1, recall one of two; nothing else is scored of a rival without sources.
    assert "| content exact | 100.0 | 50.0 | 66.7 (66.7 to 66.7) | 0.0 (0.0 to 0.0) | 0.0 (0.0 to 0.0) |" in page
    assert all(len(set(table)) == 1 for table in table_widths(page))
    assert "⟦the ferry would not \\| sail⟧. ¶ Olm added" in page
    page = run.render_extraction(*metrics({"a": [FERRY]}, {"a": [FERRY]}), None, RUN)
    assert "2. No article of this run was annotated twice" in page
    assert "⟦the ferry" not in page


def test_what_is_told_of_a_run_without_gold():
    example = {"article_id": "a" * 16, "raw_path": "speeches/may|day.txt"}
    told = {"failures": {"extract": 1, "label": 2}}
    told["without_quote"] = {"first person": {"articles": 1, "examples": [example]}}
    bare, full = (run.render_extraction(metrics({}, {})[0], [], None, RUN | more) for more in ({}, told))
    assert bare.endswith("so nothing was measured here.\n")
    assert full.startswith(
        "# Extraction and speakers\n\n**Errors of Parley**: extract failed on 1 article, label failed on 2 articles."
    )
    assert "No quote was found in 1 of 2 articles." in full
    assert "| first person | 1 | many of its words are I, we and our" in full
    assert "| aaaaaaaaaaaaaaaa (speeches/may\\|day.txt) |" in full
    assert all(len(set(table)) == 1 for table in table_widths(full))


def stance_results(behaviours=None):
    row = {"gold": "favor", "label": "favor", "majority": "against", "keywords": "favor", "group": "g", "fold": 0}
    row |= {"abstained": False, **{f"p_{label}": 0.2 for label in LABELS}}
    scores = stance_scores.score_target([row], TARGET, 0.1) | {"twice": None}
    labelled = {"rows": 1, "groups": 1, "authors": 1, "labels": {"truce": dict.fromkeys(LABELS, 1)}}
    labelled["near_duplicates"] = {"rows": 0, "share": 0}
    metrics = {"stance": {"truce": scores}, "stance_rows": labelled, "behaviours": behaviours or {}, "real_quotes": []}
    return metrics, {"truce": [row | {"p": 0.9, "text": "We | sign."}]}


def stance_page(results):
    counts = {"stances": {"truce": {"favor": 3}}, "unknown": {"truce": 2}}
    alpha = {"truce": {"alpha": 0.8, "quotes": 7}}
    return run.render_stance(*results, {"truce": replace(TARGET, descriptions={"favor": "wants it"})}, counts, alpha)


def test_stance_says_first_what_matters():
    page = stance_page(stance_results())
    summary = page.split("## In short\n\n")[1].split("\n\n")[0].splitlines()
    assert [line[:2] for line in summary] == ["1.", "2.", "3.", "4.", "5."]
    assert summary[0].startswith("1. No figures on real quotes")
    assert summary[1].endswith("was not measured.")
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
    assert all(len(set(table)) == 1 for table in table_widths(page))


def test_behaviours_are_shares_right():
    texts = ({"text": "Stop."}, {"text": "Do not stop."})
    suite = [BehaviourItem("B-1", "direction", "negation", "truce", texts, ("favor", "against"))]
    suite.append(BehaviourItem("B-2", "invariance", "names", "truce", texts, ()))
    predicted = {(name, k): "favor" for name in ("B-1", "B-2") for k in (0, 1)}
    page = stance_page(stance_results(behaviours=pass_rates(suite, predicted)))
    assert "| truce | 0.0 (0.0 to 79.3) | 0 of 1 | 100.0 (20.6 to 100.0) | 1 of 1 |" in page
    assert "| truce | direction (both labels right) | 1 | 0 | 0.0 (0.0 to 79.3) |" in page
    assert all(len(set(table)) == 1 for table in table_widths(page))


def test_each_sentence_of_the_summary_has_its_figures():
    first = REAL | {"stances_kept_right": None, "stances_found": None}
    other = REAL | {"f1_favor_against": of(0.5), "stances_kept_right": of(0.8), "stances_found": of(0.6)}
    sets = [{"name": "News", "targets": {"a": first}}, {"name": "Some wars", "targets": {"a": other}}]
    rates = {"a_truce": {"kinds": {"direction": {"items": 10, "right": 4}}}, "b": {"kinds": {}}}
    bare = {"model": SCORES["model"], "kept": {"error": None}, "twice": None}
    stance = {"a_truce": SCORES | {"kept": {"error": of(0.08), "given": 12}}, "b": bare, "c": bare}
    values = {"stance": stance, "behaviours": rates, "best": {"a_truce": "ngrams", "b": None}, "f1": "the mean F1"}
    values |= {"real_quotes": sets, "measured": [first, other], "given": 10}
    page = render(TEMPLATES / "stance_summary.md.j2", **values)
    real, direction, invented, given, stated = page.strip().splitlines()
    assert re.search(r"\(news, some wars\).* 50.0 to 68.0 %.* 80.0 %.*\(10 in all\) are right; .* 60.0 %", real)
    assert direction.endswith("in 4 of 10 pairs for a truce.")
    assert "is 50.0 % for a truce, 50.0 % for b and 50.0 % for c; that of the best" in invented
    assert "is 60.0 % for a truce." in invented
    assert re.search(r"On the 7 of them .* 40.0 % for a truce; one annotator.* 90.0 % for a truce\.$", invented)
    assert "on these invented quotes, 92.0 % for a truce" in given
    assert "on real quotes by 1.3 points, on invented ones by 10.0 points for a truce, 10.0 points for b" in stated


def scores(target="truce", quotes=5, kept_wrong=0.25, behaviours=None):
    model = {"f1_favor_against": of(0.61239), "macro_f1": of(0.7), "calibration_error": of(0.05)}
    found = {"on": {"quotes": quotes}, "content_match": {"f1": 0.9}, "content_exact": {"f1": 0.8}}
    return {
        "counts": {"articles": 2, "quotes": {"direct": 3, "mixed": 1}},
        "extraction": found,
        "speakers": {"end_to_end": {"all": {"right": 0.75, "open": 0.1}}},
        "stance": {target: {"model": model, "kept": {"coverage": of(0.5), "error": kept_wrong and of(kept_wrong)}}},
        "behaviours": behaviours or {},
    }


@pytest.mark.parametrize("target", ["truce", "run", "speakers"])
def test_main_figures(target):
    expected = {"run": {"articles": 2, "quotes": 4}, "speakers": {"right": 0.75, "open": 0.1}}
    expected["extraction"] = {"found_f1": 0.9, "exact_f1": 0.8}
    figures = {"f1_favor_against": 0.612, "macro_f1": 0.7, "calibration_error": 0.05, "stances_kept": 0.5}
    figures |= {"kept_wrong": 0.25, "direction_right": 0.54}
    suite = {target: {"kinds": {"direction": {"share": of(0.54)}}}}
    found = choose_main_figures(scores(target, behaviours=suite))
    assert found == {**expected, target: expected.get(target, {}) | figures}  # a target may have any name
    figures = choose_main_figures(scores(quotes=0, kept_wrong=None))  # what was not measured is left out
    assert sorted(figures) == ["run", "truce"]
    assert figures["truce"].keys().isdisjoint(["kept_wrong", "direction_right"])


def test_what_a_text_without_a_quote_looks_like():
    weekdays = "on Monday, on Tuesday, on Wednesday, in rain or snow, on Thursday, on Friday, on Saturday or on Sunday"
    kinds = {
        "Good evening. I thank you all. We will not give up our channel.": "first person",
        "It rained in Port Amsel. The ferry was late.": "no marks",
        "The fishers' ferry didn't sail, and nobody's boat was out.": "no marks",
        "The “peace ship” lay in the harbour of Port Amsel.": "marks",
        "The ‘peace ship’ lay in the harbour of Port Amsel.": "marks",
        f"We shall see whether the ferry of Port Amsel sails {weekdays}.": "no marks",
        "": "no marks",
    }
    assert {text: kind_of(text, load_language("en")) for text in kinds} == kinds


def test_articles_without_a_quote_are_counted(tmp_path):
    """Of six articles the last three have no quote; on the last one a stage failed."""
    articles = sorted(harbour_articles(6), key=lambda article: article["article_id"])
    pairs = [(article, harbour_quote(article)) for article in articles]
    stories = [Story(a, [(quote, stances(quote, "favor"))] if n < 3 else []) for n, (a, quote) in enumerate(pairs)]
    copy_configs(tmp_path)
    write_tables(tmp_path, stories)
    failure = {"article_id": articles[-1]["article_id"], "stage": "extract", "detail": "x"}
    tables.write(FAILURES, [failure], tmp_path / paths.FAILURES / "extract")
    counts = count_quoteless(tmp_path)
    assert list(counts) == sorted(counts, key=list(KINDS).index)
    assert counts.pop("failed")["articles"] == 1
    assert sum(of["articles"] for of in counts.values()) == 2
    named = {example["article_id"] for of in counts.values() for example in of["examples"]}
    assert named == {article["article_id"] for article in articles[3:5]}
    assert sum(_count_dates(tmp_path / paths.ARTICLES).values()) == 6
