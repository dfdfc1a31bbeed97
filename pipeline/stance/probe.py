"""Stage `probe`: what the models say of the behaviour suite, and how far the run's quotes are from training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.annotations import StanceRow, read_stance
from pipeline.behaviours import Behaviour, read_behaviours
from pipeline.gold import read_gold
from pipeline.schema import behaved, measured
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.items import as_items
from pipeline.stance.keywords import keyword_labels
from pipeline.stance.label import Texts, load_model, with_context
from pipeline.stance.nearness import TrainingQuotes
from pipeline.targets import Target, labels_of, load_targets

# Quotes of the run that are compared, evenly over it: what bounds the time. A mean over 1,000 is exact enough.
MOST_QUOTES = 1000
Models = Mapping[str, StanceClassifier]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/probes/behaviours` and `data/interim/probes/measured`."""
    targets = load_targets(root / paths.CONFIGS)
    labels = labels_of(targets)
    models = {target: load_model(root / paths.MODELS / f"{target}.skops", labels)[0] for target in targets}
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    tables.write(behaved(labels), _behaved(suite, models), root / paths.BEHAVED)
    rows = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    chosen = list(_outside_gold(root))
    records = _measured(root, targets, models, rows, chosen)
    number = tables.write(measured(labels), records, root / paths.MEASURED)
    return {"behaviours": len(suite), "quotes of the run compared": len(chosen), "rows": number}


def _behaved(suite: list[Behaviour], models: Models) -> Iterator[dict[str, Any]]:
    for item in suite:
        for number, said in enumerate(models[item.target].predict(item.texts)):
            label = said["label"]
            yield {"id": item.id, "number": number, "label": label, "p": said["probabilities"][label]}


def _outside_gold(root: Path) -> Iterator[dict[str, Any]]:
    """Quotes of articles without gold, evenly over the run, as the classifier takes them, with their `article_id`."""
    gold = {quote.article_id for quote in read_gold(root / paths.ANNOTATIONS / "quotes.jsonl")}
    ids = [row["article_id"] not in gold for row in tables.iterate(root / paths.QUOTES, ["article_id"])]
    step = max(1, -(-sum(ids) // MOST_QUOTES))
    texts, number = Texts(root / paths.ARTICLES), 0
    for outside, quote in zip(ids, tables.iterate(root / paths.QUOTES), strict=True):
        if outside:
            if number % step == 0:
                yield next(with_context([quote], texts)) | {"article_id": quote["article_id"]}
            number += 1


def _measured(
    root: Path, targets: Mapping[str, Target], models: Models, rows: list[StanceRow], chosen: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for target, about in targets.items():
        training = TrainingQuotes(rows, target, root / paths.MODELS)
        items = as_items({"text": row.text, "cue": row.cue, "context": row.context} for row in training.rows)
        said = keyword_labels(items, about.relevance_terms, about.labels)
        for k, likeness in enumerate(training.own_likeness()):
            row = {"kind": "training", "id": training.rows[k].id, "part": training.parts[k], "keywords": said[k]}
            yield row | _figures(target, likeness, training.own_unseen(k))
        said = keyword_labels(as_items(chosen), about.relevance_terms, about.labels)
        likenesses = training.likeness(models[target].represent(chosen)) if chosen else []
        for quote, label, likeness in zip(chosen, said, likenesses, strict=True):
            row = {"kind": "run", "id": quote["quote_id"], "part": quote["article_id"], "keywords": label}
            yield row | _figures(target, likeness, training.unseen(quote["text"]))


def _figures(target: str, likeness: float, unseen: tuple[int, int]) -> dict[str, Any]:
    return {"target": target, "likeness": likeness, "words": unseen[0], "unseen": unseen[1]}
