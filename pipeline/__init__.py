"""Parley: who said what about a ceasefire or a territorial concession.

The public names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"
__all__ = ["Extractor", "Quote", "StanceClassifier"]
_HOMES = {
    "Extractor": "pipeline.api.extractor",
    "Quote": "pipeline.core.quote",
    "StanceClassifier": "pipeline.stance.classifier",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
