"""Searches of several articles side by side: a model is asked once for all, since a call costs more than a row."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeVar

import numpy as np

from pipeline.extract.learned.feature_rows import FeatureRows, stack_rows
from pipeline.extract.learned.step_models import STEPS, ExtractorModels
from pipeline.extract.learned.token_arrays import Floats

T = TypeVar("T")
# The steps whose models are asked, and the rows; the answer has a column of probabilities for each step.
ModelRequest = tuple[tuple[str, ...], FeatureRows]
# A search yields what it asks of the models, is sent the answers, and returns its result.
Search = Generator[ModelRequest, Floats, T]


def run_searches(models: ExtractorModels, searches: Iterable[Search[T]]) -> list[T]:
    """Run searches to their ends and return their results; which others run beside a search changes nothing."""
    running = list(searches)
    results: dict[int, T] = {}
    waiting: dict[int, ModelRequest] = {}

    def resume(k: int, answer: Floats | None) -> None:
        try:
            waiting[k] = running[k].send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            results[k] = stop.value

    for k in range(len(running)):
        resume(k, None)
    while waiting:
        steps = min((steps for steps, _ in waiting.values()), key=lambda steps: STEPS.index(steps[0]))
        group = [k for k, request in waiting.items() if request[0] == steps]
        rows = [waiting.pop(k)[1] for k in group]
        answers = ask(models, steps, stack_rows(rows))
        ends = np.cumsum([len(block) for block in rows])[:-1]
        for k, answer in zip(group, np.split(answers, ends), strict=True):
            resume(k, answer)
    return [results[k] for k in range(len(running))]


def ask(models: ExtractorModels, steps: tuple[str, ...], rows: FeatureRows) -> Floats:
    """Return the probabilities of rows by the models of some steps, a column each."""
    return np.column_stack([getattr(models, step)(rows) for step in steps])
