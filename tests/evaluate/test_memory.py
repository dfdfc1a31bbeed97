"""Figures of earlier runs: computed again when what they come from, or the code, is another."""

from __future__ import annotations

import pytest

from pipeline.core import code_hash, paths
from pipeline.evaluate.cached_values import Memory, digests
from pipeline.evaluate.span_scores import QuoteSpans


@pytest.fixture
def made():
    return []


def figures(made):
    made.append(1)
    return {"f1": 0.123456789012345678, "rows": [("a", 1)]}


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        ((1, "a"), (1, "a"), False),
        ((1, "a"), (2, "a"), True),
        (({"x": [QuoteSpans([(0, 5)])]},), ({"x": [QuoteSpans([(0, 5)])]},), False),
        (({"x": [QuoteSpans([(0, 5)])]},), ({"x": [QuoteSpans([(0, 6)])]},), True),
        (({"x": [QuoteSpans([(0, 5)], speaker="Renn")]},), ({"x": [QuoteSpans([(0, 5)], speaker=None)]},), True),
    ],
)
def test_what_it_is_made_from_decides(tmp_path, made, first, second, again):
    one = Memory(tmp_path)("figures", lambda: figures(made), *first)
    other = Memory(tmp_path)("figures", lambda: figures(made), *second)
    assert one == other == {"f1": 0.123456789012345678, "rows": [["a", 1]]}
    assert len(made) == 1 + again


def test_other_code_computes_again(tmp_path, made, monkeypatch):
    Memory(tmp_path)("figures", lambda: figures(made), 1)
    monkeypatch.setattr(code_hash, "digest", lambda module: "other")
    Memory(tmp_path)("figures", lambda: figures(made), 1)
    assert len(made) == 2
    assert [path.name for path in (tmp_path / paths.SCORES).iterdir()] == ["figures.json"]


def test_files_are_known_by_name_and_content(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("quay")
    first = digests(folder, folder / "a", tmp_path / "none")
    assert first == [first[1], first[1], []]
    (folder / "a").rename(folder / "b")
    renamed = digests(folder)
    (folder / "b").write_text("pier")
    assert len({str(found) for found in (first[:1], renamed, digests(folder))}) == 3
