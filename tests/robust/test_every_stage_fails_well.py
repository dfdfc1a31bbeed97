"""Each stage where nothing, or nothing long, can be written, or the disk is full: the last good outputs remain, the
error says where and what to do, and the next run gives what it would have given."""

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
# Run a stage on a disk with so many bytes left, then again with space; copy what is there after each.
FULL_DISK = """
mount -t tmpfs -o size=100m none "$1" && cp -a "$2/." "$1" && cd "$1" || exit 77
head -c $(($(df --output=avail -B1 . | tail -1) - $4)) /dev/zero >filler
"$0" -m pipeline.stage $5; status=$?
mkdir "$3/full" "$3/after" && cp -a data reports "$3/full" && rm filler
"$0" -m pipeline.stage $5 2>&1 && cp -a data reports "$3/after"
exit $status
"""
LEFT = {"inputs": 0, "train": 8192, "report": 40_000, "publish": 100_000}
# These write only what is missing.
KEPT = {"inputs": "inputs.jsonl", "train": "store/train.sqlite"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    return mini.build(tmp_path_factory.mktemp("built") / "project")


def copy_to_run(built: Path, folder: Path, name: str) -> Path:
    """Copy the build; what the stage writes only where it is missing is missing."""
    shutil.copytree(built, folder)
    if name in KEPT:
        place = folder / "data/interim" / KEPT[name]
        (place if place.is_file() else next(place.iterdir())).unlink()
    return folder


def check_told(done: subprocess.CompletedProcess, name: str, folder: Path, *words: str) -> None:
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    wanted = (f"{name}: " if name != "train" else "train ", str(folder), *words)
    assert [each for each in wanted if each not in done.stderr] == []


# Bytes to a file: too little for any table; enough for small ones.
CASES = [(name, 200) for name in mini.STAGES]
CASES += [(name, 2000) for name in ("resolve", "train", "evaluate", "publish")]


@pytest.mark.parametrize(("name", "limit"), CASES)
def test_a_stage_that_cannot_write_keeps_its_outputs(built, tmp_path, name, limit):
    folder = copy_to_run(built, tmp_path / "project", name)
    before = mini.outputs(folder)
    done = project.run(folder, sys.executable, "-c", LIMITED, str(limit), name, check=False)
    check_told(done, name, folder, "File too large", "what was there before is unchanged")
    assert mini.outputs(folder) == before
    mini.stage(folder, name)
    assert mini.outputs(folder) == mini.outputs(built)


@pytest.mark.parametrize("name", mini.STAGES)
def test_a_stage_on_a_full_disk(built, tmp_path, name):
    space = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which(space[0]) or subprocess.run([*space, "true"], capture_output=True).returncode:
        pytest.skip("the system does not allow mount namespaces")
    source, disk = copy_to_run(built, tmp_path / "source", name), tmp_path / "disk"
    disk.mkdir()
    places = [str(disk), str(source), str(tmp_path), str(LEFT.get(name, 4096))]
    done = project.run(source, *space, "sh", "-c", FULL_DISK, sys.executable, *places, name, check=False, code=disk)
    if done.returncode == 77:
        pytest.skip(f"cannot be mounted here: {done.stderr.strip()}")
    check_told(done, name, disk, "No space left on device", "free some space")
    assert mini.outputs(tmp_path / "full") == mini.outputs(source)
    assert mini.outputs(tmp_path / "after") == mini.outputs(built)
