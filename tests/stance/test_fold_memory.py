"""What folds share gives the same features, to the last bit, as features made anew in each fold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.fold_memory import is_shared, remember, shared_by_folds
from pipeline.stance.name_masking import capitalised_words, mask_names
from pipeline.stance.text_features import NgramVectorizer
from tests.worlds.stance_project import training_rows

TEXTS = st.lists(st.text(alphabet="ab cd", max_size=12).map(lambda text: text.strip() or "_"), min_size=1, max_size=12)


def entries(matrix):
    """Return all of a matrix: also the order of the entries in a row, by which sums differ in their last digits."""
    return [array.tolist() for array in (matrix.data, matrix.indices, matrix.indptr)], matrix.dtype, matrix.shape


def vectorize(first, second, analyzer):
    pattern = r"\S+" if analyzer == "word" else r"(?u)\b\w\w+\b"
    vectorizer = NgramVectorizer(
        analyzer=analyzer, ngram_range=(1, 2), token_pattern=pattern, min_df=2, sublinear_tf=True, dtype=np.float64
    )
    fitted, other = vectorizer.fit_transform(first), vectorizer.transform(second)
    return entries(fitted), entries(other), vectorizer.vocabulary_, vectorizer.idf_.tolist(), vectorizer.min_df


@pytest.mark.parametrize("analyzer", ["word", "char_wb"])
@given(folds=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_n_grams_of_folds_are_those_of_scikit_learn(analyzer, folds):
    expected = [vectorize(*fold, analyzer) for fold in folds]
    with shared_by_folds():
        assert [vectorize(*fold, analyzer) for fold in folds] == expected


@given(
    text=st.text(alphabet="AaBbPeacThx .“É", max_size=40), common=st.sets(st.sampled_from(["the", "peace", "ab", "x"]))
)
def test_masking_depends_on_no_common_word_but_the_capitalised_ones(text, common):
    assert mask_names(text, common) == mask_names(text, common & set(capitalised_words(text)))


def test_models_of_folds_have_the_same_bytes(tmp_path):
    rows = [row | {"context": f"{row['text']} That is how it was in Kestria."} for row in training_rows()]
    labels = [row["labels"]["ceasefire"] for row in rows]

    def train(name):
        """Train on two different halves, as folds do; return the model files and what the models say of all rows."""
        out = []
        for half in (0, 1):
            chosen = [k for k in range(len(rows)) if k % 4 != half]
            model = StanceClassifier(relevance_terms=["truce*", "ceasefire*"], mask_names=True, embedding_weight=0)
            model.fit([rows[k] for k in chosen], [labels[k] for k in chosen], [rows[k]["group"] for k in chosen])
            model.save(tmp_path / f"{name}{half}.skops")
            out.append(((tmp_path / f"{name}{half}.skops").read_bytes(), model.predict_proba(rows).tolist()))
        return out

    apart = train("apart")
    with shared_by_folds():
        assert train("shared") == apart


def test_results_are_remembered_within_the_block_only():
    calls = []

    def double(number):
        calls.append(number)
        return 2 * number

    assert [remember(double, 1), remember(double, 1)] == [2, 2]
    with shared_by_folds():
        assert [remember(double, 1), remember(double, 1), remember(double, 2)] == [2, 2, 4]
    assert calls == [1, 1, 1, 2]
    assert not is_shared()
