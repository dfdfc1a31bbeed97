"""How far the quotes of a run are from the training quotes: a table kept by content, of some of the quotes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.stance_tables import drift_sample
from pipeline.core.storage import bucketed_tables, incremental
from pipeline.core.targets import Target
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import to_inputs
from pipeline.stance.keyword_baseline import predict_keywords
from pipeline.stance.training_similarity import TrainingQuotes

# Quotes of the run that are compared: what bounds the time. A mean over 1,000 is exact enough.
SAMPLE_SIZE = 1000
# A run without such quotes has a bucket without rows.
_EMPTY_BUCKET = "0" * bucketed_tables.BUCKET_DIGITS
Row = dict[str, Any]


def sample_quotes(root: Path) -> dict[str, dict[str, list[str]]]:
    """Ids of quotes outside the gold, by bucket and article.

    They are those of the smallest hashes: as good as drawn by lot, and the same ones again when articles come in.
    """
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    gold = {quote.article_id for quote in read_gold_quotes(path)} if path.exists() else set()
    drawn = nsmallest(SAMPLE_SIZE, _hash_quotes(root, gold))
    found: dict[str, dict[str, list[str]]] = {}
    for _, quote_id in sorted(drawn, key=lambda pair: pair[1]):
        article = quote_id.rpartition("-")[0]
        found.setdefault(bucketed_tables.bucket_of(article), {}).setdefault(article, []).append(quote_id)
    return found or {_EMPTY_BUCKET: {}}


def _hash_quotes(root: Path, gold: set[str]) -> Iterator[tuple[bytes, str]]:
    for name in bucketed_tables.bucket_names(root / paths.QUOTES):
        for quote_id in bucketed_tables.read_bucket(root / paths.QUOTES, name, ["quote_id"])["quote_id"].to_pylist():
            if quote_id.rpartition("-")[0] not in gold:
                yield hashlib.sha256(quote_id.encode("utf-8")).digest(), quote_id


def build_rows(
    root: Path, given: Mapping[str, list[Row]], targets: Mapping[str, Target], models: Mapping[str, StanceClassifier]
) -> dict[str, list[Row]]:
    """Rows of `schema_stance.measured` for quotes, by article.

    Parameters
    ----------
    root : path
        The project's folder.
    given : mapping of str to list of dict
        By article, quotes as the classifier takes them, with their `quote_id`.
    targets, models : mappings by target
        What they are compared for, and by.
    """
    labelled = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    quotes = [quote for article in sorted(given) for quote in given[article]]
    found: dict[str, list[Row]] = {article: [] for article in given}
    for target, about in targets.items() if quotes else ():
        training = TrainingQuotes(labelled, target, root / paths.MODELS)
        said = predict_keywords(to_inputs(quotes), about.relevance_terms, about.labels)
        likenesses = training.likeness(models[target].represent(quotes))
        for quote, label, likeness in zip(quotes, said, likenesses, strict=True):
            article = quote["quote_id"].rpartition("-")[0]
            row = {"kind": "run", "id": quote["quote_id"], "part": article, "keywords": label}
            found[article].append(row | similarity_columns(target, likeness, training.unseen(quote["text"])))
    return found


def similarity_columns(target: str, likeness: float, unseen: tuple[int, int]) -> Row:
    """The columns of `schema_stance.measured` that are numbers."""
    return {"target": target, "similarity": likeness, "words": unseen[0], "unseen": unseen[1]}


def write_buckets(jobs: list[incremental.BucketJob], found: Mapping[str, list[Row]], labels: tuple[str, ...]) -> None:
    """Write the buckets of the table."""
    for job in jobs:
        incremental.update_bucket(drift_sample(labels), job, lambda articles: (found[article] for article in articles))
