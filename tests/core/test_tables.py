"""Tables are checked against the schema, written atomically and read back in order."""

import errno
import os
import stat
import subprocess
import sys
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.schema.columns import Column, Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from tests.worlds.news import harbour_article, harbour_quote
from tests.worlds.rows import LABELS, ROOT, TARGETS, stances

THINGS = Table(
    "things",
    "For tests.",
    Column("id", pa.string(), "Key."),
    Column("n", pa.int32(), "Number.", nullable=True, choices=(1, 2, 3)),
)


def test_rows_come_back_in_order_over_shards_with_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SHARD_ROWS", 2)
    rows = [{"id": str(i), "n": 1 + i % 3} for i in range(5)]
    assert tables.write(THINGS, iter(rows), tmp_path / "t") == 5
    assert [p.name for p in tables.shard_paths(tmp_path / "t")] == [f"part-0000{i}.parquet" for i in range(3)]
    assert tables.read(tmp_path / "t") == rows
    assert pq.read_table(tmp_path / "t").num_rows == 5
    tables.write(THINGS, rows, tmp_path / "again")
    for path in tables.shard_paths(tmp_path / "t"):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    tables.write(THINGS, [], tmp_path / "t")
    assert tables.read(tmp_path / "t") == []
    assert pq.read_schema(tmp_path / "t" / "part-00000.parquet").names == ["id", "n"]


@pytest.mark.parametrize(("rows", "says"), [
    ([{"id": None}], "the value is missing"),
    ([{"n": 1}], "the value is missing"),
    ([{"id": "a", "n": 9}], "not one of 1, 2, 3"),
    ([{"id": "a"}, {"id": "a"}], "appears twice"),
    ([{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "a"}], "appears twice"),
    ([{"id": "a", "m": 1}], "unknown column `m`"),
    ([{"id": 1}], "wrong type"),
])  # fmt: skip
def test_an_invalid_row_is_an_error_and_the_old_table_stays(tmp_path, monkeypatch, rows, says):
    monkeypatch.setattr(tables, "SHARD_ROWS", 2)
    tables.write(THINGS, [{"id": "old"}], tmp_path / "t")
    with pytest.raises(DataError, match=says):
        tables.write(THINGS, rows, tmp_path / "t")
    assert tables.read(tmp_path / "t") == [{"id": "old", "n": None}]
    assert [p.name for p in tmp_path.iterdir()] == ["t"]


FULL = OSError(errno.ENOSPC, "No space left on device")
READ_ONLY = OSError(errno.EROFS, "Read-only file system")
DENIED = PermissionError(errno.EACCES, "Permission denied")


def failing_once(work, error, after=0):
    """Return a function that works `after` times, raises an error, and works again."""
    calls = count()

    def call(*args, **kwargs):
        if next(calls) == after:
            raise error
        return work(*args, **kwargs)

    return call


@pytest.mark.parametrize(("where", "name", "error", "after", "says"), [
    (pq, "write_table", FULL, 0, "free some space"),
    (pq, "write_table", FULL, 1, "free some space"),
    (os, "replace", READ_ONLY, 0, "writable"),
    (os, "replace", READ_ONLY, 1, "writable"),  # moving the old table back is not refused
    (Path, "mkdir", DENIED, 0, "writable for yourself"),
])  # fmt: skip
def test_an_operating_system_error_leaves_the_old_table_or_text(tmp_path, monkeypatch, where, name, error, after, says):
    tables.write(THINGS, [{"id": "old"}], tmp_path / "t")
    with monkeypatch.context() as patched:
        patched.setattr(tables, "SHARD_ROWS", 1)
        patched.setattr(where, name, failing_once(getattr(where, name), error, after))
        with pytest.raises(ParleyError, match=says) as raised:
            tables.write(THINGS, [{"id": "a"}, {"id": "b"}], tmp_path / "t")
    assert str(tmp_path / "t") in raised.value.where
    assert tables.read(tmp_path / "t") == [{"id": "old", "n": None}]
    assert [p.name for p in tmp_path.iterdir()] == ["t"]
    tables.write(THINGS, [{"id": "a"}, {"id": "b"}], tmp_path / "t")
    assert [row["id"] for row in tables.read(tmp_path / "t")] == ["a", "b"]
    tables.write_text(tmp_path / "a.md", "old")
    monkeypatch.setattr(Path, "write_text", failing_once(Path.write_text, FULL))
    with pytest.raises(ParleyError, match="No space left"):
        tables.write_text(tmp_path / "a.md", "new")
    assert (tmp_path / "a.md").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "t"]


