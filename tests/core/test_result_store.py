"""Results by article: only new or changed articles are computed, earlier runs do not matter, damage is repaired."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError, error_for_user
from pipeline.core.parallel import executor
from pipeline.core.schema.data_tables import RESOLVED
from pipeline.core.storage import result_store, tables
from pipeline.core.storage.result_store import ResultStore, read_result, update_table
from tests.e2e.project import ROOT

IDS = ["aa01", "aa02", "ab01"]
FOLDER = Path("data/interim/resolved")


def rows(article, speaker="Ilse Korvath"):
    return [
        {"quote_id": f"{article}-{n}", "speaker": speaker, "kind": "person", "form": "", "resolved_by": "r"}
        | {"certainty": 1.0, "members": [], "side_certainty": 0.0}
        for n in (5, 19)
    ]


def compute_rows(root, inputs):
    with (Path(root) / "computed").open("a") as log:
        log.writelines(f"{article}\n" for article in inputs)
    for article, speaker in inputs.items():
        if speaker == "fails":
            raise KeyError(article)
        yield [] if speaker == "nobody" else rows(article, speaker)


def update(root, keys, speaker="Ilse Korvath", in_place_of=None):
    """Update a table to the keys of its articles; return the articles that were computed."""
    root.mkdir(exist_ok=True)
    log = root / "computed"
    log.write_text("")
    speakers = {article: speaker.get(article, "x") if isinstance(speaker, dict) else speaker for article in keys}

    def inputs(articles):
        return ((article, speakers[article]) for article in speakers if article in articles)

    done = update_table(RESOLVED, FOLDER, root, "resolve", keys, inputs, compute_rows, in_place_of)
    computed = log.read_text().split()
    assert done.computed == len(set(computed))
    return computed


def stored(root):
    return {path.name: path.read_bytes() for path in (root / FOLDER).iterdir()}


def file_of(root):
    return root / paths.STORE / "resolve.sqlite"


KEYS = dict.fromkeys(IDS, "1")


def test_only_new_or_changed_articles_are_computed(tmp_path):
    assert update(tmp_path, KEYS) == IDS
    assert update(tmp_path, KEYS) == []
    assert update(tmp_path, KEYS | {"aa02": "2", "ab03": "1"}) == ["aa02", "ab03"]
    assert [row["quote_id"] for row in tables.iterate_rows(tmp_path / FOLDER)] == [
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
def test_the_bytes_do_not_depend_on_earlier_runs_or_order(tmp_path, earlier_runs):
    for keys in earlier_runs:
        update(tmp_path / "one", keys)
    update(tmp_path / "one", KEYS)
    update(tmp_path / "other", dict.fromkeys(reversed(IDS), "1"))
    assert stored(tmp_path / "one") == stored(tmp_path / "other")


def test_the_bytes_do_not_depend_on_the_number_of_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(executor, "ARTICLES_WORTH_ASKED", 2)
    monkeypatch.setattr(result_store, "ARTICLES_AT_ONCE", 1)
    for number in ("1", "2"):
        monkeypatch.setenv("PARLEY_PROCESSES", number)
        assert sorted(update(tmp_path / number, KEYS)) == IDS
    assert stored(tmp_path / "1") == stored(tmp_path / "2")


def test_results_of_articles_that_are_gone_are_deleted(tmp_path):
    update(tmp_path, KEYS)
    update(tmp_path, {"aa01": "1"})
    assert update(tmp_path, KEYS) == ["aa02", "ab01"]


def test_an_article_without_rows_is_computed_once(tmp_path):
    assert update(tmp_path, {"aa01": "1"}, "nobody") == ["aa01"]
    assert update(tmp_path, {"aa01": "1"}, "nobody") == []
    assert tables.read(tmp_path / FOLDER) == []


def in_place(_, given):
    return rows("aa02", f"not {given}")


def test_an_article_that_fails_is_computed_again_in_each_run(tmp_path):
    for _ in range(2):
        assert "aa02" in update(tmp_path, KEYS, {"aa02": "fails"}, in_place)
        speakers = [row["speaker"] for row in tables.read(tmp_path / FOLDER)]
        assert speakers == ["x", "x", "not fails", "not fails", "x", "x"]
    assert update(tmp_path, KEYS) == ["aa02"]


def test_rows_that_violate_the_schema_change_nothing(tmp_path):
    update(tmp_path, KEYS)
    before = stored(tmp_path)
    with pytest.raises(DataError, match="wrong type"):
        update(tmp_path, dict.fromkeys(IDS, "2"), 5)
    assert stored(tmp_path) == before


def test_without_the_file_the_bytes_are_the_same(tmp_path):
    update(tmp_path, KEYS)
    before = stored(tmp_path)
    file_of(tmp_path).unlink()
    assert update(tmp_path, KEYS) == IDS
    assert stored(tmp_path) == before


def test_a_table_of_many_articles_has_several_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SHARD_ROWS", 3)
    update(tmp_path, KEYS)
    assert len(stored(tmp_path)) == 2
    found = tables.iterate_articles(tmp_path / FOLDER)
    assert {article: len(of) for article, of in found} == dict.fromkeys(IDS, 2)


def test_a_flipped_bit_anywhere_is_noticed(tmp_path, capsys):
    update(tmp_path, KEYS)
    before, path, chance = stored(tmp_path), file_of(tmp_path), Random(1)
    good = path.read_bytes()
    used = [place for place in range(len(good)) if good[place]]
    for place in chance.sample(used, 100):
        damaged = bytearray(good)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        computed = update(tmp_path, KEYS)
        assert stored(tmp_path) == before, place
        assert computed in ([], IDS)
        told = capsys.readouterr().err
        assert ("resolve.sqlite: the file is damaged" in told) == bool(computed), told
        assert not computed or path.with_suffix(".damaged").read_bytes() == damaged
        path.write_bytes(good)


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: good[: len(good) // 2],
        lambda good: good[:-1],
        lambda good: good[:4096],
        lambda good: bytes(len(good)),
        lambda good: b"no database" * 1000,
    ],
    ids=["half", "without its end", "one page", "zeros", "another file"],
)
def test_other_damage_is_repaired_too(
    damage: Callable[[bytes], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    update(tmp_path, KEYS)
    before = stored(tmp_path)
    file_of(tmp_path).write_bytes(damage(file_of(tmp_path).read_bytes()))
    assert update(tmp_path, KEYS) == IDS
    assert stored(tmp_path) == before
    assert capsys.readouterr().err.count("the file is damaged") == 1
    assert update(tmp_path, KEYS) == []


def test_a_file_of_another_version_is_replaced(tmp_path, capsys):
    file_of(tmp_path).parent.mkdir(parents=True)
    with sqlite3.connect(file_of(tmp_path)) as connection:
        connection.execute("CREATE TABLE results (name TEXT PRIMARY KEY, value BLOB)")
    connection.close()
    assert update(tmp_path, KEYS) == IDS


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.core.storage.result_store import ResultStore
def results(word):
    return [(f"{word}{n:04x}", "key", os.urandom(10_000)) for n in range(1000)]
with ResultStore(Path(sys.argv[1]), "resolve") as store:
    store.add(results("first"))
    if sys.argv[2] == "within":
        # After so many steps of SQLite's machine, when megabytes are in the file already.
        store._connection.set_progress_handler(lambda: os.kill(os.getpid(), signal.SIGKILL), 8000)
    store.add(results("second"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "kept"), [("within", 1000), ("after", 2000)])
def test_a_killed_process_leaves_what_it_has_written(tmp_path, capsys, moment, kept):
    command = [sys.executable, "-c", KILLED, str(tmp_path), moment]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == -signal.SIGKILL
    assert file_of(tmp_path).with_name("resolve.sqlite-journal").exists() == (moment == "within")
    with ResultStore(tmp_path, "resolve") as store:
        assert len(store.names()) == kept
    assert capsys.readouterr().err == ""


LIMITED = """
import resource, sys
from pathlib import Path
from pipeline.core.errors import ParleyError
from pipeline.core.storage.result_store import ResultStore
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000,) * 2)
try:
    with ResultStore(Path(sys.argv[1]), "s") as store:
        store.add([("small", "1", b"x")])
        store.add([("large", "1", __import__("os").urandom(100_000))])
