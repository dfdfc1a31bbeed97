"""Tasks in both formats: they are read back unchanged, answers are parsed, errors name file and row."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotate import label_studio, tool_formats
from pipeline.annotate.import_answers import find_answer_problems
from pipeline.annotate.spreadsheet import MAX_CELL, add_marks, parse_spans
from pipeline.annotate.task import Task, TaskSpans
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.targets import Target
from tests.annotate.conftest import annotate_file, choices
from tests.robust.damaged_values import places, replaced

LABELS = ["favor", "against", "neutral"]
TARGETS = {"truce": Target('Stop & "rest"?', LABELS), "land": Target("Give land?", LABELS)}
PASSAGE = "=1 “No 😀,”\nsaid ‹Ada›."
SPANS = TaskSpans(((3, 10),), (11, 15), (16, 21))
STANCE = Task("a-3", "stance", "a", 0, PASSAGE, SPANS, text="“No 😀,”", speaker="@Ada")
QUOTE = Task("a-3", "quotes", "a", 0, PASSAGE, SPANS, "“No 😀,”", "Ada", "direct", of=2)
EMPTY = Task("a-p30", "quotes", "a", 30, "Nothing.", TaskSpans(), of=2)
TASKS = {"stance": [STANCE], "quotes": [QUOTE, EMPTY]}


def answers(path):
    return list(tool_formats.read_answers(path, TARGETS))


@pytest.mark.parametrize("layer", TASKS)
@pytest.mark.parametrize(("form", "name"), [("csv", "a.csv"), ("label-studio", "a.json"), ("label-studio", "a.jsonl")])
def test_exported_tasks_are_read_back_unchanged_and_unanswered(tmp_path, form, name, layer):
    tool_formats.write_tasks(TASKS[layer], TARGETS, form, tmp_path / name)
    found = answers(tmp_path / name)
    assert [answer.task for answer in found] == TASKS[layer]
    assert not any(answer.labels or answer.verdict for answer in found)
    if (form, layer) == ("csv", "stance"):  # whose cells run no formula
        text = (tmp_path / name).read_text(encoding="utf-8-sig")
        assert '"\'=1 ⟦“No 😀,”⟧\n‹said› ⟨\\‹Ada\\›⟩."' in text
        assert ",'@Ada," in text


def test_a_long_cell_is_read_back_and_one_that_is_too_long_an_error(tmp_path):
    long = Task("a-0", "stance", "a", 0, "“No,” she said. " * 10_000, TaskSpans(((0, 5),)), "“No,”")
    for task in (long, replace(STANCE, article_title="x" * (MAX_CELL + 1))):
        tool_formats.write_tasks([task], TARGETS, "csv", tmp_path / "a.csv")
        if task is long:
            assert answers(tmp_path / "a.csv")[0].task == long
    with pytest.raises(DataError, match=r"a\.csv: not CSV"):
        answers(tmp_path / "a.csv")


def region(start, end, name, text):
    value = {"start": start, "end": end, "text": text, "labels": [name]}
    return {"from_name": "spans", "to_name": "passage", "type": "labels", "value": value}


def answer_of(tmp_path, task, *result, **more):
    """The answer to a task in a file of Label Studio with this result."""
    path = tmp_path / "a.json"
    tool_formats.write_tasks([task], TARGETS, "label-studio", path)
    annotate_file(path, lambda _: [{"completed_by": 4, **more, "result": list(result)}])
    (answer,) = answers(path)
    return answer


def test_label_studio_asks_each_target_and_its_stances_and_spans_are_read(tmp_path):
    answer = answer_of(tmp_path, STANCE, choices("truce", "favor"), choices("unsure", "unsure"))
    assert (answer.labels, answer.unsure, answer.user) == ({"truce": "favor"}, True, "4")
    assert answer.where == "a.json, task 1"
    for by, user in (({"id": 4, "email": "ben@example"}, "ben@example"), ({"id": 4}, "4"), (None, "")):
        assert answer_of(tmp_path, STANCE, choices("truce", "favor"), completed_by=by).user == user
    cancelled = answer_of(tmp_path, STANCE, choices("truce", "favor"), was_cancelled=True)
    assert cancelled.labels == {}
    speaker = {"from_name": "speaker", "to_name": "passage", "type": "textarea", "value": {"text": ["Ada Lorn"]}}
    result = [choices("verdict", "quote"), choices("type", "mixed"), region(3, 9, "content", "“No 😀,"), speaker]
    answer = answer_of(tmp_path, QUOTE, *result)
    assert (answer.verdict, answer.task.spans) == ("quote", TaskSpans(((3, 9),)))
    assert (answer.task.speaker, answer.task.type) == ("Ada Lorn", "mixed")
    root = ET.fromstring(label_studio.format_interface("stance", TARGETS))
    assert [box.get("name") for box in root.iter("Choices")] == ["truce", "land", "unsure"]
    assert [c.get("value") for c in next(root.iter("Choices"))] == LABELS
    spans = ET.fromstring(label_studio.format_interface("quotes", TARGETS))
    assert [label.get("value") for label in spans.iter("Label")] == ["content", "cue", "source"]


@pytest.mark.parametrize(("result", "says"), [
    (choices("truce", "favor", "against"), "task 1: two answers to `truce`"),
    ({"from_name": "spans", "value": {}}, "task 1: a region that cannot be read"),
    (region(3, 9, "content", "other"), "task 1: characters 3 to 9 are"),
    (region(3, 9, "person", "“No 😀,"), "task 1: unknown span 'person'"),
])  # fmt: skip
def test_errors_in_quote_files_name_file_and_row(tmp_path, result, says):
    with pytest.raises(DataError, match=says):
        answer_of(tmp_path, QUOTE, result)


@pytest.mark.parametrize(("old", "new", "says"), [
    ("⟧", "", "a.csv, row 2: ⟦ is not closed"), ("marked", "text of mine", "a.csv, row 1: no column marked"),
    ("truce,land", "truce,truce", "a.csv, row 2: .* two columns of one name"),
    (",stance", ",stance,more", "a.csv, row 2: more or fewer cells"),
    pytest.param(",0,0,", f",{'1' * 5000},0,", "a.csv, row 2: `start` is '111", id="digits"),
    (",,,,", ",,,perhaps,", "a.csv, row 2: `unsure` is 'perhaps'"),
])  # fmt: skip
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
    [(b"\xff", "UTF"), (b'["\\ud800"]', "JSON"), (b"[" * 9**6, "JSON"), (b"[" + b"1" * 5000, "JSON"), (b"{}", "known")],
)
def test_files_of_other_formats_are_errors(tmp_path, data, says):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(DataError, match=says):
        answers(tmp_path / "a")


@pytest.mark.parametrize("layer", TASKS)
def test_a_wrong_value_is_refused_in_words_or_harmless(tmp_path, layer):
    path = tmp_path / "a.json"
    tool_formats.write_tasks(TASKS[layer], TARGETS, "label-studio", path)
    answer = choices("truce", "favor") if layer == "stance" else choices("verdict", "quote")
    annotate_file(
        path,
        lambda task: [{"completed_by": 1, "result": [*(r for p in task["predictions"] for r in p["result"]), answer]}],
    )
    tasks = json.loads(path.read_text(encoding="utf-8"))
    articles = {"a": {"article_id": "a", "text": PASSAGE.ljust(30) + "Nothing."}}
    refused, tried = 0, list(places(tasks, depth=9))
    for place in tried:
        for value in [None, -1, True, 1.5, "x", [], {}, [None], {"a": None}, [[-1, 2, "content"]]]:
            path.write_text(json.dumps(replaced(tasks, place, value)))
            try:
                refused += any(find_answer_problems(answers(path), articles, TARGETS))
            except ParleyError:
                refused += 1
    assert refused > len(tried)


@pytest.mark.parametrize(("triples", "says"), [
    ([(-1, 2, "content")], "a span goes from -1 to 2"), ([(5, 2, "cue")], "a span goes from 5 to 2"),
    ([(0, 5, "content"), (3, 8, "content")], "two parts of the content overlap"),
    ([None], "not [start, end, name]"),
])  # fmt: skip
def test_wrong_spans(triples, says):
    with pytest.raises(DataError) as raised:
        TaskSpans.from_triples(triples, "a.csv, row 2")
    assert says in str(raised.value)


def parse_marks(text):
    passage, spans = parse_spans(text, "here")
    return passage, TaskSpans.from_triples(spans, "here")


@given(st.text(alphabet="ab \n\\⟦⟧‹›⟨⟩😀", min_size=1), st.lists(st.integers(0, 30), min_size=8, max_size=8))
def test_every_passage_is_read_back(passage, numbers):
    cuts = [sorted({min(n, len(passage)) for n in pair}) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    one, two, cue, source = (tuple(cut) if len(cut) == 2 else None for cut in cuts)
    content = tuple(sorted(part for part in (one, two) if part))
    if len(content) == 2 and content[1][0] < content[0][1]:
        content = content[:1]
    spans = TaskSpans(content, cue, source)
    assert parse_marks(add_marks(passage, spans)) == (passage, spans)


@pytest.mark.parametrize(("text", "says"), [
    ("⟦No", "⟦ is not closed"), ("No⟧", "⟧ closes nothing"), ("⟦⟧No", "⟧ closes nothing"),
    ("⟦No ⟦way⟧", "⟦ is opened twice"), ("‹said› and ‹added›", "2 spans are marked as cue"),
])  # fmt: skip
def test_marks_that_do_not_pair_are_named(text, says):
    with pytest.raises(DataError, match=rf"here: {says}"):
        parse_marks(text)
