"""Settings of the stage `resolve`: `configs/resolve.yaml`."""

from pydantic import NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class ResolveConfig:
    """Settings of the stage `resolve`; comments in the file describe them."""

    language: str = "en"
    gazetteer: str = "configs/speakers.csv"
    merges: str = "configs/merges.csv"
    least_certainty: Share = 0.45
    copied: Share = 0.8
    shortened: Share = 0.85
    translated: Share = 0.6
    min_tokens: NonNegativeInt = 5
