"""Read and check the figures on real quotes that are not in the project: `benchmarks/results/real_quotes.json`.

The quotes belong to others' texts, so a benchmark measures them where they are, and only its figures are here:

    {"sets": [{"name": ..., "description": ..., "licence": ..., "command": ...,
               "targets": {TARGET: {"quotes": 676, "f1_favor_against": [0.68, 0.56, 0.76], ...}}}]}

All figures are shares from 0 to 1; those with an interval are lists of value, low and high.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, Share, build_config
from pipeline.core.errors import DataError
from pipeline.gold.quote_annotations import Words

_FIX = "write it again with the benchmark, or delete it"


def _check_order(figures: list[float]) -> list[float]:
    if figures[1] > figures[2]:
        raise ValueError("write value, low, high")
    return figures


# Value, low and high.
_THREE = Field(min_length=3, max_length=3), AfterValidator(_check_order)
Interval = Annotated[list[Share], *_THREE]
Difference = Annotated[list[Annotated[float, Field(ge=-1, le=1)]], *_THREE]


@dataclass(frozen=True, config=STRICT)
class RealQuoteFigures:
    """Figures of one target on one set; None where something was not measured."""

    quotes: Annotated[int, Field(ge=1)]  # labelled ones
    f1_favor_against: Interval  # mean F1 of favor and against
    calibration_error: Interval  # expected calibration error
    kept: Share  # of the quotes, on which the model does not abstain
    kept_right: Interval | None  # share of these whose label is right; None where the model abstains on all
    baseline_name: Words  # the best baseline, in words
    baseline_f1_favor_against: Interval
    difference: Difference  # of both F1, with the interval of a paired bootstrap
    # Like `kept_right`, of the labels other than unrelated: most quotes of ordinary news are unrelated.
    stances_kept_right: Interval | None = None
    # Recall: the share of the quotes labelled favor, against or conditional whose label is given, and right.
    stances_found: Interval | None = None
    # Number of the quotes counted in `stances_kept_right`, by gold label and predicted label.
    kept_stances: dict[str, dict[str, NonNegativeInt]] | None = None


@dataclass(frozen=True, config=STRICT)
class _SetEntry:
    name: Words
    description: Words
    licence: Words
    command: Words
    targets: dict[str, Any] = field(default_factory=dict)


def read_real_quotes(path: Path, targets: Collection[str]) -> list[dict[str, Any]]:
    """Read the sets of real quotes, as `scores.json` has them; none without a file.

    A set has `name`, `description`, `licence`, `command`, and `targets`: by target of the project the figures of
    `RealQuoteFigures`, those with an interval as `value`, `low`, `high`. A file that is not JSON is a DataError, a key
    that is missing, unknown or wrong a ConfigError.
    """
    if not path.exists():
        return []
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError("not a JSON file", where=str(path), why=str(error), fix=_FIX) from None
    if not isinstance(content, dict) or not isinstance(content.get("sets"), list):
        raise DataError("no list `sets`", where=str(path), fix=_FIX)
    sets = []
    for number, entry in enumerate(content["sets"]):
        where = f"{path}, sets[{number}]"
        if not isinstance(entry, dict):
            raise DataError("not a set", where=where, fix=_FIX)
        sets.append(asdict(build_config(_SetEntry, entry, where=where)))
        known = ((target, figures) for target, figures in sets[-1]["targets"].items() if target in targets)
        sets[-1]["targets"] = {target: _read_figures(figures, f"{where}, {target}") for target, figures in known}
    return sets


def _read_figures(figures: Any, where: str) -> dict[str, Any]:
    if not isinstance(figures, dict):
        raise DataError("no figures", where=where, fix=_FIX)
    values = asdict(build_config(RealQuoteFigures, figures, where=where)).items()
    names = ("value", "low", "high")
    return {key: dict(zip(names, value, strict=True)) if isinstance(value, list) else value for key, value in values}
