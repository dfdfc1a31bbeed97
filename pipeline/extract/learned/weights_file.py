"""Weights on disk: one compressed file of plain arrays, and beside it a JSON file with its SHA-256 and all names."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core.errors import DataError
from pipeline.core.language import Language
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.hashed_features import HASH_BITS, SALTS, TARGETS
from pipeline.extract.learned.ranking import add_attribution_scores, ranking_features
from pipeline.extract.learned.step_features import (
    cue_features,
    end_features,
    final_cue_context,
    source_features,
    start_features,
)
from pipeline.extract.learned.step_models import STEPS, ExtractorModels, Forest, StepModel, TargetEncoder
from pipeline.extract.learned.token_arrays import (
    FRAME_BITS,
    RULE_NUMBERS,
    FeatureRows,
    Names,
    PreparedArticle,
    join_columns,
)
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleProposals


@lru_cache(maxsize=1)
def feature_names() -> dict[str, tuple[Names, Names]]:
    """Return the names of numbers and categories by step, taken from the features of a text of one word."""
    doc, nothing = Doc(Vocab(), words=["word"]), RuleProposals({}, {}, [], [], [])
    article = PreparedArticle(doc, DocumentView(doc, Language("xx")), nothing, nothing)
    token, context = np.zeros(1, dtype=np.int64), final_cue_context(article)
    candidates = ranking_features(article, [Candidate(0, ((0, 0),), [1.0], [1.0])])
    speech_candidates = add_attribution_scores(candidates, np.ones(1), np.ones(1))
    rows: dict[str, FeatureRows] = {
        "cue": cue_features(article),
        "start": join_columns(context, start_features(article, token, token)),
        "end": join_columns(context, end_features(article, token, token, token, token)[0]),
        "source": join_columns(context, source_features(article, token, token, token, token)),
        **dict.fromkeys(("exact", "match"), candidates),
        **dict.fromkeys(("speech_exact", "speech_match", "own_exact", "own_match"), speech_candidates),
    }
    return {step: (of_step.number_names, of_step.category_names) for step, of_step in rows.items()}


WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 2
TREE_ARRAYS = ("feature", "threshold", "left", "right", "nan_left", "roots")
# What weights know by number, not by name.
NUMBERED = {"hashed_features": SALTS, "rules": RULE_NUMBERS, "frame": FRAME_BITS}


def weight_paths(language: str, folder: Path = WEIGHTS_FOLDER) -> tuple[Path, Path]:
    """Return the paths of a language's arrays and of their JSON file."""
    return folder / f"{language}.npz", folder / f"{language}.json"


def load_weights(language: str, folder: Path = WEIGHTS_FOLDER) -> ExtractorModels | None:
    """Return the models of a language, None where it has no weights.

    Raises
    ------
    DataError
        When the file is not the one that was written, has another format, or was trained with other features.
    """
    path, description_path = weight_paths(language, folder)
    if not path.exists() or not description_path.exists():
        return None
    data, description = path.read_bytes(), json.loads(description_path.read_text(encoding="utf-8"))
    if hashlib.sha256(data).hexdigest() != description["sha256"]:
        raise DataError("the extractor's weights are damaged", where=path.name, fix="restore the file, or train again")
    if problem := next(_problems(description), None):
        raise DataError(
            "the extractor's weights do not fit this version of Parley",
            where=description_path.name,
            why=problem,
            fix="restore the weights of this version, or train again: python -m training.extractor.train",
        )
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    # The weights of all targets lie side by side in memory: one look-up finds them.
    weights = np.zeros((1 << HASH_BITS, len(TARGETS)), dtype=np.float32).T
    weights[:, arrays["place"]] = arrays["weight"]
    steps = {name: _step(arrays, name, description) for name in STEPS}
    return ExtractorModels(weights, np.array(description["bias"]), thresholds=description["thresholds"], **steps)


def _problems(description: dict[str, Any]) -> Iterator[str]:
    """Yield in words what of the weights does not fit the code."""
    if description.get("format") != FORMAT:
        yield f"they have format {description.get('format', 1)}, and this version reads format {FORMAT}"
        return
    for kind, known in NUMBERED.items():
        yield from _differences(kind.replace("_", " "), description[kind].items(), known.items())
    for step, (numbers, categories) in feature_names().items():
        yield from _differences(f"features of the step `{step}`", description["numbers"][step], numbers)
        yield from _differences(f"categories of the step `{step}`", description["categories"][step], categories)


def _differences(kind: str, trained: Iterable[Any], known: Iterable[Any]) -> Iterator[str]:
    missing, new = sorted(set(trained) - set(known)), sorted(set(known) - set(trained))
    if missing:
        yield f"{kind}: they were trained with {missing[0]!r}, which the code does not have"
    elif new:
        yield f"{kind}: they were trained without {new[0]!r}, which the code has"


def _step(arrays: Any, name: str, description: dict[str, Any]) -> StepModel:
    """Return the model of a step."""
    ends = np.cumsum(arrays[f"{name}.sizes"])[:-1]
    keys, values = np.split(arrays[f"{name}.keys"], ends), np.split(arrays[f"{name}.values"], ends)
    encoders = [TargetEncoder(*parts) for parts in zip(keys, values, description["rest"][name], strict=True)]
    forest = Forest(**{field: arrays[f"{name}.{field}"] for field in TREE_ARRAYS}, base=description["base"][name])
    numbers, categories = tuple(description["numbers"][name]), tuple(description["categories"][name])
    return StepModel(numbers, categories, encoders, forest)
