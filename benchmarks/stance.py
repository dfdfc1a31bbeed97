"""Score the stance models on labelled quotes of another source and on SemEval-2016 task 6A.

Quotes are a JSON object a line: `text`, a label per target under its name, and as far as known `context`, `cue`, `doc`
(intervals draw whole documents), `annotator_a` and `annotator_b` (labels in the order of the
targets). The models are those of the last `dvc repro`; these quotes are not used for training.

    python -m benchmarks.stance --quotes QUOTES.jsonl
    python -m benchmarks.stance --semeval train.tsv
    python -m benchmarks.stance --out-of-fold
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, term_pattern
from pipeline.evaluate.intervals import bootstrap_interval, rows_by_group
from pipeline.evaluate.stance_scores import score_target
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.calibration import choose_threshold
from pipeline.stance.classifier import StanceClassifier

MEASURES = {
    "f1_favor_against": "F of favor and against",
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "related_f1": "related F1",
    "calibration_error": "ECE",
}
UNRELATED = "unrelated"
ERROR = 0.10
SEMEVAL_FOLDS, SEMEVAL_SEED = 5, 0
# Keywords by label, tested in this order on a quote that has a term of the target.
RULES = {
    "conditional": ["if", "unless", "only * after", "only once", "provided that"],
    "against": ["no", "not", "never", "reject*", "refus*", "rul* out", "against", "oppos*"],
    "favor": ["call* for", "want*", "demand*", "propos*", "agree*", "accept*", "support*", "welcom*", "must", "need*"],
}


def ngram_model() -> Pipeline:
    """Return the baseline of SemEval-2016 6A: word and character n-grams, linear SVM (Mohammad et al. 2017)."""
    words = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LinearSVC(class_weight="balanced", C=0.5))


def label_by_rule(text: str, target: Target) -> str:
    """Label by keywords: unrelated without a term of the target, else the first label with a keyword in the text."""
    terms = term_pattern(target.relevance_terms)
    if not terms or not terms.search(text):
        return UNRELATED
    hits = (label for label, words in RULES.items() if (term_pattern(words) or terms).search(text))
    return next(hits, "neutral")


def load_model(target: str, encoder_share: float | None = None) -> StanceClassifier:
    """Return the model of the last run, if asked for with another weight of its encoder (0: none, 1: it alone)."""
    model = StanceClassifier.load(ROOT / paths.MODELS / f"{target}.skops")
    if encoder_share is not None and model.combination_ is not None:
        model.combination_.calibrated_classifiers_[0].estimator.encoder_share = encoder_share
    return model


def label_by_systems(
    rows: list[dict[str, Any]], name: str, target_index: int, target: Target, encoder_share: float | None = None
) -> dict[str, tuple[np.ndarray, Any]]:
    """Map each system to its labels and its predictions (None if it gives no probabilities)."""
    predictions = load_model(name, encoder_share).predict(rows)
    train = [row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl") if name in row.labels]
    gold = [row.labels[name] for row in train]
    texts = [row["text"] for row in rows]
    majority = max(target.labels, key=gold.count)
    labels: dict[str, tuple[np.ndarray, Any]] = {
        "the model": (np.array([prediction["label"] for prediction in predictions]), predictions),
        "majority": (np.full(len(rows), majority, dtype=object), None),
        "keyword rules": (np.array([label_by_rule(text, target) for text in texts]), None),
        "n-grams, SVM": (ngram_model().fit([row.text for row in train], gold).predict(texts), None),
    }
    for annotator in ("annotator_a", "annotator_b"):
        if all(annotator in row for row in rows):
            labels[annotator.replace("_", " ")] = (np.array([row[annotator][target_index] for row in rows]), None)
    return labels


def format_scores(
    rows: list[dict[str, Any]], gold: np.ndarray, label: np.ndarray, target: Target, predictions: Any
) -> str:
    """Return a line with the measures and their intervals; calibration and coverage need probabilities."""
    probabilities = [prediction["probabilities"] for prediction in predictions] if predictions else None
    groups = [str(row.get("doc", number)) for number, row in enumerate(rows)]
    scored = [
        {"gold": gold[i], "label": label[i], "majority": label[i], "group": groups[i], "abstained": False}
        | {f"p_{name}": float(probabilities[i].get(name, 0.0)) if probabilities else 0.0 for name in target.labels}
        for i in range(len(rows))
    ]
    scores = score_target(scored, target, ERROR)["model"]
    cells = [_cell(MEASURES[name], **scores[name]) for name in MEASURES if probabilities or name != "calibration_error"]
    if probabilities:
        confidence, right = np.array([max(each.values()) for each in probabilities]), gold == label

        def coverage(i: np.ndarray) -> float:
            return float((confidence[i] >= choose_threshold(confidence[i], right[i], ERROR)).mean())

        low, high = bootstrap_interval(rows_by_group(groups), coverage)
        cells.append(_cell("coverage at 10 % error", coverage(np.arange(len(rows))), low, high))
    return "  ".join(cells)


def _cell(name: str, value: float, low: float, high: float) -> str:
    return f"{name} {100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def score_quotes(path: Path) -> None:
    """Print the measures of each system with 95 % intervals, for each target."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    click.echo(f"{len(rows)} quotes, in %, [95 % interval over documents]")
    for index, (name, target) in enumerate(load_targets().items()):
        if not all(name in row for row in rows):
            click.echo(f"\n{name}: not labelled in {path.name}")
            continue
        gold = np.array([row[name] for row in rows])
        click.echo(f"\n{name}: " + ", ".join(f"{label} {(gold == label).sum()}" for label in target.labels))
        for system, (label, predictions) in label_by_systems(rows, name, index, target).items():
            click.echo(f"  {system:15} {format_scores(rows, gold, label, target, predictions)}")
            if predictions:
                labelled = np.array([not prediction["abstained"] for prediction in predictions])
                wrong = (label != gold)[labelled].mean() if labelled.any() else 0.0
                click.echo(f"  {'':15} not abstained {100 * labelled.mean():.1f}, of these wrong {100 * wrong:.1f}")


