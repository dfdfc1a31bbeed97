"""What is published of labels (`unknown` where the model abstains), and of positions and changes."""

from random import Random

import pytest
from datasets import ClassLabel, load_dataset

from pipeline.core import paths
from pipeline.core.left_out import LeftOut
from pipeline.core.publish_config import PublishConfig
from pipeline.core.schema.data_tables import REJECTS
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.evaluate.run_counts import count_run
from pipeline.publish.dataset_card import read_card
from pipeline.publish.dataset_rows import build_features, read_change_rows
from pipeline.publish.run import run
from tests.worlds.change_of_mind import AFTER, BEFORE, change_of_mind
from tests.worlds.news import harbour_articles
from tests.worlds.project import write_tables
from tests.worlds.published_project import write_project
from tests.worlds.rows import LABELS, TARGETS


def publish(root, change):
    """Publish twelve quotes, with the values that `change` gives for the number of a stance; return their rows."""
    write_project(root, harbour_articles(12))
    rows = [row | change(n) for n, row in enumerate(tables.read(root / paths.STANCES))]
    tables.write(stance_table(LABELS), rows, root / paths.STANCES)
    run(root)
    return tables.read(root / paths.PUBLISHED / "quotes")


def test_a_corrected_label_is_published_with_who_corrected_it_and_what_the_model_says(tmp_path):
    for row in publish(tmp_path, lambda n: {"label": "favor", "abstained": False, "corrected_by": "Ada"}):
        assert (row["ceasefire"], row["ceasefire_predicted_label"]) == ("favor", "against")
        assert (row["ceasefire_corrected_by"], row["ceasefire_abstained"]) == ("Ada", False)
        assert row["ceasefire_p_against"] == 1.0


def test_every_label_is_the_predicted_one_or_unknown_where_the_model_abstains(tmp_path):
    random = Random(0)
    rows = publish(tmp_path, lambda n: {"label": random.choice(LABELS), "abstained": random.random() < 0.5})
    for row in rows:
        for target in TARGETS:
            label, predicted, abstained = (row[target + end] for end in ("", "_predicted_label", "_abstained"))
            assert label == ("unknown" if abstained else predicted)
            assert predicted in LABELS
    # Counts are those of the published labels, with `unknown` beside them.
    tables.write(REJECTS, [], tmp_path / paths.REJECTS)
    counts = count_run(tmp_path, Withholding(LeftOut()))
    for target in TARGETS:
        published = [row[target] for row in rows]
        assert counts["unknown"][target] == published.count("unknown")
        assert counts["stances"][target] == {name: published.count(name) for name in sorted({*published} - {"unknown"})}
    assert counts["quotes_left_out"] == 0
    # Nothing that somebody left out says is counted.
    of_others = [row for row in rows if row["speaker"] != (name := rows[0]["speaker"])]
    of_article = Withholding(LeftOut())
    of_article.left_out.add(rows[0]["article_id"])
    assert (
        count_run(tmp_path, of_article)["quotes_left_out"]
        == 12 - count_run(tmp_path, of_article)["quotes"]["direct"]
        == 1
    )
    counts = count_run(tmp_path, Withholding(LeftOut([name])))
    assert (len(of_others), counts["quotes_with_speaker"], counts["quotes_left_out"]) == (11, 11, 1)
    assert sum(counts["quotes"].values()) == sum(counts["speakers"].values()) == 11
    assert sum(counts["stances"]["ceasefire"].values()) == 11 - [r["ceasefire"] for r in of_others].count("unknown")


def test_the_evidence_is_published_also_where_the_text_is_not(tmp_path):
    root = write_project(tmp_path, harbour_articles(6))
    starts = {row["quote_id"]: row["context_start"] for row in tables.iterate_rows(root / paths.QUOTES)}
    rows = tables.read(root / paths.STANCES)
    for row in rows:
        if row["target"] == "ceasefire":
            row["evidence"] = [{"start": starts[row["quote_id"]], "end": starts[row["quote_id"]] + 2}]
    tables.write(stance_table(LABELS), rows, root / paths.STANCES)
    run(root)
    quotes = tables.read(root / paths.PUBLISHED / "quotes")
    assert any(quote["excerpt"] for quote in quotes)
    for quote in quotes:
        assert quote["ceasefire_evidence"] == [{"start": quote["context_start"], "end": quote["context_start"] + 2}]
        assert quote["territorial_concession_evidence"] == []


@pytest.mark.parametrize("config", ["quotes", "articles", "speakers", "positions", "gold"])
def test_each_config_loads_without_a_warning_and_its_strings_as_classes(published, tmp_path, config, caplog, recwarn):
    folder = published / paths.PUBLISHED
    loaded = load_dataset(str(folder), config, split="train", cache_dir=str(tmp_path))
    assert (caplog.messages, list(recwarn), loaded.num_rows) == ([], [], read_card(folder)[0]["rows"][config])
    expected = {name: of for name, of in build_features(TARGETS)[config].items() if isinstance(of, ClassLabel)}
    assert {name: of for name, of in loaded.features.items() if isinstance(of, ClassLabel)} == expected
    assert config != "gold" or expected["ceasefire"].names == list(LABELS)  # which has no `unknown`
    rows = tables.read(folder / config)
    for name, of in expected.items():
        assert [None if number is None else of.names[number] for number in loaded[name]] == [row[name] for row in rows]


@pytest.fixture
def project(tmp_path):
    """Return a project with a change, and its articles: before, after."""
    stories = change_of_mind()
    write_tables(tmp_path, stories)
    return tmp_path, [story.article for story in stories]


def withholding(root, **config):
    """Return what may leave where the licence of every article allows its text, but for what `config` says."""
    return plan_withholding(
        root, PublishConfig(redistributable=["cc0-1.0"], excerpt_words=4, excerpt_share=1, **config)
    )


def published(root, **config):
    plan = withholding(root, **config)
    shown = filter(None, (plan.publish("changes", row) for row in read_change_rows(root)))
    return [row for row in shown if row["target"] == "ceasefire"]


def test_an_open_change_is_published_with_its_words(project):
    (row,) = published(project[0], licenses=[{"license": "cc0-1.0"}])
    assert (row["before_content"], row["after_content"]) == (BEFORE, AFTER)
    assert row["before_evidence_words"] == row["after_evidence_words"] == ["truce"]
    assert not row["before_excerpt"]


def test_each_quote_is_withheld_by_its_own_licence(project):
    root, (before, _) = project
    closed = {"path": before["raw_path"], "license": "mine"}
    whole, (row,) = (published(root, licenses=[*rules, {"license": "cc0-1.0"}]) for rules in ([], [closed]))
    assert row["before_content"] == "“There will be no …"
    assert (row["before_excerpt"], row["before_evidence_words"], row["after_content"]) == (True, None, AFTER)
    assert row["before_evidence"] == whole[0]["before_evidence"]


def test_what_rests_on_an_article_that_is_left_out_is_left_out(project):
    root, (before, _) = project
    config = {"licenses": [{"license": "cc0-1.0"}], "leave_out": [before["raw_path"]]}
    assert published(root, **config) == []
    plan = withholding(root, **config)
    rows = [plan.publish("positions", row) for row in tables.read(root / paths.POSITIONS)]
    assert {row["month"] for row in rows if row} == {"2024-11"}
    assert {row["month"] for row in tables.read(root / paths.POSITIONS)} == {"2024-03", "2024-11"}
