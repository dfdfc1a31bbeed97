"""Read and check the behaviour suite, `data/annotations/behaviours.jsonl`: tests in the manner of CheckList.

Ribeiro et al. (2020), `Beyond Accuracy: Behavioral Testing of NLP Models with CheckList`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.targets import Target
from pipeline.gold.stance_annotations import check_fields, check_new_id, check_text

# Kinds of item, and how many texts an item of each kind has.
TEXTS_BY_KIND = {"must_pass": 1, "hard_negative": 1, "invariance": 2, "direction": 2}
_TEXT_FIELDS = ("text", "cue", "context", "speaker")


@dataclass(frozen=True)
class BehaviourItem:
    """One test of the suite: one or two quotes and the labels that they must get.

    Its kind is `must_pass`: the quote has the expected label. `hard_negative`: the quote is unrelated, though it looks
    related. `invariance`: both quotes get the same label. `direction`: the two quotes get the two expected labels.
    """

    id: str
    kind: str
    capability: str  # what is tested, in a few words; several items may share it
    target: str
    texts: tuple[
        dict[str, str | None], ...
    ]  # one or two, each with `text` and, where known, `cue`, `context`, `speaker`
    expect: tuple[str, ...]  # the expected label of each quote; empty for `invariance`
    reserved: bool = False  # kept from all who work on the classifier: it is scored, and not shown in reports

    def passes(self, labels: tuple[str, ...]) -> bool:
        """Return whether predicted labels, one per quote, pass the test."""
        return len(set(labels)) == 1 if self.kind == "invariance" else labels == self.expect


def read_behaviours(path: Path, targets: Mapping[str, Target]) -> list[BehaviourItem]:
    """Read the items of the suite, in the order of the file; none where there is no file.

    The first wrong row raises a DataError with file, line, field and remedy.
    """
    items: list[BehaviourItem] = []
    lines: dict[str, int] = {}
    for number, where, values in iterate_json_lines(path) if path.exists() else ():
        items.append(_parse_item(values, targets, where))
        check_new_id(items[-1].id, number, lines, where)
    return items


def _parse_item(values: dict[str, Any], targets: Mapping[str, Target], where: str) -> BehaviourItem:
    values = {"reserved": False} | values
    check_fields(values, [field.name for field in fields(BehaviourItem)], where)
    if not isinstance(values["reserved"], bool):
        raise DataError("not true or false", where=f"{where}, reserved", fix="write true, or leave it out")
    for name in ("id", "kind", "capability", "target"):
        check_text(values, name, where)
    for name, known in (("kind", TEXTS_BY_KIND), ("target", targets)):
        if values[name] not in known:
            fix = f"use one of {', '.join(known)}"
            raise DataError(f"unknown {name} {values[name]!r}", where=f"{where}, {name}", fix=fix)
    kind, texts, number = values["kind"], values["texts"], TEXTS_BY_KIND[values["kind"]]
    if not isinstance(texts, list) or len(texts) != number:
        raise DataError(f"{kind} has {number} in a list", where=f"{where}, texts", fix="give as many texts")
    for position, text in enumerate(texts):
        _check_quote(text, f"{where}, texts[{position}]")
    expect = _check_expected(values["expect"], kind, targets[values["target"]], f"{where}, expect")
    return BehaviourItem(**{**values, "texts": tuple(texts), "expect": expect})


def _check_quote(text: Any, where: str) -> None:
    if not isinstance(text, dict):
        raise DataError("not a quote", where=where, fix='write {"text": ..., "cue": ..., "context": ...}')
    if unknown := sorted(set(text) - set(_TEXT_FIELDS)):
        raise DataError("unknown field", where=f"{where}, {unknown[0]}", fix=f"quotes have {', '.join(_TEXT_FIELDS)}")
    for name in _TEXT_FIELDS:
        check_text(text, name, where, null=name != "text")
    if text.get("context") and text["text"] not in text["context"]:
        raise DataError("the text is not in it", where=f"{where}, context", fix="copy the text exactly, or write null")


def _check_expected(expect: Any, kind: str, target: Target, where: str) -> tuple[str, ...]:
    """Check the expected labels of an item and return them, one per text."""
    if kind == "invariance":
        if expect is not None:
            raise DataError(f"{expect!r} where none is wanted", where=where, fix="write null")
        return ()
    number = TEXTS_BY_KIND[kind]
    labels = (expect,) if number == 1 else tuple(expect) if isinstance(expect, list) else ()
    allowed = [label for label in target.labels if kind != "hard_negative" or label == target.roles.unrelated]
    if len(labels) != number or any(label not in allowed for label in labels):
        form = f"{number} of " if number > 1 else "one of "
        raise DataError(f"{expect!r} is not what {kind} expects", where=where, fix=f"use {form}{', '.join(allowed)}")
    return labels
