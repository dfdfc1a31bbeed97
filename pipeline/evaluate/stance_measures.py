"""Measure the stance models: scores beside baselines and annotators, errors, behaviour suite, near-duplicates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.errors import ConfigError
from pipeline.core.near_duplicates import extract_shingles
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import Target
from pipeline.evaluate.intervals import rounded_interval, wilson_interval
from pipeline.evaluate.stance_scores import rate_rows, risk_coverage_curve, score_labels, score_target
from pipeline.gold.behaviour_suite import TEXTS_BY_KIND, BehaviourItem, read_behaviours
from pipeline.gold.real_quotes import read_real_quotes
from pipeline.gold.stance_annotations import StanceRow

# Errors that the report shows of each target.
EXAMPLES = 5
Rows = list[dict[str, Any]]
# Predicted label of the behaviour suite by item and number of the text.
LabelsByText = Mapping[tuple[str, int], str]


def measure_stance(
    root: Path, targets: Mapping[str, Target], labelled: Sequence[StanceRow]
) -> tuple[dict[str, Any], dict[str, list[tuple[float, float]]], dict[str, Rows]]:
    """Compute all figures about stance: the sections of `scores.json`, and by target what follows.

    These are, of the predictions out of fold, risk-coverage curves, and the most confident errors with their `text`.
    """
    error = read_yaml(root / paths.CONFIGS / "stance.yaml").get("abstain_error")
    if not isinstance(error, int | float):
        where = str(root / paths.CONFIGS / "stance.yaml")
        raise ConfigError(f"`abstain_error` is {error!r}", where=where, fix="give it a share from 0 to 1")
    twice = root / paths.ANNOTATIONS / "agreement" / "stance.jsonl"
    out_of_fold = {name: list(tables.iterate_rows(root / paths.MODELS / f"{name}.oof.parquet")) for name in targets}
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    behaviours = tables.iterate_rows(root / paths.BEHAVIOURS) if suite else ()
    said = {(row["id"], row["number"]): row["label"] for row in behaviours}
    metrics = {
        "real_quotes": read_real_quotes(root / paths.REAL_QUOTES, targets),
        "stance": {
            name: score_target(out_of_fold[name], target, float(error))
            | {"twice": measure_ceiling(twice, name, out_of_fold[name], target)}
            for name, target in targets.items()
        },
        "stance_rows": _count_labelled(labelled, targets),
        "behaviours": pass_rates(suite, said),
    }
    texts = {row.id: row.text for row in labelled}
    curves = {name: risk_coverage_curve(*rate_rows(rows, targets[name])) for name, rows in out_of_fold.items()}
    return metrics, curves, {name: _surest_errors(rows, texts) for name, rows in out_of_fold.items()}


def measure_ceiling(path: Path, name: str, rows: Rows, target: Target) -> dict[str, Any] | None:
    """Score the model, and one annotator by the other's labels, on the quotes that two annotators labelled.

    `path` has `id`, `first` and `second` (labels by target) of each quote; None where there are none.
    """
    both = {row["id"]: row for row in read_json_lines(path)}
    labels = {i: {who: pair[who].get(name) for who in ("first", "second")} for i, pair in both.items()}
    twice = [row | labels[row["id"]] for row in rows if None not in labels.get(row["id"], {"": None}).values()]
    if not twice:
        return None
    return {
        "quotes": len(twice),
        "model": score_labels(twice, "label", target),
        "annotators": score_labels(twice, "second", target, gold="first"),
    }


def _count_labelled(labelled: Sequence[StanceRow], targets: Mapping[str, Target]) -> dict[str, Any]:
    """Count labelled quotes, authors, groups and labels, and near-duplicates across groups."""
    texts, groups = ([getattr(row, name) for row in labelled] for name in ("text", "group"))
    counts = {name: Counter(row.labels[name] for row in labelled if name in row.labels) for name in targets}
    return {
        "rows": len(labelled),
        "authors": len({row.annotator for row in labelled}),
        "groups": len(set(groups)),
        "labels": {name: {label: counts[name][label] for label in targets[name].labels} for name in targets},
        "near_duplicates": find_near_duplicates(texts, groups),
    }


def _surest_errors(rows: Rows, texts: Mapping[str, str]) -> Rows:
    """Return the most confident errors, each with its text and `p`, the probability of its label."""
    wrong = [row | {"p": row[f"p_{row['label']}"]} for row in rows if row["gold"] != row["label"]]
    surest = sorted(wrong, key=lambda row: (-row["p"], row["id"]))[:EXAMPLES]
    return [row | {"text": texts[row["id"]]} for row in surest]


def pass_rates(suite: Sequence[BehaviourItem], predicted: LabelsByText) -> dict[str, Any]:
    """Compute the share of items that pass, for each target that has items.

    `kinds` counts the reserved items of a kind if it has some, and `known` then the others, which the authors of the
    classifier have read. Direction and invariance are never added up: a model that gives every quote the same label
    passes all items of the one and none of the other.
    """
    rates: dict[str, Any] = {}
    for target in dict.fromkeys(item.target for item in suite):
        items = [item for item in suite if item.target == target]
        by_kind = {kind: [item for item in items if item.kind == kind] for kind in TEXTS_BY_KIND}
        reserved = {kind: [item for item in of_kind if item.reserved] for kind, of_kind in by_kind.items()}
        known = {kind: [item for item in by_kind[kind] if not item.reserved] for kind in by_kind if reserved[kind]}
        rates[target] = {
            "kinds": {kind: _rate(reserved[kind] or by_kind[kind], predicted) for kind in by_kind if by_kind[kind]},
            "known": {kind: _rate(of_kind, predicted) for kind, of_kind in known.items() if of_kind},
        }
    return rates


def _rate(items: Sequence[BehaviourItem], predicted: LabelsByText) -> dict[str, Any]:
    right = sum(item.passes(tuple(predicted[item.id, k] for k in range(len(item.texts)))) for item in items)
    share = rounded_interval(right / len(items), *wilson_interval(right, len(items)))
    return {"items": len(items), "right": right, "share": share}


SHINGLE_WORDS = 3
# Texts at least this similar are near-duplicates.
SIMILAR = 0.5


def similarities_to_other_groups(texts: Sequence[str], groups: Sequence[str]) -> list[float]:
    """Return the similarity of each text to the most similar one of another group.

    It is the Jaccard similarity of the sets of word triples (Broder 1997), 0 to 1; a shorter text is one shingle.
    """
    sets = [set(extract_shingles(text, SHINGLE_WORDS)) for text in texts]
    having: dict[str, list[int]] = {}
    for number, shingles in enumerate(sets):
        for shingle in shingles:
            having.setdefault(shingle, []).append(number)
    best = []
    for number, shingles in enumerate(sets):
        shared = Counter(other for shingle in shingles for other in having[shingle])
        both = ((n, len(sets[other])) for other, n in shared.items() if groups[other] != groups[number])
        best.append(max((n / (len(shingles) + size - n) for n, size in both), default=0.0))
    return best


def find_near_duplicates(texts: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """Count the texts with a near-duplicate in another group, and compute their share."""
    rows = sum(similarity >= SIMILAR for similarity in similarities_to_other_groups(texts, groups))
    return {"rows": rows, "share": round(rows / max(1, len(texts)), 4)}
