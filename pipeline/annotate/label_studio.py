"""Tasks as Label Studio reads them, and its JSON export back; its offsets count code points, as ours do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pipeline.annotate.task import NO_QUOTE, QUOTE, Answer, Spans, Task, from_record
from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.targets import Target

_COLOURS = {"content": "#d9a400", "cue": "#2f6fde", "source": "#1b8a5a"}


def write(tasks: Sequence[Task], lines: bool = False) -> str:
    """A JSON array of tasks, or one task a line; the quote as it was found is the prediction to correct."""
    objects = [{"data": task.record(), "predictions": _predictions(task)} for task in tasks]
    texts = [json.dumps(o, ensure_ascii=False) for o in objects]
    return "".join(f"{text}\n" for text in texts) if lines else "[\n" + ",\n".join(texts) + "\n]\n"


def interface(layer: str, targets: Mapping[str, Target]) -> str:
    """The labelling interface of a project, to be pasted into its settings."""
    if layer == "stance":
        asked = [_choices(key, target.labels, target.question) for key, target in targets.items()]
        shown = ['<Text name="quote" value="$text"/>', *asked, _choices("unsure", ["unsure"], "Are you unsure?", False)]
    else:
        labels = "".join(f"<Label value={quoteattr(k)} background={quoteattr(v)}/>" for k, v in _COLOURS.items())
        shown = [
            f'<Labels name="spans" toName="passage">{labels}</Labels>',
            _choices("verdict", [QUOTE, NO_QUOTE], "Is it a quote, its spans as they should be?"),
            _choices("type", list(QUOTE_TYPES), "Type", False),
            '<Header value="Speaker, full name"/>',
            '<TextArea name="speaker" toName="passage" maxSubmissions="1" editable="true"/>',
        ]
    body = "\n  ".join(['<Header value="$title"/>', '<Text name="passage" value="$passage"/>', *shown])
    return f"<View>\n  {body}\n</View>\n"


def _choices(name: str, values: Sequence[str], question: str, required: bool = True) -> str:
    choices = "".join(f"<Choice value={quoteattr(value)}/>" for value in values)
    needed = ' required="true"' if required else ""
    box = f'<Choices name={quoteattr(name)} toName="passage" choice="single"{needed}>{choices}</Choices>'
    return f"<Header value={quoteattr(escape(question))}/>\n  {box}"


def _predictions(task: Task) -> list[dict[str, Any]]:
    if task.layer == "stance":
        return []
    result = [
        {
            "id": f"s{number}",
            **_from("spans", "labels"),
            "value": {"start": start, "end": end, "text": task.passage[start:end], "labels": [name]},
        }
        for number, (start, end, name) in enumerate(task.spans.named())
    ]
    if task.type:
        result.append({"id": "type", **_from("type", "choices"), "value": {"choices": [task.type]}})
    if task.speaker:
        result.append({"id": "speaker", **_from("speaker", "textarea"), "value": {"text": [task.speaker]}})
    return [{"model_version": "parley", "result": result}] if result else []


def _from(name: str, kind: str) -> dict[str, str]:
    return {"from_name": name, "to_name": "passage", "type": kind}


def read(objects: Sequence[tuple[str, Any]], targets: Mapping[str, Target]) -> Iterator[Answer]:
    """Answers of tasks, each with where it stands; a task without annotation gives an open answer.

    Raises
    ------
    DataError
        When a task is not one of Parley's, or a region's words are not those of the passage.
    """
    for where, item in objects:
        task = from_record(item["data"], where)
        given = [a for a in item.get("annotations") or [] if isinstance(a, Mapping) and not a.get("was_cancelled")]
        if not given:
            yield Answer(task, where)
        for annotation in given:
            user = annotation.get("completed_by") or ""
            if isinstance(user, Mapping):
                user = user.get("email") or user.get("id") or ""
            yield _answer(task, annotation.get("result") or [], where, str(user), targets)


def _answer(task: Task, result: Sequence[Any], where: str, user: str, targets: Mapping[str, Target]) -> Answer:
    chosen: dict[str, list[str]] = {}
    spans = []
    for region in result:
        try:
            name, value = region["from_name"], region["value"]
            if name == "spans":
                (kind,) = value["labels"]
                spans.append((value["start"], value["end"], kind))
                _check_words(task, value, where)
            else:
                chosen.setdefault(name, []).extend(value.get("choices") or value.get("text") or [])
        except (KeyError, TypeError, ValueError):
            fix = "use the interface that the export wrote, and export as JSON"
            raise DataError("a region that cannot be read", where=where, why=str(region)[:80], fix=fix) from None
    for name, values in chosen.items():
        if len(values) > 1:
            raise DataError(f"two answers to `{name}`", where=where, why=", ".join(values), fix="choose one")
    one = {name: values[0].strip() for name, values in chosen.items() if values}
    if task.layer == "stance":
        return Answer(task, where, {k: one[k] for k in targets if k in one}, "unsure" in one, user=user)
    corrected = replace(
        task, spans=Spans.of(spans, where), type=one.get("type", task.type), speaker=one.get("speaker", "")
    )
    return Answer(corrected, where, verdict=one.get("verdict"), user=user)


def _check_words(task: Task, value: Mapping[str, Any], where: str) -> None:
    words = task.passage[value["start"] : value["end"]]
    if "text" in value and value["text"] != words:
        raise DataError(
            f"characters {value['start']} to {value['end']} are {words[:40]!r}, the region says {value['text'][:40]!r}",
            where=where,
            fix="the text was changed after the export: export anew",
        )
