"""Read and check external sets: labelled quotes in JSONL files of the user, named in `configs/evaluate.yaml`."""

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
from pipeline.gold.stance_annotations import check_new_id, check_text

# A letter first, so that no name is the number of another set.
FolderName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


@dataclass(frozen=True, config=STRICT)
class ExternalSet:
    """One external set: an entry of `external` in the config.

    Attributes
    ----------
    name : str
        Name of its folder and of its section in the report.
    path : str
        The JSONL file, relative to the project's folder or absolute.
    group : list of str
        Fields that may name the group of a row (a document); the first that the row has is taken. A row with none of
        them is a group of its own. Confidence intervals resample whole groups.
    annotators : list of str
        Fields with the labels of single annotators: a mapping of target to label, or a list in the order of the
        targets. A row may lack them.
    """

    name: FolderName
    path: Annotated[str, Field(min_length=1)]
    group: list[str] = field(default_factory=lambda: ["group", "doc"])
    annotators: list[str] = field(default_factory=lambda: ["annotator_a", "annotator_b"])


@dataclass(frozen=True)
class ExternalRow:
    """One labelled quote of an external set."""

    id: str
    quote: dict[str, str | None]  # `text`, `context`, `cue` and `speaker`; None where unknown
    group: str
    labels: dict[str, str]  # by target
    annotators: tuple[dict[str, str], ...]  # labels of single annotators by target, as far as the row has them


def load_external_sets(root: Path) -> list[ExternalSet]:
    """Read the external sets that `configs/evaluate.yaml` names.

    Raises
    ------
    ConfigError
        On an entry that is no set, or two of one name.
    """
    path = root / paths.CONFIGS / "evaluate.yaml"
    return parse_external_sets(read_yaml(path).get("external") or [], str(path))


def parse_external_sets(entries: Any, where: str) -> list[ExternalSet]:
    """Validate the entries of `external` and return them as sets."""
    if not isinstance(entries, list):
        raise ConfigError("`external` is no list", where=where, fix="write `- name: ...` and `path: ...` below it")
    sets: list[ExternalSet] = []
    for number, entry in enumerate(entries):
        place = f"{where}, external[{number}]"
        if not isinstance(entry, dict):
            raise ConfigError(f"{entry!r} is no set", where=place, fix="give it a name and a path")
        external = build_config(ExternalSet, entry, where=place)
        if external.name in {previous.name for previous in sets}:
            raise ConfigError(f"two sets are called {external.name!r}", where=place, fix="rename one")
        sets.append(external)
    return sets


def read_external_rows(root: Path, external: ExternalSet, targets: Mapping[str, Target]) -> list[ExternalRow]:
    """Read and check the labelled quotes of an external set, in the order of the file.

    A row needs `text` and a label for one target or more, under the target's name or in a mapping `labels`; it may have
    `id`, `context`, `cue`, `speaker`, and the fields for groups and annotators that the set names. Other fields are
    ignored.

    Raises
    ------
    DataError
        When the file is missing or a row is wrong, with file, line, field and remedy.
    """
    rows: list[ExternalRow] = []
    lines: dict[str, int] = {}
    for number, where, values in iterate_json_lines(root / external.path):
        row = _parse_row(values, number, external, targets, where)
        check_new_id(row.id, number, lines, where)
        rows.append(row)
    if not rows:
        raise DataError("no row", where=str(root / external.path), fix="put labelled quotes there, one JSON row a line")
    return rows


def _parse_row(
    values: dict[str, Any], number: int, external: ExternalSet, targets: Mapping[str, Target], where: str
) -> ExternalRow:
    check_text(values, "text", where)
    for name in ("id", "context", "cue", "speaker"):
        # Files of others may have empty text for null.
        check_text({name: values.get(name) or None}, name, where, null=True)
    quote = {name: values.get(name) or None for name in ("text", "context", "cue", "speaker")}
    nested = values.get("labels")
    labels = _labels_by_target({**nested, **values} if isinstance(nested, dict) else values, targets)
    if not labels:
        fix = f"label it under one of {', '.join(targets)}"
        raise DataError("no label for any target", where=f"{where}, {next(iter(targets))}", fix=fix)
    _check_labels(labels, targets, where)
    group = next((str(values[name]) for name in external.group if values.get(name)), f"row {number}")
    annotators = tuple(
        _annotator_labels(values[name], targets, f"{where}, {name}")
        for name in external.annotators
        if values.get(name) is not None
    )
    return ExternalRow(values.get("id") or f"row {number}", quote, group, labels, annotators)


def _labels_by_target(values: Mapping[str, Any], targets: Iterable[str]) -> dict[str, str]:
    return {target: values[target] for target in targets if values.get(target) is not None}


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
