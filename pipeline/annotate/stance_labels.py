"""Labels into `stance.jsonl`: the first of a quote trains, each further annotator's goes into the agreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.annotate.existing_labels import PAIRS, STANCE, lines, rows
from pipeline.annotate.task import Answer
from pipeline.core.errors import DataError
from pipeline.core.storage.tables import write_text

Row = dict[str, Any]


@dataclass
class Merged:
    """What became of the labels of one annotator.

    Attributes
    ----------
    rows, pairs : list of dict
        `stance.jsonl` and `agreement/stance.jsonl` as they are to be.
    new, again, same, replaced : int
        Quotes labelled for the first time, by a further annotator, as they stood already, and anew.
    twice : list of (str, dict, dict)
        Group, first and second labels of the quotes labelled again.
    problems : list of DataError
        Labels that contradict what the same annotator said before.
    """

    rows: list[Row]
    pairs: list[Row]
    new: int = 0
    again: int = 0
    same: int = 0
    replaced: int = 0
    twice: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    problems: list[DataError] = field(default_factory=list)


def merge(root: Path, answers: Iterable[Answer], annotator: str, topic: str, replace: bool) -> Merged:
    """Labels of one annotator beside those that stand; nothing is written.

    Parameters
    ----------
    root : path
        The project's folder.
    answers : iterable of Answer
        Checked; those without labels are left out.
    annotator, topic : str
        What new rows say.
    replace : bool
        The labels take the place of those in `stance.jsonl`, whosever they were (adjudication, correction).
    """
    merged = Merged(rows(root / STANCE), rows(root / PAIRS))
    known = {row["id"]: row for row in merged.rows}
    groups = {row["id"].split("-")[0]: row["group"] for row in merged.rows}
    pairs = {(p["id"], p["annotators"][1]): p for p in merged.pairs if "annotators" in p}
    for answer in sorted(answers, key=lambda a: a.task.task_id):
        if not answer.labels:
            continue
        name = answer.task.task_id
        if name in known and known[name]["text"] != answer.task.text:
            # Another end of the quote: another item, beside the one that was labelled.
            name += f"-{answer.task.start + answer.task.spans.content[-1][1]}"
        row = known.get(name)
        if row is None:
            known[name] = _row(answer, name, groups.get(answer.task.article_id), annotator, topic)
            merged.rows.append(known[name])
            merged.new += 1
        elif replace:
            _replace(row, answer, annotator, merged)
        elif row["annotator"] == annotator:
            _add(row["labels"], answer, merged)
            row["unsure"] = row["unsure"] or answer.unsure
        elif pair := pairs.get((name, annotator)):
            _add(pair["second"], answer, merged)
            merged.twice.append((row["group"], pair["first"], pair["second"]))
        else:
            who = [row["annotator"], annotator]
            pair = {"id": name, "group": row["group"], "first": dict(row["labels"]), "second": dict(answer.labels)}
            merged.pairs.append(pairs.setdefault((name, annotator), {**pair, "annotators": who}))
            merged.twice.append((row["group"], pair["first"], pair["second"]))
            # A target that nobody labelled before is trained on as well.
            row["labels"] = {**answer.labels, **row["labels"]}
            merged.again += 1
    return merged


def write(root: Path, merged: Merged) -> list[Path]:
    """Write both files atomically; those that would not change stay untouched. Returns what was written."""
    written = []
    for path, found in ((STANCE, merged.rows), (PAIRS, merged.pairs)):
        text = lines(found)
        if found and (not (root / path).exists() or (root / path).read_text(encoding="utf-8") != text):
            write_text(root / path, text)
            written.append(path)
    return written


def _row(answer: Answer, name: str, group: str | None, annotator: str, topic: str) -> Row:
    task = answer.task
    cue, source = (task.passage[span[0] : span[1]] if span else None for span in (task.spans.cue, task.spans.source))
    return {
        "id": name,
        "text": task.text,
        "cue": cue,
        "source": source,
        "speaker": task.speaker or None,
        "context": task.passage,
        # Quotes of one article are never split between training and test.
        "group": group or task.article_id,
        "topic": topic,
        "annotator": annotator,
        "labels": dict(answer.labels),
        "unsure": answer.unsure,
    }


def _add(labels: dict[str, str], answer: Answer, merged: Merged) -> None:
    """Targets that were open are filled; another label for one that was not is a contradiction."""
    differing = [f"{k}: {labels[k]}, {v}" for k, v in answer.labels.items() if labels.get(k, v) != v]
    if differing:
        merged.problems.append(
            DataError(
                f"two labels for {answer.task.task_id} by one annotator",
                where=answer.where,
                why=f"before and now: {'; '.join(differing)}",
                fix="keep the first, or import with `--replace`",
            )
        )
    elif answer.labels.keys() <= labels.keys():
        merged.same += 1
    else:
        labels.update(answer.labels)
        merged.new += 1


def _replace(row: Row, answer: Answer, annotator: str, merged: Merged) -> None:
    fresh = {"labels": {**row["labels"], **answer.labels}, "annotator": annotator, "unsure": answer.unsure}
    if all(row[name] == value for name, value in fresh.items()):
        merged.same += 1
    else:
        row.update(fresh)
        merged.replaced += 1


def asked_twice(merged: Merged, target: str) -> Sequence[tuple[str, str, str]]:
    """Group, first and second label of the quotes that two labelled for a target."""
    return [(group, a[target], b[target]) for group, a, b in merged.twice if target in a and target in b]
