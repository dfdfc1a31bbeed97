"""Settings of the stage `resolve`: `configs/resolve.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT

Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, config=STRICT)
class ResolveConfig:
    """Settings of the stage `resolve`.

    Attributes
    ----------
    language : str
        A file of `configs/languages`.
    gazetteer, merges : str
        CSV files of speakers known beforehand, and of decisions about names.
    copied, shortened, translated : float
        Least similarity of two quotes of one group (`SimilaritySettings`).
    min_tokens : int
        Quotes of fewer words are never grouped.
    """

    language: str = "en"
    gazetteer: str = "configs/speakers.csv"
    merges: str = "configs/merges.csv"
    copied: Share = 0.8
    shortened: Share = 0.85
    translated: Share = 0.6
    min_tokens: NonNegativeInt = 5
