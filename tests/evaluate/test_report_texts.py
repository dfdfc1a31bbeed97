"""What a reader of the Markdown finds: sections, tables of even width, no numbers without what they are of."""

from pipeline.evaluate.extraction import error_causes, extraction_scores, extraction_slices, extraction_text
from pipeline.evaluate.extraction.outcomes import list_outcomes
from pipeline.evaluate.span_scores import METRICS, QuoteSpans
from pipeline.evaluate.stance import stance_detail_text, stance_scores

TEXT = "Dara Olm said the ferry would not | sail.\nOlm added “nobody leaves”."
FERRY = QuoteSpans([(14, 40)], (9, 13), (0, 8), "Dara Olm", "indirect", {"type": "indirect"})
LEAVES = QuoteSpans([(52, 67)], (46, 51), (42, 45), "Dara Olm", "direct", {"type": "direct"})
LABELS = ("favor", "against", "conditional", "neutral", "unrelated")


def metrics(gold, found):
    texts = {"a": TEXT}
    judged = list_outcomes(texts, gold, found)
    figures = extraction_scores.score_extraction(texts, gold, found, judged)
    figures["annotated_twice"] = extraction_scores.score_metrics(texts, gold, found, METRICS)
    figures["baselines"] = {
        name: extraction_scores.score_metrics(texts, gold, {}, METRICS[:4]) for name in ("rules", "marks")
    }
    figures["slices_annotators"] = extraction_slices.annotator_slices(list_outcomes(texts, gold, gold))
    figures["causes"], rows = error_causes.classify_errors(texts, judged, 3)
    return figures, rows


def tables(page):
    """Rows of each table, as numbers of cells."""
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
    page = extraction_text.page(figures, ceiling, rows)
    assert "Measured on 1 annotated articles of this run with 2 gold quotes." in page
    # Precision 1, recall one of two; nothing else is scored of a rival without sources.
    assert "| content exact | 100.0 | 50.0 | 66.7 (66.7 to 66.7) | 0.0 (0.0 to 0.0) | 0.0 (0.0 to 0.0) |" in page
    assert "| indirect | 1 | 0.0 (0.0 to 0.0) | 100.0 (100.0 to 100.0) of 1 | 0.0 | 0.0 | – | – |" in page
    assert "⟦the ferry would not \\| sail⟧. ¶ Olm added" in page
    assert all(len(set(table)) == 1 for table in tables(page))


def test_extraction_without_a_second_annotator():
    figures, rows = metrics({"a": [FERRY]}, {"a": [FERRY]})
    page = extraction_text.page(figures, None, rows)
    assert "No article of this run was annotated twice." in page
    assert "### Missed" not in page


def test_extraction_without_gold():
    assert extraction_text.page(metrics({}, {})[0], None, []).endswith("so nothing was measured here.\n")


def test_stance_in_short():
    rows = [
        {
            "gold": "favor",
            "label": "favor",
            "majority": "against",
            "keywords": "favor",
            "group": "g",
            "abstained": False,
        }
        | {f"p_{label}": 0.2 for label in LABELS}
    ]
    figures = stance_scores.score_target(rows, LABELS, 0.1) | {"twice": None}
    text = stance_detail_text.short({"truce": figures})
    assert "| truce | 1 | 50.0 (50.0 to 50.0) | 50.0 (50.0 to 50.0), keyword rules | – | – |" in text
