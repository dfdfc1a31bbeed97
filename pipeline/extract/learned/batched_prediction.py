"""Run the models on several articles at once: one call for the rows of all articles is faster than a call for each."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeVar

import numpy as np

from pipeline.extract.learned.feature_rows import FeatureRows, stack_rows
from pipeline.extract.learned.step_models import STEPS, ExtractorModels
from pipeline.extract.learned.token_arrays import Floats

T = TypeVar("T")
# Names of the steps whose models are to predict, and their input rows.
ModelRequest = tuple[tuple[str, ...], FeatureRows]
# Work on one article: a generator that yields requests, is sent the predictions (a column for each step), and returns
# its result.
PredictionTask = Generator[ModelRequest, Floats, T]


def run_tasks(models: ExtractorModels, tasks: Iterable[PredictionTask[T]]) -> list[T]:
    """Run tasks to their ends with their requests batched, and return their results, which batching does not change."""
    running = list(tasks)
    results: dict[int, T] = {}
    waiting: dict[int, ModelRequest] = {}

    def resume(k: int, predictions: Floats | None) -> None:
        try:
            waiting[k] = running[k].send(predictions)  # type: ignore[arg-type]
        except StopIteration as stop:
            results[k] = stop.value

    for k in range(len(running)):
        resume(k, None)
    while waiting:
        steps = min((steps for steps, _ in waiting.values()), key=lambda steps: STEPS.index(steps[0]))
        batch = [k for k, request in waiting.items() if request[0] == steps]
        rows = [waiting.pop(k)[1] for k in batch]
        predictions = predict(models, steps, stack_rows(rows))
        ends = np.cumsum([len(block) for block in rows])[:-1]
        for k, own in zip(batch, np.split(predictions, ends), strict=True):
            resume(k, own)
    return [results[k] for k in range(len(running))]


def predict(models: ExtractorModels, steps: tuple[str, ...], rows: FeatureRows) -> Floats:
    """Return the probabilities of rows by the models of some steps, a column for each."""
    return np.column_stack([getattr(models, step)(rows) for step in steps])
