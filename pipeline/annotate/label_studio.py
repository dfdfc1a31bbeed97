"""Label Studio: tasks, the labelling interface, and answers from its JSON export (offsets are code points)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pipeline.annotate.task import NO_QUOTE, QUOTE, UNSURE, Answer, Task, TaskSpans, parse_task
from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.storage.json_lines import format_json_lines
from pipeline.core.targets import Targets

_FIX = "use the interface that the export wrote, and export as JSON"
# How the files begin that are written here: tasks, and the interface.
BEGINS = ('[\n{"data": {"task_id": ', '{"data": {"task_id": ')
INTERFACE = '<View>\n  <Header value="$article_title"/>'
_COLOURS = {"content": "#d9a400", "cue": "#2f6fde", "source": "#1b8a5a"}


def format_tasks(tasks: Sequence[Task], lines: bool = False) -> str:
    """Return the tasks as a JSON array, or as JSON lines; the extracted quote is a prediction to be corrected."""
    items = [{"data": task.to_record(), "predictions": _build_predictions(task)} for task in tasks]
    if lines:
        return format_json_lines(items)
    return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n]\n"


def format_interface(layer: str, targets: Targets) -> str:
    """Return the XML of the labelling interface, to be pasted into the settings of a Label Studio project."""
    if layer == "stance":
        questions = [_format_choices(key, target.labels, target.question) for key, target in targets.items()]
        unsure = _format_choices(UNSURE, [UNSURE], "Are you unsure?", required=False)
        controls = ['<Text name="quote" value="$text"/>', *questions, unsure]
    else:
        labels = "".join(f"<Label value={quoteattr(k)} background={quoteattr(v)}/>" for k, v in _COLOURS.items())
        controls = [
            f'<Labels name="spans" toName="passage">{labels}</Labels>',
            _format_choices("verdict", [QUOTE, NO_QUOTE], "Is it a quote, its spans as they should be?"),
            _format_choices("type", list(QUOTE_TYPES), "Type", required=False),
            '<Header value="Speaker, full name"/>',
            '<TextArea name="speaker" toName="passage" maxSubmissions="1" editable="true"/>',
        ]
    return "\n  ".join([INTERFACE, '<Text name="passage" value="$passage"/>', *controls]) + "\n</View>\n"


def parse_answers(item: Mapping[str, Any], targets: Targets, where: str) -> Iterator[Answer]:
    """Yield an answer for each annotation of an exported task; an open answer if it has none."""
    task = parse_task(item["data"], where)
    given = _check_list(item.get("annotations"), where)
    annotations = [a for a in given if isinstance(a, Mapping) and not a.get("was_cancelled")]
    if not annotations:
        yield Answer(task, where)
    for annotation in annotations:
        user = annotation.get("completed_by") or ""
        if isinstance(user, Mapping):
            user = user.get("email") or user.get("id") or ""
        yield _parse_annotation(task, _check_list(annotation.get("result"), where), where, str(user), targets)


def _format_choices(name: str, values: Sequence[str], question: str, required: bool = True) -> str:
    """Return the XML of a question with one choice."""
    choices = "".join(f"<Choice value={quoteattr(value)}/>" for value in values)
    attribute = ' required="true"' if required else ""
    box = f'<Choices name={quoteattr(name)} toName="passage" choice="single"{attribute}>{choices}</Choices>'
    return f"<Header value={quoteattr(escape(question))}/>\n  {box}"


def _build_predictions(task: Task) -> list[dict[str, Any]]:
    """Return the extracted quote as predicted regions; nothing for stances, which must not be suggested."""
    if task.layer == "stance":
        return []
    regions: list[tuple[str, str, str, dict[str, Any]]] = [
        (f"s{k}", "spans", "labels", {"start": start, "end": end, "text": task.passage[start:end], "labels": [name]})
        for k, (start, end, name) in enumerate(task.spans.to_triples())
    ]
    if task.type:
        regions.append(("type", "type", "choices", {"choices": [task.type]}))
    if task.speaker:
        regions.append(("speaker", "speaker", "textarea", {"text": [task.speaker]}))
    result = [{"id": i, "from_name": n, "to_name": "passage", "type": t, "value": v} for i, n, t, v in regions]
    return [{"model_version": "parley", "result": result}] if result else []


def _parse_annotation(task: Task, result: Sequence[Any], where: str, user: str, targets: Targets) -> Answer:
    """Build the answer of one annotator from the regions that he or she left."""
    values: dict[str, list[str]] = {}
    spans = []
    for region in result:
        try:
            name, value = region["from_name"], region["value"]
            if name == "spans":
                (label,) = value["labels"]
                start, end, said = value["start"], value["end"], value.get("text")
                spans.append((start, end, label))
                if "text" in value and (actual := task.passage[start:end]) != said:
                    what = f"characters {start} to {end} are {actual[:40]!r}, the region says {said[:40]!r}"
                    raise DataError(what, where=where, fix="the text was changed after the export: export again")
            else:
                said = value.get("choices") or value.get("text") or []
                if not all(isinstance(each, str) for each in said):
                    raise TypeError
                values.setdefault(name, []).extend(said)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise DataError("a region that cannot be read", where=where, why=str(region)[:80], fix=_FIX) from None
    for name, answers in values.items():
        if len(answers) > 1:
            raise DataError(f"two answers to `{name}`", where=where, why=", ".join(answers), fix="choose one")
    fields = {name: answers[0].strip() for name, answers in values.items() if answers}
    if task.layer == "stance":
        labels = {target: fields[target] for target in targets if target in fields}
        return Answer(task, where, labels, UNSURE in fields, user=user)
    about: dict[str, Any] = {"type": fields.get("type", task.type), "speaker": fields.get("speaker", "")}
    corrected = replace(task, spans=TaskSpans.from_triples(spans, where), **about)
    return Answer(corrected, where, verdict=fields.get("verdict"), user=user)


def _check_list(value: Any, where: str) -> list[Any]:
    """Return a list, empty for a missing one."""
    if value is not None and not isinstance(value, list):
        raise DataError(f"{str(value)[:80]} is not a list of annotations or regions", where=where, fix=_FIX)
    return value or []
