"""Files of answers in which one value is not what it should be: each is refused with words, or harmless."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.annotate import tool_formats
from pipeline.annotate.import_answers import find_answer_problems
from pipeline.annotate.task import TaskSpans
from pipeline.core.errors import DataError, ParleyError
from tests.annotate.test_tool_formats import PASSAGE, TARGETS, TASKS

VALUES = [None, -1, True, 1.5, "x", [], {}, [None], {"a": None}, [[-1, 2, "content"]]]
ARTICLES = {"a": {"article_id": "a", "text": PASSAGE.ljust(30) + "Nothing."}}


def answered(layer: str, path: Path) -> list[dict[str, Any]]:
    """Return the tasks of Label Studio with an answer each."""
    tool_formats.write_tasks(TASKS[layer], TARGETS, "label-studio", path)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        name, choice = ("truce", "favor") if layer == "stance" else ("verdict", "quote")
        proposed = row["predictions"][0]["result"] if row["predictions"] else []
        region = {"from_name": name, "to_name": "passage", "type": "choices", "value": {"choices": [choice]}}
        row["annotations"] = [{"completed_by": 1, "result": [*proposed, region]}]
    return rows


def places(node: Any, prefix: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside nested lists and objects."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*prefix, key)
        yield from places(value, (*prefix, key))


@pytest.mark.parametrize("layer", TASKS)
def test_a_wrong_value_is_refused_in_words_or_harmless(tmp_path: Path, layer: str) -> None:
    path = tmp_path / "a.jsonl"
    rows = answered(layer, path)
    refused = 0
    for place in places(rows):
        for value in VALUES:
            damaged = copy.deepcopy(rows)
            node: Any = damaged
            for key in place[:-1]:
                node = node[key]
            node[place[-1]] = value
            path.write_text("\n".join(map(json.dumps, damaged)), encoding="utf-8")
            try:
                answers = list(tool_formats.read_answers(path, TARGETS))
            except ParleyError:
                refused += 1
            else:
                refused += any(find_answer_problems(answers, ARTICLES, TARGETS))
    assert refused > len(list(places(rows)))


@pytest.mark.parametrize(
    ("triples", "says"),
    [
        ([(-1, 2, "content")], "a span goes from -1 to 2"),
        ([(3, 3, "content")], "a span goes from 3 to 3"),
        ([(5, 2, "cue")], "a span goes from 5 to 2"),
        ([(0, 5, "content"), (3, 8, "content")], "two parts of the content overlap"),
        ([(0, 5, "cue"), (6, 8, "cue")], "2 spans are marked as cue"),
        ([(0, 5, "speaker")], "unknown span 'speaker'"),
        ([("0", 5, "content")], "not [start, end, name]"),
        ([(True, 5, "content")], "not [start, end, name]"),
        ([None], "not [start, end, name]"),
    ],
)
def test_wrong_spans(triples: list[Any], says: str) -> None:
    with pytest.raises(DataError) as raised:
        TaskSpans.from_triples(triples, "a.csv, row 2")
    assert says in str(raised.value)


def test_parts_that_touch_and_a_cue_inside_are_right() -> None:
    spans = TaskSpans.from_triples([(5, 9, "content"), (0, 5, "content"), (3, 4, "cue")], "a.csv, row 2")
    assert spans.content == ((0, 5), (5, 9))
