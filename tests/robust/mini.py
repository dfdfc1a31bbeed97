"""A small copy of the project, with ten articles and few labels: every stage takes seconds."""

import hashlib
import subprocess
import sys
from pathlib import Path

from pipeline.core import paths
from tests.e2e import project
from tests.worlds.project import change_config

ARTICLES = ["sample/txt/*", "sample/warc/crawl-00001.warc"]
OUTPUTS = ("data/interim", "data/models", "data/full", "data/published", "reports")
STAGES = (
    "inputs", "ingest", "parse", "extract", "read", "resolve", "train", "label", "positions", "behaviours", "evaluate",
    "publish", "report",
)  # fmt: skip


def copy(folder: Path) -> Path:
    """Copy the sources of the small project."""
    project.copy(folder, every=40)
    change_config(folder / "configs/ingest.yaml", include=ARTICLES)
    change_config(folder / "configs/stance.yaml", folds=2)
    behaviours = folder / "data/annotations/behaviours.jsonl"
    lines = behaviours.read_text(encoding="utf-8").splitlines(keepends=True)
    behaviours.write_text("".join(lines[::40]), encoding="utf-8")
    return folder


def stage(folder: Path, name: str, check: bool = True) -> subprocess.CompletedProcess:
    """Run one stage without DVC."""
    return project.run(folder, sys.executable, "-m", "pipeline.stage", *name.split(), check=check)


def build(folder: Path) -> Path:
    """Run all stages in order without DVC."""
    for name in STAGES:
        stage(copy(folder) if name == STAGES[0] else folder, name)
    return folder


def outputs(folder: Path) -> dict[str, str]:
    """Return a hash of every output file, with hidden ones but without `.gitignore` and what only saves time."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in OUTPUTS
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and path.name != ".gitignore" and path.parent != folder / paths.STORE
    }
