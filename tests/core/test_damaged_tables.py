"""Tables that stages keep from run to run: a file that was damaged is reported, moved aside and computed again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from pipeline.core.errors import DataError
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import DOCUMENT_CACHE, EXTRACTED, GOLD_SPEAKERS, QUOTES, RESOLVED
from pipeline.core.schema.stance_tables import stances
from pipeline.core.storage import bucketed_tables, incremental, parquet_checksums, tables

KEPT = [DOCUMENT_CACHE, EXTRACTED, RESOLVED, GOLD_SPEAKERS, QUOTES, stances(("favor", "against"))]
ARTICLES = ("aa01", "aa02", "ab01")
MARK = b"parley checksums"


def row_of(table: Table, article: str) -> dict[str, Any]:
    """Return a row with a value in every column."""
    values: dict[str, Any] = {}
    for field in table.schema:
        kind = field.type
        if field.name in ("id", "article_id"):
            values[field.name] = article
        elif field.name == "quote_id":
            values[field.name] = f"{article}-5"
        elif field.name in table.choices:
            values[field.name] = table.choices[field.name][0]
        elif pa.types.is_list(kind):
            values[field.name] = []
        elif pa.types.is_struct(kind):
            values[field.name] = None
        elif pa.types.is_binary(kind):
            values[field.name] = b"abcd" * 4
        else:
            values[field.name] = f"Sorrin {article}" if pa.types.is_string(kind) else pa.scalar(1).cast(kind).as_py()
    return values


def update(table: Table, folder: Path) -> list[str]:
    """Bring a table up to date; return the articles that were computed."""
    computed: list[str] = []

    def compute(_: str, articles: list[str]) -> list[list[dict[str, Any]]]:
        computed.extend(articles)
        return [[row_of(table, article)] for article in articles]

    wanted: dict[str, dict[str, str]] = {}
    for article in ARTICLES:
        wanted.setdefault(bucketed_tables.bucket_of(article, 2), {})[article] = table.name
    incremental.update_table(table, folder, sorted(wanted.items()), compute)
    return computed


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("table", KEPT, ids=[table.name for table in KEPT])
def test_a_flipped_bit_anywhere_is_repaired(table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / table.name
    assert update(table, folder) == list(ARTICLES)
    before = contents(folder)
    good, chance = before["aa.parquet"], Random(table.name)
    mark = good.index(MARK)
    # As many in the notes at the end, which are the larger part here, as before them.
    places = [*chance.sample(range(mark), 15), *chance.sample(range(mark, len(good)), 35)]
    for place in places:
        damaged = bytearray(good)
        damaged[place] ^= 1 << chance.randrange(8)
        (folder / "aa.parquet").write_bytes(damaged)
        assert update(table, folder) == ["aa01", "aa02"], place
        assert contents(folder) == before, place
        message = capsys.readouterr().err
        if not mark <= place < mark + len(MARK):  # without its mark, a file is taken for one of an older version
            assert "aa.parquet: the file is damaged" in message
            assert (tmp_path / "damaged" / table.name / "aa.parquet").read_bytes() == damaged


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: b"",
        lambda good: good[: len(good) // 2],
        lambda good: good[:-1],
        lambda good: good + b"\0",
        lambda good: bytes(len(good)),
        lambda good: b"PAR1" + good[4:-8] + bytes(4) + b"PAR1",
        lambda good: b"PAR1" + b"\xff" * 4 + b"PAR1",
    ],
    ids=["empty", "half", "without its end", "longer", "zeros", "no notes", "length too large"],
)
def test_other_damage_is_repaired_too(
    damage: Callable[[bytes], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "resolved"
    update(RESOLVED, folder)
    before = contents(folder)
    (folder / "aa.parquet").write_bytes(damage(before["aa.parquet"]))
    with pytest.raises(DataError, match=r"aa\.parquet: the file is damaged"):
        bucketed_tables.row_digests(folder, "aa")  # another stage, which cannot repair it
    assert update(RESOLVED, folder) == ["aa01", "aa02"]
    assert contents(folder) == before
    assert "aa.parquet: the file is damaged" in capsys.readouterr().err


def test_files_in_each_others_place_are_computed_again(tmp_path: Path) -> None:
    folder, other = tmp_path / "resolved", tmp_path / "extracted"
    update(RESOLVED, folder)
    update(EXTRACTED, other)
    before = contents(folder)
    (folder / "aa.parquet").write_bytes(before["ab.parquet"])
    (folder / "ab.parquet").write_bytes(before["aa.parquet"])
    assert update(RESOLVED, folder) == list(ARTICLES)
    assert contents(folder) == before
    (folder / "aa.parquet").write_bytes((other / "aa.parquet").read_bytes())  # of another table
    assert update(RESOLVED, folder) == ["aa01", "aa02"]
    assert contents(folder) == before


def test_a_file_of_an_older_version_is_replaced_quietly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "resolved"
    update(RESOLVED, folder)
    before = contents(folder)
    good = before["aa.parquet"]
    start = good.index(MARK)
    (folder / "aa.parquet").write_bytes(good[:start] + good[start + len(MARK) + 32 :])
    assert len(tables.read(folder)) == 3  # others can still read it
    assert update(RESOLVED, folder) == ["aa01", "aa02"]
    assert contents(folder) == before
    assert capsys.readouterr().err == ""


def test_a_damaged_file_is_not_moved_into_the_input_of_another_stage(tmp_path: Path) -> None:
    folder = tmp_path / "data/interim/some/table"
    folder.mkdir(parents=True)
    (folder / "aa.parquet").write_bytes(b"damaged")
    assert bucketed_tables.read_bucket_or_discard(folder, "aa")[0] is None
    assert (tmp_path / "data/interim/damaged/some/table/aa.parquet").exists()


def test_damaged_notes_are_an_error_for_the_stages_that_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "resolved"
    update(RESOLVED, folder)
    path = folder / "aa.parquet"
    good = path.read_bytes()
    place = good.index(b'"aa01"')
    path.write_bytes(good[:place] + b'"aa09"' + good[place + 6 :])
    for read in (bucketed_tables.row_digests, bucketed_tables.read_bucket):
        with pytest.raises(DataError, match=r"aa\.parquet: the file is damaged"):
            read(folder, "aa")
    with pytest.raises(DataError, match=r"aa\.parquet: the file is damaged"):
        tables.read(path)


def test_a_file_with_checksums_is_an_ordinary_parquet_file(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    tables.write_parquet(tmp_path / "a.parquet", pa.table({"n": list(range(1000))}))
    assert pq.read_table(tmp_path / "a.parquet")["n"].to_pylist() == list(range(1000))
    assert parquet_checksums.check_all((tmp_path / "a.parquet").read_bytes())
