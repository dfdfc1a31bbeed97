"""Check imported answers against the articles of the build."""

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

# An annotator adds a quote that was missed by copying a task and appending this to its id.
ADDED_QUOTE_SUFFIX = "+"
ArticlesById = Mapping[str, Mapping[str, Any]]


def read_articles_by_id(root: Path, article_ids: set[str]) -> dict[str, dict[str, Any]]:
    """Read the id, text and input file of these articles of the build."""
    rows = tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text", "raw_path"])
    return {row["article_id"]: row for row in rows if row["article_id"] in article_ids}


def find_answer_problems(
    answers: Sequence[Answer], articles: ArticlesById, targets: Mapping[str, Target]
) -> Iterator[DataError]:
    """Yield an error for each answer that is not valid, and for each two answers that contradict each other."""
    for answer in answers:
        try:
            _check_task(answer.task, answer.where, articles)
            if answer.task.layer == "stance":
                _check_labels(answer, targets)
            else:
                _check_verdict(answer)
        except DataError as error:
            yield error
    yield from _find_contradictions(answers)


def _check_task(task: Task, where: str, articles: ArticlesById) -> None:
    """Check that the task is one of this build and that its text was not changed."""
    if task.layer not in LAYERS:
        raise DataError(f"unknown layer {task.layer!r}", where=where, fix=f"use one of {', '.join(LAYERS)}")
    if task.article_id not in articles:
        raise DataError(
            f"unknown id {task.task_id!r}",
            where=where,
            why=f"article {task.article_id} is not in this build",
            fix="run `dvc repro` on the same articles, or export again",
        )
    text = articles[task.article_id]["text"]
    if text[task.start : task.start + len(task.passage)] != task.passage:
        fix = "restore the passage; only the span marks may change"
        raise DataError(f"the text of {task.task_id} was changed", where=where, fix=fix)
    if any(end > len(task.passage) for _, end, _ in task.spans.to_triples()):
        raise DataError("a span lies outside the passage", where=where, fix="mark words of the passage")
    if task.layer == "stance":
        _check_stance_task(task, where)
    elif not task.task_id.startswith(f"{task.article_id}-"):
        raise DataError(f"unknown id {task.task_id!r}", where=where, fix="leave ids as they were exported")


def _check_stance_task(task: Task, where: str) -> None:
    """Check that the label is for the quote that was shown: neither its text, spans nor id may have changed."""
    if not task.spans.content or task.marked_content != task.text:
        fix = "leave text and span marks as they were; import corrected spans in the layer `quotes`"
        raise DataError(f"the text of {task.task_id} was changed", where=where, fix=fix)
    if task.task_id != f"{task.article_id}-{task.start + task.spans.content[0][0]}":
        raise DataError(f"unknown id {task.task_id!r}", where=where, fix="leave ids as they were exported")


def _check_labels(answer: Answer, targets: Mapping[str, Target]) -> None:
    """Check that every label is one of its target."""
    for target, label in answer.labels.items():
        if label not in targets[target].labels:
            fix = f"use one of {', '.join(targets[target].labels)}"
            raise DataError(f"unknown label {label!r}", where=f"{answer.where}, {target}", fix=fix)


def _check_verdict(answer: Answer) -> None:
    """Check verdict, content and type of an answer in the layer `quotes`."""
    if answer.verdict not in (None, QUOTE, NO_QUOTE):
        fix = f"write {QUOTE}, {NO_QUOTE}, or leave it empty"
        raise DataError(f"unknown verdict {answer.verdict!r}", where=answer.where, fix=fix)
    if answer.verdict == QUOTE and not answer.task.spans.content:
        fix = f"mark the content, or answer `{NO_QUOTE}`"
        raise DataError("a quote without content", where=answer.where, fix=fix)
    if answer.task.type not in ("", *QUOTE_TYPES):
        fix = f"use one of {', '.join(QUOTE_TYPES)}"
        raise DataError(f"unknown type {answer.task.type!r}", where=answer.where, fix=fix)


def _find_contradictions(answers: Iterable[Answer]) -> Iterator[DataError]:
    """Yield an error for each second, different answer to a task."""
    first_answers: dict[tuple[str, str], tuple[Any, str]] = {}
    for answer in answers:
        is_open = not (answer.labels or answer.verdict)
        if is_open or answer.task.task_id.endswith(ADDED_QUOTE_SUFFIX):
            continue
        value = (answer.labels, answer.verdict, answer.task.spans, answer.task.speaker)
        first_value, first_where = first_answers.setdefault(
            (answer.task.layer, answer.task.task_id), (value, answer.where)
        )
        if value != first_value:
            yield DataError(
                f"two labels for {answer.task.task_id} by one annotator",
                where=answer.where,
                why=f"the first one is at {first_where}",
                fix="keep one; import the work of several people one by one, with `--user`",
            )
