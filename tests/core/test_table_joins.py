"""Articles, quotes and stances in one pass: tables that do not fit one another are told."""

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


def project(root, articles=FILLED, quotes=QUOTED, said=QUOTED):
    tables.write(ARTICLES, articles, root / paths.ARTICLES)
    tables.write(QUOTES, quotes, root / paths.QUOTES)
    rows = [stance for quote in said for stance in stances(quote, "against")]
    tables.write(stance_table(LABELS), rows, root / paths.STANCES)
    return root


def test_each_article_has_its_quotes_and_each_quote_its_stances(tmp_path):
    found = list(table_joins.articles_with_quotes(project(tmp_path), 2))
    assert [article["article_id"] for article, _ in found] == [article["article_id"] for article in FILLED]
    assert [[quote["quote_id"] for quote, _ in said] for _, said in found] == [
        [quote["quote_id"] for quote in QUOTED if quote["article_id"] == article["article_id"]] for article in FILLED
    ]
    for quote, article, opinions in table_joins.quotes_with_articles(tmp_path, 2):
        assert quote["article_id"] == article["article_id"]
        assert [(row["quote_id"], row["target"]) for row in opinions] == [(quote["quote_id"], name) for name in TARGETS]


def test_columns(tmp_path):
    columns = {paths.ARTICLES: ["article_id", "text"], paths.STANCES: ["quote_id", "label"]}
    found = (
        (article, *one)
        for article, said in table_joins.articles_with_quotes(project(tmp_path), 2, columns)
        for one in said
    )
    article, quote, opinions = next(found)
    assert set(article) == {"article_id", "text"}
    assert set(quote) == {column.name for column in QUOTES.columns}
    assert opinions == [{"quote_id": quote["quote_id"], "label": "against"}] * 2


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"articles": FILLED[:2]}, "articles"),
        ({"quotes": [QUOTED[0], {**QUOTED[1], "article_id": "0"}]}, "articles"),
        ({"quotes": QUOTED[1:]}, "stances"),
        ({"said": QUOTED[:1]}, "stances"),
        ({"said": QUOTED[::-1]}, "stances"),
    ],
)
def test_tables_of_different_runs(tmp_path, other, said):
    with pytest.raises(DataError, match=f"{said} and quotes come from different runs"):
        list(table_joins.quotes_with_articles(project(tmp_path, **other), 2))
