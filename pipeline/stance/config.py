"""`configs/stance.yaml`: how stance classifiers are trained."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, NonNegativeFloat, PositiveFloat, PositiveInt
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import STRICT, load_config


def _check_range(pair: list[int]) -> list[int]:
    if pair[0] > pair[1]:
        raise ValueError("give it [shortest, longest]")
    return pair


def _check_sign(name: str) -> str:
    if not (name.isidentifier() and name.islower() and name != "term"):
        raise ValueError("a sign is one word of small letters, and not `term`")
    return name


NgramRange = Annotated[list[PositiveInt], Field(min_length=2, max_length=2), AfterValidator(_check_range)]
SignName = Annotated[str, AfterValidator(_check_sign)]


@dataclass(frozen=True, config=STRICT)
class StanceConfig:
    """See the comments in the file.

    Attributes
    ----------
    folds : int
        Folds of the cross-validation that measures.
    calibration_folds : int
        Folds of the one inside it that calibrates.
    seed : int
        Seed of the folds.
    word_ngrams, character_ngrams : list of int
        Shortest and longest n-gram.
    C : float
        Inverse strength of the regularisation.
    balanced : float
        How far classes are weighed to count the same, 0 to 1.
    implied_share : list of two float
        Share about the target of quotes that do not name it, where their paragraph does and where it does not.
    mask_names : bool
        Whether names are made one.
    character_weight, cue_weight, relevance_weight, near_weight, sign_weight, meaning_weight : float
        Weights of the kinds of evidence, see `StanceClassifier`.
    signs : dict of str to list of str
        Words of each sign.
    calibration : str
        `temperature` or `sigmoid`.
    abstain_error : float
        Share of wrong labels allowed among those kept.
    """

    folds: Annotated[int, Field(ge=2)] = 5
    calibration_folds: Annotated[int, Field(ge=2)] = 2
    seed: int = 7
    word_ngrams: NgramRange = field(default_factory=lambda: [1, 2])
    character_ngrams: NgramRange = field(default_factory=lambda: [2, 5])
    C: PositiveFloat = 10.0
    balanced: Annotated[float, Field(ge=0, le=1)] = 0.5
    implied_share: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(min_length=2, max_length=2)] = field(
        default_factory=lambda: [0.1, 0.005]
    )
    mask_names: bool = True
    character_weight: NonNegativeFloat = 0.0
    cue_weight: NonNegativeFloat = 0.3
    relevance_weight: NonNegativeFloat = 1.0
    near_weight: NonNegativeFloat = 1.0
    sign_weight: NonNegativeFloat = 1.0
    meaning_weight: NonNegativeFloat = 1.0
    calibration: Literal["temperature", "sigmoid"] = "temperature"
    abstain_error: Annotated[float, Field(ge=0, le=1)] = 0.10
    signs: dict[SignName, list[Annotated[str, Field(pattern=r"[^* ]")]]] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """Parameters of `StanceClassifier` among these."""
        names = set(self.__dataclass_fields__) - {"abstain_error", "folds", "calibration_folds"}
        return {name: getattr(self, name) for name in sorted(names)} | {"folds": self.calibration_folds}


def load_stance_config(root: Path) -> StanceConfig:
    """Read and check `configs/stance.yaml` below the project's root.

    Raises
    ------
    ConfigError
        On an unknown key or a value out of range.
    """
    return load_config(StanceConfig, root / paths.CONFIGS / "stance.yaml")
