"""Stage `code` of a project whose code is installed elsewhere: write a digest of the code of every other stage.

Such a project's `dvc.yaml` cannot name the folders of the code. Its stages depend on their digest instead, so that a
new version of Parley runs those whose code has changed.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.core import code_hash, paths
from pipeline.core.storage.atomic_files import write_text
from pipeline.stage import MODULES

NAME = "code"


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/code.json`: stage to digest."""
    digests = {name: code_hash.digest(module) for name, module in MODULES.items() if name != NAME}
    write_text(root / paths.CODE_DIGESTS, json.dumps(digests, indent=1) + "\n")
    return {"stages": len(digests)}
