"""JSON Lines files: rows survive a round trip, and errors name file and line."""

import pytest

from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import format_json_lines, iterate_json_lines, read_json_lines

# Line separators that JSON does not escape, and `splitlines` would split at.
ROWS = [{"text": "one\u2028two\x85three", "n": 1}, {"text": "“No 😀”", "n": None}]


def test_rows_are_read_back(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\ufeff" + format_json_lines(ROWS) + "\n", encoding="utf-8")
    assert read_json_lines(path) == ROWS
    assert [(number, where) for number, where, _ in iterate_json_lines(path)] == [
        (1, f"{path}, line 1"),
        (2, f"{path}, line 2"),
    ]


def test_two_escapes_that_make_one_character_are_read(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(r'{"a": "\ud83d\ude00"}')
    assert read_json_lines(path) == [{"a": "😀"}]


def test_a_missing_file_has_no_rows_or_is_an_error(tmp_path):
    assert read_json_lines(tmp_path / "none.jsonl") == []
    with pytest.raises(DataError, match="no such file"):
        list(iterate_json_lines(tmp_path / "none.jsonl"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "line 2: not JSON"),
        (b"[" * 100_000, "line 2: not JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "line 2: not JSON"),
        (rb'{"a": "\ud800"}', "line 2: not JSON"),
        (rb'{"a": "\uD83D x"}', "line 2: not JSON"),
        (b"[1]", "line 2: a row is a JSON object"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_line_that_is_no_object_is_an_error(tmp_path, line, says):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n" + line)
    with pytest.raises(DataError, match=says):
        read_json_lines(path)
