"""What is remembered of the stance part is made anew when any of what it was made from has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.core import paths
from pipeline.core.schema.stance_tables import drift_sample, stances
from pipeline.core.storage import incremental
from pipeline.core.targets import Target
from pipeline.evaluate import chart_files
from pipeline.evaluate.cached_values import Memory
from pipeline.evaluate.stance import stance_measures, stance_report
from pipeline.gold.stance_annotations import StanceRow

LABELS = ["favor", "against", "unrelated"]
TARGET = Target("Is a truce wanted?", LABELS, ["truce"])
ROW = StanceRow("q", "We sign.", "We sign.", "g", "boats", "S1", {"truce": "favor"}, None, None, "The Ada Wrede", False)


@pytest.fixture
def asked(tmp_path):
    return stance_measures.Asked(tmp_path, {"truce": TARGET}, [ROW], {"ada wrede": "person"}, 5, 0.5, 0.1, ["mine"], {})


@pytest.fixture
def measure(monkeypatch):
    """`stance_gold.measure` with a count of how often it computed in place of its figures."""
    made = []
    monkeypatch.setattr(stance_measures, "_measure", lambda *_: made.append(1) or {"made": len(made)})
    return lambda asked: stance_measures.measure(asked, Memory(asked.root))["made"]


@pytest.mark.parametrize(
    ("change", "made"),
    [
        ({}, 1),
        ({"kinds": {"ada wrede": "person", "bo kell": "person"}}, 1),
        ({"kinds": {"ada wrede": "group"}}, 2),
        ({"kinds": {}}, 2),
        ({"targets": {"truce": replace(TARGET, question="Is it?")}}, 2),
        ({"targets": {"truce": TARGET, "peace": TARGET}}, 2),
        ({"examples": 6}, 2),
        ({"similar": 0.6}, 2),
        ({"error": 0.2}, 2),
        ({"sets": []}, 2),
        ({"alphas": {"truce": 1}}, 2),
    ],
)
def test_settings_and_speakers(asked, measure, change, made):
    assert measure(asked) == 1
    assert measure(replace(asked, **change)) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("data/annotations/stance.jsonl", 2),
        ("data/annotations/agreement/stance.jsonl", 2),
        ("data/annotations/behaviours.jsonl", 2),
        ("data/models/truce.oof.parquet", 2),
        ("data/models/truce.learning.parquet", 2),
        ("data/models/truce.errors.parquet", 2),
        ("data/interim/probes/training/part-00000.parquet", 2),
        ("data/interim/probes/behaviours/part-00000.parquet", 2),
        ("data/interim/probes/external/mine/part-00000.parquet", 2),
        ("data/interim/stances/00.parquet", 1),
    ],
)
def test_files(asked, measure, name, made):
    assert measure(asked) == 1
    (asked.root / name).parent.mkdir(parents=True)
    (asked.root / name).write_bytes(b"1")
    assert measure(asked) == made


ARTICLES = [f"{n:016x}" for n in range(60)]
TRAINING = {
    "shares": {"truce": {"favor": 1.0}},
    "parts": {
        "truce": {
            name: dict.fromkeys(("likeness", "unseen", "labels", "confidence"), value)
            for name, value in (("A", 0.1), ("B", 0.9))
        }
    },
}


def tables_of_run(root, label, likeness):
    chances = {f"p_{name}": 0.75 if name == label else 0.125 for name in LABELS}
    job = incremental.BucketJob(str(root / paths.STANCES), "00", dict.fromkeys(ARTICLES, label))
    rows = [{"quote_id": f"{i}-0", "target": "truce", "label": label, "abstained": False, **chances} for i in ARTICLES]
    incremental.update_bucket(
        stances(tuple(LABELS)), job, lambda ids: [[{**row, "model": "m"}] for row in rows][: len(ids)]
    )
    about = {"kind": "run", "target": "truce", "similarity": likeness, "words": 2, "unseen": 1, "keywords": label}
    job = incremental.BucketJob(str(root / paths.DRIFT_SAMPLE), "00", dict.fromkeys(ARTICLES, str(likeness)))
    incremental.update_bucket(
        drift_sample(tuple(LABELS)), job, lambda ids: [[{**about, "id": f"{i}-0", "part": i}] for i in ids]
    )


@pytest.mark.parametrize(
    ("label", "likeness", "values"),
    [
        ("favor", 0.5, {"likeness": 0.5, "unseen": 0.5, "labels": 0.0, "confidence": 0.75}),
        ("against", 0.5, {"likeness": 0.5, "unseen": 0.5, "labels": 1.0, "confidence": 0.75}),
        ("favor", 0.25, {"likeness": 0.25, "unseen": 0.5, "labels": 0.0, "confidence": 0.75}),
    ],
)
def test_shift_of_the_run(tmp_path, label, likeness, values):
    remember = Memory(tmp_path)
    tables_of_run(tmp_path, "favor", 0.5)
    stance_report._shift(tmp_path, TRAINING, remember)
    tables_of_run(tmp_path, label, likeness)
    found = stance_report._shift(tmp_path, TRAINING, remember)["truce"]
    assert found["quotes"] == 60
    assert {name: one["value"] for name, one in found["measures"].items()} == values
    assert stance_report._shift(tmp_path, TRAINING, remember)["truce"] == found


def test_a_figure_is_drawn_anew_when_its_numbers_change(tmp_path):
    path, remember = tmp_path / "labels.svg", Memory(tmp_path)
    drawn = set()
    for numbers in (
        {"truce": {"favor": 3}},
        {"truce": {"favor": 4}},
        {"halt": {}, "truce": {}},
        {"truce": {}, "halt": {}},
    ):
        chart_files.save(path, "label_shares", [numbers, LABELS], remember)
        drawn.add(path.read_text(encoding="utf-8"))
    assert len(drawn) == 4
    assert all(text.startswith("<svg") for text in drawn)
