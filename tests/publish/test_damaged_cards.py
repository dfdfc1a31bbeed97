"""A published folder whose card or metadata is damaged or crafted: `push` refuses it in words."""

from __future__ import annotations

import resource
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.errors import ParleyError
from pipeline.publish import dataset_card, hub_upload
from pipeline.publish.hub_upload import push
from tests.robust.damaged_values import places, replaced

VALUES = [None, [], {}, 3, "../x", [None]]


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published / paths.PUBLISHED, tmp_path / "downloaded")


def damage(folder: Path, metadata: Any, text: str = "# Card\n") -> None:
    (folder / dataset_card.FILE).write_text(f"---\n{yaml.safe_dump(metadata)}\n---\n{text}", encoding="utf-8")


def test_every_key_that_is_read_is_checked(folder):
    metadata, _ = dataset_card.read_card(folder)
    sound = metadata | {"dataset_info": [{**info, "features": []} for info in metadata["dataset_info"]]}
    told = []
    for place in places(sound, depth=6):
        for value in VALUES:
            damage(folder, replaced(sound, place, value))
            try:
                lines = list(push("a/b", folder, dry_run=True))
            except ParleyError as error:
                told.append(error)
            else:
                assert "Dry run" in lines[-1]
    assert len(told) > 50
    assert all(str(folder) in error.where and error.fix for error in told)


TEXTS = {
    "empty": "",
    "no YAML": "# A dataset\n",
    "not closed": "---\nconfigs:\n",
    "broken": "---\n{[\n---\n",
    "a tag": "---\n!!python/object/apply:os.getcwd []\n---\n",
    "a list": "---\n- a\n---\n",
    "a word": "---\na\n---\n",
    "nothing in it": "---\n---\n",
    "deep": "---\n" + "[" * 5000 + "\n---\n",
    "key of no word": "---\n? [a]\n: b\n---\n",
    "no text": "---\n\udcff\udcfe\n---\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_card_that_is_none(folder, text):
    (folder / dataset_card.FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = CliRunner().invoke(main, ["push", "a/b", "--dry-run", "--folder", str(folder)])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert str(folder / dataset_card.FILE) in done.output
    assert "→" in done.output


DEEP = {
    "objects": "{a: " * 450 + "1" + "}" * 450,
    "lists": "[" * 450 + "]" * 450,
    "lines": "".join(f"\n{' ' * depth}a:" for depth in range(1, 450)),
    "in itself": "&a {a: *a}",
}


@pytest.mark.parametrize("value", DEEP.values(), ids=DEEP)
def test_a_sound_card_with_a_key_that_is_nested_too_deeply(folder, value):
    card = folder / dataset_card.FILE
    card.write_text(card.read_text(encoding="utf-8").replace("---\n", f"---\ndeep: {value}\n", 1), encoding="utf-8")
    with pytest.raises(ParleyError, match="the card does not begin with its YAML"):
        list(push("a/b", folder, dry_run=True))


def test_anchors_that_stand_for_more_lists_than_fit_in_memory_are_no_fault(folder):
    anchors = ["&a0 [x]", *(f"&a{depth} [*a{depth - 1}, *a{depth - 1}]" for depth in range(1, 48))]
    deep = "".join(f"key_{depth}: {value}\n" for depth, value in enumerate(anchors))
    card = folder / dataset_card.FILE
    card.write_text(card.read_text(encoding="utf-8").replace("---\n", f"---\n{deep}", 1), encoding="utf-8")
    assert "Dry run" in list(push("a/b", folder, dry_run=True))[-1]


@pytest.mark.parametrize("keep", [0, 4, 200])
def test_a_parquet_file_that_broke_off(folder, keep):
    path = sorted((folder / "articles").glob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ParleyError) as raised:
        list(push("a/b", folder, dry_run=True))
    assert str(path) in raised.value.where


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not limit memory")
def test_a_small_file_that_asks_for_all_memory(folder, monkeypatch):
    """Rows of Parquet share a value: here 60 MB in each row of a file of a few kilobytes."""
    (path, *_) = sorted((folder / "articles").glob("*.parquet"))
    table = pq.read_table(path)
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * len(table), pa.int32()), ["a" * 60_000_000])
    table = table.set_column(table.column_names.index("text"), "text", shared)
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(hub_upload, "most_memory", lambda: used_memory() + 100_000_000)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    done = CliRunner().invoke(main, ["push", "a/b", "--dry-run", "--folder", str(folder)])
    assert done.exit_code == 1
    assert f"{folder}: reading this takes more than" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def used_memory() -> int:
    """Return the bytes of this process that count for the limit."""
    (line,) = [row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmData")]
    return int(line.split()[1]) << 10
