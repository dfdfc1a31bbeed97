"""Tasks as Prodigy's JSONL, and its `db-out` back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.annotate.task import NO_QUOTE, QUOTE, Answer, Spans, Task, from_record
from pipeline.core.errors import DataError
from pipeline.core.targets import Target

UNSURE = "unsure"
_SIGN = ": "


def write(tasks: Sequence[Task], targets: Mapping[str, Target]) -> str:
    """One task a line. Stance tasks are for the view `choice` (several choices), the others for `spans.manual`."""
    return "".join(json.dumps(_object(task, targets), ensure_ascii=False) + "\n" for task in tasks)


def _object(task: Task, targets: Mapping[str, Target]) -> dict[str, Any]:
    spans = [{"start": start, "end": end, "label": name} for start, end, name in task.spans.named()]
    meta = {name: value for name in ("task_id", "title", "speaker") if (value := getattr(task, name))}
    shown = {"text": task.passage, "spans": spans, "meta": meta, "parley": task.record()}
    if task.layer == "stance":
        pairs = [f"{key}{_SIGN}{label}" for key, target in targets.items() for label in target.labels]
        shown["options"] = [{"id": pair, "text": pair} for pair in (*pairs, UNSURE)]
    return shown


def read(objects: Sequence[tuple[str, Any]], targets: Mapping[str, Target]) -> Iterator[Answer]:
    """Answers of tasks, each with where it stands.

    `accept` takes the choices or spans as they are; `reject` says "no quote" in the layer `quotes` and leaves a stance
    open, as `ignore` does.

    Raises
    ------
    DataError
        On another text, a choice that cannot be read, or two labels for one target.
    """
    for where, item in objects:
        task = from_record(item["parley"], where)
        if item.get("text") != task.passage:
            raise DataError("the text was changed", where=where, fix="annotate the text as it was exported")
        user = str(item.get("_annotator_id") or item.get("_session_id") or "")
        yield _answer(task, item, where, user, targets)


def _answer(task: Task, item: Mapping[str, Any], where: str, user: str, targets: Mapping[str, Target]) -> Answer:
    answer = item.get("answer")
    if answer not in ("accept", "reject"):
        return Answer(task, where, user=user)
    if task.layer == "stance":
        labels = _labels(item.get("accept") or [], where, targets) if answer == "accept" else {}
        return Answer(task, where, labels, UNSURE in (item.get("accept") or []), user=user)
    try:
        spans = Spans.of([(s["start"], s["end"], s["label"]) for s in item.get("spans") or []], where)
    except (KeyError, TypeError):
        raise DataError("a span is {start, end, label}", where=where, fix="export it from Prodigy again") from None
    found = answer == "accept" and spans.content
    # The view for spans asks no type: one that no longer fits is told from the marks at import.
    kept = task.type if spans.content == task.spans.content else ""
    # A recipe of one's own may have a text field of this name.
    speaker = str(item.get("speaker", task.speaker) or "")
    corrected = replace(task, spans=spans, type=kept, speaker=speaker)
    return Answer(corrected, where, verdict=QUOTE if found else NO_QUOTE, user=user)


def _labels(chosen: Sequence[Any], where: str, targets: Mapping[str, Target]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for choice in chosen:
        target, sign, label = str(choice).partition(_SIGN)
        if choice == UNSURE:
            continue
        if not sign or target not in targets:
            raise DataError(f"unknown choice {choice!r}", where=where, fix="use the options that the export wrote")
        if target in labels:
            why = f"{labels[target]}, {label}"
            raise DataError(f"two labels for `{target}`", where=where, why=why, fix="choose one")
        labels[target] = label
    return labels
