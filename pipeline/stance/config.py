"""Read `configs/stance.yaml`: how stance classifiers are trained."""

from dataclasses import asdict, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import CONFIGS, STRICT, Share, load_config
from pipeline.core.language import Words


def _check_range(pair: list[int]) -> list[int]:
    if pair[0] > pair[1]:
        raise ValueError("give it [shortest, longest]")
    return pair


# Settings that `StanceClassifier` does not have, or has by another name.
_NOT_OF_THE_CLASSIFIER = {"abstain_error", "folds", "calibration_folds", "encoder", "language"}
NgramRange = Annotated[list[PositiveInt], Field(min_length=2, max_length=2), AfterValidator(_check_range)]
CueWord = Annotated[str, Field(pattern=r"^[* ]?[^* ][^*]*(\*[^*]*){0,2}$")]  # more `*` can take exponential time


@dataclass(frozen=True, config=STRICT)
class StanceConfig:
    """The settings of `configs/stance.yaml`; comments in the file and `StanceClassifier` describe them."""

    language: str = "en"
    folds: Annotated[int, Field(ge=2)] = 5
    calibration_folds: Annotated[int, Field(ge=2)] = 2
    seed: int = 7
    word_ngrams: NgramRange = field(default_factory=lambda: [1, 2])
    C: PositiveFloat = 10.0
    balanced: Share = 0.5
    implied_share: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(min_length=2, max_length=2)] = field(
        default_factory=lambda: [0.1, 0.005]
    )
    encoder: bool = True
    encoder_share: Share = 0.5
    encoder_from: Share = 0.1
    require_term: bool = True
    mask_names: bool = True
    calibration: Literal["temperature", "sigmoid"] = "temperature"
    abstain_error: Share = 0.08

    def classifier_parameters(self) -> dict[str, Any]:
        """Return the settings that are parameters of `StanceClassifier`."""
        names = set(self.__dataclass_fields__) - _NOT_OF_THE_CLASSIFIER
        return {name: getattr(self, name) for name in sorted(names)} | {"folds": self.calibration_folds}


def load_stance_config(root: Path) -> StanceConfig:
    """Read and check `configs/stance.yaml` below the project's root."""
    return load_config(StanceConfig, root / paths.CONFIGS / "stance.yaml")


@dataclass(frozen=True, config=STRICT)
class StanceWords:
    """Words of one language; the comments in `configs/languages/en_stance.yaml` explain each key."""

    uppercase_names: list[str] = field(default_factory=list)
    name_placeholder: str = ""
    speaker_placeholder: str = ""
    keyword_rules: Words = field(default_factory=dict)
    stop_words: list[str] = field(default_factory=list)


def load_stance_words(root: Path) -> dict[str, Any]:
    """Read the words of the language that `configs/stance.yaml` names."""
    return read_stance_words(load_stance_config(root).language, root / paths.CONFIGS)


def read_stance_words(code: str = "en", configs: Path = CONFIGS) -> dict[str, Any]:
    """Read `languages/CODE_stance.yaml` below a config folder; a language without that file has no words."""
    path = configs / "languages" / f"{code}_stance.yaml"
    words = asdict(load_config(StanceWords, path)) if path.exists() else {}
    return {key: value for key, value in words.items() if value}


@dataclass(frozen=True, config=STRICT)
class _Evidence:
    stance_cues: list[CueWord] = field(default_factory=list)


def load_stance_cues(root: Path) -> list[str]:
    """Read the words shown as evidence, in a file that training does not depend on; a language may have none."""
    path = root / paths.CONFIGS / "languages" / f"{load_stance_config(root).language}_evidence.yaml"
    return load_config(_Evidence, path).stance_cues if path.exists() else []
