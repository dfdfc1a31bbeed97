"""The models that a training run has finished, each with a digest of what it was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.storage.result_store import content_key
from pipeline.stance.encoder import encoder_weights
from pipeline.stance.encoder.training_rows import TrainingRow

_DIGEST = "trained_on"


def training_digest(rows: Sequence[TrainingRow], *settings: Any) -> str:
    """Return a digest of all rows, which decide about every part and its logits, and of all settings."""
    return content_key([asdict(row) for row in rows], *settings)


def save_part(weights: Mapping[str, Any], description: Mapping[str, Any], digest: str, part: str, work: Path) -> None:
    """Write a model with its digest."""
    encoder_weights.save(weights, {**description, _DIGEST: digest}, part, work)


def is_finished(part: str, digest: str, work: Path) -> bool:
    """Tell whether a model is there.

    Raises
    ------
    DataError
        When it was trained on other rows or with other settings.
    """
    found = encoder_weights.load(part, work)
    if found is not None and found[1].get(_DIGEST) != digest:
        why = "its rows, words or settings are not those of this run"
        fix = "name an empty folder with --work, or delete this one to train all models again"
        raise DataError(f"the model {part} is of another training", where=str(work), why=why, fix=fix)
    return found is not None
