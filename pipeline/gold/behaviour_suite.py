"""Read and check the behaviour suite, `data/annotations/behaviours.jsonl`: tests in the manner of CheckList.

Ribeiro et al. (2020), `Beyond Accuracy: Behavioral Testing of NLP Models with CheckList`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, StrictBool
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, build_config
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.targets import Target
from pipeline.gold.stance_annotations import FIX, Words, check_new_id

# Kinds of item, and how many texts an item of each kind has.
TEXTS_BY_KIND = {"must_pass": 1, "hard_negative": 1, "invariance": 2, "direction": 2}


@dataclass(frozen=True, config=STRICT)
class _Quote:
    """A quote of an item, as it is in the file."""

    text: Words
    cue: Words | None = None
    context: Words | None = None
    speaker: Words | None = None


def _in_a_tuple(value: Any) -> Any:
    """Return one label, several or none as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value or ()


# Not strict: a list of JSON becomes a tuple.
@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BehaviourItem:
    """One test of the suite: one or two quotes and the labels that they must get.

    Its kind is `must_pass`: the quote has the expected label. `hard_negative`: the quote is unrelated, though it looks
    related. `invariance`: both quotes get the same label. `direction`: the two quotes get the two expected labels.
    """

    id: Words
    kind: Literal["must_pass", "hard_negative", "invariance", "direction"]
    capability: Words  # what is tested, in a few words; several items may share it
    target: str
    texts: tuple[dict[str, str | None], ...]  # each with `text` and, where known, `cue`, `context`, `speaker`
    # The expected label of each quote; empty for `invariance`.
    expect: Annotated[tuple[str, ...], BeforeValidator(_in_a_tuple)]
    reserved: StrictBool = False  # kept from all who work on the classifier: it is scored, and not shown in reports

    def passes(self, labels: tuple[str, ...]) -> bool:
        """Return whether predicted labels, one per quote, pass the test."""
        return len(set(labels)) == 1 if self.kind == "invariance" else labels == self.expect


def read_behaviours(path: Path, targets: Mapping[str, Target]) -> list[BehaviourItem]:
    """Read the items in the order of the file, none where there is no file; the first wrong row is a DataError."""
    items: list[BehaviourItem] = []
    lines: dict[str, int] = {}
    for number, where, values in iterate_json_lines(path) if path.exists() else ():
        items.append(_parse_item(values, targets, where))
        check_new_id(items[-1].id, number, lines, where)
    return items


def _parse_item(values: dict[str, Any], targets: Mapping[str, Target], where: str) -> BehaviourItem:
    item = build_config(BehaviourItem, values, where, DataError, FIX)
    if item.target not in targets:
        raise DataError(f"unknown target {item.target!r}", where=where, fix=f"use one of {', '.join(targets)}")
    number, target = TEXTS_BY_KIND[item.kind], targets[item.target]
    if len(item.texts) != number:
        raise DataError(f"{item.kind} has {number} in a list", where=f"{where}, texts", fix="give as many texts")
    for position, text in enumerate(item.texts):
        place = f"{where}, texts[{position}]"
        quote = build_config(_Quote, text, place, DataError, FIX)
        if quote.context and quote.text not in quote.context:
            fix = "copy the text exactly, or write null"
            raise DataError("the text is not in it", where=f"{place}, context", fix=fix)
    if item.kind == "invariance":
        if item.expect:
            raise DataError(f"{item.expect} where none is wanted", where=f"{where}, expect", fix="write null")
        return item
    allowed = [label for label in target.labels if item.kind != "hard_negative" or label == target.roles.unrelated]
    if len(item.expect) != number or not set(item.expect) <= set(allowed):
        fix = f"use {number} of {', '.join(allowed)}"
        raise DataError(f"{item.expect} is not what {item.kind} expects", where=f"{where}, expect", fix=fix)
    return item
