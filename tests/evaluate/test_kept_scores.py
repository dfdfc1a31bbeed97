"""Scores are computed again where something that they depend on has changed, and only there."""

from __future__ import annotations

import json

import pytest

from pipeline.core import code_hash, paths
from pipeline.evaluate.stance.kept_scores import forget_others, scores_or_kept

MODULE, ROWS = "pipeline.core.targets", [{"id": "a", "p": 0.1}]


@pytest.fixture
def score(tmp_path):
    """Function that returns the scores, and whether they were computed."""
    folder, file = tmp_path / "learning", tmp_path / "twice.jsonl"
    folder.mkdir()
    (folder / "part-00000.parquet").write_text("rows")
    file.write_text("labels")

    def run(name="truce", module=MODULE, rows=ROWS):
        computed = []

        def compute():
            computed.append(True)
            return {"f1": {"value": 0.1 + 0.2, "bins": [(1, 2)]}}

        scores = scores_or_kept(tmp_path, name, module, rows, [file, folder], compute)
        return scores, bool(computed)

    return run


SCORES = {"f1": {"value": 0.1 + 0.2, "bins": [[1, 2]]}}


def test_they_are_the_same_whether_kept_or_computed(score):
    assert score() == (SCORES, True)
    assert score() == (SCORES, False)
    assert score("land") == (SCORES, True)


@pytest.mark.parametrize("change", [{"rows": [{"id": "a", "p": 0.2}]}, {"module": "pipeline.gold.real_quotes"}])
def test_other_rows_or_code(score, change):
    score()
    assert score(**change) == (SCORES, True)


def test_other_versions_of_libraries(score, monkeypatch):
    score()
    monkeypatch.setattr(code_hash, "library_versions", lambda: {"numpy": "0"})
    assert score() == (SCORES, True)


@pytest.mark.parametrize("name", ["twice.jsonl", "learning/part-00000.parquet", "learning/part-00001.parquet"])
def test_other_files(score, tmp_path, name):
    score()
    (tmp_path / name).write_text("other")
    assert score() == (SCORES, True)
    (tmp_path / name).unlink()
    assert score() == (SCORES, True)


@pytest.mark.parametrize("damage", [lambda text: text[:-9], lambda text: text.replace("0.3", "0.4"), lambda _: "[]"])
def test_a_damaged_file(score, tmp_path, damage):
    score()
    path = tmp_path / paths.KEPT_SCORES / "truce.json"
    whole = path.read_text()
    path.write_text(damage(whole))
    assert path.read_text() != whole
    assert score() == (SCORES, True)
    assert path.read_text() == whole
    assert json.loads(whole)["scores"] == SCORES


def test_those_of_a_target_that_is_gone_are_deleted(score, tmp_path):
    score()
    score("land")
    forget_others(tmp_path, {"land": None})
    assert [path.name for path in (tmp_path / paths.KEPT_SCORES).iterdir()] == ["land.json"]
