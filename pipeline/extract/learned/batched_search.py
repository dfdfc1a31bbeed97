"""Many articles side by side: what their searches ask the same model is asked once; a call costs more than a row."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeVar

import numpy as np

from pipeline.extract.learned.step_models import STEPS, Models
from pipeline.extract.learned.token_arrays import Floats
from pipeline.extract.learned.token_features import Rows

T = TypeVar("T")
# The steps to ask, and blocks of columns that stand side by side; the answer is a column of probabilities a step.
Question = tuple[tuple[str, ...], tuple[Rows, ...]]
Search = Generator[Question, Floats, T]


def together(models: Models, searches: Iterable[Search[T]]) -> list[T]:
    """Run searches to their ends; returns what each found. Answers do not depend on who else asks.

    Parameters
    ----------
    models : Models
    searches : iterable of generator
        Yields `(names of steps, blocks of rows)` and is sent an array of shape (rows, steps).
    """
    running = list(searches)
    found: dict[int, T] = {}
    waiting: dict[int, Question] = {}

    def go_on(k: int, answer: Floats | None) -> None:
        try:
            waiting[k] = running[k].send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            found[k] = stop.value

    for k in range(len(running)):
        go_on(k, None)
    while waiting:
        names = min((names for names, _ in waiting.values()), key=lambda names: STEPS.index(names[0]))
        group = [k for k, question in waiting.items() if question[0] == names]
        rows = [side_by_side(waiting.pop(k)[1]) for k in group]
        answers = np.column_stack([getattr(models, name)(stacked) for stacked in [on_top(rows)] for name in names])
        ends = np.cumsum([len(numbers) for numbers, _ in rows])[:-1]
        for k, answer in zip(group, np.split(answers, ends), strict=True):
            go_on(k, answer)
    return [found[k] for k in range(len(running))]


def side_by_side(blocks: Iterable[Rows]) -> Rows:
    """Blocks of columns of the same rows as one."""
    blocks = list(blocks)
    return np.hstack([numbers for numbers, _ in blocks]), [key for _, keys in blocks for key in keys]


def on_top(rows: list[Rows]) -> Rows:
    """Rows of several articles as one."""
    keys = [np.concatenate(column) for column in zip(*(keys for _, keys in rows), strict=True)]
    return np.vstack([numbers for numbers, _ in rows]), keys
