"""Made articles: as many as asked, none like another, the same ones again; and the table of what was measured."""

from __future__ import annotations

import json

import pytest

from benchmarks import articles, table
from pipeline.core.text import article_id
from pipeline.ingest.deduplication import Deduplicator

PLACES = ("harbour", "council", "railway", "orchard", "library", "granary", "chapel", "foundry", "market", "bridge")
PARAGRAPHS = [
    f"The {one} of the northern province was closed after the {other} had been flooded, said the warden of Sorrin, who "
    f"expects that {one} and {other} will open again before the autumn rains begin."
    for one in PLACES
    for other in PLACES
    if one != other
]


@pytest.fixture
def source(tmp_path):
    rows = [{"text": "\n\n".join(PARAGRAPHS[start : start + 6])} for start in range(0, len(PARAGRAPHS), 6)]
    (tmp_path / "real.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return articles.read(tmp_path / "real.jsonl")


def test_none_is_a_duplicate(source):
    seen = Deduplicator(0.8)
    made = list(articles.made(source, 60, 80))
    assert [seen.add(article_id(row["text"]), row["text"], "x", k) for k, row in enumerate(made)] == [None] * 60
    assert all(80 <= len(row["text"].split()) <= 80 + articles.MOST for row in made)


def test_row_k_is_the_same_whatever_the_number(source):
    assert list(articles.made(source, 5, 40)) == list(articles.made(source, 9, 40))[:5]
    assert next(articles.made(source, 1, 40, seed=2)) != next(articles.made(source, 1, 40))


def test_a_word_is_exchanged_for_one_that_ends_alike(source):
    row = articles.one(source, 40, "x")
    known = {word for words in source.words.values() for word in words} | source.kept
    assert set(articles._WORD.findall(row["text"])) <= known


def test_a_folder_of_texts_is_read_too(tmp_path, source):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_text("\n\n".join(PARAGRAPHS), encoding="utf-8")
    assert articles.read(tmp_path / "texts").paragraphs == source.paragraphs


STAGE = {"wall": 20.0, "cpu": 10.0, "peak": 300, "said": []}
RESULTS = {
    "sizes": {"5000": {"words": 500000, "disk": {"articles": 4.0, "parses": 6.0}, "stages": {"parse": STAGE}}},
    "one_more": {
        "articles": 5000,
        "first": {"wall": 9.0, "cpu": 8.0, "stages": {"before": 2.0, "parse": 7.0}},
        "second": {"wall": 1.5, "cpu": 1.4, "stages": {"before": 1.5}},
    },
}


def test_the_table_tells_costs_an_article(tmp_path):
    (tmp_path / "scale.json").write_text(json.dumps(RESULTS))
    (tmp_path / "page.md").write_text("| a |\n")
    text = "".join(table.page(tmp_path))
    assert "| 5,000 | 500,000 | 20 | 10 | 2.0 | 300 | 10 |" in text
    assert "| parse | 2.00 (300) |" in text
    assert "9.0 s of wall, 8.0 s of CPU" in text
    assert text.endswith("`python -m benchmarks.page`\n\n| a |\n")
    assert text.count("Not measured.") == 2


def test_a_forecast_leaves_start_costs_out():
    def size(number):
        stage = {"wall": 1.0, "cpu": 7.0 + 0.036 * number, "peak": 300 + 0.01 * number}
        return {"words": 100 * number, "disk": {"parses": 0.002 * number}, "stages": {"parse": stage}}

    results = {"sizes": {str(number): size(number) for number in (1000, 5000, 20000)}}
    text = "".join(table.forecast(results, [1_000_000], 400))
    assert "rates of the runs of 5,000 and 20,000 articles" in text
    assert "| parse | 40 | 40 |" in text
    assert "| 1,000,000 | 8 |" in text
