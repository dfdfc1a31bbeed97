"""Prodigy: tasks as JSONL, and answers from the output of `prodigy db-out`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.annotate.task import NO_QUOTE, QUOTE, UNSURE, Answer, Task, TaskSpans, parse_task
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import format_json_lines
from pipeline.core.targets import Target

# An option of a stance task is `TARGET: LABEL`.
_SEPARATOR = ": "


def format_tasks(tasks: Sequence[Task], targets: Mapping[str, Target]) -> str:
    """Return the tasks as JSON lines, for the view `choice` (stances, several choices) or `spans.manual` (quotes)."""
    return format_json_lines(_build_item(task, targets) for task in tasks)


def _build_item(task: Task, targets: Mapping[str, Target]) -> dict[str, Any]:
    """Return the JSON object of a task; `parley` contains the task itself, the rest is for Prodigy."""
    spans = [{"start": start, "end": end, "label": name} for start, end, name in task.spans.to_triples()]
    meta = {name: value for name in ("task_id", "title", "speaker") if (value := getattr(task, name))}
    item = {"text": task.passage, "spans": spans, "meta": meta, "parley": task.to_record()}
    if task.layer == "stance":
        options = [f"{key}{_SEPARATOR}{label}" for key, target in targets.items() for label in target.labels]
        item["options"] = [{"id": option, "text": option} for option in (*options, UNSURE)]
    return item


def format_answer(answer: Answer, targets: Mapping[str, Target], user: str) -> dict[str, Any]:
    """Return the JSON object of a stance answer, as Prodigy exports it; `ignore` if it has no labels."""
    choices = [f"{key}{_SEPARATOR}{label}" for key, label in answer.labels.items()]
    given = {"accept": [*choices, *([UNSURE] if answer.unsure else [])], "_annotator_id": user}
    return _build_item(answer.task, targets) | given | {"answer": "accept" if choices else "ignore"}


def parse_answer(item: Mapping[str, Any], targets: Mapping[str, Target], where: str) -> Answer:
    """Build the answer from an exported task.

    `accept` means the choices or spans as they are. `reject` means "no quote" in the layer `quotes`, and leaves a
    stance open, as `ignore` does.

    Raises
    ------
    DataError
        If the text was changed, a choice is unknown, or a target has two labels.
    """
    task = parse_task(item["parley"], where)
    if item.get("text") != task.passage:
        raise DataError("the text was changed", where=where, fix="annotate the text as it was exported")
    user = str(item.get("_annotator_id") or item.get("_session_id") or "")
    answer = item.get("answer")
    if answer not in ("accept", "reject"):
        return Answer(task, where, user=user)
    if task.layer == "stance":
        choices = item.get("accept") or []
        if not isinstance(choices, list):
            raise DataError("`accept` is not a list", where=where, fix="export it from Prodigy again")
        labels = _parse_choices(choices, where, targets) if answer == "accept" else {}
        return Answer(task, where, labels, UNSURE in choices, user=user)
    try:
        spans = TaskSpans.from_triples([(s["start"], s["end"], s["label"]) for s in item.get("spans") or []], where)
    except (KeyError, TypeError):
        raise DataError("a span is {start, end, label}", where=where, fix="export it from Prodigy again") from None
    is_quote = answer == "accept" and spans.content
    # Prodigy's view for spans does not ask for the type. If the content changed, import derives it again.
    quote_type = task.type if spans.content == task.spans.content else ""
    # A user's own recipe may have a text field for the speaker.
    speaker = str(item.get("speaker", task.speaker) or "")
    corrected = replace(task, spans=spans, type=quote_type, speaker=speaker)
    return Answer(corrected, where, verdict=QUOTE if is_quote else NO_QUOTE, user=user)


def _parse_choices(choices: Sequence[Any], where: str, targets: Mapping[str, Target]) -> dict[str, str]:
    """Return the label of each target that was chosen."""
    labels: dict[str, str] = {}
    for choice in choices:
        if choice == UNSURE:
            continue
        target, separator, label = str(choice).partition(_SEPARATOR)
        if not separator or target not in targets:
            raise DataError(f"unknown choice {choice!r}", where=where, fix="use the options that the export wrote")
        if target in labels:
            why = f"{labels[target]}, {label}"
            raise DataError(f"two labels for `{target}`", where=where, why=why, fix="choose one")
        labels[target] = label
    return labels
