"""Tables are checked against the schema, written whole or not at all, and read back in order."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.schema.columns import Column, Table
from pipeline.core.storage import tables

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
    assert [p.name for p in tables.shard_paths(tmp_path / "t")] == [f"part-0000{i}.parquet" for i in range(3)]
    assert tables.read(tmp_path / "t") == rows
    assert pq.read_table(tmp_path / "t").num_rows == 5


def test_no_rows_make_a_table_with_its_schema(tmp_path):
    tables.write(THINGS, [], tmp_path / "t")
    assert tables.read(tmp_path / "t") == []
    assert pq.read_schema(tmp_path / "t" / "part-00000.parquet").names == ["id", "n"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"id": None}], "the value is missing"),
        ([{"n": 1}], "the value is missing"),
        ([{"id": "a", "n": 9}], "not one of 1, 2, 3"),
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


FULL = OSError(errno.ENOSPC, "No space left on device")
READ_ONLY = OSError(errno.EROFS, "Read-only file system")


def refusing(error, after=0):
    """Something to call that does its work a few times and is then refused."""

    def call(work):
        calls = iter(range(after))

        def wrapped(*args, **kwargs):
            if next(calls, None) is None:
                raise error
            return work(*args, **kwargs)

        return wrapped

    return call


@pytest.mark.parametrize(
    ("where", "name", "error", "after", "says"),
    [
        (pq, "write_table", FULL, 0, "free some space"),
        (pq, "write_table", FULL, 1, "free some space"),
        (os, "replace", READ_ONLY, 0, "writable"),
        (os, "replace", READ_ONLY, 1, "writable"),
        (Path, "mkdir", PermissionError(errno.EACCES, "Permission denied"), 0, "writable for yourself"),
    ],
)
def test_what_the_system_refuses_is_an_error_and_the_old_table_stays(
    tmp_path, monkeypatch, where, name, error, after, says
):
    tables.write(THINGS, [{"id": "old"}], tmp_path / "t")
    with monkeypatch.context() as patched:
        patched.setattr(tables, "SHARD_ROWS", 1)
        replaced = refusing(error, after)(getattr(where, name))
        undo = getattr(where, name)

        def once(*args, **kwargs):
            try:
                return replaced(*args, **kwargs)
            except OSError:
                patched.setattr(where, name, undo)  # moving the old table back is not refused
                raise

        patched.setattr(where, name, once)
        with pytest.raises(ParleyError, match=says) as raised:
            tables.write(THINGS, [{"id": "a"}, {"id": "b"}], tmp_path / "t")
    assert str(tmp_path / "t") in raised.value.where
    assert tables.read(tmp_path / "t") == [{"id": "old", "n": None}]
    assert [p.name for p in tmp_path.iterdir()] == ["t"]
    tables.write(THINGS, [{"id": "a"}, {"id": "b"}], tmp_path / "t")
    assert [row["id"] for row in tables.read(tmp_path / "t")] == ["a", "b"]


def test_a_text_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    tables.write_text(tmp_path / "a.md", "old")
    monkeypatch.setattr(Path, "write_text", refusing(FULL)(Path.write_text))
    with pytest.raises(ParleyError, match="No space left"):
        tables.write_text(tmp_path / "a.md", "new")
    assert (tmp_path / "a.md").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def flipped(data):
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 0x20]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\0" * len(data), flipped],
    ids=["truncated", "empty", "zeros", "one bit"],
)
@pytest.mark.parametrize("read", [tables.read, lambda folder: tables.read_parquet(tables.shard_paths(folder)[0])])
def test_a_damaged_table_is_named_with_the_command_that_makes_it_anew(tmp_path, damage, read):
    folder = tmp_path / paths.QUOTES
    tables.write(THINGS, [{"id": f"{n} of many", "n": 1 + n % 3} for n in range(500)], folder)
    path = folder / "part-00000.parquet"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError) as raised:
        read(folder)
    assert raised.value.where == str(path)
    assert "dvc repro --force --single-item resolve" in raised.value.fix


def test_a_table_of_another_form_is_named(tmp_path):
    tables.write(THINGS, [{"id": "a"}], tmp_path / paths.STANCES)
    with pytest.raises(DataError, match=r"no column `label`(.|\n)*single-item label"):
        list(tables.iterate_rows(tmp_path / paths.STANCES, ["id", "label"]))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"counts": {', r"damaged(.|\n)*--single-item evaluate"),
        ("\x00", r"damaged(.|\n)*--single-item evaluate"),
        (None, r"no such file(.|\n)*run `dvc repro`"),
    ],
)
def test_damaged_metrics_are_named(tmp_path, text, says):
    path = tmp_path / "reports/metrics.json"
    path.parent.mkdir()
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError, match=says):
        tables.read_json(path)


@pytest.mark.parametrize("read", [tables.read, lambda folder: tables.read_parquet(tables.shard_paths(folder)[0])])
def test_a_table_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch, read):
    tables.write(THINGS, [{"id": "a"}], tmp_path / "t")
    denied = PermissionError(errno.EACCES, "Permission denied")
    for name in ("ParquetFile", "read_schema"):
        monkeypatch.setattr(pq, name, refusing(denied)(getattr(pq, name)))
    with pytest.raises(ParleyError, match=r"part-00000\.parquet: Permission denied") as raised:
        read(tmp_path / "t")
    assert not isinstance(raised.value, DataError)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002, 0o000])
def test_files_have_the_rights_that_the_mask_leaves(tmp_path, mask):
    """In a process of its own; nobody else may write, whatever the mask."""
    code = (
        "import os, sys; os.umask(int(sys.argv[1])); from pipeline import stage; stage.main(['none'])\n"
        "from pipeline.core.storage import tables\n"
        "tables.write_text('a/b.md', 'x'); tables.write_parquet('a/c.parquet', __import__('pyarrow').table({'a': [1]}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    subprocess.run(
        [sys.executable, "-c", code, str(mask)], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in sorted(tmp_path.rglob("*"))}
    kept = ~(mask | 0o002)
    assert modes == {"a": 0o777 & kept, "b.md": 0o666 & kept, "c.parquet": 0o666 & kept}
