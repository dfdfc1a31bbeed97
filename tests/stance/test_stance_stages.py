import shutil

import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from pipeline.core.corrections import COLUMNS
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.schema import stance_tables
from pipeline.core.schema.data_tables import ARTICLES
from pipeline.core.storage import tables
from pipeline.core.targets import predicted_label
from pipeline.stance import stage_label, stage_train
from pipeline.stance.classifier import StanceClassifier
from tests.worlds.project import change_config
from tests.worlds.rows import LABELS
from tests.worlds.stance_project import write_run


def test_train_writes_model_and_out_of_fold_predictions(project, rows):
    counts = stage_train.run(project, "ceasefire")
    table = pq.read_table(project / paths.MODELS / "ceasefire.oof.parquet")
    found = table.to_pylist()
    assert table.schema.equals(stance_tables.out_of_fold(LABELS).schema)
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert [row["gold"] for row in found] == [row["labels"]["ceasefire"] for row in rows]
    assert counts["rows"] == len(rows)
    assert counts["right"] == sum(row["gold"] == row["label"] for row in found) > len(rows) / 2
    assert counts["not abstained"] == sum(not row["abstained"] for row in found)
    for row in found:
        assert sum(row[f"p_{name}"] for name in LABELS) == pytest.approx(1, abs=1e-5)
        assert row["p_conditional"] == 0
    folds = {row["group"]: row["fold"] for row in found}
    assert all(folds[row["group"]] == row["fold"] for row in found)
    assert {row["majority"] for row in found} == {"favor"}
    assert set(folds.values()) == set(range(5))


def test_training_twice_gives_the_same_bytes(project):
    def files():
        stage_train.run(project, "ceasefire")
        return {path.name: path.read_bytes() for path in (project / paths.MODELS).iterdir()}

    assert files() == files()


def test_label_writes_quotes_in_order(project, monkeypatch):
    stage_train.run(project, "ceasefire")
    ids = write_run(project)
    counts = stage_label.run(project)
    table = pq.read_table(project / paths.STANCES)
    assert table.schema.equals(stance_tables.stances(LABELS).schema)
    assert table["quote_id"].to_pylist() == ids
    labels = {i: "against" if i.endswith("-17") else "unrelated" for i in ids}
    assert dict(zip(ids, table["label"].to_pylist(), strict=True)) == labels
    assert counts["quotes"] == 6
    # The counts are those of the published labels; the table has the predicted ones.
    abstained = table["abstained"].to_pylist()
    known = [label for label, left_out in zip(table["label"].to_pylist(), abstained, strict=True) if not left_out]
    assert counts["ceasefire against"] == known.count("against")
    assert counts["ceasefire unrelated"] == known.count("unrelated")
    assert counts["ceasefire unknown"] == sum(abstained)
    monkeypatch.setattr(stage_label, "BATCH_QUOTES", 1)
    shutil.rmtree(project / paths.STANCES)
    stage_label.run(project)
    assert pq.read_table(project / paths.STANCES).equals(table)


def test_stances_have_their_evidence(project):
    stage_train.run(project, "ceasefire")
    write_run(project)
    stage_label.run(project)
    texts = {row["article_id"]: row["text"] for row in tables.read(project / paths.ARTICLES)}
    for row in tables.read(project / paths.STANCES):
        text = texts[row["quote_id"].split("-")[0]]
        found = [text[span["start"] : span["end"]] for span in row["evidence"]]
        assert found == (["will", "no truce"] if row["label"] == "against" else [])
    change_config(project / "configs/stance.yaml", not_evidence=["will", "not"])
    assert stage_label.run(project)["articles read now"] == 3
    lengths = {tuple(s["end"] - s["start"] for s in row["evidence"]) for row in tables.read(project / paths.STANCES)}
    assert lengths == {(), (len("truce"),)}


def test_only_new_quotes_are_labelled(project):
    stage_train.run(project, "ceasefire")
    write_run(project, order=(0, 1))
    assert stage_label.run(project)["articles read now"] == 2
    ids = write_run(project)
    assert stage_label.run(project)["articles read now"] == 1
    assert pq.read_table(project / paths.STANCES)["quote_id"].to_pylist() == ids
    history = {path.name: path.read_bytes() for path in (project / paths.STANCES).iterdir()}
    shutil.rmtree(project / paths.STORE)
    assert stage_label.run(project)["articles read now"] == 3
    assert history == {path.name: path.read_bytes() for path in (project / paths.STANCES).iterdir()}


def test_an_article_that_cannot_be_labelled_is_named_and_unknown(project, monkeypatch, capsys):
    stage_train.run(project, "ceasefire")
    ids = write_run(project)
    stage_label.run(project)
    expected, files = tables.read(project / paths.STANCES), sorted((project / paths.STANCES).iterdir())
    whole = {path: path.read_bytes() for path in files}
    shutil.rmtree(project / paths.STORE)
    predict, bad = StanceClassifier.predict, ids[2].split("-")[0]

    def fail_for_one(self, quotes):
        if any(quote["quote_id"].startswith(bad) for quote in quotes):
            raise IndexError("5")
        return predict(self, quotes)

    with monkeypatch.context() as broken:
        broken.setattr(StanceClassifier, "predict", fail_for_one)
        assert stage_label.run(project)["failed"] == 1
    assert f"article {bad}: label failed: IndexError: 5" in capsys.readouterr().err
    for before, row in zip(expected, tables.read(project / paths.STANCES), strict=True):
        if row["quote_id"].startswith(bad):
            assert row["abstained"]
            assert [row[f"p_{label}"] for label in LABELS] == pytest.approx([1 / len(LABELS)] * len(LABELS))
        else:
            assert row == before
    assert "failed" not in stage_label.run(project)
    assert {path: path.read_bytes() for path in files} == whole


