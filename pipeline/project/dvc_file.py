"""The `dvc.yaml` of a project whose code is installed elsewhere, and its stage `code`.

Such a `dvc.yaml` cannot name the folders of the code. The stage `code` writes a digest of the code of every other
stage, on which these depend, so that a new version of Parley runs those whose code has changed.
"""

import json
from pathlib import Path

import yaml

from pipeline.core import code_hash, paths
from pipeline.core.storage.atomic_files import write_text
from pipeline.stage import MODULES

NAME = "code"
HEADER = """\
# The stages in the order of the data, as `parley init` made them from those of Parley. The stage `code` writes which
# code is installed; each stage depends on its entry there, so that a new version of Parley runs what has changed.
"""


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/code.json`: stage to digest."""
    digests = {name: code_hash.digest(module) for name, module in MODULES.items() if name != NAME}
    write_text(root / paths.CODE_DIGESTS, json.dumps(digests, indent=1) + "\n")
    return {"stages": len(digests)}


def render_dvc_file(template: str) -> str:
    """Return a `dvc.yaml` whose stages depend on digests of the code instead of its folders, from that of Parley."""
    # The compiled loader and dumper are ten times as fast.
    content = yaml.load(template, yaml.CSafeLoader)
    code = {
        NAME: {
            "desc": "A digest of the installed code of each stage",
            "cmd": f"python -P -m pipeline.stage {NAME}",
            "always_changed": True,
            "outs": [{paths.CODE_DIGESTS.as_posix(): {"cache": False, "persist": True}}],
        }
    }
    for name, stage in content["stages"].items():
        stage["deps"] = [path for path in stage["deps"] if not path.startswith("pipeline/")]
        stage["params"] = [*stage.get("params", []), {paths.CODE_DIGESTS.as_posix(): [name]}]
    content["stages"] = code | content["stages"]
    return HEADER + yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)
