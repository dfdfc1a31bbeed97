"""Stage `label`: the stance of every quote toward every target, with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.errors import DataError
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.quote_rows import row_parts, row_span
from pipeline.core.schema import stance_tables
from pipeline.core.storage import bucketed_tables, incremental
from pipeline.core.storage.article_failures import write_failures
from pipeline.core.targets import Target, load_targets, published_label, published_labels, shared_labels
from pipeline.stance import model_file
from pipeline.stance.classifier_input import to_input
from pipeline.stance.config import load_stance_config
from pipeline.stance.stance_evidence import EvidenceWords, evidence_words, find_evidence
from pipeline.stance.trained_models import TrainedModel, load_models, model_path, prediction_columns

BATCH_QUOTES = 2000
_OFFSETS = ("parts", "cue_start", "cue_end", "context_start")
_QUOTE_COLUMNS = ["quote_id", "article_id", "content", "cue", "speaker", *_OFFSETS, "context_end"]
Row = dict[str, Any]


def run(root: Path) -> dict[str, int]:
    """Label the quotes that are new or changed.

    `data/interim/stances` has the quotes in their order, each with a row per target in the order of the config.
    """
    _cached_models.cache_clear()  # an earlier run in this process may have had other models
    targets = load_targets(root / paths.CONFIGS)
    labels = shared_labels(targets)
    version = _version_key(root, targets)
    keys = _article_keys(root, version)
    pending = incremental.pending_buckets(stance_tables.stances(labels), root / paths.STANCES, keys)
    jobs = [(str(root), job) for job in pending]
    articles = sum(job.outdated for _, job in jobs)
    updates = list(map_ordered(label_bucket, jobs, "labelling", articles=articles))
    failures = {"the stance of its quotes is unknown": [failure for update in updates for failure in update.failures]}
    failed = write_failures(root, "label", failures, lambda: incremental.count_articles(root / paths.STANCES))
    counts: Counter[tuple[str, str]] = Counter()
    for name in bucketed_tables.bucket_names(root / paths.STANCES):
        stances = bucketed_tables.read_bucket(root / paths.STANCES, name, ["target", "label", "abstained"])
        for target, label, abstained in zip(*(column.to_pylist() for column in stances.columns), strict=True):
            counts[target, published_label(label, abstained)] += 1
    shown = published_labels(labels)
    by_label = {f"{target} {label}": counts[target, label] for target in targets for label in shown}
    computed = {"articles read now": sum(update.computed for update in updates)}
    quotes = {"quotes": sum(counts.values()) // len(targets)}
    return quotes | by_label | computed | ({"failed": failed} if failed else {})


def _version_key(root: Path, targets: Mapping[str, Target]) -> str:
    """Return a key of the code, models, labels and settings that stances are made with."""
    models = [model_file.file_digest(model_path(root, target)) for target in targets]
    not_evidence = load_stance_config(root).not_evidence
    return incremental.content_key(
        code_hash.digest(__name__), models, shared_labels(targets), list(targets), not_evidence
    )


def _article_keys(root: Path, version: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each bucket with the key of each article: its quotes and the version that labels them.

    The text of the context is not in the key: the article id is a hash of the text, and the quotes have its offsets.
    """
    for name in bucketed_tables.bucket_names(root / paths.QUOTES):
        quotes = bucketed_tables.read_bucket(root / paths.QUOTES, name, _QUOTE_COLUMNS)
        by_article = bucketed_tables.rows_by_article(quotes)
        yield name, {article: incremental.content_key(version, rows) for article, rows in by_article}


@lru_cache(maxsize=1)
def _cached_models(root: str) -> tuple[dict[str, TrainedModel], dict[str, EvidenceWords], tuple[str, ...]]:
    """Return the models, the words of evidence and the labels; each worker process loads them once."""
    targets = load_targets(Path(root) / paths.CONFIGS)
    models = load_models(Path(root), targets)
    without = load_stance_config(Path(root)).not_evidence
    words = {target: evidence_words(model.classifier, without) for target, model in models.items()}
    return models, words, shared_labels(targets)


