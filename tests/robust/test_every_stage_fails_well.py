"""Each stage where nothing, or nothing long, can be written: the last good outputs remain, the
error says where and what to do, and the next run gives what it would have given."""

import shutil
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


# Bytes to a file: too little for any table; enough for small ones.
CASES = [(name, 200) for name in mini.STAGES]
CASES += [(name, 2000) for name in ("resolve", "train", "evaluate", "publish")]


@pytest.mark.parametrize(("name", "limit"), CASES)
def test_a_stage_that_cannot_write_keeps_its_outputs(built, tmp_path, name, limit):
    folder = shutil.copytree(built, tmp_path / "project")
    if name == "inputs":  # it writes only what is missing
        (folder / "data/interim/inputs.jsonl").unlink()
    before = mini.outputs(folder)
    done = project.run(folder, sys.executable, "-c", LIMITED, str(limit), name, check=False)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    named = "train" if name == "train" else f"{name}: "
    told = (named, str(folder), "File too large", "what was there before is unchanged")
    assert [words for words in told if words not in done.stderr] == []
    assert mini.outputs(folder) == before
    mini.stage(folder, name)
    assert mini.outputs(folder) == mini.outputs(built)
