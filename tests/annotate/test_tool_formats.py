"""Tasks in both formats: they are read back unchanged, answers are parsed, errors name file and row."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from pipeline.annotate import label_studio, tool_formats
from pipeline.annotate.spreadsheet import MAX_CELL
from pipeline.annotate.task import Task, TaskSpans
from pipeline.core.errors import DataError
from pipeline.core.targets import Target

LABELS = ["favor", "against", "neutral"]
TARGETS = {"truce": Target('Stop & "rest"?', LABELS), "land": Target("Give land?", LABELS)}
PASSAGE = "=1 “No 😀,”\nsaid ‹Ada›."
STANCE = Task(
    "a-3", "stance", "a", 0, PASSAGE, TaskSpans(((3, 10),), (11, 15), (16, 21)), text="“No 😀,”", speaker="@Ada"
)
QUOTE = Task("a-3", "quotes", "a", 0, PASSAGE, STANCE.spans, "“No 😀,”", "Ada", "direct", of=2)
EMPTY = Task("a-p30", "quotes", "a", 30, "Nothing.", TaskSpans(), of=2)
TASKS = {"stance": [STANCE], "quotes": [QUOTE, EMPTY]}


def answers(path):
    return list(tool_formats.read_answers(path, TARGETS))


@pytest.mark.parametrize("layer", TASKS)
@pytest.mark.parametrize(
    ("form", "name"),
    [("csv", "a.csv"), ("label-studio", "a.json"), ("label-studio", "a.jsonl")],
)
def test_exported_tasks_are_read_back_unchanged_and_unanswered(tmp_path, form, name, layer):
    tool_formats.write_tasks(TASKS[layer], TARGETS, form, tmp_path / name)
    found = answers(tmp_path / name)
    assert [answer.task for answer in found] == TASKS[layer]
    assert not any(answer.labels or answer.verdict for answer in found)


def test_spreadsheet_cells_run_no_formula(tmp_path):
    tool_formats.write_tasks([STANCE], TARGETS, "csv", tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert '"\'=1 ⟦“No 😀,”⟧\n‹said› ⟨\\‹Ada\\›⟩."' in text
    assert ",'@Ada," in text


def test_a_long_cell_is_read_back(tmp_path):
    passage = "“No,” she said. " * 10_000
    long = Task("a-0", "stance", "a", 0, passage, TaskSpans(((0, 5),)), "“No,”")
    tool_formats.write_tasks([long], TARGETS, "csv", tmp_path / "a.csv")
    assert answers(tmp_path / "a.csv")[0].task == long


def test_a_cell_that_is_too_long_is_an_error(tmp_path):
    tool_formats.write_tasks([replace(STANCE, article_title="x" * (MAX_CELL + 1))], TARGETS, "csv", tmp_path / "a.csv")
    with pytest.raises(DataError, match=r"a\.csv: not CSV"):
        answers(tmp_path / "a.csv")


def edited(tmp_path, tasks, change):
    """A file of tasks, each of its objects changed as Label Studio would."""
    path = tmp_path / "a.json"
    tool_formats.write_tasks(tasks, TARGETS, "label-studio", path)
    objects = json.loads(path.read_text(encoding="utf-8"))
    for item in objects:
        change(item)
    path.write_text(json.dumps(objects))
    return path


def choice(name, *values):
    return {"from_name": name, "to_name": "passage", "type": "choices", "value": {"choices": list(values)}}


def region(start, end, name, text):
    value = {"start": start, "end": end, "text": text, "labels": [name]}
    return {"from_name": "spans", "to_name": "passage", "type": "labels", "value": value}


def annotated(*result, **more):
    return lambda item: item.update(annotations=[{"completed_by": 4, **more, "result": list(result)}])


def test_label_studio_stances_are_read(tmp_path):
    change = annotated(choice("truce", "favor"), choice("unsure", "unsure"))
    (answer,) = answers(edited(tmp_path, [STANCE], change))
    assert (answer.labels, answer.unsure, answer.user) == ({"truce": "favor"}, True, "4")
    assert answer.where == "a.json, task 1"


@pytest.mark.parametrize(
    ("by", "user"), [(4, "4"), ({"id": 4, "email": "ben@example"}, "ben@example"), ({"id": 4}, "4"), (None, "")]
)
def test_label_studio_says_who_answered(tmp_path, by, user):
    change = annotated(choice("truce", "favor"), completed_by=by)
    (answer,) = answers(edited(tmp_path, [STANCE], change))
    assert answer.user == user


def test_label_studio_spans_are_read(tmp_path):
    speaker = {"from_name": "speaker", "to_name": "passage", "type": "textarea", "value": {"text": ["Ada Lorn"]}}
    change = annotated(choice("verdict", "quote"), choice("type", "mixed"), region(3, 9, "content", "“No 😀,"), speaker)
    (answer,) = answers(edited(tmp_path, [QUOTE], change))
    assert (answer.verdict, answer.task.spans) == ("quote", TaskSpans(((3, 9),)))
    assert (answer.task.speaker, answer.task.type) == ("Ada Lorn", "mixed")


def test_a_cancelled_annotation_is_open(tmp_path):
    (answer,) = answers(edited(tmp_path, [STANCE], annotated(choice("truce", "favor"), was_cancelled=True)))
    assert answer.labels == {}


def test_the_interface_is_xml_and_asks_each_target():
    root = ET.fromstring(label_studio.format_interface("stance", TARGETS))
    assert [box.get("name") for box in root.iter("Choices")] == ["truce", "land", "unsure"]
    assert [c.get("value") for c in next(root.iter("Choices"))] == LABELS
    spans = ET.fromstring(label_studio.format_interface("quotes", TARGETS))
    assert [label.get("value") for label in spans.iter("Label")] == ["content", "cue", "source"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (annotated(choice("truce", "favor", "against")), "task 1: two answers to `truce`"),
        (annotated({"from_name": "spans", "value": {}}), "task 1: a region that cannot be read"),
        (annotated(region(3, 9, "content", "other")), "task 1: characters 3 to 9 are"),
        (annotated(region(3, 9, "person", "“No 😀,")), "task 1: unknown span 'person'"),
        (lambda item: item["data"].pop("passage"), "task 1: `passage` is not as it was exported"),
        (lambda item: item.pop("data"), "task 1: a row of no known format"),
    ],
)
def test_errors_in_quote_files_name_file_and_row(tmp_path, change, says):
    with pytest.raises(DataError, match=says):
        answers(edited(tmp_path, [QUOTE], change))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("⟧", "", "a.csv, row 2: ⟦ is not closed"),
        ("marked", "text of mine", "a.csv, row 1: no column marked"),
        ("truce,land", "Truce,lend", "a.csv, row 1: no column truce, land"),
        (",stance", ",stance,more", "a.csv, row 2: more or fewer cells"),
        (",0,0,", ",zero,0,", "a.csv, row 2: `start` is 'zero'"),
        (",,,,", ",,,perhaps,", "a.csv, row 2: `unsure` is 'perhaps'"),
    ],
)
def test_errors_in_spreadsheets_name_file_and_row(tmp_path, old, new, says):
    path = tmp_path / "a.csv"
    tool_formats.write_tasks([STANCE], TARGETS, "csv", path)
    head, row = path.read_text(encoding="utf-8-sig").split("\n", 1)
    text = f"{head.replace(old, new)}\n{row}" if old in head else f"{head}\n{row.replace(old, new, 1)}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        answers(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"\xff", "not UTF-8"), (b"[{]", "not JSON"), (b"[" * 100_000, "not JSON"), (b"{}\n", "no known format")],
)
def test_files_of_other_formats_are_errors(tmp_path, data, says):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(DataError, match=says):
        answers(tmp_path / "a")
