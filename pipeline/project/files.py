"""Find the files from which a project is set up: configs, annotations for training, `dvc.yaml`."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.config import ROOT
from pipeline.core.errors import ParleyError

# Where an installed package has copies of these files; in a checkout they are at its root.
INSTALLED = Path(__file__).resolve().parents[1] / "_template"


def template(name: str) -> Path:
    """Return the path of a file or folder that comes with Parley, such as `configs` or `dvc.yaml`.

    Raises
    ------
    ParleyError
        When this installation lacks it.
    """
    path = (INSTALLED if INSTALLED.is_dir() else ROOT) / name
    if not path.exists():
        raise ParleyError("this installation of Parley is not complete", where=str(path), fix="install it again")
    return path
