"""Score stance on labelled quotes from elsewhere, and on SemEval-2016 task 6A.

Quotes are a JSON object a line: `text`, a label per target under its name, and as far as known `context`, `cue`, `doc`
(intervals draw whole documents), `annotator_a` and `annotator_b` (labels in the order of the
targets). The models are those of the last `dvc repro`; nothing is learnt from these quotes.

    python benchmarks/stance.py --quotes QUOTES.jsonl
    python benchmarks/stance.py --semeval train.tsv
    python benchmarks/stance.py --out-of-fold
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
from pipeline.core.targets import Target, load_targets
from pipeline.evaluate.intervals import bootstrap_interval, rows_by_group
from pipeline.evaluate.stance.stance_scores import score_target
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.abstention import choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.target_terms import term_pattern

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
# Words of a simple rule, tried in this order on a quote that names the target.
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
    """Label by keywords: unrelated without a term of the target, else the first rule with a word in the text."""
    terms = term_pattern(target.relevance_terms)
    if not terms or not terms.search(text):
        return UNRELATED
    hits = (label for label, words in RULES.items() if (term_pattern(words) or terms).search(text))
    return next(hits, "neutral")


def label_by_systems(
    rows: list[dict[str, Any]], name: str, place: int, target: Target
) -> dict[str, tuple[np.ndarray, Any]]:
    """Return the labels by each system, with the predictions if it gives probabilities, else None."""
    predictions = StanceClassifier.load(ROOT / paths.MODELS / f"{name}.skops").predict(rows)
    train = [row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl") if name in row.labels]
    gold = [row.labels[name] for row in train]
    texts = [row["text"] for row in rows]
    most = max(target.labels, key=gold.count)
    labels: dict[str, tuple[np.ndarray, Any]] = {
        "the model": (np.array([prediction["label"] for prediction in predictions]), predictions),
        "majority": (np.full(len(rows), most, dtype=object), None),
        "keyword rules": (np.array([label_by_rule(text, target) for text in texts]), None),
        "n-grams, SVM": (ngram_model().fit([row.text for row in train], gold).predict(texts), None),
    }
    for who in ("annotator_a", "annotator_b"):
        if all(who in row for row in rows):
            labels[who.replace("_", " ")] = (np.array([row[who][place] for row in rows]), None)
    return labels


def format_scores(
    rows: list[dict[str, Any]], gold: np.ndarray, label: np.ndarray, target: Target, predictions: Any
) -> str:
    """Return a line with each measure and its interval; calibration and coverage only with probabilities."""
    chances = [prediction["probabilities"] for prediction in predictions] if predictions else None
    groups = [str(row.get("doc", number)) for number, row in enumerate(rows)]
    scored = [
        {"gold": gold[i], "label": label[i], "majority": label[i], "group": groups[i], "abstained": False}
        | {f"p_{name}": float(chances[i].get(name, 0.0)) if chances else 0.0 for name in target.labels}
        for i in range(len(rows))
    ]
    measured = score_target(scored, target, ERROR)["model"]
    cells = [_cell(MEASURES[name], **measured[name]) for name in MEASURES if chances or name != "calibration_error"]
    if chances:
        top, right = np.array([max(one.values()) for one in chances]), gold == label

        def coverage(i: np.ndarray) -> float:
            return float((top[i] >= choose_threshold(top[i], right[i], ERROR)).mean())

        low, high = bootstrap_interval(rows_by_group(groups), coverage)
        cells.append(_cell("coverage at 10 % error", coverage(np.arange(len(rows))), low, high))
    return "  ".join(cells)


def _cell(name: str, value: float, low: float, high: float) -> str:
    return f"{name} {100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def score_quotes(path: Path) -> None:
    """Print each measure of each system with its 95 % interval, per target."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    click.echo(f"{len(rows)} quotes, in %, [95 % interval over documents]")
    for place, (name, target) in enumerate(load_targets().items()):
        if not all(name in row for row in rows):
            click.echo(f"\n{name}: not labelled in {path.name}")
            continue
        gold = np.array([row[name] for row in rows])
        click.echo(f"\n{name}: " + ", ".join(f"{label} {(gold == label).sum()}" for label in target.labels))
        for system, (label, predictions) in label_by_systems(rows, name, place, target).items():
            click.echo(f"  {system:15} {format_scores(rows, gold, label, target, predictions)}")
            if predictions:
                kept = np.array([not prediction["abstained"] for prediction in predictions])
                wrong = (label != gold)[kept].mean() if kept.any() else 0.0
                click.echo(f"  {'':15} its own threshold keeps {100 * kept.mean():.1f}, {100 * wrong:.1f} of it wrong")


