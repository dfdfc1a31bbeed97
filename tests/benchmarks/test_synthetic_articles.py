"""Generated articles: as many as asked for, none a near duplicate, the same for each seed."""

from __future__ import annotations

import json

import pytest

from benchmarks.synthetic_articles import (
    _WORD,
    MAX_PARAGRAPH_WORDS,
    generate_article,
    read_corpus,
)
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
def corpus(tmp_path):
    rows = [{"text": "\n\n".join(PARAGRAPHS[start : start + 6])} for start in range(0, len(PARAGRAPHS), 6)]
    (tmp_path / "real.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return read_corpus(tmp_path / "real.jsonl")


def test_no_generated_article_is_a_duplicate(corpus):
    deduplicator = Deduplicator(0.8)
    articles = [generate_article(corpus, 80, f"1 {k}") for k in range(60)]
    duplicates = [deduplicator.add(article_id(row["text"]), row["text"], "x", k) for k, row in enumerate(articles)]
    assert duplicates == [None] * 60
    assert all(80 <= len(row["text"].split()) <= 80 + MAX_PARAGRAPH_WORDS for row in articles)


def test_an_article_depends_on_its_seed_alone(corpus):
    assert generate_article(corpus, 40, "1 4") == generate_article(corpus, 40, "1 4")
    assert generate_article(corpus, 40, "2 4") != generate_article(corpus, 40, "1 4")


def test_words_are_replaced_by_words_of_the_corpus(corpus):
    row = generate_article(corpus, 40, "x")
    known = {word for words in corpus.replacements.values() for word in words} | corpus.common_words
    assert set(_WORD.findall(row["text"])) <= known
