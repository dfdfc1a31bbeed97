"""The stance part of `evaluate`: `reports/stance.md`, its figures, and what `metrics.json` says of stance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.annotations import StanceRow, read_stance
from pipeline.behaviours import read_behaviours
from pipeline.config import read_yaml
from pipeline.errors import ConfigError
from pipeline.evaluate import (
    behaviours,
    plots,
    repeats,
    shift,
    stance,
    stance_detail,
    stance_detail_text,
    stance_figures,
    stance_text,
)
from pipeline.evaluate.memory import Memory
from pipeline.external import ExternalSet
from pipeline.targets import Target

Rows = list[dict[str, Any]]
OUT_OF_FOLD = "out of fold"
# Of a near-duplicate pair or a worked error, what the report shows.
PAIRS = 5


@dataclass(frozen=True)
class Inputs:
    """What the sections are made of.

    Attributes
    ----------
    rows : list of StanceRow
        The labelled quotes.
    oof : dict of str to list of dict
        By target, out-of-fold predictions; `p`, `keywords`, `ngrams` and `about` added.
    external : dict of str to dict
        By set and target, what the models said of it.
    """

    root: Path
    targets: Mapping[str, Target]
    rows: list[StanceRow]
    oof: dict[str, Rows]
    measured: dict[tuple[str, str], Rows]
    external: dict[str, dict[str, Rows]]
    error: float

    @property
    def labels(self) -> list[str]:
        """The labels that all targets share."""
        return next(iter(self.targets.values())).labels


def run(
    root: Path,
    targets: Mapping[str, Target],
    examples: int,
    similar: float,
    sets: Sequence[ExternalSet],
    alphas: Any,
    remember: Memory,
) -> dict[str, Any]:
    """Write the report and its figures; returns its metrics by section.

    Parameters
    ----------
    root : path
        The project's folder.
    targets : mapping of str to Target
        Stance targets.
    examples : int
        Worked errors shown of each kind.
    similar : float
        Similarity of near-duplicates.
    sets : sequence of ExternalSet
        The user's own gold.
    alphas : mapping
        Agreement of the two annotators of `stance.jsonl`, by target.
    remember : Memory
        Figures of earlier runs.
    """
    given = _inputs(root, targets, sets, remember)

    def summaries(name: str, judged: Mapping[str, Rows]) -> dict[str, Any]:
        made_from = given.labels, given.error
        return {
            t: remember(f"stance_{name}_{t}", partial(stance.summary, rows, *made_from), rows, *made_from)
            for t, rows in judged.items()
        }

    metrics: dict[str, Any] = {
        "stance": summaries("oof", given.oof),
        "stance_rows": _rows(given, similar, remember),
        "behaviours": {},
        "shift": _shift(given),
        "external": {name: summaries(f"external_{name}", by_target) for name, by_target in given.external.items()},
    }
    for target, figures in metrics["stance"].items():
        figures |= stance_detail.detail(root, target, given.oof[target], given.labels, remember)
        plots.save(root / paths.REPORTS / "plots", target, given.oof[target], figures, given.labels)
    plots.drop_others(root / paths.REPORTS / "plots", targets)
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    said = behaviours.said(tables.iterate(root / paths.BEHAVED)) if suite else {}
    metrics["behaviours"] = behaviours.summary(suite, said)
    sections = [
        stance_text.INTRODUCTION,
        stance_detail_text.short(metrics["stance"]),
        stance_text.labelled(metrics["stance_rows"], alphas, {row.id: row.text for row in given.rows}),
        *[stance_text.target(t, metrics["stance"][t], given.labels, _worked(given, t, examples)) for t in targets],
        stance_text.holds({OUT_OF_FOLD: metrics["stance"], **metrics["external"]}),
        stance_text.behaviours(metrics["behaviours"], behaviours.worst(suite, said, examples)),
        stance_text.shift(metrics["shift"]),
        *[stance_text.external(name, by, given.labels) for name, by in metrics["external"].items()],
    ]
    tables.write_text(root / paths.REPORTS / "stance.md", "\n".join(sections).rstrip() + "\n")
    judged = {OUT_OF_FOLD: given.oof, **given.external}
    scores = {OUT_OF_FOLD: metrics["stance"], **metrics["external"]}
    stance_figures.save(root / paths.REPORTS / "figures", judged, scores, given.labels, given.error, remember)
    return metrics


def _inputs(root: Path, targets: Mapping[str, Target], sets: Sequence[ExternalSet], remember: Memory) -> Inputs:
    rows = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    measured: dict[tuple[str, str], Rows] = {}
    for folder in (paths.TRAINED, paths.MEASURED):
        for row in tables.iterate(root / folder):
            measured.setdefault((row["kind"], row["target"]), []).append(row)
    oof = {}
    for target in targets:
        beside = {row["id"]: row for row in measured[("training", target)]}
        oof[target] = [
            row | {"p": row[f"p_{row['label']}"], "keywords": beside[row["id"]]["keywords"]}
            for row in tables.iterate(root / paths.MODELS / f"{target}.oof.parquet")
        ]
    external: dict[str, dict[str, Rows]] = {source.name: {} for source in sets}
    for name, by_target in external.items():
        for row in tables.iterate(root / paths.EXTERNAL / name):
            by_target.setdefault(row["target"], []).append(row | {"p": row[f"p_{row['label']}"]})
    oof = stance_detail.enriched(root, oof, rows, remember)
    return Inputs(root, targets, rows, oof, measured, external, _stated_error(root))


def _stated_error(root: Path) -> float:
    path = root / paths.CONFIGS / "stance.yaml"
    error = read_yaml(path).get("abstain_error")
    if not isinstance(error, int | float):
        raise ConfigError(f"`abstain_error` is {error!r}", where=str(path), fix="give it a share from 0 to 1")
    return float(error)


def _rows(given: Inputs, similar: float, remember: Memory) -> dict[str, Any]:
    rows = given.rows
    ids, texts, groups = ([getattr(row, name) for row in rows] for name in ("id", "text", "group"))
    return {
        "rows": len(rows),
        "authors": len({row.annotator for row in rows}),
        "groups": len(set(groups)),
        "labels": {t: _counts([r.labels[t] for r in rows if t in r.labels], given.labels) for t in given.targets},
        "near_duplicates": remember(
            "near_duplicates",
            lambda: repeats.summary(ids, texts, groups, similar, PAIRS),
            *(ids, texts, groups, similar),
        ),
    }


def _counts(values: Iterable[str], labels: Sequence[str]) -> dict[str, int]:
    found = Counter(values)
    return {label: found[label] for label in labels}


def _shift(given: Inputs) -> dict[str, Any]:
    """For this run's quotes and each external set, by target: how far they are from the training quotes."""
    out: dict[str, dict[str, Any]] = {name: {} for name in ("run", *given.external)}
    labelled = _labelled_run(given)
    for target, rows in given.oof.items():
        parts = shift.of_parts(given.measured["training", target], {row["id"]: row for row in rows})
        shares = shift.label_shares(row["gold"] for row in rows)
        here = given.measured.get(("run", target), [])
        out["run"][target] = shift.summary(here, labelled[target], shares, parts)
        for name, by_target in given.external.items():
            judged = by_target.get(target, [])
            out[name][target] = shift.summary(judged, judged, shares, parts)
    return out