def score_semeval(path: Path) -> None:
    """Print the cross-validated mean F of favor and against: over all tweets, and as a mean over targets."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    predicted: dict[str, dict[str, np.ndarray]] = {"the model": {}, "n-grams, SVM": {}}
    gold: dict[str, np.ndarray] = {}
    for target in sorted({row["Target"] for row in rows}):
        texts = np.array([row["Tweet"] for row in rows if row["Target"] == target], dtype=object)
        gold[target] = np.array([row["Stance"] for row in rows if row["Target"] == target])
        for system, labels in predicted.items():
            labels[target] = cross_validate(system == "the model", texts, gold[target])
    for system, labels in predicted.items():
        scores = {t: f1_score(gold[t], labels[t], labels=["FAVOR", "AGAINST"], average="macro") for t in gold}
        joined = [np.concatenate([by_target[target] for target in gold]) for by_target in (gold, labels)]
        overall = f1_score(*joined, labels=["FAVOR", "AGAINST"], average="macro")
        parts = ", ".join(f"{target} {100 * value:.1f}" for target, value in scores.items())
        click.echo(f"{system}: {100 * overall:.1f} overall, {100 * np.mean(list(scores.values())):.1f} mean ({parts})")


def cross_validate(use_classifier: bool, texts: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """Label each tweet by a model trained on the other folds, the classifier or the n-gram baseline."""
    label = gold.copy()
    for train, test in StratifiedKFold(SEMEVAL_FOLDS, shuffle=True, random_state=SEMEVAL_SEED).split(texts, gold):
        if use_classifier:
            model = StanceClassifier().fit(texts[train].tolist(), gold[train].tolist())
            label[test] = [prediction["label"] for prediction in model.predict(texts[test].tolist())]
        else:
            label[test] = ngram_model().fit(texts[train], gold[train]).predict(texts[test])
    return label


def score_out_of_fold() -> None:
    """Print the out-of-fold scores of the last run and of the n-gram SVM.

    Of all rows, and without those that only imply the target.
    """
    for name, target in load_targets().items():
        rows = {row.id: row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl")}
        predictions = tables.read(ROOT / paths.MODELS / f"{name}.oof.parquet")
        columns = ("gold", "label", "ngrams")
        gold, *labels = (np.array([row[column] for row in predictions]) for column in columns)
        terms = term_pattern(target.relevance_terms)
        texts = [f"{rows[row['id']].text}\n{rows[row['id']].cue or ''}" for row in predictions]
        named = np.array([bool(terms and terms.search(text)) for text in texts])
        related = gold != UNRELATED
        click.echo(f"{name}: {(related & ~named).sum()} of {related.sum()} related quotes have no term of the target")
        for rows_scored, selected in (("all", np.full(len(gold), True)), ("without these", named | ~related)):
            scores = [
                100 * f1_score(gold[selected], label[selected], labels=["favor", "against"], average="macro")
                for label in labels
            ]
            click.echo("  {:15} F of favor and against {:.1f}, n-grams, SVM {:.1f}".format(rows_scored, *scores))


@click.command(help=__doc__)
@click.option("--quotes", type=click.Path(dir_okay=False, path_type=Path), help="Labelled quotes, JSON lines.")
@click.option("--semeval", type=click.Path(dir_okay=False, path_type=Path), help="SemEval-2016 6A, tab-separated.")
@click.option("--out-of-fold", is_flag=True, help="Score the out-of-fold predictions of the training quotes.")
def main(quotes: Path | None, semeval: Path | None, out_of_fold: bool) -> None:
    if not (quotes or semeval or out_of_fold):
        raise click.UsageError("name a file: --quotes, --semeval; or --out-of-fold")
    if out_of_fold:
        score_out_of_fold()
    for path, score in ((quotes, score_quotes), (semeval, score_semeval)):
        if path and not path.exists():
            click.echo(f"no file {path}: these scores are left out", err=True)
        elif path:
            score(path)


if __name__ == "__main__":
    main()
