"""The stages `train`, `label` and `behaviours` on a small project."""

import shutil

import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.schema import stance_tables
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.storage import tables
from pipeline.core.targets import predicted_label
from pipeline.stance import stage_behaviours, stage_label, stage_train
from pipeline.stance.classifier import StanceClassifier
from tests.worlds.project import change_config, files_in
from tests.worlds.rows import LABELS, write_corrections, write_json_lines
from tests.worlds.stance_project import training_rows, write_labels, write_project, write_run

ROWS = training_rows()
PAIR = {"id": "B-1", "kind": "invariance", "capability": "names", "target": "ceasefire", "expect": None}
PAIR |= {"texts": [{"text": f"{place} rejects every ceasefire."} for place in ("Sorvenia", "Tolvar")]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a project with one target, labelled quotes, a behaviour, a model, and quotes that have no label yet."""
    root = write_project(tmp_path_factory.mktemp("trained"))
    write_json_lines(root / paths.ANNOTATIONS / "behaviours.jsonl", [PAIR])
    stage_train.run(root, "ceasefire")
    write_run(root)
    return root


@pytest.fixture
def project(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "project")


def label(root):
    """Run the stage; return its counts and the stances."""
    return stage_label.run(root), tables.read(root / paths.STANCES)


def test_train_writes_model_and_out_of_fold_predictions(trained, project):
    counts = stage_train.run(project, "ceasefire")
    assert files_in(project / paths.MODELS) == files_in(trained / paths.MODELS)
    table = pq.read_table(project / paths.MODELS / "ceasefire.oof.parquet")
    found = table.to_pylist()
    assert table.schema.equals(stance_tables.out_of_fold(LABELS).schema)
    assert [row["id"] for row in found] == [row["id"] for row in ROWS]
    assert [row["gold"] for row in found] == [row["labels"]["ceasefire"] for row in ROWS]
    assert counts["rows"] == len(ROWS)
    assert counts["right"] == sum(row["gold"] == row["label"] for row in found) > len(ROWS) / 2
    assert counts["not abstained"] == sum(not row["abstained"] for row in found)
    for row in found:
        assert sum(row[f"p_{name}"] for name in LABELS) == pytest.approx(1, abs=1e-5)
        assert row["p_conditional"] == 0
        assert ("-unrelated-" in row["id"]) == (row["keywords"] == "unrelated")
    folds = {row["group"]: row["fold"] for row in found}
    assert all(folds[row["group"]] == row["fold"] for row in found)
    assert {row["majority"] for row in found} == {"favor"}
    assert set(folds.values()) == set(range(5))
    assert sum(row["ngrams"] == row["gold"] for row in found) > len(found) / 2


def test_each_text_of_a_behaviour_has_a_label(project):
    assert stage_behaviours.run(project) == {"behaviours": 1}
    said = tables.read(project / paths.BEHAVIOURS)
    assert [(row["id"], row["number"], row["label"]) for row in said] == [("B-1", 0, "against"), ("B-1", 1, "against")]


def test_label_writes_quotes_in_order_and_reads_new_articles_alone(project):
    write_run(project, order=(0, 1))
    stage_label.run(project)
    ids = write_run(project)
    counts, rows = label(project)
    assert pq.read_table(project / paths.STANCES).schema.equals(stance_tables.stances(LABELS).schema)
    expected = [(i, "against" if i.endswith("-17") else "unrelated") for i in ids]
    assert [(row["quote_id"], row["label"]) for row in rows] == expected
    assert (counts["quotes"], counts["articles read now"]) == (6, 1)
    # The counts are those of the published labels; the table has the predicted ones.
    known = [row["label"] for row in rows if not row["abstained"]]
    assert counts["ceasefire against"] == known.count("against")
    assert counts["ceasefire unrelated"] == known.count("unrelated")
    assert counts["ceasefire unknown"] == len(rows) - len(known)


def test_stances_have_their_evidence(project):
    texts = {row["article_id"]: row["text"] for row in tables.read(project / paths.ARTICLES)}
    for row in label(project)[1]:
        text = texts[row["quote_id"].split("-")[0]]
        found = [text[span["start"] : span["end"]] for span in row["evidence"]]
        assert found == (["will", "no truce"] if row["label"] == "against" else [])
    change_config(project / "configs/languages/en_evidence.yaml", stance_cues=["hope*"])
    counts, rows = label(project)
    assert counts["articles read now"] == 3
    assert {tuple(s["end"] - s["start"] for s in row["evidence"]) for row in rows} == {(), (len("truce"),)}


def test_an_article_that_cannot_be_labelled_is_named_and_unknown(project, monkeypatch, capsys):
    _, expected = label(project)
    whole = files_in(project / paths.STANCES)
    shutil.rmtree(project / paths.STORE)
    predict, bad = StanceClassifier.predict, expected[2]["quote_id"].split("-")[0]

    def fail_for_one(self, quotes):
        if any(quote["quote_id"].startswith(bad) for quote in quotes):
            raise IndexError("5")
        return predict(self, quotes)

    with monkeypatch.context() as broken:
        broken.setattr(StanceClassifier, "predict", fail_for_one)
        counts, rows = label(project)
    assert counts["failed"] == 1
    assert f"article {bad}: label failed: IndexError: 5" in capsys.readouterr().err
    for before, row in zip(expected, rows, strict=True):
        if row["quote_id"].startswith(bad):
            assert row["abstained"]
            assert [row[f"p_{label}"] for label in LABELS] == pytest.approx([1 / len(LABELS)] * len(LABELS))
        else:
            assert row == before
    assert "failed" not in stage_label.run(project)
    assert files_in(project / paths.STANCES) == whole


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda root: tables.write(ARTICLES, [], root / paths.ARTICLES), "no article"),
    (lambda root: shutil.rmtree(root / paths.MODELS), r"dvc repro train`"),
    (lambda root: write_corrections(root / paths.CORRECTIONS, "x-1,,,,ceasefire,pro,me,"), "row 2: label is 'pro'"),
])  # fmt: skip
def test_labelling_without_article_or_model_or_with_an_unknown_label_is_an_error(project, spoil, says):
    spoil(project)
    with pytest.raises((DataError, ConfigError), match=says):
        stage_label.run(project)


@pytest.mark.parametrize(("keep", "says"), [
    (lambda row: False, "no labelled quote"),
    (lambda row: row["labels"]["ceasefire"] == "favor", "every quote is `favor`"),
    (lambda row: row["group"] == "Kestria", "too few rows to test on some"),
])  # fmt: skip
def test_too_few_training_rows_or_an_unknown_target_are_an_error(tmp_path, keep, says):
    write_labels(write_project(tmp_path), [row for row in ROWS if keep(row)])
    with pytest.raises(DataError, match=rf"(?s){says}.*→"):
        stage_train.run(tmp_path, "ceasefire")
    with pytest.raises(ConfigError, match="use one of ceasefire"):
        stage_train.run(tmp_path, "peace")


def test_labels_and_words_come_from_the_configs(tmp_path):
    """New and renamed labels need changes only in `targets.yaml` and the annotated rows."""
    names = {"favor": "pro", "against": "con", "neutral": "neutral", "unrelated": "elsewhere"}
    labels = {label: f"means {label}" for label in [*names.values(), "mixed"]}
    roles = {"favor": "pro", "against": "con", "unrelated": "elsewhere", "conditional": None}
    target = {"question": "Should it stop?", "relevance_terms": ["truce*", "ceasefire*"]}
    project = write_project(tmp_path)
    config = project / "configs/targets.yaml"
    config.unlink()
    change_config(config, labels=labels, label_roles=roles, targets={"ceasefire": target})
    change_config(project / "configs/languages/en_stance.yaml", uppercase_names=["NAY"])
    renamed = [row | {"labels": {"ceasefire": names[row["labels"]["ceasefire"]]}} for row in ROWS]
    write_labels(project, [*renamed[:-1], renamed[-1] | {"labels": {"ceasefire": "mixed"}}])
    stage_train.run(project, "ceasefire")
    model = StanceClassifier.load(project / paths.MODELS / "ceasefire.skops")
    assert (model.unrelated_label, model.uppercase_names_) == ("elsewhere", ["NAY"])
    write_run(project)
    stage_label.run(project)
    table = pq.read_table(project / paths.STANCES)
    assert table.schema.equals(stance_tables.stances(tuple(labels)).schema)
    assert set(table["label"].to_pylist()) == {"con", "elsewhere"}
    oof = tables.iterate_rows(project / paths.MODELS / "ceasefire.oof.parquet")
    assert {row["keywords"] for row in oof} == set(names.values())


def test_a_corrected_stance_survives_runs_a_rebuild_and_a_retraining(project, capsys):
    def run():
        counts, rows = label(project)
        return counts, rows[0], rows[1:]

    counts, before, others = run()
    assert before["label"] == "against"
    write_corrections(
        project / paths.CORRECTIONS, f"{before['quote_id']},,,,ceasefire,favor,Ada Wrede,", "x-1,,,,ceasefire,favor,me,"
    )
    counts, corrected, same = run()
    assert (counts["corrected"], counts["articles read now"]) == (1, 0)
    by_hand = {"label": "favor", "abstained": False, "corrected_by": "Ada Wrede"}
    assert corrected == before | by_hand  # the probabilities stay the model's
    assert predicted_label(corrected) == "against"
    assert same == others
    said = capsys.readouterr().err
    assert "corrections.csv, row 3: not applied" in said
    assert "row 2" not in said
    shutil.rmtree(project / paths.STORE)
    shutil.rmtree(project / paths.STANCES)
    assert run()[1:] == (corrected, others)
    write_labels(project, [row for row in ROWS if row["group"] != "Zubria"])
    stage_train.run(project, "ceasefire")
    counts, retrained, _ = run()
    assert counts["articles read now"] == 3
    assert retrained["model"] != before["model"]
    assert {name: retrained[name] for name in by_hand} == by_hand
    write_corrections(project / paths.CORRECTIONS)
    assert run()[1] == retrained | {"label": "against", "abstained": before["abstained"], "corrected_by": None}


def test_words_correct_each_quote_of_them_and_unrelated_has_no_evidence(project):
    write_corrections(project / paths.CORRECTIONS, '"There will be no truce.",,,,ceasefire,unrelated,me,')
    counts, rows = label(project)
    assert counts["ceasefire unrelated"] >= 3
    found = [row for row in rows if row["corrected_by"]]
    assert [(row["label"], row["evidence"]) for row in found] == [("unrelated", [])] * 3
