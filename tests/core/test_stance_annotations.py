"""Reading stance annotations: order, blank lines, and errors with file, line and field."""

import json

import pytest

from pipeline.core.errors import DataError
from pipeline.core.targets import Target
from pipeline.gold.stance_annotations import read_stance
from tests.worlds.stance_project import training_rows, write_labels

ROWS = training_rows()
TARGETS = {"ceasefire": Target("Stop?", ["favor", "against", "conditional", "neutral", "unrelated"])}


def test_rows_are_read_in_order(tmp_path):
    read = read_stance(write_labels(tmp_path, ROWS), TARGETS)
    assert [row.id for row in read] == [row["id"] for row in ROWS]
    assert read[0].labels == {"ceasefire": "favor"}
    assert read[0].speaker is None


def test_blank_lines_and_unicode_line_separators_do_not_make_rows(tmp_path):
    row = ROWS[0] | {"text": "one\u2028two"}
    path = tmp_path / "stance.jsonl"
    path.write_text(f"\n{json.dumps(row, ensure_ascii=False)}\n\n", encoding="utf-8")
    assert read_stance(path)[0].text == "one\u2028two"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": {"ceasefire": "maybe"}}, ["labels.ceasefire", "unknown label 'maybe'", "use one of favor"]),
        ({"labels": {"peace": "favor"}}, ["labels", "unknown target 'peace'", "configs/targets.yaml"]),
        ({"labels": ["favor"]}, ["`labels` is ['favor']", "dictionary"]),
        ({"labels": {"ceasefire": None}}, ["`labels.ceasefire` is None", "string"]),
        ({"text": " "}, ["`text` is ' '", "remove it"]),
        ({"text": None}, ["`text` is None", "string"]),
        ({"cue": ""}, ["`cue` is ''"]),
        ({"unsure": 1}, ["`unsure` is 1", "boolean"]),
        ({"mood": "grim"}, ["unknown key `mood`"]),
        ({"id": "Kestria-favor-0"}, ["id", "is taken by line 1", "rename"]),
    ],
)
def test_errors_of_rows_name_file_line_and_field(tmp_path, change, says):
    path = write_labels(tmp_path, [ROWS[0], ROWS[1] | change])
    with pytest.raises(DataError) as caught:
        read_stance(path, TARGETS)
    for part in [f"{path}, line 2", *says, "→"]:
        assert part in str(caught.value)


def test_a_missing_field_is_an_error(tmp_path):
    without = {name: value for name, value in ROWS[1].items() if name != "speaker"}
    with pytest.raises(DataError, match=r"line 2: key `speaker` is missing"):
        read_stance(write_labels(tmp_path, [ROWS[0], without]))


@pytest.mark.parametrize(("content", "says"), [(b"{", "not JSON"), (b"[]", "JSON object"), (b"\xff", "not UTF-8")])
def test_errors_of_files(tmp_path, content, says):
    path = tmp_path / "stance.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_stance(path)
    with pytest.raises(DataError, match="no such file"):
        read_stance(tmp_path / "none.jsonl")