def test_a_quote_without_article_is_an_error(project):
    stage_train.run(project, "ceasefire")
    write_run(project)
    tables.write(ARTICLES, [], project / paths.ARTICLES)
    with pytest.raises(DataError, match="no article"):
        stage_label.run(project)


def test_labelling_without_a_model_is_an_error(project):
    write_run(project)
    with pytest.raises(DataError, match=r"dvc repro train`"):
        stage_label.run(project)


@pytest.mark.parametrize(
    ("keep", "says"),
    [
        (lambda row: False, "no labelled quote"),
        (lambda row: row["labels"]["ceasefire"] == "favor", "every quote is `favor`"),
        (lambda row: row["group"] == "Kestria", "too few rows to test on some"),
    ],
)
def test_too_few_training_rows_are_an_error(project, rows, put, keep, says):
    put(project, [row for row in rows if keep(row)])
    with pytest.raises(DataError, match=rf"(?s){says}.*→"):
        stage_train.run(project, "ceasefire")


def test_an_unknown_target_is_an_error(project):
    with pytest.raises(ConfigError, match="use one of ceasefire"):
        stage_train.run(project, "peace")


def test_labels_and_words_come_from_the_configs(project, rows, put):
    """New and renamed labels need changes only in `targets.yaml` and the annotated rows."""
    names = {"favor": "pro", "against": "con", "neutral": "neutral", "unrelated": "elsewhere"}
    labels = {label: f"means {label}" for label in [*names.values(), "mixed"]}
    roles = {"favor": "pro", "against": "con", "unrelated": "elsewhere", "conditional": None}
    target = {"question": "Should it stop?", "relevance_terms": ["truce*", "ceasefire*"]}
    config = project / "configs/targets.yaml"
    config.unlink()
    change_config(config, labels=labels, label_roles=roles, targets={"ceasefire": target})
    change_config(project / "configs/languages/en_stance.yaml", uppercase_names=["NAY"])
    renamed = [row | {"labels": {"ceasefire": names[row["labels"]["ceasefire"]]}} for row in rows]
    put(project, [*renamed[:-1], renamed[-1] | {"labels": {"ceasefire": "mixed"}}])
    stage_train.run(project, "ceasefire")
    model = StanceClassifier.load(project / paths.MODELS / "ceasefire.skops")
    assert (model.unrelated_label, model.uppercase_names_) == ("elsewhere", ["NAY"])
    write_run(project)
    stage_label.run(project)
    table = pq.read_table(project / paths.STANCES)
    assert table.schema.equals(stance_tables.stances(tuple(labels)).schema)
    assert set(table["label"].to_pylist()) == {"con", "elsewhere"}
    oof = tables.iterate_rows(project / paths.MODELS / "ceasefire.oof.parquet")
    keywords = {row["keywords"] for row in oof}
    assert keywords == {"pro", "con", "neutral", "elsewhere"}


@pytest.mark.parametrize(
    "line", ["folds: 1", "C: -1.0", "word_ngrams: [2, 1]", "calibration: none", "abstain_error: 2.0"]
)
def test_a_setting_out_of_range_is_an_error(project, line):
    (project / "configs" / "stance.yaml").write_text(line)
    with pytest.raises(ConfigError, match=line.split(":")[0]):
        stage_train.run(project, "ceasefire")


def test_a_corrected_stance_survives_runs_a_rebuild_and_a_retraining(project, rows, put, capsys):
    def run():
        counts = stage_label.run(project)
        stances = {row["quote_id"]: row for row in tables.read(project / paths.STANCES)}
        return counts, stances[first], {i: row for i, row in stances.items() if i != first}

    stage_train.run(project, "ceasefire")
    first = write_run(project)[0]
    counts, before, others = run()
    assert before["label"] == "against"
    write_corrections(project, f"{first},,,,ceasefire,favor,Ada Wrede,", "x-1,,,,ceasefire,favor,me,")
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
    put(project, [row for row in rows if row["group"] != "Zubria"])
    stage_train.run(project, "ceasefire")
    counts, retrained, _ = run()
    assert counts["articles read now"] == 3
    assert retrained["model"] != before["model"]
    assert {name: retrained[name] for name in by_hand} == by_hand
    write_corrections(project)
    assert run()[1] == retrained | {"label": "against", "abstained": before["abstained"], "corrected_by": None}


def test_words_correct_each_quote_of_them_and_unrelated_has_no_evidence(project):
    stage_train.run(project, "ceasefire")
    write_run(project)
    write_corrections(project, '"There will be no truce.",,,,ceasefire,unrelated,me,')
    assert stage_label.run(project)["ceasefire unrelated"] >= 3
    found = [row for row in tables.read(project / paths.STANCES) if row["corrected_by"]]
    assert [(row["label"], row["evidence"]) for row in found] == [("unrelated", [])] * 3


def test_an_unknown_label_of_a_correction_is_an_error(project):
    write_run(project)
    write_corrections(project, "x-1,,,,ceasefire,pro,me,")
    with pytest.raises(ConfigError, match="row 2: label is 'pro'"):
        stage_label.run(project)


def write_corrections(root, *rows):
    tables.write_text(root / paths.CORRECTIONS, "\n".join([",".join(COLUMNS), *rows]) + "\n")
