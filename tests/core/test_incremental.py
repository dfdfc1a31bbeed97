"""Incremental update: only new or changed articles are computed, and the bytes do not depend on earlier runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.errors import DataError
from pipeline.core.schema.data_tables import RESOLVED
from pipeline.core.storage import bucketed_tables, incremental, tables

IDS = ["aa01", "aa02", "ab01"]


def rows(article, speaker="Ilse Korvath"):
    return [
        {"quote_id": f"{article}-{n}", "speaker": speaker, "kind": "person", "form": "", "resolved_by": "r"}
        | {"certainty": 1.0, "members": [], "side_certainty": 0.0}
        for n in (5, 19)
    ]


def update(folder, keys, speaker="Ilse Korvath", without=(), digits=2):
    """Update a table to the keys of its articles; return the articles that were computed."""
    computed = []

    def compute(articles):
        computed.extend(articles)
        return [[] if article in without else rows(article, speaker) for article in articles]

    wanted = {}
    for article, key in keys.items():
        wanted.setdefault(bucketed_tables.bucket_of(article, digits), {})[article] = key
    for job in incremental.pending_buckets(RESOLVED, folder, sorted(wanted.items())):
        incremental.update_bucket(RESOLVED, job, compute)
    return computed


def stored(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_only_new_or_changed_articles_are_computed(tmp_path):
    keys = dict.fromkeys(IDS, "1")
    assert update(tmp_path, keys) == IDS
    assert update(tmp_path, keys) == []
    assert update(tmp_path, keys | {"aa02": "2", "ab03": "1"}) == ["aa02", "ab03"]
    assert [row["quote_id"] for row in tables.iterate_rows(tmp_path)] == [
        f"{article}-{n}" for article in [*IDS, "ab03"] for n in (5, 19)
    ]


@pytest.mark.parametrize(
    "earlier_runs",
    [
        [dict.fromkeys(IDS[:1], "1")],
        [dict.fromkeys([*IDS, "aa00", "ff00"], "1")],
        [dict.fromkeys(IDS, "0"), {"aa02": "1"}],
        [{}],
    ],
)
def test_the_bytes_do_not_depend_on_earlier_runs(tmp_path, earlier_runs):
    for keys in earlier_runs:
        update(tmp_path / "one", keys)
    update(tmp_path / "one", dict.fromkeys(IDS, "1"))
    update(tmp_path / "other", dict.fromkeys(reversed(IDS), "1"))
    assert stored(tmp_path / "one") == stored(tmp_path / "other")


@pytest.mark.parametrize("cut", [0, 40, -1])
def test_a_damaged_bucket_is_recomputed(tmp_path, cut):
    update(tmp_path, dict.fromkeys(IDS, "1"))
    before = stored(tmp_path)
    (tmp_path / "aa.parquet").write_bytes(before["aa.parquet"][:cut])
    assert update(tmp_path, dict.fromkeys(IDS, "1")) == ["aa01", "aa02"]
    assert stored(tmp_path) == before


def test_a_digest_depends_on_the_rows_not_on_their_input(tmp_path):
    keys = dict.fromkeys(IDS, "1")
    update(tmp_path, keys)
    first = bucketed_tables.row_digests(tmp_path, "aa")
    update(tmp_path, dict.fromkeys(IDS, "2"))
    assert bucketed_tables.row_digests(tmp_path, "aa") == first
    update(tmp_path, dict.fromkeys(IDS, "3"), speaker="Anton Gavrel")
    assert all(bucketed_tables.row_digests(tmp_path, "aa")[article] != digest for article, digest in first.items())


def test_an_article_without_rows_is_computed_once(tmp_path):
    assert update(tmp_path, {"aa01": "1"}, without=["aa01"]) == ["aa01"]
    assert update(tmp_path, {"aa01": "1"}) == []
    assert tables.read(tmp_path) == []


def test_rows_that_violate_the_schema_change_nothing(tmp_path):
    update(tmp_path, {"aa01": "1"})
    before = stored(tmp_path)
    (job,) = incremental.pending_buckets(RESOLVED, tmp_path, [("aa", {"aa01": "2"})])
    with pytest.raises(DataError, match="unknown column"):
        incremental.update_bucket(RESOLVED, job, lambda articles: [[{"quote_id": "aa01-5", "who": "x"}]])
    assert stored(tmp_path) == before


@pytest.mark.parametrize("at_once", [1, 3, 1000])
@pytest.mark.parametrize(("most", "buckets"), [(1, ["a", "b", "c"]), (0.1, ["aa", "b2", "c0", "c1"])])
def test_rows_are_grouped_by_id_in_any_order(tmp_path, monkeypatch, at_once, most, buckets):
    monkeypatch.setattr(bucketed_tables, "MAX_ARTICLES_PER_BUCKET", most)
    monkeypatch.setattr(bucketed_tables, "SORTED_ROWS", at_once)
    monkeypatch.setattr(tables, "SHARD_ROWS", 2)
    from pipeline.core.schema.data_tables import EXTRACTED

    def row(article, n):
        values = {"quote_id": f"{article}-{n}", "article_id": article, "type": "direct", "content": "x", "rule": "r"}
        return values | {"parts": [], "confidence": 1.0, "context_start": 0, "context_end": n}

    order = ["c100", "aa01", "b200", "aa00", "c000"]
    assert bucketed_tables.write_table(EXTRACTED, [row(i, n) for i in order for n in (9, 5)], tmp_path / "t") == 10
    assert bucketed_tables.bucket_names(tmp_path / "t") == buckets
    assert [r["quote_id"] for r in tables.iterate_rows(tmp_path / "t")] == [
        f"{i}-{n}" for i in sorted(order) for n in (9, 5)
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


@pytest.mark.parametrize(("articles", "digits"), [(0, 1), (8_000, 1), (8_001, 2), (128_000, 2), (128_001, 3)])
def test_more_articles_have_more_buckets(articles, digits):
    assert bucketed_tables.choose_digits(articles) == digits


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1), (1, 3), (3, 2)])
def test_other_buckets_have_the_same_rows_and_nothing_is_computed(tmp_path, before, after):
    keys = dict.fromkeys([*IDS, "a001", "ff00"], "1")
    update(tmp_path / "new", keys, without=["aa02"], digits=after)
    assert update(tmp_path / "table", keys, without=["aa02"], digits=before) == sorted(keys)
    assert update(tmp_path / "table", keys, digits=after) == []
    assert stored(tmp_path / "table") == stored(tmp_path / "new")


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1)])
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_buckets_that_are_half_changed_are_completed(tmp_path, monkeypatch, before, after, step):
    keys = dict.fromkeys([*IDS, "a001", "ff00"], "1")
    update(tmp_path / "new", keys, digits=after)
    update(tmp_path / "table", keys, digits=before)
    steps = iter(range(1, 100))

    def killed_at(function):
        def call(*arguments, **options):
            if next(steps) == step:
                raise KeyboardInterrupt
            return function(*arguments, **options)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(bucketed_tables, "write_bucket", killed_at(bucketed_tables.write_bucket))
        patched.setattr(Path, "unlink", killed_at(Path.unlink))
        with pytest.raises(KeyboardInterrupt):
            update(tmp_path / "table", keys, digits=after)
    assert update(tmp_path / "table", keys, digits=after) == []
    assert stored(tmp_path / "table") == stored(tmp_path / "new")


def test_a_damaged_bucket_is_computed_again_when_buckets_change(tmp_path, capsys):
    keys = dict.fromkeys(IDS, "1")
    update(tmp_path / "table", keys)
    (tmp_path / "table/aa.parquet").write_bytes(b"damaged")
    assert update(tmp_path / "table", keys, digits=1) == ["aa01", "aa02"]
    assert "aa.parquet: the file is damaged" in capsys.readouterr().err
