"""What a `dvc` that was killed leaves broken: its two files of state are not written atomically."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import yaml

from pipeline.core.storage.tables import write_text

RWLOCK = Path(".dvc/tmp/rwlock")
LOCK = Path("dvc.lock")
_STAGE = re.compile(r"^  \S", re.MULTILINE)


def mend(root: Path) -> list[str]:
    """Repair the state of DVC in a project; lines that say what was done, none where nothing was broken.

    A lock that is broken, or held by a process that is gone or another program's by now, is dropped. Of a `dvc.lock`
    that breaks off, the stages that are whole are kept; the others run once more.
    """
    return [line for line in (_mend_locks(root / RWLOCK), _mend_stages(root / LOCK)) if line]


def _mend_locks(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        infos = [info for by in held["read"].values() for info in by] if held.get("read") else []
        infos += held.get("write", {}).values()
        dead = [info for info in infos if not _is_dvc(int(info["pid"]))]
    except (ValueError, AttributeError, KeyError, TypeError):
        path.unlink()
        return f"{RWLOCK} was broken: removed"
    if not dead or len(dead) < len(infos):
        return ""  # DVC itself drops the locks of the dead beside those of the living
    path.unlink()
    return f"{RWLOCK} named processes that are gone: removed"


def _is_dvc(process: int) -> bool:
    """True where the process runs and is, as far as can be told, a `dvc`."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    command = Path(f"/proc/{process}/cmdline")
    return b"dvc" in command.read_bytes() if command.exists() else True


def _mend_stages(path: Path) -> str:
    if not path.exists():
        return ""
    text = path.read_bytes().decode("utf-8", "replace")
    if _is_whole(text):
        return ""
    # DVC writes from the top: what is there is right as far as it goes, but for the stage in which it breaks off.
    starts = [match.start() for match in _STAGE.finditer(text)]
    while starts and not _is_whole(text[: starts[-1]]):
        starts.pop()
    if not starts:
        path.unlink()
        return f"{LOCK} was broken: removed, every stage runs once more"
    write_text(path, text[: starts[-1]])
    return f"{LOCK} broke off: {len(starts) - 1} stages kept, the others run once more"


def _is_whole(text: str) -> bool:
    """True for a text that DVC takes: its form, and a command, outputs and hashes in each stage."""
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA

    try:
        COMPILED_LOCKFILE_SCHEMA(yaml.load(text, yaml.CSafeLoader))
    except Exception:  # YAML's errors, and those of the schema
        return False
    return True