def score_semeval(path: Path) -> None:
    """Print the mean F of favor and against in cross-validation: of all tweets together, and as a mean over targets."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    predicted: dict[str, dict[str, np.ndarray]] = {"the model": {}, "n-grams, SVM": {}}
    gold: dict[str, np.ndarray] = {}
    for target in sorted({row["Target"] for row in rows}):
        texts = np.array([row["Tweet"] for row in rows if row["Target"] == target], dtype=object)
        gold[target] = np.array([row["Stance"] for row in rows if row["Target"] == target])
        for system, given in predicted.items():
            given[target] = cross_validate(system == "the model", texts, gold[target])
    for system, given in predicted.items():
        each = {t: f1_score(gold[t], given[t], labels=["FAVOR", "AGAINST"], average="macro") for t in gold}
        whole = [np.concatenate([one[target] for target in gold]) for one in (gold, given)]
        together = f1_score(*whole, labels=["FAVOR", "AGAINST"], average="macro")
        parts = ", ".join(f"{target} {100 * value:.1f}" for target, value in each.items())
        click.echo(f"{system}: {100 * together:.1f} together, {100 * np.mean(list(each.values())):.1f} mean ({parts})")


def cross_validate(own: bool, texts: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """Label each tweet by a model of the other folds."""
    label = gold.copy()
    for train, test in StratifiedKFold(SEMEVAL_FOLDS, shuffle=True, random_state=SEMEVAL_SEED).split(texts, gold):
        if own:
            model = StanceClassifier().fit(texts[train].tolist(), gold[train].tolist())
            label[test] = [one["label"] for one in model.predict(texts[test].tolist())]
        else:
            label[test] = ngram_model().fit(texts[train], gold[train]).predict(texts[test])
    return label


def score_out_of_fold() -> None:
    """Print out-of-fold scores of the last run: of all rows, and without those that only imply the target."""
    for name, target in load_targets().items():
        rows = {row.id: row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl")}
        predictions = tables.read(ROOT / paths.MODELS / f"{name}.oof.parquet")
        gold, label = (np.array([row[column] for row in predictions]) for column in ("gold", "label"))
        terms = term_pattern(target.relevance_terms)
        texts = [f"{rows[row['id']].text}\n{rows[row['id']].cue or ''}" for row in predictions]
        named = np.array([bool(terms and terms.search(text)) for text in texts])
        related = gold != UNRELATED
        click.echo(f"{name}: {(related & ~named).sum()} of {related.sum()} quotes about it name it by no term")
        for what, kept in (("all", np.full(len(gold), True)), ("without these", named | ~related)):
            value = f1_score(gold[kept], label[kept], labels=["favor", "against"], average="macro")
            click.echo(f"  {what:15} F of favor and against {100 * value:.1f}")


@click.command(help=__doc__)
@click.option("--quotes", type=click.Path(dir_okay=False, path_type=Path), help="Labelled quotes, JSON lines.")
@click.option("--semeval", type=click.Path(dir_okay=False, path_type=Path), help="SemEval-2016 6A, tab-separated.")
@click.option("--out-of-fold", is_flag=True, help="The training quotes, by models of the other folds.")
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
