"""A few tokens and the features that they must have."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.language import load_language
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import token_features as f
from pipeline.extract.learned.batched_search import together
from pipeline.extract.learned.candidate_quotes import spoken
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.fitting import span_labels
from pipeline.extract.learned.gold_tokens import Gold, read_gold
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.rules.document_view import DocumentView
from pipeline.parse.parser import Parser

#       0     1    2    3   4      5   6    7 8  9     10 11
TEXT = "Nadia said that the bridge was open. “No,” added Ben.\n\nIt rained."
SAID, THE, OPEN, ADDED = 1, 3, 6, 12


@pytest.fixture(scope="module")
def x() -> Article:
    language = load_language("en")
    doc = next(Parser(language).pipe([TEXT]))
    return QuoteExtractor(language, ExtractConfig()).prepare(doc, DocumentView(doc, language))


def test_the_tree_as_arrays(x: Article) -> None:
    a = x.a
    assert [x.view.word[k] for k in (SAID, THE, OPEN, ADDED)] == ["said", "the", "open", "added"]
    assert (a.subject[SAID], a.ccomp[SAID], a.depth[SAID]) == (0, 5, 0)
    assert a.has("ccomp")[SAID]
    assert not a.has("dobj")[SAID]
    assert (a.first[OPEN], a.last[OPEN]) == (0, 7)
    assert a.in_marks.nonzero()[0].tolist() == [8, 9, 10, 11]


def test_starts_lie_in_the_cue_s_sentence_and_near_by(x: Article) -> None:
    number, token = f.start_places(x, np.array([SAID]))
    assert number.tolist() == [0] * len(token)
    assert {2, 3, OPEN} <= set(token.tolist())
    assert x.view.word.index("No") in token  # the next sentence's first word
    assert 7 not in token  # a full stop starts nothing


def test_ends_run_to_the_end_of_the_sentence_but_not_beyond_the_cue(x: Article) -> None:
    no = x.view.word.index("No")
    number, token = f.end_places(x, np.array([SAID, ADDED]), np.array([THE, no]))
    assert token[number == 0].tolist() == [3, 4, 5, 6, 7]
    assert token[number == 1].max() < ADDED
    (numbers, _), solid = f.end_rows(x, np.array([SAID, ADDED]), np.array([THE, no]), number, token)
    assert solid.tolist()[:5] == [True] * 4 + [False]
    assert len(numbers) == solid.sum()
    assert numbers[:4, 0].tolist() == [0, 1, 2, 3]  # length so far


def test_a_row_per_place_and_no_missing_columns(x: Article) -> None:
    number, token = f.start_places(x, np.array([SAID, ADDED]))
    cue = np.array([SAID, ADDED])[number]
    numbers, keys = f.start_rows(x, cue, token)
    assert len(numbers) == len(token) == len(keys[0])
    assert (numbers[:, 0] == token - cue).all()
    assert np.isfinite(numbers).all()


def test_speakers_are_nouns_of_the_sentence(x: Article) -> None:
    _, token = f.source_places(x, np.array([SAID, ADDED]))
    assert [x.view.word[k] for k in token if x.a.solid[k]] == ["Nadia", "bridge", "Ben"]


def test_gold_in_tokens_and_its_labels(x: Article) -> None:
    start = TEXT.index("that")
    quote = {"content": [[start, start + 24]], "cue": [[6, 10]], "source": [[0, 5]]}
    (gold,) = read_gold(x, [quote])
    assert gold == Gold(((2, OPEN),), SAID, 0)
    labels = span_labels(x, [gold])
    assert [row.nonzero()[0].tolist() for row in labels] == [[SAID], [2], [OPEN], [2, 3, 4, 5, 6]]


def test_what_lies_inside_is_averaged_over_ranges(x: Article) -> None:
    p = np.zeros((4, x.a.n))
    p[3, 2:7] = 1
    x.set_hashed(p)
    assert x.share_inside(np.array([2, 1, 7, 4]), np.array([6, 2, 8, 3])).tolist() == [1, 0.5, 0, 0]


def test_that_is_not_spoken(x: Article) -> None:
    assert spoken(x, Candidate(SAID, ((2, OPEN),), [1.0], [1.0])) == ((THE, OPEN),)
    assert spoken(x, Candidate(SAID, ((THE, OPEN),), [1.0], [1.0])) == ((THE, OPEN),)


def test_searches_are_answered_in_their_order() -> None:
    asked = []

    class Echo:
        """A model that gives back the first column, and notes how many rows it was asked at once."""

        def __getattr__(self, name: str):
            def step(rows: f.Rows) -> np.ndarray:
                asked.append((name, len(rows[0])))
                return rows[0][:, 0]

            return step

    def search(value: int, rows: int):
        block = np.full((rows, 1), value), [np.zeros(rows, dtype=np.uint64)]
        first = yield ("start",), (block,)
        if value == 2:
            return [float(first.sum())]
        second = yield ("exact", "match"), (block, block)
        return [*first[:, 0], *second.sum(axis=1)]

    assert together(Echo(), [search(1, 2), search(2, 3), search(3, 1)]) == [[1, 1, 2, 2], [6.0], [3, 6]]
    assert asked == [("start", 6), ("exact", 3), ("match", 3)]
