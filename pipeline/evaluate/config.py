"""The settings of stage `evaluate`."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any

from pydantic import Field, PositiveInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT


@dataclass(frozen=True, config=STRICT)
class EvaluateConfig:
    """The settings of `configs/evaluate.yaml`.

    Attributes
    ----------
    examples : int
        Examples of stance errors shown for each target.
    examples_of_a_cause : int
        Examples of extraction errors shown for each cause.
    near_duplicate : float
        Two labelled quotes are near-duplicates from this similarity on, 0 to 1.
    external : list of dict
        The user's own gold, as in `pipeline.gold.external_sets.ExternalSet`.
    """

    examples: PositiveInt = 12
    examples_of_a_cause: PositiveInt = 5
    near_duplicate: Annotated[float, Field(ge=0, le=1)] = 0.5
    external: list[Any] = field(default_factory=list)
