"""Features are identified by name: neither the order of code nor a renamed function changes the model's input."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.language import load_language
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import hashed_features
from pipeline.extract.learned.hashed_features import SALTS, HashedFeatures, hash_features, mix_keys
from pipeline.extract.learned.step_features import cue_features
from pipeline.extract.learned.step_models import STEPS
from pipeline.extract.learned.token_arrays import FeatureRows, PreparedArticle, named_rows, stack_rows
from pipeline.extract.learned.weights_file import feature_names
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.rules.document_view import DocumentView
from pipeline.parse.parser import Parser

TEXT = "Nadia Sarkel said that the bridge was open. “No,” added Ben, who saw it fall.\n\nIt rained."


@pytest.fixture(scope="module")
def extractor() -> QuoteExtractor:
    return QuoteExtractor(load_language("en"), ExtractConfig())


@pytest.fixture(scope="module")
def article(extractor: QuoteExtractor) -> PreparedArticle:
    doc = next(Parser(extractor.language).pipe([TEXT]))
    article = extractor.prepare(doc, DocumentView(doc, extractor.language))
    extractor.learned([article])  # type: ignore[misc]
    return article


def counted(pairs: tuple[np.ndarray, np.ndarray]) -> list[tuple[int, int]]:
    return sorted(zip(*(array.tolist() for array in pairs), strict=True))


def test_hashed_features_do_not_depend_on_the_order_of_calls(
    article: PreparedArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counted(hash_features(article.arrays))
    calls: list[tuple] = []
    add = HashedFeatures.add
    with monkeypatch.context() as patch:
        patch.setattr(HashedFeatures, "add", lambda self, *keys, tokens=None: calls.append((keys, tokens)))
        for group in hashed_features.GROUPS:
            group(article.arrays, HashedFeatures(article.arrays.n))
    features = HashedFeatures(article.arrays.n)
    for keys, tokens in reversed(calls):
        add(features, *keys, tokens=tokens)
    assert counted(features.pairs()) == before
    assert {keys[0] for keys, _ in calls} == set(SALTS)


def test_a_feature_without_a_salt_is_an_error(article: PreparedArticle) -> None:
    with pytest.raises(KeyError):
        HashedFeatures(article.arrays.n).add("lemmma", article.arrays.lemma)


def test_a_step_does_not_depend_on_the_order_of_columns(extractor: QuoteExtractor, article: PreparedArticle) -> None:
    assert extractor.learned is not None
    rows = cue_features(article)
    reordered = FeatureRows(
        rows.numbers[:, ::-1], rows.categories[::-1], rows.number_names[::-1], rows.category_names[::-1]
    )
    assert np.array_equal(extractor.learned.models.cue(rows), extractor.learned.models.cue(reordered))


def test_rows_of_articles_are_stacked_by_name() -> None:
    one = named_rows({"a": [1], "b": [2]}, {"k": np.array([3], dtype=np.uint64)})
    two = named_rows({"b": [5], "a": [4]}, {"k": np.array([6], dtype=np.uint64)})
    stacked = stack_rows([one, two])
    assert stacked.column("a").tolist() == [1, 4]
    assert stacked.column("b").tolist() == [2, 5]
    assert stacked.categories[0].tolist() == [3, 6]


def test_every_step_has_features_and_no_name_twice() -> None:
    assert set(feature_names()) == set(STEPS)
    for numbers, categories in feature_names().values():
        assert len({*numbers, *categories}) == len(numbers) + len(categories)


def test_mixing_depends_on_order() -> None:
    one, two = np.array([1], dtype=np.uint64), np.array([2], dtype=np.uint64)
    assert mix_keys(one, two) != mix_keys(two, one)
    assert mix_keys(one, two) == mix_keys(one, two)
