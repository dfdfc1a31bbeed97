"""Dask workers: the check before a computation, and the cache of a call."""

import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from pipeline.core.errors import ConfigError
from pipeline.core.parallel import dask_cluster
from tests.e2e.project import ROOT

WANTED = {**dask_cluster.SOFTWARE, "threads of a worker": "1"}


def worker_facts(threads=1):
    return SimpleNamespace(state=SimpleNamespace(nthreads=threads), address="tcp://10.0.0.2:4000")


@pytest.fixture
def results_folder(tmp_path):
    return str(tmp_path)


@pytest.mark.parametrize(
    ("other", "threads", "answer"),
    [
        ({}, 1, ""),
        ({"spacy": "3.0.0"}, 1, f"spacy: {dask_cluster.SOFTWARE['spacy']} there, 3.0.0 here"),
        ({"Python": "3.99"}, 1, f"Python: {dask_cluster.SOFTWARE['Python']} there, 3.99 here"),
        ({"spaCy models": "none"}, 1, f"spaCy models: {dask_cluster.SOFTWARE['spaCy models']} there, none here"),
        ({}, 8, "threads of a worker: 8 there, 1 here"),
    ],
)
def test_differences_of_a_worker_are_named(other, threads, answer, results_folder):
    call = dask_cluster.Call("a call", results_folder, WANTED | other)
    assert dask_cluster.find_mismatch(call, worker_facts(threads)) == answer


def test_a_folder_that_is_not_shared_is_an_error(tmp_path):
    call = dask_cluster.Call("a call", str(tmp_path / "elsewhere" / "results"), WANTED)
    assert dask_cluster.find_mismatch(call, worker_facts()).startswith(
        f"it does not see the folder {tmp_path / 'elsewhere'}"
    )


def test_the_code_hash_changes_with_the_code(tmp_path):
    """A copy of the package has the same hash; a changed line in any file changes it."""
    source = "import pipeline.core.parallel.dask_cluster as w; print(w.__file__, w.SOFTWARE['Parley'])"

    def software_hash() -> str:
        process = subprocess.run(
            [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        file, _, software = process.stdout.strip().partition(" ")
        assert file.startswith(str(tmp_path))
        return software

    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    assert software_hash() == dask_cluster.SOFTWARE["Parley"]
    with (tmp_path / "pipeline/core/quote.py").open("a") as file:
        file.write("# changed\n")
    assert software_hash() != dask_cluster.SOFTWARE["Parley"]


def test_the_cache_is_cleared_at_the_first_item_of_a_call(results_folder, monkeypatch):
    reads = []
    module = ModuleType("pipeline.of_this_test")
    module.read = lru_cache(maxsize=1)(lambda: reads.append(1))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(dask_cluster, "_call", "")
    for name, times in (("first", 1), ("first", 1), ("second", 2)):
        dask_cluster._prepare(dask_cluster.Call(name, results_folder, WANTED), worker_facts())
        module.read()
        assert len(reads) == times


def test_a_worker_that_joins_later_is_checked_too(results_folder, monkeypatch):
    monkeypatch.setattr(dask_cluster, "_call", "")
    with pytest.raises(ConfigError, match=r"tcp://10.0.0.2:4000: .*numpy: .* there, 0.1 here"):
        dask_cluster._prepare(dask_cluster.Call("a call", results_folder, WANTED | {"numpy": "0.1"}), worker_facts())
    assert dask_cluster._call == ""


def square(n: int) -> int:
    return n * n


def test_an_item_with_a_stored_result_is_not_computed_again(results_folder, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="the optional extra `scale` (Dask) is not installed")
    protocol = distributed.protocol
    monkeypatch.setattr(distributed, "get_worker", worker_facts)
    call, packed = dask_cluster.Call("a call", results_folder, WANTED), protocol.serialize_bytes((square, 3))
    (Path(results_folder) / "1").write_bytes(b"done")
    assert [dask_cluster.run_item(call, number, packed) for number in (0, 1)] == [None, None]
    assert protocol.deserialize_bytes((Path(results_folder) / "0").read_bytes()) == 9
    assert (Path(results_folder) / "1").read_bytes() == b"done"
    assert sorted(path.name for path in Path(results_folder).iterdir()) == ["0", "1"]
