"""Features of a few tokens of an article."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.language import load_language
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned.candidates import Candidate, parts_without_that
from pipeline.extract.learned.step_features import (
    end_features,
    possible_ends,
    possible_sources,
    possible_starts,
    start_features,
)
from pipeline.extract.learned.step_models import run_tasks
from pipeline.extract.learned.token_arrays import FeatureRows, PreparedArticle, named_rows
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.rules.document_view import DocumentView
from pipeline.parse.parser import Parser
from training.extractor.fit import span_labels
from training.extractor.gold import GoldTokens, align_gold

#       0     1    2    3   4      5   6    7 8  9     10 11
TEXT = "Nadia said that the bridge was open. “No,” added Ben.\n\nIt rained."
SAID, THE, OPEN, ADDED = 1, 3, 6, 12


@pytest.fixture(scope="module")
def article() -> PreparedArticle:
    language = load_language("en")
    doc = next(Parser(language).pipe([TEXT]))
    return QuoteExtractor(language, ExtractConfig()).prepare(doc, DocumentView(doc, language))


def test_the_dependency_tree_as_arrays(article: PreparedArticle) -> None:
    a = article.arrays
    assert [article.view.word[k] for k in (SAID, THE, OPEN, ADDED)] == ["said", "the", "open", "added"]
    assert (a.subject[SAID], a.ccomp[SAID], a.depth[SAID]) == (0, 5, 0)
    assert a.has_child("ccomp")[SAID]
    assert not a.has_child("dobj")[SAID]
    assert (a.sentence_first[OPEN], a.sentence_last[OPEN]) == (0, 7)
    assert a.in_marks.nonzero()[0].tolist() == [8, 9, 10, 11]


def test_start_candidates_are_in_the_sentence_of_the_cue_or_near_it(article: PreparedArticle) -> None:
    number, token = possible_starts(article, np.array([SAID]))
    assert number.tolist() == [0] * len(token)
    assert {2, 3, OPEN} <= set(token.tolist())
    assert article.view.word.index("No") in token  # the next sentence's first word
    assert 7 not in token  # a full stop starts nothing


def test_end_candidates_reach_the_end_of_the_sentence_but_not_the_cue(article: PreparedArticle) -> None:
    no = article.view.word.index("No")
    number, token = possible_ends(article, np.array([SAID, ADDED]), np.array([THE, no]))
    assert token[number == 0].tolist() == [3, 4, 5, 6, 7]
    assert token[number == 1].max() < ADDED
    rows, wordlike = end_features(article, np.array([SAID, ADDED]), np.array([THE, no]), number, token)
    assert wordlike.tolist()[:5] == [True] * 4 + [False]
    assert len(rows) == wordlike.sum()
    assert rows.column("length")[:4].tolist() == [0, 1, 2, 3]


def test_each_candidate_has_a_row_with_all_columns(article: PreparedArticle) -> None:
    number, token = possible_starts(article, np.array([SAID, ADDED]))
    cue = np.array([SAID, ADDED])[number]
    rows = start_features(article, cue, token)
    assert len(rows) == len(token) == len(rows.categories[0])
    assert (rows.column("token - cue") == token - cue).all()
    assert np.isfinite(rows.numbers).all()


def test_speakers_are_nouns_of_the_sentence(article: PreparedArticle) -> None:
    _, token = possible_sources(article, np.array([SAID, ADDED]))
    assert [article.view.word[k] for k in token if article.arrays.wordlike[k]] == ["Nadia", "bridge", "Ben"]


def test_gold_in_tokens_and_its_labels(article: PreparedArticle) -> None:
    start = TEXT.index("that")
    quote = {"content": [[start, start + 24]], "cue": [[6, 10]], "source": [[0, 5]]}
    (gold,) = align_gold(article, [quote])
    assert gold == GoldTokens(((2, OPEN),), SAID, 0)
    labels = span_labels(article, [gold])
    assert [row.nonzero()[0].tolist() for row in labels] == [[SAID], [2], [OPEN], [2, 3, 4, 5, 6]]


def test_features_inside_are_averaged_over_ranges(article: PreparedArticle) -> None:
    p = np.zeros((4, article.arrays.n))
    p[3, 2:7] = 1
    article.set_hashed_probabilities(p)
    assert article.share_inside(np.array([2, 1, 7, 4]), np.array([6, 2, 8, 3])).tolist() == [1, 0.5, 0, 0]


def test_leading_that_is_not_part_of_the_content(article: PreparedArticle) -> None:
    assert parts_without_that(article, Candidate(SAID, ((2, OPEN),), [1.0], [1.0])) == ((THE, OPEN),)
    assert parts_without_that(article, Candidate(SAID, ((THE, OPEN),), [1.0], [1.0])) == ((THE, OPEN),)


def test_searches_return_results_in_order() -> None:
    asked = []

    class Echo:
        """Models that return a column as it is, and record how many rows they are asked at once."""

        def __getattr__(self, name: str):
            def step(rows: FeatureRows) -> np.ndarray:
                asked.append((name, len(rows)))
                return rows.column("value")

            return step

    def search(value: int, rows: int):
        block = named_rows({"value": np.full(rows, value)}, {"key": np.zeros(rows, dtype=np.uint64)})
        first = yield ("start",), block
        if value == 2:
            return [float(first.sum())]
        second = yield ("exact", "match"), block
        return [*first[:, 0], *second.sum(axis=1)]

    assert run_tasks(Echo(), [search(1, 2), search(2, 3), search(3, 1)]) == [[1, 1, 2, 2], [6.0], [3, 6]]
    assert asked == [("start", 6), ("exact", 3), ("match", 3)]
