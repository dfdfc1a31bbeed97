"""Figures as files: drawn when their numbers, or what draws them, have changed."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.core.storage.tables import write_text
from pipeline.evaluate.cached_values import Memory


def save(path: Path, kind: str, numbers: list[Any], remember: Memory) -> None:
    """Write a figure as SVG.

    Parameters
    ----------
    path : path
        The file.
    kind : str
        The function of `pipeline.evaluate.charts` that draws it.
    numbers : list
        Its arguments.
    remember : Memory
        Figures of earlier runs.
    """

    def draw() -> str:
        # Imported here, for Altair takes a quarter of a second to load and most runs draw nothing.
        from pipeline.evaluate import charts

        return charts.svg(getattr(charts, kind)(*numbers))

    drawn_by = [version(library) for library in ("altair", "vl-convert-python")]
    # As text, for the order of a mapping is that of a legend.
    write_text(path, remember(f"figure_{path.stem}", draw, kind, json.dumps(numbers), drawn_by))
