"""The n-gram baseline for stances on real quotes (`benchmarks.real_quotes`), and SemEval-2016 task 6A.

python -m benchmarks.stance --semeval train.tsv
"""

import csv
from collections.abc import Sequence
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
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.classifier import StanceClassifier

SEMEVAL_FOLDS, SEMEVAL_SEED = 5, 0


def ngram_model() -> Pipeline:
    """Return the baseline of SemEval-2016 6A: word and character n-grams, linear SVM (Mohammad et al. 2017)."""
    words = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LinearSVC(class_weight="balanced", C=0.5))


def label_by_ngrams(rows: Sequence[dict[str, Any]], name: str) -> list[str]:
    """Return the labels by the n-gram SVM, trained on the project's own quotes that have a label for a target."""
    train = [row for row in read_stance(ROOT / paths.ANNOTATIONS / "stance.jsonl") if name in row.labels]
    model = ngram_model().fit([row.text for row in train], [row.labels[name] for row in train])
    labels: list[str] = model.predict([row["text"] for row in rows]).tolist()
    return labels


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


@click.command(help=__doc__)
@click.option("--semeval", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(semeval: Path) -> None:
    score_semeval(semeval)


if __name__ == "__main__":
    main()
