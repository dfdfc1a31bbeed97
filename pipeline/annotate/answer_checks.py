"""Answers held against the articles of the build: every unsound one is named with file and row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotate.task import LAYERS, NO_QUOTE, QUOTE, Answer, Task
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.storage import tables
from pipeline.core.targets import Target

# Written after the id of a copied task: a further quote in the same passage.
FURTHER = "+"
Articles = Mapping[str, Mapping[str, Any]]


def read_articles(root: Path, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """Rows of the articles of the build, by id."""
    columns = ["article_id", "text", "raw_path"]
    found = (row for row in tables.iterate_rows(root / paths.ARTICLES, columns) if row["article_id"] in wanted)
    return {row["article_id"]: row for row in found}


def problems(answers: Sequence[Answer], articles: Articles, targets: Mapping[str, Target]) -> Iterator[DataError]:
    """What is wrong with each answer, and answers that contradict one another."""
    for answer in answers:
        try:
            _check_place(answer.task, answer.where, articles)
            if answer.task.layer == "stance":
                _check_labels(answer, targets)
            else:
                _check_verdict(answer)
        except DataError as error:
            yield error
    yield from _contradictions(answers)


def _check_place(task: Task, where: str, articles: Articles) -> None:
    if task.layer not in LAYERS:
        raise DataError(f"unknown layer {task.layer!r}", where=where, fix=f"use one of {', '.join(LAYERS)}")
    if task.article_id not in articles:
        why = f"article {task.article_id} is not in the build here"
        raise DataError(
            f"unknown id {task.task_id!r}",
            where=where,
            why=why,
            fix="run `dvc repro` on the same articles, or export anew",
        )
    text = articles[task.article_id]["text"]
    if text[task.start : task.start + len(task.passage)] != task.passage:
        raise DataError(
            f"the text of {task.task_id} was changed", where=where, fix="put back the passage as it was, marks aside"
        )
    if not all(0 <= start < end <= len(task.passage) for start, end, _ in task.spans.named()):
        raise DataError("a span lies outside of the passage", where=where, fix="mark words of the passage")
    if task.layer == "stance":
        _check_quote(task, where)
    elif not task.task_id.startswith(f"{task.article_id}-"):
        raise DataError(f"unknown id {task.task_id!r}", where=where, fix="leave ids as they were")


def _check_quote(task: Task, where: str) -> None:
    """A stance is of the quote that was shown: its words and its id must still say the same."""
    if not task.spans.content or task.marked_text != task.text:
        fix = "leave text and marks as they were; corrected spans come back in the layer `quotes`"
        raise DataError(f"the text of {task.task_id} was changed", where=where, fix=fix)
    if task.task_id != f"{task.article_id}-{task.start + task.spans.content[0][0]}":
        raise DataError(f"unknown id {task.task_id!r}", where=where, fix="leave ids as they were")


def _check_labels(answer: Answer, targets: Mapping[str, Target]) -> None:
    for target, label in answer.labels.items():
        if label not in targets[target].labels:
            fix = f"use one of {', '.join(targets[target].labels)}"
            raise DataError(f"unknown label {label!r}", where=f"{answer.where}, {target}", fix=fix)


def _check_verdict(answer: Answer) -> None:
    if answer.verdict not in (None, QUOTE, NO_QUOTE):
        fix = f"write {QUOTE}, {NO_QUOTE}, or leave it empty"
        raise DataError(f"unknown verdict {answer.verdict!r}", where=answer.where, fix=fix)
    if answer.verdict == QUOTE and not answer.task.spans.content:
        fix = f"mark what was said, or judge it `{NO_QUOTE}`"
        raise DataError("a quote without content", where=answer.where, fix=fix)
    if answer.task.type not in ("", *QUOTE_TYPES):
        fix = f"use one of {', '.join(QUOTE_TYPES)}"
        raise DataError(f"unknown type {answer.task.type!r}", where=answer.where, fix=fix)


def _contradictions(answers: Iterable[Answer]) -> Iterator[DataError]:
    """Two answers to one task; the same answer twice is none."""
    seen: dict[tuple[str, str], tuple[Any, str]] = {}
    for answer in answers:
        given = answer.labels or answer.verdict
        if not given or answer.task.task_id.endswith(FURTHER):
            continue
        said = (answer.labels, answer.verdict, answer.task.spans, answer.task.speaker)
        key = (answer.task.layer, answer.task.task_id)
        if key in seen and seen[key][0] != said:
            yield DataError(
                f"two labels for {answer.task.task_id} by one annotator",
                where=answer.where,
                why=f"the other stands at {seen[key][1]}",
                fix="keep one; the work of several people is imported one by one, with `--user`",
            )
        seen.setdefault(key, (said, answer.where))
