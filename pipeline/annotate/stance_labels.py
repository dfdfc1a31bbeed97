"""Merge stance labels: the first annotator's into `stance.jsonl`, further annotators' into the agreement file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.existing_labels import STANCE_FILE, STANCE_PAIRS_FILE
from pipeline.annotate.task import Answer
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import read_json_lines

Row = dict[str, Any]


@dataclass
class LabelMerge:
    """The files of stance labels after an import, and what changed.

    Attributes
    ----------
    rows, pairs : list of dict
        The new content of `stance.jsonl` and `agreement/stance.jsonl`.
    new, second_labels, unchanged, replaced : int
        Numbers of quotes: labelled for the first time, labelled by a further annotator, labelled as before, relabelled.
    label_pairs : list of (str, dict, dict)
        Group, first and second labels of each quote that has a second annotator's labels.
    problems : list of DataError
        Labels that contradict earlier labels of the same annotator.
    """

    rows: list[Row]
    pairs: list[Row]
    new: int = 0
    second_labels: int = 0
    unchanged: int = 0
    replaced: int = 0
    label_pairs: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    problems: list[DataError] = field(default_factory=list)

    @property
    def files(self) -> dict[Path, list[Row]]:
        """The new content of each file."""
        return {STANCE_FILE: self.rows, STANCE_PAIRS_FILE: self.pairs}

    def get_pairs(self, target: str) -> Sequence[tuple[str, str, str]]:
        """Return group, first and second label of the quotes that two annotators labelled for this target."""
        return [
            (g, first[target], second[target])
            for g, first, second in self.label_pairs
            if target in first.keys() & second.keys()
        ]


def merge_labels(root: Path, answers: Iterable[Answer], annotator: str, topic: str, replace: bool) -> LabelMerge:
    """Merge the labels of one annotator with the existing ones; write nothing."""
    merge = LabelMerge(read_json_lines(root / STANCE_FILE), read_json_lines(root / STANCE_PAIRS_FILE))
    rows = {row["id"]: row for row in merge.rows}
    groups = {row["id"].split("-")[0]: row["group"] for row in merge.rows}
    pairs = {(pair["id"], pair["annotators"][1]): pair for pair in merge.pairs if "annotators" in pair}
    for answer in sorted(answers, key=lambda answer: answer.task.task_id):
        if not answer.labels:
            continue
        quote_id = answer.task.task_id
        if quote_id in rows and rows[quote_id]["text"] != answer.task.text:
            # A quote with the same start but another end is another quote: it gets its own row.
            quote_id += f"-{answer.task.start + answer.task.spans.content[-1][1]}"
        row = rows.get(quote_id)
        if row is None:
            rows[quote_id] = _build_row(answer, quote_id, groups.get(answer.task.article_id), annotator, topic)
            merge.rows.append(rows[quote_id])
            merge.new += 1
        elif replace:
            _replace_labels(row, answer, annotator, merge)
        elif row["annotator"] == annotator:
            _add_labels(row["labels"], answer, merge)
            row["unsure"] = row["unsure"] or answer.unsure
        elif pair := pairs.get((quote_id, annotator)):
            _add_labels(pair["second"], answer, merge)
            merge.label_pairs.append((row["group"], pair["first"], pair["second"]))
        else:
            pair = {"id": quote_id, "group": row["group"], "first": dict(row["labels"]), "second": dict(answer.labels)}
            pair["annotators"] = [row["annotator"], annotator]
            pairs[quote_id, annotator] = pair
            merge.pairs.append(pair)
            merge.label_pairs.append((row["group"], pair["first"], pair["second"]))
            # Models are trained with the second annotator's labels of targets that the first one left open.
            row["labels"] = {**answer.labels, **row["labels"]}
            merge.second_labels += 1
    return merge


def _build_row(answer: Answer, quote_id: str, group: str | None, annotator: str, topic: str) -> Row:
    """Return a new row of `stance.jsonl`."""
    task = answer.task
    cue, source = (task.passage[span[0] : span[1]] if span else None for span in (task.spans.cue, task.spans.source))
    return {
        "id": quote_id,
        "text": task.text,
        "cue": cue,
        "source": source,
        "speaker": task.speaker or None,
        "context": task.passage,
        # Quotes of one group are never split between training and test.
        "group": group or task.article_id,
        "topic": topic,
        "annotator": annotator,
        "labels": dict(answer.labels),
        "unsure": answer.unsure,
    }


def _add_labels(labels: dict[str, str], answer: Answer, merge: LabelMerge) -> None:
    """Add the labels of targets that were open; report a different label for a target that was not."""
    differing = [f"{k}: {labels[k]}, {v}" for k, v in answer.labels.items() if labels.get(k, v) != v]
    if differing:
        merge.problems.append(
            DataError(
                f"two labels for {answer.task.task_id} by one annotator",
                where=answer.where,
                why=f"before and now: {'; '.join(differing)}",
                fix="keep the first, or import with `--replace`",
            )
        )
    elif answer.labels.keys() <= labels.keys():
        merge.unchanged += 1
    else:
        labels.update(answer.labels)
        merge.new += 1


def _replace_labels(row: Row, answer: Answer, annotator: str, merge: LabelMerge) -> None:
    """Overwrite the labels, annotator and `unsure` of a row."""
    new_values = {"labels": {**row["labels"], **answer.labels}, "annotator": annotator, "unsure": answer.unsure}
    if all(row[name] == value for name, value in new_values.items()):
        merge.unchanged += 1
    else:
        row.update(new_values)
        merge.replaced += 1
