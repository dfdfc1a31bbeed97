"""Positions and changes of the dataset: what is withheld and left out."""

import pytest

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import plan_withholding
from pipeline.publish.dataset_rows import read_change_rows
from tests.worlds.change_of_mind import AFTER, BEFORE, change_of_mind
from tests.worlds.project import write_tables


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