def label_bucket(job: tuple[str, incremental.BucketJob]) -> incremental.BucketUpdate:
    """Label the quotes of those articles of a bucket that are new or changed; where one fails, they are unknown."""
    root, bucket = Path(job[0]), job[1]
    models, words, labels = _cached_models(job[0])
    table = bucketed_tables.read_bucket(root / paths.QUOTES, bucket.name, _QUOTE_COLUMNS)
    quotes = dict(bucketed_tables.rows_by_article(table))

    def make_unknown(article: str) -> list[Row]:
        return [_unknown_row(row["quote_id"], name, models[name], labels) for row in quotes[article] for name in models]

    def make(articles: list[str]) -> Iterator[list[Row]]:
        inputs = _add_context((quote for article in articles for quote in quotes[article]), root, bucket.name)
        rows = predict_rows(inputs, models, words, labels)
        for article in articles:
            yield list(islice(rows, len(quotes[article]) * len(models)))

    return incremental.update_bucket(stance_tables.stances(labels), bucket, make, in_place_of=make_unknown)


def _unknown_row(quote_id: str, target: str, model: TrainedModel, labels: tuple[str, ...]) -> Row:
    """Return the stance of a quote that could not be labelled: no label is more probable than another."""
    prediction = {"label": labels[0], "probabilities": dict.fromkeys(labels, 1 / len(labels)), "abstained": True}
    columns = prediction_columns(prediction, labels)
    return {"quote_id": quote_id, "target": target, **columns, "evidence": [], "model": model.version}


def _add_context(quotes: Iterable[Row], root: Path, bucket: str) -> Iterator[Row]:
    """Yield the quotes of a bucket in the form that the classifier accepts, with `quote_id` and offsets."""
    articles = bucketed_tables.read_bucket(root / paths.ARTICLES, bucket, ["article_id", "text"])
    texts = dict(zip(articles["article_id"].to_pylist(), articles["text"].to_pylist(), strict=True))
    for quote in quotes:
        text = texts.get(quote["article_id"])
        if text is None:
            fix = "run `dvc repro`: quotes and articles come from different runs"
            raise DataError(f"no article {quote['article_id']}", where=str(root / paths.ARTICLES), fix=fix)
        fields = {name: quote[name] for name in ("quote_id", "speaker", "cue", *_OFFSETS)}
        yield fields | {"text": quote["content"], "context": text[quote["context_start"] : quote["context_end"]]}


def predict_rows(
    quotes: Iterable[Row],
    models: Mapping[str, TrainedModel],
    words: Mapping[str, EvidenceWords],
    labels: tuple[str, ...],
) -> Iterator[Row]:
    """Yield the rows of the stance table for quotes of `_add_context`, with the `words` that can be evidence."""
    remaining = iter(quotes)
    while batch := list(islice(remaining, BATCH_QUOTES)):
        predictions = {target: model.classifier.predict(batch) for target, model in models.items()}
        for number, quote in enumerate(batch):
            for target, model in models.items():
                prediction = predictions[target][number]
                related = prediction["label"] != model.classifier.unrelated_label
                yield {
                    "quote_id": quote["quote_id"],
                    "target": target,
                    **prediction_columns(prediction, labels),
                    "evidence": _find_evidence(quote, words[target]) if related else [],
                    "model": model.version,
                }


def _find_evidence(quote: Row, words: EvidenceWords) -> list[Row]:
    """Return the evidence of a stance, with offsets into the text of the article."""
    first, cue = quote["context_start"], row_span(quote, "cue")
    content = [(start - first, end - first) for start, end in row_parts(quote)]
    # A cue in another paragraph than the quote is not searched.
    inside = cue is not None and first <= cue[0] and cue[1] - first <= len(quote["context"])
    place = (cue[0] - first, cue[1] - first) if cue and inside else None
    found = find_evidence(to_input(quote), words, content, place)
    return [{"start": first + start, "end": first + end} for start, end in found]
