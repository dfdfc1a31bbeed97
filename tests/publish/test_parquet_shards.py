"""Shards of a config: their sizes, their order, and the digest of their content."""

import pyarrow.parquet as pq
import pytest

from pipeline.core.storage.tables import iterate_rows
from pipeline.publish import parquet_shards
from pipeline.publish.dataset_rows import build_features
from tests.worlds.rows import TARGETS

SPEAKERS = build_features(TARGETS)["speakers"]


def speaker(name, n=1):
    row = dict.fromkeys(SPEAKERS)
    lists = {"members": [], "aliases": []}
    return {**row, **lists, "speaker_id": f"person:{name}", "name": name, "kind": "person", "n_quotes": n}


def write(folder, rows):
    writer = parquet_shards.ConfigWriter(folder / "speakers", SPEAKERS)
    for row in rows:
        writer.add(row)
    return writer.close()


def test_the_digest_depends_only_on_content(tmp_path, monkeypatch):
    one = write(tmp_path / "a", [speaker("Ada"), speaker("Ben")])
    monkeypatch.setattr(parquet_shards, "SHARD_ROWS", 1)
    same = write(tmp_path / "b", [speaker("Ada"), speaker("Ben")])
    other = write(tmp_path / "c", [speaker("Ada"), speaker("Ben", 2)])
    assert one.digest == same.digest != other.digest
    assert one.rows == 2


@pytest.mark.parametrize(("group", "shard", "sizes"), [(2, 3, [4, 3]), (1, 3, [3, 3, 1]), (5, 5, [5, 2]), (1, 7, [7])])
def test_shards_are_bounded_and_rows_come_back_in_order(tmp_path, monkeypatch, group, shard, sizes):
    """A shard is closed with the first row group that fills it."""
    monkeypatch.setattr(parquet_shards, "GROUP_ROWS", group)
    monkeypatch.setattr(parquet_shards, "SHARD_ROWS", shard)
    rows = [speaker(f"Ada {n}") for n in range(7)]
    write(tmp_path, rows)
    files = sorted((tmp_path / "speakers").iterdir())
    assert [pq.read_metadata(path).num_rows for path in files] == sizes
    assert [row for path in files for row in iterate_rows(path)] == rows


def test_an_unknown_class_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="robot"):
        write(tmp_path, [{**speaker("Ada"), "kind": "robot"}])
