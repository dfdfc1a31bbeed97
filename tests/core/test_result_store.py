"""Results by article: only new or changed articles are computed, earlier runs do not matter, damage is repaired."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from pipeline.core import paths
from pipeline.core.schema.data_tables import RESOLVED
from pipeline.core.storage import tables
from pipeline.core.storage.result_store import ResultStore, update_table
from tests.e2e.project import ROOT
from tests.worlds.project import files_in

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


def file_of(root):
    return root / paths.STORE / "resolve.sqlite"


KEYS = dict.fromkeys(IDS, "1")


def test_only_new_or_changed_articles_are_computed(tmp_path):
    """And those whose results were deleted, because the articles were gone."""
    assert update(tmp_path, KEYS) == IDS
    assert update(tmp_path, KEYS) == []
    assert update(tmp_path, {"aa01": "1"}) == []
    assert update(tmp_path, KEYS) == ["aa02", "ab01"]
    assert update(tmp_path, KEYS | {"aa02": "2", "ab03": "1"}) == ["aa02", "ab03"]
    assert [row["quote_id"] for row in tables.iterate_rows(tmp_path / FOLDER)] == [
        f"{article}-{n}" for article in [*IDS, "ab03"] for n in (5, 19)
    ]


def test_the_bytes_do_not_depend_on_earlier_runs_or_order(tmp_path):
    update(tmp_path / "other", dict.fromkeys(reversed(IDS), "1"))
    for earlier in ({"aa01": "1"}, KEYS | {"aa00": "1", "ff00": "1"}, dict.fromkeys(IDS, "0"), {"aa02": "1"}, {}):
        update(tmp_path / "one", earlier)
        update(tmp_path / "one", KEYS)
        assert files_in(tmp_path / "one" / FOLDER) == files_in(tmp_path / "other" / FOLDER)
    file_of(tmp_path / "one").unlink()
    assert update(tmp_path / "one", KEYS) == IDS
    assert files_in(tmp_path / "one" / FOLDER) == files_in(tmp_path / "other" / FOLDER)


def test_an_article_without_rows_is_computed_once_and_one_that_fails_in_each_run(tmp_path):
    for computed in (["aa01"], []):
        assert update(tmp_path, {"aa01": "1"}, "nobody") == computed
        assert tables.read(tmp_path / FOLDER) == []
    for _ in range(2):
        keys = {"aa02": "1", "ab01": "1"}
        assert "aa02" in update(tmp_path, keys, {"aa02": "fails"}, lambda _, given: rows("aa02", f"not {given}"))
        assert [row["speaker"] for row in tables.read(tmp_path / FOLDER)] == ["not fails", "not fails", "x", "x"]
    assert update(tmp_path, keys) == ["aa02"]


def of_another_version(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE results (name TEXT PRIMARY KEY, value BLOB)")
    return path.read_bytes()


def test_damage_is_noticed_and_repaired(tmp_path, capsys):
    update(tmp_path, KEYS)
    before, path, chance = files_in(tmp_path / FOLDER), file_of(tmp_path), Random(1)
    good = path.read_bytes()
    damages = [good[: len(good) // 2], good[:-1], good[:4096], bytes(len(good)), b"no database" * 1000]
    damages.append(of_another_version(tmp_path / "another.sqlite"))
    for place in chance.sample([place for place, byte in enumerate(good) if byte], 100):
        flipped = good[place] ^ 1 << chance.randrange(8)
        damages.append(good[:place] + bytes([flipped]) + good[place + 1 :])
    for number, damaged in enumerate(damages):
        path.write_bytes(damaged)
        computed = update(tmp_path, KEYS)
        assert files_in(tmp_path / FOLDER) == before, number
        assert computed == IDS or (computed == [] and number > 5)  # of free space a bit may change
        told = capsys.readouterr().err
        assert told.count("resolve.sqlite: the file is damaged") == bool(computed), told
        assert not computed or path.with_suffix(".damaged").read_bytes() == damaged
        assert update(tmp_path, KEYS) == []
        path.write_bytes(good)


WRITING = """
import os, resource, signal, sys
from pathlib import Path
from pipeline.core.errors import ParleyError
from pipeline.core.storage.result_store import ResultStore
def results(word):
    return [(f"{word}{n:04x}", "key", os.urandom(10_000)) for n in range(1000)]
def die():
    os.kill(os.getpid(), signal.SIGKILL)
try:
    with ResultStore(Path(sys.argv[1]), "resolve") as store:
        store.add(results("first"))
        if sys.argv[2] == "killed within":
            # After so many steps of SQLite's machine, when megabytes are in the file already.
            store._connection.set_progress_handler(die, 8000)
        second = results("second")
        if sys.argv[2] == "file too large":
            second = second[:10]
            resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size + 30_000,) * 2)
        store.add(second)
        die()
except ParleyError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("moment", "kept"), [("killed within", 1000), ("killed afterwards", 2000), ("file too large", 1000)]
)
def test_what_was_written_before_is_kept(tmp_path, capsys, moment, kept):
    command = [sys.executable, "-c", WRITING, str(tmp_path), moment]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    if moment == "file too large":
        assert f"{file_of(tmp_path)}: File too large" in done.stdout, done.stderr
    else:
        assert done.returncode == -signal.SIGKILL
    assert file_of(tmp_path).with_name("resolve.sqlite-journal").exists() == (moment == "killed within")
    with ResultStore(tmp_path, "resolve") as store:
        assert len(store.keys) == kept
    assert capsys.readouterr().err == ""
