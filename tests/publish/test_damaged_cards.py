"""A published folder whose card or metadata is damaged or crafted: `push` refuses it in words."""

import resource
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.core.errors import ParleyError
from pipeline.publish import dataset_card, hub_upload
from pipeline.publish.hub_upload import push
from tests.robust.damaged_values import places, replaced
from tests.worlds.project import parley

VALUES = [None, [], {}, 3, "../x", [None]]


def dry_run(folder: Path) -> list[str]:
    return list(push("a/b", folder, dry_run=True))


def push_by_command(folder: Path) -> str:
    """Run the command, which refuses the folder; return what it says."""
    return parley("push", "a/b", "--dry-run", "--folder", folder, status=1).output


def test_every_key_that_is_read_is_checked(folder):
    metadata, _ = dataset_card.read_card(folder)
    sound = metadata | {"dataset_info": [{**info, "features": []} for info in metadata["dataset_info"]]}
    told = []
    for place in places(sound, depth=6):
        for value in VALUES:
            card = f"---\n{yaml.safe_dump(replaced(sound, place, value))}\n---\n# Card\n"
            (folder / dataset_card.FILE).write_text(card, encoding="utf-8")
            try:
                assert "Dry run" in dry_run(folder)[-1]
            except ParleyError as error:
                told.append(error)
    assert len(told) > 50
    assert all(str(folder) in error.where and error.fix for error in told)


TEXTS = {
    "no YAML": "# A dataset\n",
    "a tag": "---\n!!python/object/apply:os.getcwd []\n---\n",
    "a list": "---\n- a\n---\n",
    "deep": "---\n" + "[" * 5000 + "\n---\n",
    "key of no word": "---\n? [a]\n: b\n---\n",
    "no text": "---\n\udcff\udcfe\n---\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_card_that_is_none(folder, text):
    (folder / dataset_card.FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    told = push_by_command(folder)
    assert str(folder / dataset_card.FILE) in told
    assert "→" in told


@pytest.mark.parametrize("value", ["{a: " * 450 + "1" + "}" * 450, "[" * 450 + "]" * 450, "&a {a: *a}"])
def test_features_that_are_nested_too_deeply(folder, value):
    card = folder / dataset_card.FILE
    head, _, rest = card.read_text(encoding="utf-8").partition('"features":')
    rest = rest[rest.index("}\n") :]
    card.write_text(f'{head}"features": {value}{rest}', encoding="utf-8")
    with pytest.raises(ParleyError, match=r"damaged|not what the card was written for|does not begin"):
        dry_run(folder)


def test_anchors_that_stand_for_more_lists_than_fit_in_memory_are_no_fault(folder):
    anchors = ["&a0 [x]", *(f"&a{depth} [*a{depth - 1}, *a{depth - 1}]" for depth in range(1, 48))]
    added, card = "\n".join(f"key_{depth}: {value}" for depth, value in enumerate(anchors)), folder / dataset_card.FILE
    card.write_text(card.read_text(encoding="utf-8").replace("---\n", f"---\n{added}\n", 1), encoding="utf-8")
    assert "Dry run" in dry_run(folder)[-1]


@pytest.mark.parametrize("keep", [0, 4, 200])
def test_a_parquet_file_that_broke_off(folder, keep):
    path = sorted((folder / "articles").glob("*.parquet"))[0]
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ParleyError) as raised:
        dry_run(folder)
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
    assert f"{folder}: reading this takes more than" in push_by_command(folder)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def used_memory() -> int:
    """Return the bytes of this process that count for the limit."""
    (line,) = [row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmData")]
    return int(line.split()[1]) << 10
