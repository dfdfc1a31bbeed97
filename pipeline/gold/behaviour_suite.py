"""The behaviour suite: `data/annotations/behaviours.jsonl`, in the manner of CheckList (Ribeiro et al. 2020)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.targets import Target
from pipeline.gold.stance_annotations import check_fields, check_text

# Kinds of item, and how many texts each has.
TEXTS_BY_KIND = {"must_pass": 1, "hard_negative": 1, "invariance": 2, "direction": 2}
_TEXT_FIELDS = ("text", "cue", "context", "speaker")


@dataclass(frozen=True)
class BehaviourItem:
    """One thing that the labels must do.

    Attributes
    ----------
    id : str
        Unique in the file.
    kind : str
        `must_pass` (the text has the label expected), `hard_negative` (the text is unrelated, though it looks as if
        not), `invariance` (both texts get one label), `direction` (the texts get the two labels expected).
    capability : str
        What it takes, in a few words that items share.
    target : str
        Stance target.
    texts : tuple of dict
        One quote, or two: `text`, and where known `cue`, `context`, `speaker`.
    expect : tuple of str
        A label per text; none for `invariance`.
    """

    id: str
    kind: str
    capability: str
    target: str
    texts: tuple[dict[str, str | None], ...]
    expect: tuple[str, ...]

    def passed(self, labels: tuple[str, ...]) -> bool:
        """Whether these labels, one per text, are what is wanted."""
        return len(set(labels)) == 1 if self.kind == "invariance" else labels == self.expect


def read_behaviours(path: Path, targets: Mapping[str, Target]) -> list[BehaviourItem]:
    """The items of the suite, in the order of the file; none where there is no file.

    Raises
    ------
    DataError
        Naming file, line, field and remedy, at the first row that is not as it should be.
    """
    items: dict[str, BehaviourItem] = {}
    for _, where, values in iterate_json_lines(path) if path.exists() else ():
        item = _parse_item(values, targets, where)
        if item.id in items:
            raise DataError(f"id {item.id!r} appears twice", where=f"{where}, id", fix="rename one")
        items[item.id] = item
    return list(items.values())


def _parse_item(values: dict[str, Any], targets: Mapping[str, Target], where: str) -> BehaviourItem:
    check_fields(values, [field.name for field in fields(BehaviourItem)], where)
    for name in ("id", "kind", "capability", "target"):
        check_text(values, name, where)
    for name, known in (("kind", TEXTS_BY_KIND), ("target", targets)):
        if values[name] not in known:
            fix = f"use one of {', '.join(known)}"
            raise DataError(f"unknown {name} {values[name]!r}", where=f"{where}, {name}", fix=fix)
    kind, texts = values["kind"], values["texts"]
    if not isinstance(texts, list) or len(texts) != TEXTS_BY_KIND[kind]:
        raise DataError(
            f"{kind} has {TEXTS_BY_KIND[kind]} in a list", where=f"{where}, texts", fix="give as many texts"
        )
    for number, text in enumerate(texts):
        _check_quote(text, f"{where}, texts[{number}]")
    expect = _check_expected(values["expect"], kind, targets[values["target"]], f"{where}, expect")
    return BehaviourItem(values["id"], kind, values["capability"], values["target"], tuple(texts), expect)


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
    if kind == "invariance":
        if expect is not None:
            raise DataError(f"{expect!r} where none is wanted", where=where, fix="write null")
        return ()
    wanted = (expect,) if TEXTS_BY_KIND[kind] == 1 else tuple(expect) if isinstance(expect, list) else ()
    allowed = [label for label in target.labels if kind != "hard_negative" or label == target.roles.unrelated]
    if len(wanted) != TEXTS_BY_KIND[kind] or any(label not in allowed for label in wanted):
        form = f"{TEXTS_BY_KIND[kind]} of " if TEXTS_BY_KIND[kind] > 1 else "one of "
        raise DataError(f"{expect!r} is not what {kind} expects", where=where, fix=f"use {form}{', '.join(allowed)}")
    return wanted