except ParleyError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_says_why_and_keeps_what_it_has(tmp_path):
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert f"{tmp_path}/{paths.STORE}/s.sqlite: File too large" in done.stdout, done.stderr
    with ResultStore(tmp_path, "s") as store:
        assert store.names() == {"small"}
    assert [path.name for path in (tmp_path / paths.STORE).iterdir()] == ["s.sqlite"]


def test_a_folder_that_is_no_folder_is_an_error(tmp_path):
    (tmp_path / paths.STORE).parent.mkdir(parents=True)
    (tmp_path / paths.STORE).write_text("")
    with pytest.raises(FileExistsError) as caught, ResultStore(tmp_path, "s"):
        pass
    assert "store: File exists" in str(error_for_user(caught.value))


def test_a_result_of_another_project_is_read_and_nothing_written(tmp_path):
    with ResultStore(tmp_path, "s") as store:
        store.add([("a", "1", b"value" * 1000)])
    path = tmp_path / paths.STORE / "s.sqlite"
    before = path.read_bytes()
    assert read_result(tmp_path, "s", "a", "1") == b"value" * 1000
    assert read_result(tmp_path, "s", "a", "2") is read_result(tmp_path, "s", "b", "1") is None
    assert path.read_bytes() == before
    path.write_bytes(before[:-100])
    assert read_result(tmp_path, "s", "a", "1") is None
    assert read_result(tmp_path / "none", "s", "a", "1") is None
    assert not (tmp_path / "none").exists()


def test_rows_come_back_with_their_types(tmp_path):
    given = tables.to_arrow(RESOLVED, rows("aa01"))
    assert result_store.rows_from_bytes(RESOLVED, result_store.rows_to_bytes(RESOLVED, rows("aa01"))).equals(given)
    assert result_store.rows_from_bytes(RESOLVED, result_store.rows_to_bytes(RESOLVED, [])).schema == given.schema
    assert isinstance(given, pa.Table)
