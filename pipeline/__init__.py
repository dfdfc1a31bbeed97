"""Parley: who said what about a ceasefire or a territorial concession.

The public names are loaded when they are first used: `Extractor`, `Quote`, `StanceClassifier`; `restore` for texts that
were withheld; `show` and `table` for notebooks.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"
__all__ = ["Extractor", "Quote", "StanceClassifier", "restore", "show", "table"]
_HOMES = {
    "Extractor": "pipeline.api.extractor",
    "Quote": "pipeline.core.quote",
    "StanceClassifier": "pipeline.stance.classifier",
    "restore": "pipeline.api.restoration",
    "show": "pipeline.api.notebook",
    "table": "pipeline.api.notebook",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
