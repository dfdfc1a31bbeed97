"""Read and check `configs/targets.yaml`: the stance targets, their labels, and which label has which role."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from pydantic.dataclasses import dataclass

from pipeline.core.config import CONFIGS, STRICT, build_config, read_yaml
from pipeline.core.errors import ConfigError
from pipeline.core.text import shortened

# A target and a label become file names and column names.
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
# The label that is published and shown where the model abstains. Neither annotators nor models use it.
UNKNOWN = "unknown"


@dataclass(frozen=True, config=STRICT)
class LabelRoles:
    """The labels that the code treats differently from the others; None where no label has the role."""

    favor: str | None = "favor"  # the opposite sides, whose F1 scores are averaged, as is usual in stance detection
    against: str | None = "against"
    conditional: str | None = "conditional"  # what the keyword baseline predicts for a condition
    neutral: str | None = "neutral"  # and for a quote that names the target and takes no side
    unrelated: str | None = "unrelated"  # of a quote that is not about the target


@dataclass(frozen=True, config=STRICT)
class Target:
    """One stance target."""

    question: str  # what the annotator is asked about each quote
    labels: list[str] = field(default_factory=list)  # in the order of the tables' probability columns
    # Words that name the target, lower case; `*` stands for any run of letters, `*` alone for up to two words, a space
    # for any white space.
    relevance_terms: list[str] = field(default_factory=list)
    # The same terms by meaning (`cede`, `keep`); empty where the config gives them as one list.
    meanings: dict[str, list[str]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)  # of labels, in a few words
    roles: LabelRoles = field(default_factory=LabelRoles)  # None for a label that the target lacks

    def __post_init__(self) -> None:
        roles = {role: label if label in self.labels else None for role, label in vars(self.roles).items()}
        object.__setattr__(self, "roles", LabelRoles(**roles))


Targets = Mapping[str, Target]  # by name


def load_targets(folder: Path | str = CONFIGS) -> dict[str, Target]:
    """Read `targets.yaml` of a config folder; targets keep the order of the file. What is wrong is a ConfigError."""
    path = Path(folder) / "targets.yaml"
    config = read_yaml(path)
    entries = config.get("targets")
    if not isinstance(entries, dict) or not entries:
        raise ConfigError("no targets", where=str(path), fix="give it a mapping `targets:` of one target or more")
    shared = _shared_labels(config, path)
    targets: dict[str, Target] = {}
    for name, entry in entries.items():
        where = f"{path}, targets.{name}"
        _check_name(name, where)
        if not isinstance(entry, dict):
            raise ConfigError("a target is a mapping", where=where, fix="give it a question and relevance_terms")
        if unknown := sorted({"meanings", "descriptions", "roles"} & set(entry)):
            fix = "a target has question, relevance_terms (one list, or lists by meaning) and perhaps labels"
            raise ConfigError(f"unknown key `{unknown[0]}`", where=where, fix=fix)
        targets[name] = build_config(Target, shared | _terms_by_meaning(entry, where), where=where)
        _check_target(targets[name], where)
    labels = shared_labels(targets)
    for name, target in targets.items():
        if tuple(target.labels) != labels:
            what = f"labels of `{name}` differ from those of `{next(iter(targets))}`"
            why = "the stance table has one probability column per label"
            fix = "give all targets the same labels in the same order"
            raise ConfigError(what, where=str(path), why=why, fix=fix)
    for role in config.get("label_roles") or {}:
        label = getattr(shared["roles"], role)
        if label is not None and label not in labels:
            what = f"role `{role}` has unknown label {shortened(label)}"
            raise ConfigError(what, where=f"{path}, label_roles", fix=f"use one of {', '.join(labels)}, or null")
    return targets


def shared_labels(targets: Targets) -> tuple[str, ...]:
    """Return the labels that all targets share, in order."""
    return tuple(next(iter(targets.values())).labels)


def published_label(predicted_label: str, abstained: bool) -> str:
    """Return the label to publish, show or count: `unknown` where the model abstains, else the predicted one."""
    return UNKNOWN if abstained else predicted_label


def predicted_label(stance: Mapping[str, Any]) -> str:
    """Return the label that the model finds most probable; the label of a corrected stance is a person's."""
    if stance["corrected_by"] is None:
        return str(stance["label"])
    return max((name for name in stance if name.startswith("p_")), key=lambda name: stance[name])[2:]


