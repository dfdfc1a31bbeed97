"""Values of YAML files are changed, and all else stays as it is."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import ConfigError
from pipeline.project.new_project import set_values
from tests.worlds.rows import ROOT

INGEST = (ROOT / "configs/ingest.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a: 1\n# of b\nb: 2\n", {"b": 3}, "a: 1\n# of b\nb: 3\n"),
        ("a:\n  - 1\n  - 2\nb: 2\n", {"a": []}, "a: []\nb: 2\n"),
        ("a:\n- 1\n# next\nb: 2\n", {"a": [3]}, "a: [3]\n# next\nb: 2\n"),
        ("a: 1\n", {"a": "no: words"}, "a: 'no: words'\n"),
        ("a: {}\n", {"a": {"b": ["c", "d"]}}, "a:\n  b: [c, d]\n"),
        ("aa: 1\na: 2\n", {"a": 3}, "aa: 1\na: 3\n"),
    ],
)
def test_a_value_is_changed(text, values, expected):
    assert set_values(text, values) == expected


def test_an_unknown_key_is_an_error():
    with pytest.raises(ConfigError, match="`b`"):
        set_values("a: 1\n", {"b": 2})


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(name=NAMES, column=NAMES, patterns=st.lists(NAMES, max_size=3))
def test_any_words_come_back_and_no_comment_is_lost(name, column, patterns):
    ingest = set_values(INGEST, {"input": name, "columns": {"text": [column]}, "exclude": patterns})
    read, before = (yaml.load(text, yaml.CSafeLoader) for text in (ingest, INGEST))
    assert read == before | {"input": name, "columns": {"text": [column]}, "exclude": patterns}
    comments = [[line for line in text.splitlines() if line.startswith("#")] for text in (INGEST, ingest)]
    assert comments[0] == comments[1]
