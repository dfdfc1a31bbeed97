"""Stages `probe` and `external` on a small project."""

import shutil

import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.schema import stance_tables
from pipeline.core.storage import tables
from pipeline.stance import drift_sample, stage_external, stage_label, stage_probe, stage_train
from tests.worlds.rows import LABELS, gold_quote, quote, write_json_lines
from tests.worlds.stance_project import NEWS, training_rows, write_labels, write_project, write_run

PAIR = {"id": "B-1", "kind": "invariance", "capability": "names", "target": "ceasefire", "expect": None}
PAIR |= {"texts": [{"text": f"{place} rejects every ceasefire."} for place in ("Sorvenia", "Tolvar")]}
GOLD = [{"text": "We want a truce now.", "doc": "d", "ceasefire": "favor", "annotator_a": ["favor"]}]
GOLD += [{"text": "The lighthouse was sold to a brass band.", "doc": "e", "ceasefire": "unrelated"}]


def labelled():
    """Return the training rows, the first labelled as no model would."""
    first, *others = training_rows()
    return [first | {"labels": {"ceasefire": "unrelated"}}, *others]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a project with a model, tables of a run, a behaviour and an external set."""
    root = tmp_path_factory.mktemp("trained")
    write_project(root)
    (root / "configs/evaluate.yaml").write_text("external:\n  - {name: mine, path: mine.jsonl}\n")
    write_run(root)
    write_labels(root, labelled())
    write_json_lines(root / paths.ANNOTATIONS / "behaviours.jsonl", [PAIR])
    write_json_lines(root / "mine.jsonl", GOLD)
    stage_train.run(root, "ceasefire")
    return root


def test_probe_predicts_behaviours_and_the_drift_sample(trained):
    assert stage_probe.run(trained)["behaviours"] == 1
    stage_label.run(trained)
    said = tables.read(trained / paths.BEHAVIOURS)
    assert [(row["id"], row["number"], row["label"]) for row in said] == [("B-1", 0, "against"), ("B-1", 1, "against")]
    training = tables.read(trained / paths.TRAINING_QUOTES)
    assert [row["id"] for row in training] == [row["id"] for row in labelled()]
    # Few authors: the parts are groups, and the same words with another place name are all but the same quote.
    assert {row["part"] for row in training} == {row["group"] for row in labelled()}
    assert min(row["similarity"] for row in training) > 0.9
    assert sum(row["unseen"] for row in training) == 0
    keywords = {row["id"]: row["keywords"] for row in training}
    assert keywords["Kestria-against-0"] == keywords["Velmora-against-1"] == "against"
    assert {keywords[row["id"]] for row in labelled() if "-unrelated-" in row["id"]} == {"unrelated"}
    run = tables.read(trained / paths.DRIFT_SAMPLE)
    assert [row["id"] for row in run] == [row["quote_id"] for row in tables.iterate_rows(trained / paths.QUOTES)]


def test_quotes_of_articles_with_gold_are_left_out(trained, monkeypatch, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(trained, root)
    wheat = quote(NEWS[1], "Wheat is cheap", cue="added", source="he", speaker=None)
    write_json_lines(root / paths.ANNOTATIONS / "quotes.jsonl", [gold_quote(NEWS[1], wheat)])
    stage_label.run(root)
    rows = tables.read(root / paths.DRIFT_SAMPLE)
    assert {row["part"] for row in rows} == {NEWS[0]["article_id"], NEWS[2]["article_id"]}
    assert len(rows) == 4
    # Of too many the same ones are drawn each time, and what was said of them is kept.
    monkeypatch.setattr(drift_sample, "SAMPLE_SIZE", 2)
    stage_label.run(root)
    drawn = tables.read(root / paths.DRIFT_SAMPLE)
    assert len(drawn) == 2
    assert all(row in rows for row in drawn)


def test_external_gold_is_predicted_row_by_row(trained):
    assert stage_external.run(trained, "mine") == {"rows": 2, "labels": 2}
    one, two = tables.read(trained / paths.EXTERNAL / "mine")
    assert {one[name] for name in ("gold", "label", "keywords", "first")} == {"favor"}
    assert one["second"] is None
    assert (two["group"], two["label"], two["keywords"]) == ("e", "unrelated", "unrelated")
    assert sum(one[f"p_{label}"] for label in LABELS) == pytest.approx(1, abs=1e-5)
    assert one["similarity"] > two["similarity"]
    # Without the capitalised words: `lighthouse`, `sold`, `brass` and `band` are new.
    assert (one["unseen"], two["unseen"], two["words"]) == (0, 4, 7)
    assert one["majority"] == "unrelated"


def test_errors_name_the_set_and_its_file(trained, tmp_path):
    with pytest.raises(ConfigError, match=r"no set 'yours'"):
        stage_external.run(trained, "yours")
    root = tmp_path / "copy"
    shutil.copytree(trained, root)
    (root / "mine.jsonl").unlink()
    with pytest.raises(DataError, match=r"mine\.jsonl: no such file"):
        stage_external.run(root, "mine")


def test_worst_errors_have_explanations(trained):
    found = tables.read(trained / paths.MODELS / "ceasefire.errors.parquet")
    oof = {row["id"]: row for row in tables.iterate_rows(trained / paths.MODELS / "ceasefire.oof.parquet")}
    wrong = [row for row in oof.values() if row["gold"] != row["label"]]
    wrong.sort(key=lambda row: (-row[f"p_{row['label']}"], row["id"]))
    assert labelled()[0]["id"] in {row["id"] for row in wrong}
    assert [row["id"] for row in found] == [row["id"] for row in wrong[: len(found)]]
    for row in found:
        assert row["label"] == oof[row["id"]]["label"]
        assert [one["effect"] > 0 for one in row["words_for"]] == [True] * len(row["words_for"])
        near = [one["id"] for one in row["nearest"]]
        assert len(near) == 3
        assert oof[row["id"]]["group"] not in {oof[one]["group"] for one in near}


def test_the_table_follows_the_schema(trained):
    found = pq.read_schema(trained / paths.MODELS / "ceasefire.errors.parquet")
    assert found.equals(stance_tables.error_examples(LABELS).schema)
