"""Articles without a quote are counted by what they look like, and a few are named."""

from __future__ import annotations

import pytest

from pipeline.core import paths
from pipeline.core.language import load_language
from pipeline.core.schema.data_tables import FAILURES
from pipeline.core.storage import tables
from pipeline.evaluate.run_counts import KINDS, _count_dates, count_quoteless, kind_of
from tests.worlds.news import harbour_articles, harbour_quote
from tests.worlds.project import Story, copy_configs, write_tables
from tests.worlds.rows import stances


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Good evening. I thank you all. We will not give up our channel.", "first person"),
        ("It rained in Port Amsel. The ferry was late.", "no marks"),
        ("The fishers' ferry didn't sail, and nobody's boat was out.", "no marks"),
        ("The “peace ship” lay in the harbour of Port Amsel.", "marks"),
        ("The ‘peace ship’ lay in the harbour of Port Amsel.", "marks"),
        ("We shall see whether the ferry of Port Amsel sails on Monday, on Tuesday, on Wednesday, in rain or snow, on "
         "Thursday, on Friday, on Saturday or on Sunday.", "no marks"),
        ("", "no marks"),
    ],
)  # fmt: skip
def test_what_a_text_without_a_quote_looks_like(text, kind):
    assert kind_of(text, load_language("en")) == kind


def write_run(root, without: int, failed: int):
    """Write a run of six articles, the last of which have no quote; on some of these a stage failed."""
    articles = sorted(harbour_articles(6), key=lambda article: article["article_id"])
    quoted = len(articles) - without - failed
    stories = [
        Story(article, [(quote, stances(quote, "favor"))] if n < quoted else [])
        for n, article in enumerate(articles)
        for quote in [harbour_quote(article)]
    ]
    copy_configs(root)
    write_tables(root, stories)
    rows = [
        {"article_id": a["article_id"], "stage": "extract", "detail": "x"} for a in articles[len(articles) - failed :]
    ]
    tables.write(FAILURES, rows, root / paths.FAILURES / "extract")
    return articles[quoted:]


@pytest.mark.parametrize(("without", "failed"), [(0, 0), (3, 0), (0, 2), (2, 1)])
def test_articles_without_a_quote_are_counted(tmp_path, without, failed):
    articles = write_run(tmp_path, without, failed)
    counts = count_quoteless(tmp_path)
    assert list(counts) == sorted(counts, key=list(KINDS).index)
    assert counts.pop("failed", {"articles": 0})["articles"] == failed
    assert sum(of["articles"] for of in counts.values()) == without
    named = {example["article_id"] for of in counts.values() for example in of["examples"]}
    assert named == {article["article_id"] for article in articles[:without]}


def test_articles_are_counted_by_their_dates(tmp_path):
    write_run(tmp_path, 0, 0)
    rows = tables.read(tmp_path / paths.ARTICLES)
    assert sum(_count_dates(tmp_path / paths.ARTICLES).values()) == len(rows) == 6
