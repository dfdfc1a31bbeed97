"""Tables are checked against the schema, written whole or not at all, and read back in order."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import tables
from pipeline.errors import DataError
from pipeline.schema import Column, Table

THINGS = Table(
    "things",
    "For tests.",
    (Column("id", pa.string(), "Key."), Column("n", pa.int32(), "Number.", nullable=True)),
    key=("id",),
    choices={"n": (1, 2, 3)},
)


def test_rows_come_back_in_order_over_shards(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SHARD_ROWS", 2)
    rows = [{"id": str(i), "n": 1 + i % 3} for i in range(5)]
    assert tables.write(THINGS, iter(rows), tmp_path / "t") == 5
    assert [p.name for p in tables.shards(tmp_path / "t")] == [f"part-0000{i}.parquet" for i in range(3)]
    assert tables.read(tmp_path / "t") == rows
    assert pq.read_table(tmp_path / "t").num_rows == 5


def test_no_rows_make_a_table_with_its_schema(tmp_path):
    tables.write(THINGS, [], tmp_path / "t")
    assert tables.read(tmp_path / "t") == []
    assert pq.read_schema(tmp_path / "t" / "part-00000.parquet").names == ["id", "n"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"id": None}], "null"),
        ([{"n": 1}], "null"),
        ([{"id": "a", "n": 9}], "none of 1, 2, 3"),
        ([{"id": "a"}, {"id": "a"}], "appears twice"),
        ([{"id": "a", "m": 1}], "unknown column `m`"),
        ([{"id": 1}], "wrong type"),
    ],
)
def test_a_wrong_row_is_named_and_the_old_table_stays(tmp_path, rows, says):
    tables.write(THINGS, [{"id": "old"}], tmp_path / "t")
    with pytest.raises(DataError, match=says):
        tables.write(THINGS, rows, tmp_path / "t")
    assert tables.read(tmp_path / "t") == [{"id": "old", "n": None}]
    assert [p.name for p in tmp_path.iterdir()] == ["t"]


def test_a_key_is_unique_over_shards_too(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SHARD_ROWS", 1)
    with pytest.raises(DataError, match="appears twice"):
        tables.write(THINGS, [{"id": "a"}, {"id": "b"}, {"id": "a"}], tmp_path / "t")


def test_same_rows_same_bytes(tmp_path):
    for name in "ab":
        tables.write(THINGS, [{"id": "x", "n": 2}], tmp_path / name)
    one, other = ((tmp_path / n / "part-00000.parquet").read_bytes() for n in "ab")
    assert one == other


def test_a_missing_table_names_the_remedy(tmp_path):
    with pytest.raises(DataError, match="dvc repro"):
        tables.read(tmp_path / "none")
