"""Positions and changes of the dataset: what is withheld and left out."""

from __future__ import annotations

import pytest

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.publish.publication_plan import ArticlePlan
from pipeline.publish.published_positions import (
    build_features,
    describe_columns,
    read_change_rows,
    read_position_rows,
)
from tests.worlds.change_of_mind import AFTER, BEFORE, change_of_mind
from tests.worlds.project import write_tables
from tests.worlds.rows import TARGETS

OPEN, CLOSED = (ArticlePlan("train", "cc0-1.0", words, "en", False) for words in (None, 4))


@pytest.fixture
def project(tmp_path):
    """Return a project with a change, and its articles: before, after."""
    stories = change_of_mind()
    write_tables(tmp_path, stories)
    return tmp_path, [story.article for story in stories]


def published(root, plans):
    return [row for _, row in read_change_rows(root, plans, "train") if row["target"] == "ceasefire"]


def test_an_open_change_is_published_with_its_words(project):
    root, articles = project
    (row,) = published(root, {article["article_id"]: OPEN for article in articles})
    assert (row["before_content"], row["after_content"]) == (BEFORE, AFTER)
    assert row["before_evidence_words"] == row["after_evidence_words"] == ["truce"]
    assert not row["before_excerpt"]


def test_each_quote_is_withheld_by_its_own_licence(project):
    root, (before, after) = project
    whole, (row,) = (
        published(root, {before["article_id"]: plan, after["article_id"]: OPEN}) for plan in (OPEN, CLOSED)
    )
    assert row["before_content"] == "“There will be no …"
    assert (row["before_excerpt"], row["before_evidence_words"], row["after_content"]) == (True, None, AFTER)
    assert row["before_evidence"] == whole[0]["before_evidence"]


def test_what_rests_on_an_article_that_is_left_out_is_left_out(project):
    root, (_, after) = project
    plans = {after["article_id"]: OPEN}
    assert published(root, plans) == []
    rows = [row for _, row in read_position_rows(root, plans, "train")]
    assert {row["month"] for row in rows} == {"2024-11"}
    assert {row["month"] for row in tables.read(root / paths.POSITIONS)} == {"2024-03", "2024-11"}


def test_every_column_has_a_sentence():
    described = describe_columns(TARGETS)
    for config, features in build_features(TARGETS).items():
        assert list(features) == [name for name in features if described[config][name].endswith(".")]
