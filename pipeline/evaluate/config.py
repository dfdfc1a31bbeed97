"""`configs/evaluate.yaml`."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any

from pydantic import Field, PositiveInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT


@dataclass(frozen=True, config=STRICT)
class EvaluateConfig:
    """See the comments in the file.

    Attributes
    ----------
    examples : int
        Worked errors of stance shown for each target.
    examples_of_a_cause : int
        Worked errors of extraction shown of each cause.
    near_duplicate : float
        Similarity from which on two labelled quotes are near-duplicates, 0 to 1.
    external : list of dict
        The user's own gold, see `pipeline.gold.external_sets.ExternalSet`.
    """

    examples: PositiveInt = 12
    examples_of_a_cause: PositiveInt = 5
    near_duplicate: Annotated[float, Field(ge=0, le=1)] = 0.5
    external: list[Any] = field(default_factory=list)
