"""Compare a sample of the run's quotes with the training quotes, to measure how far the run has drifted from them.

The table is incremental: quotes that are in it already are not compared again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.targets import Target
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.trained_models import TrainedModel
from pipeline.stance.training_similarity import TrainingQuotes

# Number of quotes, which bounds the time. A mean over 1,000 is exact enough.
SAMPLE_SIZE = 1000
Row = dict[str, Any]


def sample_quotes(root: Path) -> dict[str, list[str]]:
    """Draw quotes of articles that are not annotated; return their ids by article.

    The quotes with the smallest hashes are taken: as good as a random draw, and mostly the same quotes after articles
    were added.
    """
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    annotated = {quote.article_id for quote in read_gold_quotes(path)} if path.exists() else set()
    smallest = nsmallest(SAMPLE_SIZE, _hash_quotes(root, annotated))
    sample: dict[str, list[str]] = {}
    for _, quote_id in sorted(smallest, key=lambda pair: pair[1]):
        sample.setdefault(article_of(quote_id), []).append(quote_id)
    return sample


def article_of(quote_id: str) -> str:
    """Return the id of the article that a quote id begins with."""
    return quote_id.rpartition("-")[0]


def _hash_quotes(root: Path, annotated: set[str]) -> Iterator[tuple[bytes, str]]:
    for row in tables.iterate_rows(root / paths.QUOTES, ["quote_id"]):
        if article_of(row["quote_id"]) not in annotated:
            yield hashlib.sha256(row["quote_id"].encode("utf-8")).digest(), row["quote_id"]


def build_rows(
    root: Path, quotes: Sequence[Row], targets: Mapping[str, Target], models: Mapping[str, TrainedModel]
) -> dict[str, list[Row]]:
    """Return the rows of the drift sample, by article, for quotes as the classifier accepts them with `quote_id`."""
    labelled = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    rows: dict[str, list[Row]] = {article_of(quote["quote_id"]): [] for quote in quotes}
    for target in targets if quotes else ():
        training = TrainingQuotes(labelled, target, root / paths.MODELS)
        similarities = training.similarities(models[target].classifier.feature_vectors(quotes))
        for quote, similarity in zip(quotes, similarities, strict=True):
            article = article_of(quote["quote_id"])
            numbers = similarity_columns(target, similarity, training.count_unknown_words(quote["text"]))
            rows[article].append({"id": quote["quote_id"], "part": article, **numbers})
    return rows


def similarity_columns(target: str, similarity: float, words: tuple[int, int]) -> Row:
    """Return the target and the numbers of a row; `words` is the number of words, and of those that training lacks."""
    return {"target": target, "similarity": similarity, "words": words[0], "unseen": words[1]}
