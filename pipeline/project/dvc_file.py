"""Write the `dvc.yaml` of a project whose code is installed elsewhere, from that of Parley itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from pipeline.core import paths
from pipeline.project import code_digests

HEADER = """\
# The stages in the order of the data, as `parley init` made them from those of Parley. The stage `code` writes which
# code is installed; each stage depends on its entry there, so that a new version of Parley runs what has changed.
"""
_CODE = "pipeline/"


def render_dvc_file(template: str) -> str:
    """Return a `dvc.yaml` whose stages depend on digests of the code instead of its folders.

    Parameters
    ----------
    template : str
        The `dvc.yaml` of Parley.
    """
    # The compiled loader and dumper are ten times as fast.
    content = yaml.load(template, yaml.CSafeLoader)
    code = {
        code_digests.NAME: {
            "desc": "A digest of the installed code of each stage",
            "cmd": f"python -P -m pipeline.stage {code_digests.NAME}",
            "always_changed": True,
            "outs": [{paths.CODE_DIGESTS.as_posix(): {"cache": False, "persist": True}}],
        }
    }
    for name, stage in _stages(content["stages"]):
        stage["deps"] = [path for path in stage["deps"] if not path.startswith(_CODE)]
        stage["params"] = [*stage.get("params", []), {paths.CODE_DIGESTS.as_posix(): [name]}]
    content["stages"] = code | content["stages"]
    return HEADER + yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)


def _stages(stages: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each stage with its name; of one that runs for each target or set, what is run."""
    for name, stage in stages.items():
        yield name, stage.get("do", stage)
