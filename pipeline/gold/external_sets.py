"""Gold of the user's own: JSONL files named under `external` in `configs/evaluate.yaml`, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import STRICT, build_config, read_yaml
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.targets import Target
from pipeline.gold.stance_annotations import check_text

FolderName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


@dataclass(frozen=True, config=STRICT)
class ExternalSet:
    """One entry of `external`.

    Attributes
    ----------
    name : str
        Names its section of the report and its folder.
    path : str
        The JSONL file, relative to the project's folder or absolute.
    group : list of str
        Fields that say which rows belong together (a document); the first that a row has is taken. Intervals draw
        whole groups; a row with none of them is a group of its own.
    annotators : list of str
        Fields with the labels of single annotators, where there are any: a mapping of target to label, or a list in
        the order of the targets.
    """

    name: FolderName
    path: Annotated[str, Field(min_length=1)]
    group: list[str] = field(default_factory=lambda: ["group", "doc"])
    annotators: list[str] = field(default_factory=lambda: ["annotator_a", "annotator_b"])


@dataclass(frozen=True)
class ExternalRow:
    """One labelled quote; `annotators` holds the labels of each annotator by target, none where they are not given."""

    id: str
    given: dict[str, str | None]
    group: str
    labels: dict[str, str]
    annotators: tuple[dict[str, str], ...]


def load_external_sets(root: Path) -> list[ExternalSet]:
    """The sets of `configs/evaluate.yaml`.

    Raises
    ------
    ConfigError
        On an entry that is no set, or two of one name.
    """
    path = root / paths.CONFIGS / "evaluate.yaml"
    return parse_external_sets(read_yaml(path).get("external") or [], str(path))


def parse_external_sets(entries: Any, where: str) -> list[ExternalSet]:
    """Entries of the config as sets."""
    if not isinstance(entries, list):
        raise ConfigError("`external` is no list", where=where, fix="write `- name: ...` and `path: ...` below it")
    sets: list[ExternalSet] = []
    for number, entry in enumerate(entries):
        place = f"{where}, external[{number}]"
        if not isinstance(entry, dict):
            raise ConfigError(f"{entry!r} is no set", where=place, fix="give it a name and a path")
        one = build_config(ExternalSet, entry, where=place)
        if one.name in {other.name for other in sets}:
            raise ConfigError(f"two sets are called {one.name!r}", where=place, fix="rename one")
        sets.append(one)
    return sets


def read_external_rows(root: Path, source: ExternalSet, targets: Mapping[str, Target]) -> list[ExternalRow]:
    """Labelled quotes of a set, in the order of the file.

    A row needs `text` and a label for one target or more, under the target's name or in a mapping `labels`; it may
    have `id`, `context`, `cue`, `speaker`, and what the set names. Other fields are not read.

    Raises
    ------
    DataError
        Naming file, line, field and remedy, when the file is missing or a row is not sound.
    """
    rows: list[ExternalRow] = []
    lines: dict[str, int] = {}
    for number, where, values in iterate_json_lines(root / source.path):
        row = _parse_row(values, number, source, targets, where)
        if row.id in lines:
            raise DataError(f"id {row.id!r} is taken by line {lines[row.id]}", where=f"{where}, id", fix="rename one")
        lines[row.id] = number
        rows.append(row)
    if not rows:
        raise DataError("no row", where=str(root / source.path), fix="put labelled quotes there, one JSON row a line")
    return rows


def _parse_row(
    values: dict[str, Any], number: int, source: ExternalSet, targets: Mapping[str, Target], where: str
) -> ExternalRow:
    check_text(values, "text", where)
    for name in ("id", "context", "cue", "speaker"):
        # Empty is as good as null in what others made.
        check_text({name: values.get(name) or None}, name, where, null=True)
    given = {name: values.get(name) or None for name in ("text", "context", "cue", "speaker")}
    nested = values.get("labels")
    labels = _labels_by_target({**nested, **values} if isinstance(nested, dict) else values, targets)
    if not labels:
        fix = f"label it under one of {', '.join(targets)}"
        raise DataError("no label for any target", where=f"{where}, {next(iter(targets))}", fix=fix)
    _check_labels(labels, targets, where)
    group = next((str(values[name]) for name in source.group if values.get(name)), f"row {number}")
    second = tuple(
        _annotator_labels(values[name], targets, f"{where}, {name}")
        for name in _present_fields(values, source.annotators)
    )
    return ExternalRow(values.get("id") or f"row {number}", given, group, labels, second)


def _labels_by_target(values: Mapping[str, Any], targets: Iterable[str]) -> dict[str, str]:
    return {target: values[target] for target in targets if values.get(target) is not None}


def _present_fields(values: Mapping[str, Any], names: list[str]) -> list[str]:
    return [name for name in names if values.get(name) is not None]


def _annotator_labels(value: Any, targets: Mapping[str, Target], where: str) -> dict[str, str]:
    if isinstance(value, list):
        if len(value) > len(targets):
            raise DataError(f"{len(value)} labels for {len(targets)} targets", where=where, fix="give one per target")
        value = dict(zip(targets, value, strict=False))
    if not isinstance(value, dict):
        raise DataError("no labels", where=where, fix="give a list in the order of the targets, or a mapping")
    labels = _labels_by_target(value, targets)
    _check_labels(labels, targets, where)
    return labels


def _check_labels(labels: Mapping[str, Any], targets: Mapping[str, Target], where: str) -> None:
    for target, label in labels.items():
        if label not in targets[target].labels:
            fix = f"use one of {', '.join(targets[target].labels)}"
            raise DataError(f"unknown label {label!r}", where=f"{where}, {target}", fix=fix)
