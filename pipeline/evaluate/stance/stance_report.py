"""The stance part of `evaluate`: `reports/stance.md`, its figures, and what `metrics.json` says of stance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.errors import ConfigError
from pipeline.core.storage import bucketed_tables, tables
from pipeline.core.targets import Target
from pipeline.evaluate import chart_files, dvc_plots
from pipeline.evaluate.cached_values import Memory, digests
from pipeline.evaluate.config import EvaluateConfig
from pipeline.evaluate.stance import distribution_shift, stance_measures, stance_text
from pipeline.gold.external_sets import parse_external_sets
from pipeline.gold.stance_annotations import StanceRow

Rows = list[dict[str, Any]]


def run(
    root: Path,
    targets: Mapping[str, Target],
    config: EvaluateConfig,
    rows: list[StanceRow],
    kinds: Mapping[str, str],
    alphas: Mapping[str, Any],
    remember: Memory,
) -> dict[str, Any]:
    """Write the report and its figures; returns its metrics by section.

    Parameters
    ----------
    root : path
        The project's folder.
    targets : mapping of str to Target
        Stance targets.
    config : EvaluateConfig
        How much is shown, and the user's own gold.
    rows : list of StanceRow
        The labelled quotes.
    kinds : mapping of str to str
        Kind of the run's speakers by folded name.
    alphas : mapping
        Agreement of the two annotators of `stance.jsonl`, by target.
    remember : Memory
        Figures of earlier runs.
    """
    sets = [source.name for source in parse_external_sets(config.external, str(paths.CONFIGS / "evaluate.yaml"))]
    shown = config.examples, config.near_duplicate, _stated_error(root)
    asked = stance_measures.Asked(root, targets, rows, kinds, *shown, sets, alphas)
    found = stance_measures.measure(asked, remember)
    metrics: dict[str, Any] = found["metrics"]
    metrics["shift"] = {"run": _shift(root, found["shift"], remember), **found["shift"]["external"]}
    sections = [*found["before"], stance_text.shift(metrics["shift"]), *found["after"]]
    tables.write_text(root / paths.REPORTS / "stance.md", "\n".join(sections).rstrip() + "\n")
    dvc_plots.save(root / paths.REPORTS / "plots", found["plots"])
    for name, (kind, numbers) in found["figures"].items():
        chart_files.save(root / paths.REPORTS / "figures" / f"{name}.svg", kind, numbers, remember)
    return metrics


def _stated_error(root: Path) -> float:
    path = root / paths.CONFIGS / "stance.yaml"
    error = read_yaml(path).get("abstain_error")
    if not isinstance(error, int | float):
        raise ConfigError(f"`abstain_error` is {error!r}", where=str(path), fix="give it a share from 0 to 1")
    return float(error)


def _shift(root: Path, training: Mapping[str, Any], remember: Memory) -> dict[str, Any]:
    """How far this run's quotes of articles without gold are from the training quotes, by target.

    `training` has the `parts` and `shares` of `stance_gold.measure`.
    """
    # What cannot be read tells of no article: the digest of the file makes that a change.
    files = digests(root / paths.DRIFT_SAMPLE)
    measured = {
        n: told
        for n in bucketed_tables.bucket_names(root / paths.DRIFT_SAMPLE)
        if (told := bucketed_tables.row_digests(root / paths.DRIFT_SAMPLE, n))
    }
    labelled = {
        name: {article: told.get(article) for article in articles}
        for name, articles in measured.items()
        for told in [bucketed_tables.row_digests(root / paths.STANCES, name)]
    }

    def make() -> dict[str, Any]:
        quotes, said = _measured(root), _said(root, measured)
        return {
            target: distribution_shift.summarise_shift(
                quotes.get(target, []), said.get(target, []), shares, training["parts"][target]
            )
            for target, shares in training["shares"].items()
        }

    return dict(remember("shift", make, files, labelled, training["parts"], training["shares"]))


def _measured(root: Path) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in tables.iterate_rows(root / paths.DRIFT_SAMPLE):
        found.setdefault(row["target"], []).append(row)
    return found


def _said(root: Path, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Rows]:
    """Labels and their probabilities for the quotes of some articles (by bucket), by target."""
    found: dict[str, Rows] = {}
    for name, articles in sorted(wanted.items()):
        for row in bucketed_tables.read_bucket(root / paths.STANCES, name).to_pylist():
            if row["quote_id"].rpartition("-")[0] in articles:
                found.setdefault(row["target"], []).append({"label": row["label"], "p": row[f"p_{row['label']}"]})
    return found
