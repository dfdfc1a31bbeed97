"""Speed and costs: the texts that are measured, the stages, and what the reports make of the measurements."""

import json

import pytest
import yaml

from benchmarks.results_table import format_forecast, format_report
from benchmarks.scale import ROOT, STAGES
from benchmarks.speed import format_times, read_texts
from benchmarks.synthetic_articles import _WORD, MAX_PARAGRAPH_WORDS, generate_article, read_corpus
from pipeline.core.text import article_id
from pipeline.ingest.deduplication import Deduplicator
from tests.worlds.rows import write_json_lines

SECONDS = {"stock spaCy": 10.0, "Extractor.pipe": 6.0, "parse": 4.0, "extract": 1.0, "resolve": 0.5, "read": 2.0}
SECONDS |= {f"wall {name}": 2 * cpu for name, cpu in SECONDS.items()} | {"quotes": 100, "targets": 0}
PLACES = ("harbour", "council", "railway", "orchard", "library", "granary", "chapel", "foundry", "market", "bridge")
PARAGRAPHS = [
    f"The {one} of the northern province was closed after the {other} had been flooded, said the warden of Sorrin, who "
    f"expects that {one} and {other} will open again before the autumn rains begin."
    for one in PLACES
    for other in PLACES
    if one != other
]


def test_times_have_shares_of_stock_spacy_and_of_the_parse():
    table = list(format_times(SECONDS, 5, 2000, 1))
    assert table[3].split() == ["Extractor.pipe", "6.00", "12.00", "333", "0.60"]
    assert table[5].split() == ["extract", "1.00", "2.00", "2000", "0.10", "0.25"]
    assert "extract, read, resolve together: 0.88 of the parse" in table
    assert "not measured" in table[-1]
    labelled = list(format_times(SECONDS | {"label": 0.5, "wall label": 0.5, "targets": 2}, 5, 2000, 1))
    assert "extract, read, resolve, label together: 1.00 of the parse" in labelled
    assert labelled[-1] == "label: 5.00 ms CPU a quote for 2 targets"


def test_costs_per_article_and_a_forecast_without_the_costs_of_starting(tmp_path):
    def size(number):
        stage = {"wall": 1.0, "cpu": 7.0 + 0.036 * number, "peak": 300 + number // 100, "last_line": []}
        return {"words": 100 * number, "disk": {"parses": 0.002 * number}, "stages": {"parse": stage}}

    results = {"sizes": {str(number): size(number) for number in (1000, 5000, 20000)}}
    forecast = "".join(format_forecast(results, [1_000_000], 400))
    assert "rates of the runs of 5,000 and 20,000 articles" in forecast
    assert "| parse | 40 | 40 |" in forecast
    assert "| 1,000,000 | 8 |" in forecast
    first, second = ({"wall": wall, "cpu": 8.0, "stages": {"parse": 7.0}} for wall in (9.0, 1.5))
    results["one_more"] = {"articles": 5000, "first": first, "second": second}
    (tmp_path / "scale.json").write_text(json.dumps(results))
    (tmp_path / "page.md").write_text("| a |\n")
    report = format_report(tmp_path)
    assert "| 5,000 | 500,000 | 1 | 187 | 37.4 | 350 | 10 |" in report
    assert "9.0 s of wall, 8.0 s of CPU" in report
    assert report.endswith("`python -m benchmarks.page_speed`\n\n| a |\n")
    assert report.count("Not measured.") == 1


def test_every_stage_is_measured_after_those_that_it_needs():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert set(STAGES) == stages.keys() - {"train"}  # its models are copied
    outs = {out if isinstance(out, str) else next(iter(out)): name for name in STAGES for out in stages[name]["outs"]}
    for number, name in enumerate(STAGES):
        deps = tuple(stages[name]["deps"])
        needed = {made_by for out, made_by in outs.items() if f"{out}/".startswith(deps)}
        assert needed - {name} <= set(STAGES[:number])


@pytest.fixture
def corpus(tmp_path):
    texts = ["\n\n".join(PARAGRAPHS[start : start + 6]) for start in range(0, len(PARAGRAPHS), 6)]
    path = write_json_lines(tmp_path / "real.jsonl", [{"text": text} for text in texts])
    assert read_texts(path) == texts
    return read_corpus(path)


def test_no_generated_article_is_a_duplicate_and_each_depends_on_its_seed_alone(corpus):
    deduplicator = Deduplicator(0.8)
    articles = [generate_article(corpus, 80, f"1 {k}") for k in range(60)]
    duplicates = [deduplicator.add(article_id(row["text"]), row["text"], "x", k) for k, row in enumerate(articles)]
    assert duplicates == [None] * 60
    assert all(80 <= len(row["text"].split()) <= 80 + MAX_PARAGRAPH_WORDS for row in articles)
    known = {word for words in corpus.replacements.values() for word in words} | corpus.common_words
    assert set(_WORD.findall(articles[0]["text"])) <= known
    assert generate_article(corpus, 40, "1 4") == generate_article(corpus, 40, "1 4")
    assert generate_article(corpus, 40, "2 4") != generate_article(corpus, 40, "1 4")
