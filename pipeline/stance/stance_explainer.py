"""Why this label: the words that pushed for and against it, and the training quotes that the model finds nearest.

A word's push is by how much the log-odds of the label fall when it is left out (Li, Monroe and Jurafsky 2016,
`Understanding Neural Networks through Representation Erasure`). It holds for any model, embeddings included.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from pipeline.core.errors import DataError
from pipeline.core.paths import rebuild_hint
from pipeline.core.storage import tables
from pipeline.stance.classifier import Given, StanceClassifier
from pipeline.stance.classifier_input import ClassifierInput, to_input

MAX_WORDS = 5
NEAREST_QUOTES = 3
# Smaller pushes, in log-odds, are noise.
MIN_EFFECT = 0.05
CUE_LABEL, REST_OF_PARAGRAPH = "cue “{}”", "(the rest of the paragraph)"
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
WordEffects = list[tuple[str, float]]


@dataclass(frozen=True)
class SimilarQuote:
    """A training quote: its row, and its likeness, 0 to 1."""

    row: int
    likeness: float


@dataclass(frozen=True)
class Explanation:
    """Why a quote has a label: words for and against it with their pushes in log-odds, the strongest first."""

    label: str
    words_for: WordEffects
    words_against: WordEffects


def explain_label(
    model: StanceClassifier, given: Given, label: str | None = None, shown: int = MAX_WORDS
) -> Explanation:
    """The words of quote, cue and paragraph that pushed for and against a label.

    Parameters
    ----------
    model : StanceClassifier
        Fitted.
    given : str, Quote or mapping
        One quote.
    label : str, optional
        The label to explain; the most probable one if None.
    shown : int
        Most words of each side.
    """
    item = to_input(given)
    erased = _leave_out_each(item)
    chances = model.predict_proba([_mapping(item), *(_mapping(one) for _, one in erased)])
    column = int(chances[0].argmax()) if label is None else model.classes_.tolist().index(label)
    odds = _log_odds(chances[:, column])
    pushes: dict[str, float] = {}
    for (word, _), without in zip(erased, odds[1:], strict=True):
        push = float(odds[0] - without)
        # A word that stands twice is shown once, by its stronger place.
        if abs(push) > abs(pushes.get(word, 0.0)):
            pushes[word] = push
    ranked = sorted(pushes.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return Explanation(
        str(model.classes_[column]),
        [(word, push) for word, push in ranked if push >= MIN_EFFECT][:shown],
        [(word, push) for word, push in ranked if push <= -MIN_EFFECT][:shown],
    )


def find_nearest(
    vectors: sparse.csr_matrix, training: sparse.csr_matrix, allowed: np.ndarray | None = None, n: int = NEAREST_QUOTES
) -> list[list[SimilarQuote]]:
    """The `n` most alike training rows of each vector, the most alike first.

    Parameters
    ----------
    vectors, training : csr_matrix, shapes (m, n_features) and (n_rows, n_features)
        Of `StanceClassifier.represent`.
    allowed : array of bool, shape (m, n_rows), optional
        Which rows may be given; all if None.
    """
    found = []
    likeness = dot_products(vectors, training)
    if allowed is not None:
        likeness[~allowed] = -1.0
    for row in likeness:
        best = np.argsort(-row, kind="stable")[:n]
        found.append([SimilarQuote(int(k), round(float(row[k]), 4)) for k in best if row[k] >= 0])
    return found


def dot_products(a: sparse.csr_matrix, b: sparse.csr_matrix) -> np.ndarray:
    """`a @ b.T` as an array; columns that most rows fill (an embedding) are multiplied as dense ones, much faster."""
    full = np.asarray((b != 0).sum(axis=0)).ravel() > b.shape[0] / 2
    thin = (a[:, ~full] @ b[:, ~full].T).toarray()
    # Threads add up in another order, and the last digits would depend on their number.
    with threadpool_limits(limits=1):
        return thin + a[:, full].toarray() @ b[:, full].toarray().T


def save_training_vectors(model: StanceClassifier, given: Sequence[Given], path: Path) -> None:
    """Write the training quotes as the model sees them, so that nobody need embed them again."""
    with tables.atomic_path(path) as fresh, fresh.open("wb") as file:
        sparse.save_npz(file, model.represent(given))


def load_training_vectors(path: Path, rows: int) -> sparse.csr_matrix:
    """Read what `save_training` wrote.

    Raises
    ------
    DataError
        When it is missing or damaged, or not of as many rows as the annotations have.
    """
    fix = f"train again: `dvc repro train@{path.name.split('.')[0]}`"
    try:
        found = sparse.csr_matrix(sparse.load_npz(path))
    except FileNotFoundError:
        raise DataError("no training quotes as the model sees them", where=str(path), fix=fix) from None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise DataError("the file is damaged", where=str(path), why=repr(error), fix=rebuild_hint(path)) from None
    if found.shape[0] != rows:
        why = f"{found.shape[0]} rows, the annotations have {rows}"
        raise DataError("model and annotations are out of step", where=str(path), why=why, fix=fix)
    return found


def _leave_out_each(item: ClassifierInput) -> list[tuple[str, ClassifierInput]]:
    """The quote without each word, without its cue, without the paragraph around it; with what was left out."""
    out = []
    for match in _WORD.finditer(item.text):
        text = re.sub(r"\s+", " ", item.text[: match.start()] + item.text[match.end() :]).strip()
        out.append(
            (
                match.group().lower(),
                ClassifierInput(text, item.context.replace(item.text, text), item.cue, item.speaker),
            )
        )
    if item.cue:
        out.append(
            (
                CUE_LABEL.format(item.cue),
                ClassifierInput(item.text, item.context.replace(item.cue, ""), "", item.speaker),
            )
        )
    if item.context and item.context.strip() != item.text.strip():
        out.append((REST_OF_PARAGRAPH, ClassifierInput(item.text, "", item.cue, item.speaker)))
    return out


def _mapping(item: ClassifierInput) -> Mapping[str, Any]:
    return {"text": item.text, "context": item.context, "cue": item.cue, "speaker": item.speaker}


def _log_odds(chances: np.ndarray) -> np.ndarray:
    inside = np.clip(chances.astype(float), 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))
