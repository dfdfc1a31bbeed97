"""Find the files from which a project is set up: configs, annotations for training, `dvc.yaml`."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.config import ROOT
from pipeline.core.errors import ParleyError

# Note of the rows of configs/speakers.csv that are known from the sample alone.
SAMPLE_NOTE = "invented, for the sample"


def template(name: str) -> Path:
    """Return the path of a file or folder that comes with Parley, in a checkout or installed, such as `dvc.yaml`.

    Raises
    ------
    ParleyError
        When this installation lacks it.
    """
    path = ROOT / name
    if not path.exists():
        raise ParleyError("this installation of Parley is not complete", where=str(path), fix="install it again")
    return path
