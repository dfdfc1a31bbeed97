"""What stances are taken to: `configs/targets.yaml`, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.config import CONFIGS, build_config, read_yaml
from pipeline.core.errors import ConfigError

# A target and a label become file names and column names.
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True)
class Target:
    """One stance target.

    Attributes
    ----------
    question : str
        What the annotator asks of each quote.
    labels : list of str
        Labels in the order of the tables' probability columns.
    relevance_terms : list of str
        Words that name the target, lower case; `*` stands for any run of letters, `*` alone for up to two words, a
        space for any white space.
    meanings : dict of str to list of str
        The same terms by meaning (`cede`, `keep`), where the config tells them apart; empty where it does not.
    """

    question: str
    labels: list[str] = field(default_factory=list)
    relevance_terms: list[str] = field(default_factory=list)
    meanings: dict[str, list[str]] = field(default_factory=dict)


def load_targets(folder: Path | str = CONFIGS) -> dict[str, Target]:
    """Read `targets.yaml` of a config folder; targets keep the order of the file.

    Raises
    ------
    ConfigError
        When the file has no target, a name that cannot be a file name, a wrong or missing key, or targets whose
        labels differ.
    """
    path = Path(folder) / "targets.yaml"
    entries = read_yaml(path).get("targets")
    if not isinstance(entries, dict) or not entries:
        raise ConfigError("no targets", where=str(path), fix="give it a mapping `targets:` of one target or more")
    targets: dict[str, Target] = {}
    for name, entry in entries.items():
        where = f"{path}, targets.{name}"
        _check_name(name, where)
        if not isinstance(entry, dict):
            raise ConfigError("a target is a mapping", where=where, fix="give it question, labels, relevance_terms")
        targets[name] = build_config(Target, _by_meaning(entry, where), where=where)
        _check(targets[name], where)
    _check_one_label_set(targets, path)
    return targets


def labels_of(targets: dict[str, Target]) -> tuple[str, ...]:
    """The labels that all targets share, in order."""
    return tuple(next(iter(targets.values())).labels)


def _by_meaning(entry: dict[str, Any], where: str) -> dict[str, Any]:
    """The entry, with `relevance_terms` given as lists by meaning also as one list."""
    if "meanings" in entry:
        raise ConfigError("unknown key `meanings`", where=where, fix="give relevance_terms as lists by meaning")
    meanings = entry.get("relevance_terms")
    if not isinstance(meanings, dict):
        return entry
    for meaning, terms in meanings.items():
        _check_name(meaning, f"{where}.relevance_terms")
        if not isinstance(terms, list):
            raise ConfigError(f"`{meaning}` is {terms!r}", where=f"{where}.relevance_terms", fix="list its words")
    return entry | {"relevance_terms": [term for terms in meanings.values() for term in terms], "meanings": meanings}


def _check_name(name: object, where: str) -> None:
    if not isinstance(name, str) or not _NAME.match(name):
        raise ConfigError(f"{name!r} cannot name a file or column", where=where, fix="use a-z, 0-9 and _")


def _check(target: Target, where: str) -> None:
    if not isinstance(target.question, str) or not target.question.strip():
        raise ConfigError("the question is empty", where=where, fix="say what the annotator asks of each quote")
    for label in target.labels:
        _check_name(label, f"{where}.labels")
    if len(target.labels) < 2 or len(set(target.labels)) < len(target.labels):
        raise ConfigError(f"labels are {target.labels}", where=where, fix="give two labels or more, each once")
    for term in target.relevance_terms:
        if not isinstance(term, str) or not term.strip("* "):
            raise ConfigError(f"{term!r} is no word", where=f"{where}.relevance_terms", fix="quote it, or drop it")


def _check_one_label_set(targets: dict[str, Target], path: Path) -> None:
    first, *others = targets
    for name in others:
        if targets[name].labels != targets[first].labels:
            raise ConfigError(
                f"labels of `{name}` differ from those of `{first}`",
                where=str(path),
                why="the stance table has one probability column per label",
                fix="give all targets the same labels in the same order",
            )
