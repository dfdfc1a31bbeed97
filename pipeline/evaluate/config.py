"""The settings of stage `evaluate`."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from pydantic import PositiveInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class EvaluateConfig:
    """The settings of `configs/evaluate.yaml`."""

    examples: PositiveInt = 12
    examples_of_a_cause: PositiveInt = 5
    near_duplicate: Share = 0.5
    external: list[Any] = field(default_factory=list)