def flip_byte(data):
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 0x20]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\0" * len(data), flip_byte],
    ids=["truncated", "empty", "zeros", "one bit"],
)
def test_a_damaged_table_is_an_error_with_the_rebuild_command(tmp_path, damage):
    folder = tmp_path / paths.QUOTES
    tables.write(THINGS, [{"id": f"{n} of many", "n": 1 + n % 3} for n in range(500)], folder)
    path = folder / "part-00000.parquet"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError) as raised:
        tables.read(folder)
    assert raised.value.where == str(path)
    assert "dvc repro --force" in raised.value.fix


def test_a_missing_an_unreadable_table_and_one_with_other_columns_are_errors_with_a_remedy(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="dvc repro"):
        tables.read(tmp_path / "none")
    tables.write(THINGS, [{"id": "a"}], tmp_path / paths.STANCES)
    with pytest.raises(DataError, match=r"no column `label`(.|\n)*dvc repro --force"):
        list(tables.iterate_rows(tmp_path / paths.STANCES, ["id", "label"]))
    tables.write(THINGS, [{"id": "a"}], tmp_path / "t")
    monkeypatch.setattr(pq, "ParquetFile", failing_once(pq.ParquetFile, DENIED))
    with pytest.raises(ParleyError, match=r"part-00000\.parquet: Permission denied") as raised:
        tables.read(tmp_path / "t")
    assert not isinstance(raised.value, DataError)


@pytest.mark.parametrize("text", ['{"counts": {', "\x00", None])
def test_damaged_metrics_are_an_error(tmp_path, text):
    path = tmp_path / "reports/scores.json"
    if text is not None:
        tables.write_text(path, text)
    says = r"no such file(.|\n)*run `dvc repro`" if text is None else r"damaged(.|\n)*dvc repro --force"
    with pytest.raises(DataError, match=says):
        tables.read_json(path)


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_file_permissions_follow_the_umask(tmp_path, mask):
    """Run in a separate process, because the umask is a setting of the process."""
    code = (
        "import os, sys; os.umask(int(sys.argv[1])); from pipeline import stage; stage.main(['inputs'])\n"
        "from pipeline.core.storage import tables\n"
        "tables.write_text('a/b.md', 'x'); tables.write_parquet('a/c.parquet', __import__('pyarrow').table({'a': [1]}))"
    )
    command, environment = [sys.executable, "-c", code, str(mask)], {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in sorted(tmp_path.rglob("*"))}
    permissions = ~(mask | 0o002)
    assert modes == {"a": 0o777 & permissions, "b.md": 0o666 & permissions, "c.parquet": 0o666 & permissions}


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
    joined = list(tables.articles_with_quotes(project(tmp_path), 2))
    assert [article["article_id"] for article, _ in joined] == [article["article_id"] for article in FILLED]
    assert [[quote["quote_id"] for quote, _ in labelled] for _, labelled in joined] == [
        [quote["quote_id"] for quote in QUOTED if quote["article_id"] == article["article_id"]] for article in FILLED
    ]
    for quote, opinions in (labelled for _, of_article in joined for labelled in of_article):
        assert [(row["quote_id"], row["target"]) for row in opinions] == [(quote["quote_id"], name) for name in TARGETS]
    columns = {paths.ARTICLES: ["article_id", "text"], paths.STANCES: ["quote_id", "label"]}
    selected = [pair for pair in tables.articles_with_quotes(tmp_path, 2, columns) if pair[1]]
    article, ((quote, opinions),) = selected[0]
    assert set(article) == {"article_id", "text"}
    assert set(quote) == {column.name for column in QUOTES.columns}
    assert opinions == [{"quote_id": quote["quote_id"], "label": "against"}] * 2
    (file,) = (tmp_path / paths.QUOTES).iterdir()
    pq.write_table(pq.read_table(file).drop_columns("rule"), file)  # as of an older version
    with pytest.raises(DataError, match="no column `rule`"):
        next(tables.articles_with_quotes(tmp_path, 2))


@pytest.mark.parametrize(("changes", "name"), [
    ({"articles": FILLED[:2]}, "articles"),
    ({"quotes": [QUOTED[0], {**QUOTED[1], "article_id": "0"}]}, "articles"),
    ({"quotes": QUOTED[1:]}, "stances"),
    ({"labelled": QUOTED[:1]}, "stances"),
    ({"labelled": QUOTED[::-1]}, "stances"),
])  # fmt: skip
def test_tables_of_different_runs_are_an_error(tmp_path, changes, name):
    with pytest.raises(DataError, match=f"{name} and quotes come from different runs"):
        list(tables.articles_with_quotes(project(tmp_path, **changes), 2))


def test_a_column_of_another_type_is_told(tmp_path):
    folder = tmp_path / paths.ARTICLES
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"article_id": [1]}), folder / "part-00000.parquet")
    with pytest.raises(DataError, match=r"wrong type in column `article_id`.*it has int64, not string"):
        tables.read(folder)
