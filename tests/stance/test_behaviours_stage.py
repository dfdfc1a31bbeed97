"""Stage `behaviours`, and the baselines beside the predictions out of fold, on a small project."""

import pytest

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.stance import stage_behaviours, stage_train
from tests.worlds.rows import write_json_lines
from tests.worlds.stance_project import training_rows, write_labels, write_project

PAIR = {"id": "B-1", "kind": "invariance", "capability": "names", "target": "ceasefire", "expect": None}
PAIR |= {"texts": [{"text": f"{place} rejects every ceasefire."} for place in ("Sorvenia", "Tolvar")]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a project with a model and a behaviour."""
    root = write_project(tmp_path_factory.mktemp("trained"))
    write_labels(root, training_rows())
    write_json_lines(root / paths.ANNOTATIONS / "behaviours.jsonl", [PAIR])
    stage_train.run(root, "ceasefire")
    return root


def test_each_text_of_a_behaviour_has_a_label(trained):
    assert stage_behaviours.run(trained) == {"behaviours": 1}
    said = tables.read(trained / paths.BEHAVIOURS)
    assert [(row["id"], row["number"], row["label"]) for row in said] == [("B-1", 0, "against"), ("B-1", 1, "against")]


def test_baselines_stand_beside_the_model(trained):
    rows = {row["id"]: row for row in tables.iterate_rows(trained / paths.MODELS / "ceasefire.oof.parquet")}
    assert rows["Kestria-against-0"]["keywords"] == rows["Velmora-against-1"]["keywords"] == "against"
    assert {row["keywords"] for name, row in rows.items() if "-unrelated-" in name} == {"unrelated"}
    assert sum(row["ngrams"] == row["gold"] for row in rows.values()) > len(rows) / 2
