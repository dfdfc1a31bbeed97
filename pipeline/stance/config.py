"""`configs/stance.yaml`: how stance classifiers are trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import ConfigError


@dataclass(frozen=True)
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

    folds: int = 5
    calibration_folds: int = 2
    seed: int = 7
    word_ngrams: list[int] = field(default_factory=lambda: [1, 2])
    character_ngrams: list[int] = field(default_factory=lambda: [2, 5])
    C: float = 10.0
    balanced: float = 0.5
    implied_share: list[float] = field(default_factory=lambda: [0.1, 0.005])
    mask_names: bool = True
    character_weight: float = 0.0
    cue_weight: float = 0.3
    relevance_weight: float = 1.0
    near_weight: float = 1.0
    sign_weight: float = 1.0
    meaning_weight: float = 1.0
    calibration: str = "temperature"
    abstain_error: float = 0.10
    signs: dict[str, list[str]] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """Parameters of `StanceClassifier` among these."""
        names = set(self.__dataclass_fields__) - {"abstain_error", "folds", "calibration_folds"}
        return {name: getattr(self, name) for name in sorted(names)} | {"folds": self.calibration_folds}


def load_settings(root: Path) -> StanceConfig:
    """Read and check `configs/stance.yaml` below the project's root.

    Raises
    ------
    ConfigError
        On a value out of range.
    """
    path = root / paths.CONFIGS / "stance.yaml"
    config = load_config(StanceConfig, path)
    ranges = {
        "folds": (config.folds >= 2, "2 or more"),
        "calibration_folds": (config.calibration_folds >= 2, "2 or more"),
        "word_ngrams": (_is_range(config.word_ngrams), "[shortest, longest], 1 or more"),
        "character_ngrams": (_is_range(config.character_ngrams), "[shortest, longest], 1 or more"),
        "C": (config.C > 0, "above 0"),
        "balanced": (0 <= config.balanced <= 1, "0 to 1"),
        "implied_share": (_are_shares(config.implied_share), "[share, share], each above 0 and below 1"),
        "character_weight": (config.character_weight >= 0, "0 or more"),
        "cue_weight": (config.cue_weight >= 0, "0 or more"),
        "relevance_weight": (config.relevance_weight >= 0, "0 or more"),
        "near_weight": (config.near_weight >= 0, "0 or more"),
        "sign_weight": (config.sign_weight >= 0, "0 or more"),
        "meaning_weight": (config.meaning_weight >= 0, "0 or more"),
        "calibration": (config.calibration in ("temperature", "sigmoid"), "temperature or sigmoid"),
        "signs": (all(map(_is_sign, config.signs.items())), "words by sign; a sign is one word of letters"),
        "abstain_error": (0 <= config.abstain_error <= 1, "a share from 0 to 1"),
    }
    for name, (right, wanted) in ranges.items():
        if not right:
            raise ConfigError(f"`{name}` is {getattr(config, name)!r}", where=str(path), fix=f"give it {wanted}")
    return config


def _is_range(pair: list[int]) -> bool:
    return len(pair) == 2 and all(type(n) is int for n in pair) and 1 <= pair[0] <= pair[1]


def _are_shares(pair: list[float]) -> bool:
    return len(pair) == 2 and all(0 < share < 1 for share in pair)


def _is_sign(entry: tuple[object, object]) -> bool:
    name, words = entry
    named = isinstance(name, str) and name.isidentifier() and name.islower() and name != "term"
    return named and isinstance(words, list) and all(isinstance(word, str) and word.strip("* ") for word in words)
