"""Joins of articles, quotes and stances in one pass; tables of different runs are an error."""

from __future__ import annotations

import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import ARTICLES, QUOTES
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import table_joins, tables
from tests.worlds.news import harbour_article, harbour_quote
from tests.worlds.rows import LABELS, TARGETS, stances

FILLED = sorted((harbour_article(n) for n in range(3)), key=lambda article: article["article_id"])
BARE = FILLED[1]
QUOTED = [harbour_quote(article) for article in FILLED if article is not BARE]


def project(root, articles=FILLED, quotes=QUOTED, labelled=QUOTED):
    tables.write(ARTICLES, articles, root / paths.ARTICLES)
    tables.write(QUOTES, quotes, root / paths.QUOTES)
    rows = [stance for quote in labelled for stance in stances(quote, "against")]
    tables.write(stance_table(LABELS), rows, root / paths.STANCES)
    return root


def test_each_article_has_its_quotes_and_each_quote_its_stances(tmp_path):
    joined = list(table_joins.articles_with_quotes(project(tmp_path), 2))
    assert [article["article_id"] for article, _ in joined] == [article["article_id"] for article in FILLED]
    assert [[quote["quote_id"] for quote, _ in labelled] for _, labelled in joined] == [
        [quote["quote_id"] for quote in QUOTED if quote["article_id"] == article["article_id"]] for article in FILLED
    ]
    for quote, article, opinions in table_joins.quotes_with_articles(tmp_path, 2):
        assert quote["article_id"] == article["article_id"]
        assert [(row["quote_id"], row["target"]) for row in opinions] == [(quote["quote_id"], name) for name in TARGETS]


def test_selected_columns(tmp_path):
    columns = {paths.ARTICLES: ["article_id", "text"], paths.STANCES: ["quote_id", "label"]}
    joined = (
        (article, *one)
        for article, labelled in table_joins.articles_with_quotes(project(tmp_path), 2, columns)
        for one in labelled
    )
    article, quote, opinions = next(joined)
    assert set(article) == {"article_id", "text"}
    assert set(quote) == {column.name for column in QUOTES.columns}
    assert opinions == [{"quote_id": quote["quote_id"], "label": "against"}] * 2


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"articles": FILLED[:2]}, "articles"),
        ({"quotes": [QUOTED[0], {**QUOTED[1], "article_id": "0"}]}, "articles"),
        ({"quotes": QUOTED[1:]}, "stances"),
        ({"labelled": QUOTED[:1]}, "stances"),
        ({"labelled": QUOTED[::-1]}, "stances"),
    ],
)
def test_tables_of_different_runs_are_an_error(tmp_path, changes, name):
    with pytest.raises(DataError, match=f"{name} and quotes come from different runs"):
        list(table_joins.quotes_with_articles(project(tmp_path, **changes), 2))
