"""Each stage where nothing, or nothing long, can be written, or the disk is full: the last good outputs remain, the
error says where and what to do, and the next run gives what it would have given."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import project
from tests.robust import mini

pytestmark = pytest.mark.long
# The system refuses to write files beyond a length, as a full disk does, whoever writes them.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from pipeline.stage import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    return mini.build(tmp_path_factory.mktemp("built") / "project")


KEPT = {"inputs": "inputs.jsonl", "train": "store/train.sqlite", "train ceasefire": "store/train.sqlite"}
# Bytes to a file: too little for any table; enough for small ones. The same code runs for the other target.
CASES = [(name, 200) for name in mini.STAGES if not name.endswith(" territorial_concession")]
CASES += [(name, 2000) for name in ("resolve", "train ceasefire", "evaluate", "publish")]


@pytest.mark.parametrize(("name", "limit"), CASES)
def test_a_stage_that_cannot_write_keeps_its_outputs(built, tmp_path, name, limit):
    folder = shutil.copytree(built, tmp_path / "project")
    if name in KEPT:  # writes only what is missing
        place = folder / "data/interim" / KEPT[name]
        (place if place.is_file() else next(place.iterdir())).unlink()
    before = mini.outputs(folder)
    done = project.run(folder, sys.executable, "-c", LIMITED, str(limit), *name.split(), check=False)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert f"{name.split()[0]}: {folder}/" in done.stderr
    assert "File too large" in done.stderr
    assert "what was there before is unchanged" in done.stderr
    left = mini.outputs(folder)
    assert [path for path in {**before, **left} if left.get(path) != before.get(path)] == []
    mini.stage(folder, name)
    assert mini.outputs(folder) == mini.outputs(built)


# Run a stage on a disk with so many bytes left, then again with space; copy what is there after each.
FULL_DISK = """
mount -t tmpfs -o size=100m none "$1" && cp -a "$2/." "$1" && cd "$1" || exit 77
head -c $(($(df --output=avail -B1 . | tail -1) - $4)) /dev/zero >filler
"$0" -m pipeline.stage $5; status=$?
mkdir "$3/full" "$3/after" && cp -a data reports "$3/full" && rm filler
"$0" -m pipeline.stage $5 2>&1 && cp -a data reports "$3/after"
exit $status
"""
LEFT = {"inputs": 0, "train ceasefire": 8192, "report": 40_000, "publish": 100_000}


@pytest.mark.parametrize("name", [name for name in mini.STAGES if not name.endswith(" territorial_concession")])
def test_a_stage_on_a_full_disk(built, tmp_path, name):
    space = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which(space[0]) or subprocess.run([*space, "true"], capture_output=True).returncode:
        pytest.skip("the system does not allow mount namespaces")
    source, disk = shutil.copytree(built, tmp_path / "source"), tmp_path / "disk"
    disk.mkdir()
    if name in KEPT:
        place = source / "data/interim" / KEPT[name]
        (place if place.is_file() else next(place.iterdir())).unlink()
    before = mini.outputs(source)
    places = [str(disk), str(source), str(tmp_path), str(LEFT.get(name, 4096))]
    done = project.run(source, *space, "sh", "-c", FULL_DISK, sys.executable, *places, name, check=False, code=disk)
    if done.returncode == 77:
        pytest.skip(f"cannot be mounted here: {done.stderr.strip()}")
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert f"{name.split()[0]}: {disk}" in done.stderr
    assert "No space left on device" in done.stderr
    assert "free some space" in done.stderr
    left = mini.outputs(tmp_path / "full")
    assert [path for path in {**before, **left} if left.get(path) != before.get(path)] == []
    assert mini.outputs(tmp_path / "after") == mini.outputs(built)