def _labelled_run(given: Inputs) -> dict[str, Rows]:
    """Labels and their probabilities for the quotes of this run that are not of articles with gold, by target."""
    articles = {row["part"] for target in given.targets for row in given.measured.get(("run", target), [])}
    out: dict[str, Rows] = {target: [] for target in given.targets}
    if articles:
        for row in tables.iterate(given.root / paths.STANCES):
            if row["quote_id"].rpartition("-")[0] in articles:
                out[row["target"]].append({"label": row["label"], "p": row[f"p_{row['label']}"]})
    return out


def _worked(given: Inputs, target: str, n: int) -> list[dict[str, Any]]:
    """The most confident errors out of fold, with what training says of why."""
    why = {row["id"]: row for row in tables.iterate(given.root / paths.MODELS / f"{target}.worked.parquet")}
    texts = {row.id: row.text for row in given.rows}
    wrong = sorted((row for row in given.oof[target] if row["gold"] != row["label"]), key=lambda r: (-r["p"], r["id"]))
    shown = []
    for row in wrong[:n]:
        # Training explains the worst alone: for the others nothing is known.
        about = why.get(row["id"], {"words_for": [], "words_against": [], "nearest": []})
        words = {name: [one["word"] for one in about[name]] for name in ("words_for", "words_against")}
        nearest = [(one["label"], texts[one["id"]]) for one in about["nearest"]]
        shown.append(row | words | {"text": texts[row["id"]], "nearest": nearest})
    return shown