def stance_labels(targets: Targets) -> tuple[str, ...]:
    """Return the labels that all targets share other than that of unrelated quotes, in order."""
    return tuple(label for label in shared_labels(targets) if label != shared_roles(targets).unrelated)


def shared_roles(targets: Targets) -> LabelRoles:
    """Return the roles of the labels that all targets share."""
    return next(iter(targets.values())).roles


def term_pattern(terms: Sequence[str], ignore_case: bool = True) -> re.Pattern[str] | None:
    """Return a pattern of any of the terms (as in `Target.relevance_terms`) as whole words; None for no terms."""
    if not terms:
        return None
    return re.compile(rf"(?<!\w)(?:{_any_of(map(_term_regex, terms))})(?!\w)", re.IGNORECASE if ignore_case else 0)


def _any_of(regexes: Iterable[str]) -> str:
    """Join alternatives by their first letter: then a word is compared with a few of them, in an eighth of the time."""
    by_letter = defaultdict(list)
    for regex in regexes:
        size = 1 if regex[:1].isalnum() else len(regex)
        by_letter[regex[:size]].append(regex[size:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


def _term_regex(term: str) -> str:
    regex, between = "", ""
    for part in term.split():
        if part == "*":
            between = r"\s+(?:\w+\s+){0,2}"
        else:
            # Masked text has spaces around every punctuation mark, so a hyphen may have them.
            word = re.escape(part).replace(r"\*", r"\w*").replace(r"\-", r" ?- ?")
            regex += (between if regex else "") + word
            between = r"\s+"
    return regex


def _shared_labels(config: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return what `labels` and `label_roles` of the file say about every target, as fields of `Target`."""
    roles = config.get("label_roles") or {}
    if not isinstance(roles, dict):
        fix = "write `role: label` lines below it"
        raise ConfigError(f"`label_roles` is {shortened(roles)}", where=str(path), fix=fix)
    shared: dict[str, Any] = {"roles": build_config(LabelRoles, roles, where=f"{path}, label_roles")}
    if (labels := config.get("labels")) is not None:
        if not (isinstance(labels, dict) and all(isinstance(text, str) and text for text in labels.values())):
            raise ConfigError("`labels` has no descriptions", where=str(path), fix="write `label: what it means` lines")
        shared |= {"labels": list(labels), "descriptions": labels}
    return shared


def _terms_by_meaning(entry: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the entry with `relevance_terms` as one list, and its lists by meaning under `meanings`."""
    meanings = entry.get("relevance_terms")
    if not isinstance(meanings, dict):
        return entry
    for meaning, terms in meanings.items():
        _check_name(meaning, place := f"{where}.relevance_terms")
        if not isinstance(terms, list):
            raise ConfigError(f"`{meaning}` is {shortened(terms)}", where=place, fix="list its words")
    return entry | {"relevance_terms": [term for terms in meanings.values() for term in terms], "meanings": meanings}


def _check_name(name: object, where: str) -> None:
    if not isinstance(name, str) or not _NAME.match(name):
        raise ConfigError(f"{name!r} cannot name a file or column", where=where, fix="use a-z, 0-9 and _")


def _check_target(target: Target, where: str) -> None:
    if not target.question.strip():
        raise ConfigError("the question is empty", where=where, fix="write what the annotator is asked about a quote")
    for label in target.labels:
        _check_name(label, f"{where}.labels")
        if label == UNKNOWN:
            why, fix = "it is what is published where the model abstains", "choose another name"
            raise ConfigError(f"no label can be named `{UNKNOWN}`", where=f"{where}.labels", why=why, fix=fix)
    if len(target.labels) < 2 or len(set(target.labels)) < len(target.labels):
        raise ConfigError(f"labels are {target.labels}", where=where, fix="give two labels or more, each once")
    for term in target.relevance_terms:
        if not term.strip("* ") or re.search(r"(\*.*){4}|(\*\S*){3}", term):  # more can take exponential time
            fix = "quote it, or write fewer `*`"
            raise ConfigError(f"{shortened(term)} is no word", where=f"{where}.relevance_terms", fix=fix)
