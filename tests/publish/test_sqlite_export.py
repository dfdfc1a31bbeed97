"""`parley export sqlite`: the published tables in one file, with keys, search and readable stances."""

import asyncio
import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from datasette.app import Datasette

from pipeline.core import paths
from pipeline.core.storage import tables
from tests.worlds.project import parley
from tests.worlds.rows import ROOT, TARGETS

SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)
CONFIGS = ("quotes", "articles", "speakers", "positions", "changes", "gold")


def export(out: Path, folder: Path, status: int = 0) -> str:
    return parley("export", "sqlite", out, "--folder", folder, status=status).output


def query(path: Path, sql: str) -> list[dict]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


@pytest.fixture(scope="module")
def exported(published, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("sqlite") / "parley.sqlite"
    done = export(out, published / paths.PUBLISHED)
    assert "quotes 24, articles 24, speakers 24, positions 48, changes 0, gold 44) written to" in done
    return out


@pytest.mark.parametrize("config", CONFIGS)
def test_each_table_is_that_of_the_folder(exported, published, config):
    """So what a licence withholds is not in the file either."""

    def plain(value):
        value = json.dumps(value) if isinstance(value, list) else value
        return pytest.approx(value) if isinstance(value, float) else value

    rows = tables.read(published / paths.PUBLISHED / config)
    assert query(exported, f"SELECT * FROM {config}") == [{n: plain(value) for n, value in row.items()} for row in rows]


def test_stances_have_a_readable_row_for_each_quote_and_target(exported, published):
    stances = {(row["quote_id"], row["target"]): row for row in query(exported, "SELECT * FROM stances")}
    quotes = tables.read(published / paths.PUBLISHED / "quotes")
    assert len(stances) == len(quotes) * len(TARGETS)
    for quote, target in product(quotes, TARGETS):
        stance, predicted = stances[quote["quote_id"], target], quote[f"{target}_predicted_label"]
        assert (stance["label"], stance["predicted_label"]) == (quote[target], predicted)
        assert stance["probability"] == pytest.approx(quote[f"{target}_p_{predicted}"])


def test_keys_hold_and_quotes_lead_to_their_article_and_speaker(exported):
    assert query(exported, "PRAGMA foreign_key_check") == []
    leads = {(row["from"], row["table"]) for row in query(exported, "PRAGMA foreign_key_list(quotes)")}
    assert leads == {("article_id", "articles"), ("speaker_id", "speakers")}
    plan = "EXPLAIN QUERY PLAN SELECT * FROM quotes WHERE article_id = 'x'"
    assert "quotes_article_id" in query(exported, plan)[0]["detail"]


@pytest.mark.parametrize(("words", "table"), [("truces", "quotes"), ("ADA", "quotes"), ("harbours", "articles")])
def test_words_are_found_in_any_form(exported, words, table):
    assert len(query(exported, f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH '{words}'")) == 24


@pytest.mark.parametrize("sql", SQL.findall((ROOT / "docs/dataset.md").read_text(encoding="utf-8")))
def test_datasette_runs_the_queries_of_the_docs(exported, sql):
    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a running event loop in this one
        answer = thread.submit(asyncio.run, Datasette([str(exported)]).client.get("/parley.json", params={"sql": sql}))
    assert len(answer.result().json()["rows"]) == len(query(exported, sql))


def test_the_same_folder_gives_the_same_bytes_in_place_of_the_old_file(exported, published):
    before = exported.read_bytes()
    export(exported, published / paths.PUBLISHED)
    assert exported.read_bytes() == before
    assert [path.name for path in exported.parent.iterdir()] == [exported.name]


def test_the_dataset_in_full_is_written_where_it_is_asked_for(published, tmp_path):
    assert "every text in full: not for passing on" in export(tmp_path / "a.sqlite", published / paths.FULL)
    assert query(tmp_path / "a.sqlite", "SELECT * FROM articles WHERE text IS NULL") == []


def test_a_file_of_another_kind_is_not_replaced_and_a_damaged_folder_gives_none(published, tmp_path):
    other = tmp_path / "mine.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine (a)")
    before = other.read_bytes()
    assert "not a file that this command writes" in export(other, published / paths.PUBLISHED, status=1)
    assert other.read_bytes() == before
    assert "no dataset card here" in export(tmp_path / "new.sqlite", tmp_path, status=1)
    assert not (tmp_path / "new.sqlite").exists()
