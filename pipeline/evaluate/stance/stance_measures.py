"""What `evaluate` says of stance that the gold and the models alone decide: all but the shift of this run's quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.targets import Target
from pipeline.evaluate import dvc_plots
from pipeline.evaluate.cached_values import Memory, digests
from pipeline.evaluate.stance import (
    behaviour_rates,
    distribution_shift,
    leakage_check,
    stance_charts,
    stance_detail,
    stance_detail_text,
    stance_scores,
    stance_text,
)
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.gold.stance_annotations import StanceRow

Rows = list[dict[str, Any]]
OUT_OF_FOLD = "out of fold"
# Of a near-duplicate pair or a worked error, what the report shows.
PAIRS = 5


@dataclass(frozen=True)
class Asked:
    """What is measured.

    Attributes
    ----------
    targets : mapping of str to Target
        Stance targets.
    rows : list of StanceRow
        The labelled quotes, as they stand in `stance.jsonl`.
    kinds : mapping of str to str
        Kind of the run's speakers by folded name.
    examples : int
        Worked errors shown of each kind.
    similar : float
        Similarity of near-duplicates.
    error : float
        Share of wrong labels among the kept that the config states.
    sets : list of str
        Names of the user's own gold.
    alphas : mapping
        Agreement of the two annotators of `stance.jsonl`, by target.
    """

    root: Path
    targets: Mapping[str, Target]
    rows: list[StanceRow]
    kinds: Mapping[str, str]
    examples: int
    similar: float
    error: float
    sets: list[str]
    alphas: Mapping[str, Any]

    @property
    def labels(self) -> list[str]:
        """The labels that all targets share."""
        return next(iter(self.targets.values())).labels


@dataclass(frozen=True)
class Inputs:
    """What the sections are made of.

    Attributes
    ----------
    oof : dict of str to list of dict
        By target, out-of-fold predictions; `p`, `keywords`, `ngrams` and `about` added.
    training : dict of str to list of dict
        By target, how far the training quotes are from one another.
    external : dict of str to dict
        By set and target, what the models said of it.
    """

    oof: dict[str, Rows]
    training: dict[str, Rows]
    external: dict[str, dict[str, Rows]]


def measure(asked: Asked, remember: Memory) -> dict[str, Any]:
    """All that does not change with the articles of the run, unless they show what kind a labelled speaker is.

    Returns
    -------
    dict
        `metrics` by section; `before` and `after`, the sections of the report around that of the shift; `plots`, the
        files by target and kind; `figures` (of `stance_figures.numbers`); `shift`: by target the `parts` of the
        training quotes and the `shares` of their labels, and the comparison of the `external` sets.
    """
    root, models = asked.root, asked.root / paths.MODELS
    spoken = sorted({name for row in asked.rows for name in stance_detail.names_of(row)} & set(asked.kinds))
    settings = asked.examples, asked.similar, asked.error, asked.sets, asked.alphas
    files = digests(
        *(root / paths.ANNOTATIONS / name for name in ("stance.jsonl", "agreement/stance.jsonl", "behaviours.jsonl")),
        *(models / f"{t}.{part}.parquet" for t in asked.targets for part in ("oof", "learning", "errors")),
        *(root / place for place in (paths.TRAINING_QUOTES, paths.BEHAVIOURS)),
        *(root / paths.EXTERNAL / name for name in asked.sets),
    )
    made_from = list(asked.targets.items()), settings, files, [(name, asked.kinds[name]) for name in spoken]
    return dict(remember("stance", lambda: _measure(asked, remember), *made_from))


def _measure(asked: Asked, remember: Memory) -> dict[str, Any]:
    root, labels, given = asked.root, asked.labels, _inputs(asked, remember)

    def summaries(name: str, judged: Mapping[str, Rows]) -> dict[str, Any]:
        made_from = labels, asked.error
        return {
            t: remember(f"stance_{name}_{t}", partial(stance_scores.score_target, rows, *made_from), rows, *made_from)
            for t, rows in judged.items()
        }

    metrics: dict[str, Any] = {
        "stance": summaries("oof", given.oof),
        "stance_rows": _rows(asked, remember),
        "behaviours": {},
        "shift": {},
        "external": {name: summaries(f"external_{name}", by_target) for name, by_target in given.external.items()},
    }
    files = {}
    for target, figures in metrics["stance"].items():
        figures |= stance_detail.detail(root, target, given.oof[target], labels, remember)
        files[target] = dvc_plots.files(given.oof[target], figures, labels)
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", asked.targets)
    said = behaviour_rates.labels_by_text(tables.iterate_rows(root / paths.BEHAVIOURS)) if suite else {}
    metrics["behaviours"] = behaviour_rates.failure_rates(suite, said)
    judged = {OUT_OF_FOLD: given.oof, **given.external}
    scores = {OUT_OF_FOLD: metrics["stance"], **metrics["external"]}
    before = [
        stance_text.INTRODUCTION,
        stance_detail_text.short(metrics["stance"]),
        stance_text.labelled(metrics["stance_rows"], asked.alphas, {row.id: row.text for row in asked.rows}),
        *[stance_text.target(t, metrics["stance"][t], labels, _worked(asked, given, t)) for t in asked.targets],
        stance_text.holds(scores),
        stance_text.behaviours(metrics["behaviours"], behaviour_rates.worst_failures(suite, said, asked.examples)),
    ]
    return {
        "metrics": metrics,
        "before": before,
        "after": [stance_text.external(name, by, labels) for name, by in metrics["external"].items()],
        "plots": files,
        "figures": stance_charts.numbers(judged, scores, labels, asked.error),
        "shift": _shift(given),
    }


def _inputs(asked: Asked, remember: Memory) -> Inputs:
    root = asked.root
    training: dict[str, Rows] = {}
    for row in tables.iterate_rows(root / paths.TRAINING_QUOTES):
        training.setdefault(row["target"], []).append(row)
    oof = {}
    for target in asked.targets:
        beside = {row["id"]: row for row in training[target]}
        oof[target] = [
            row | {"p": row[f"p_{row['label']}"], "keywords": beside[row["id"]]["keywords"]}
            for row in tables.iterate_rows(root / paths.MODELS / f"{target}.oof.parquet")
        ]
    external: dict[str, dict[str, Rows]] = {name: {} for name in asked.sets}
    for name, by_target in external.items():
        for row in tables.iterate_rows(root / paths.EXTERNAL / name):
            by_target.setdefault(row["target"], []).append(row | {"p": row[f"p_{row['label']}"]})
    return Inputs(stance_detail.enriched(oof, asked.rows, asked.kinds, remember), training, external)


def _rows(asked: Asked, remember: Memory) -> dict[str, Any]:
    rows = asked.rows
    ids, texts, groups = ([getattr(row, name) for row in rows] for name in ("id", "text", "group"))
    return {
        "rows": len(rows),
        "authors": len({row.annotator for row in rows}),
        "groups": len(set(groups)),
        "labels": {t: _counts([r.labels[t] for r in rows if t in r.labels], asked.labels) for t in asked.targets},
        "near_duplicates": remember(
            "near_duplicates",
            lambda: leakage_check.find_near_duplicates(ids, texts, groups, asked.similar, PAIRS),
            *(ids, texts, groups, asked.similar),
        ),
    }


def _counts(values: Iterable[str], labels: Sequence[str]) -> dict[str, int]:
    found = Counter(values)
    return {label: found[label] for label in labels}


def _shift(given: Inputs) -> dict[str, Any]:
    parts, shares = {}, {}
    external: dict[str, dict[str, Any]] = {name: {} for name in given.external}
    for target, rows in given.oof.items():
        parts[target] = distribution_shift.measure_parts(given.training[target], {row["id"]: row for row in rows})
        shares[target] = distribution_shift.label_shares(row["gold"] for row in rows)
        for name, by_target in given.external.items():
            judged = by_target.get(target, [])
            external[name][target] = distribution_shift.summarise_shift(judged, judged, shares[target], parts[target])
    return {"parts": parts, "shares": shares, "external": external}


def _worked(asked: Asked, given: Inputs, target: str) -> list[dict[str, Any]]:
    """The most confident errors out of fold, with what training says of why."""
    why = {row["id"]: row for row in tables.iterate_rows(asked.root / paths.MODELS / f"{target}.errors.parquet")}
    texts = {row.id: row.text for row in asked.rows}
    wrong = sorted((row for row in given.oof[target] if row["gold"] != row["label"]), key=lambda r: (-r["p"], r["id"]))
    shown = []
    for row in wrong[: asked.examples]:
        # Training explains the worst alone: for the others nothing is known.
        about = why.get(row["id"], {"words_for": [], "words_against": [], "nearest": []})
        words = {name: [one["word"] for one in about[name]] for name in ("words_for", "words_against")}
        nearest = [(one["label"], texts[one["id"]]) for one in about["nearest"]]
        shown.append(row | words | {"text": texts[row["id"]], "nearest": nearest})
    return shown
