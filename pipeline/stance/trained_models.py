"""The trained models of the targets, and the training quotes that are nearest to a quote."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy import sparse

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.paths import REBUILD
from pipeline.core.storage import tables
from pipeline.core.targets import Target
from pipeline.stance import model_file
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import QuoteLike

# Most similar training quotes that explain a label.
NEAREST_QUOTES = 3


@dataclass(frozen=True)
class TrainedModel:
    """The fitted model of one target."""

    classifier: StanceClassifier
    version: str  # first 16 hex digits of the SHA-256 of its file


def model_path(root: Path, target: str) -> Path:
    """Return where the model of a target lies below the project's root."""
    return root / paths.MODELS / f"{target}.skops"


def load_models(root: Path, targets: Mapping[str, Target]) -> dict[str, TrainedModel]:
    """Load the model of every target; none, or one of labels that the config does not have, is a DataError."""
    models = {}
    for name, target in targets.items():
        path = model_path(root, name)
        classifier = StanceClassifier.load(path)
        if unknown := sorted(set(classifier.classes_.tolist()) - set(target.labels)):
            what = f"the model gives unknown labels {', '.join(map(str, unknown))}"
            raise DataError(what, where=str(path), fix="train it again: `dvc repro train`")
        models[name] = TrainedModel(classifier, model_file.file_digest(path)[:16])
    return models


def save_training_vectors(model: StanceClassifier, quotes: Sequence[QuoteLike], path: Path) -> None:
    """Write the feature vectors of the training quotes, so that they need not be computed again."""
    vectors = model.feature_vectors(quotes)
    with tables.atomic_path(path) as fresh, fresh.open("wb") as file:
        sparse.save_npz(file, vectors)


def load_training_vectors(path: Path, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Read what `save_training_vectors` wrote.

    A file that is missing or damaged, or has another shape than annotations and model, is a DataError.
    """
    fix = "train again: `dvc repro train`"
    try:
        (vectors := sparse.csr_matrix(sparse.load_npz(path))).check_format()  # a false index reads anywhere in memory
    except FileNotFoundError:
        raise DataError("no feature vectors of the training quotes", where=str(path), fix=fix) from None
    # RuntimeError: of a method of compression or encryption that the damaged file says it has
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile, zlib.error) as error:
        raise DataError("the file is damaged", where=str(path), why=repr(error), fix=REBUILD) from None
    if vectors.shape != shape:
        why = "{} rows of {} features".format(*vectors.shape) + ", annotations and model have {} of {}".format(*shape)
        raise DataError("model and annotations are out of step", where=str(path), why=why, fix=fix)
    return vectors


def find_nearest(vector: sparse.csr_matrix, training: sparse.csr_matrix) -> list[tuple[int, float]]:
    """Return the row numbers and cosine similarities of the training quotes most similar to a quote, the nearest first.

    `vector` and `training`, shapes (1, n_features) and (n_rows, n_features), are `StanceClassifier.feature_vectors`.
    """
    cosines = (vector @ training.T).toarray()[0]
    return [(int(n), round(float(cosines[n]), 4)) for n in np.argsort(-cosines, kind="stable")[:NEAREST_QUOTES]]
