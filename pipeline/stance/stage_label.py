"""Stage `label`: a stance to every target for every quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.errors import DataError
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.schema import stance_tables
from pipeline.core.storage import bucketed_tables, incremental, tables
from pipeline.core.targets import Target, load_targets, shared_labels
from pipeline.stance import drift_sample, model_file
from pipeline.stance.classifier import StanceClassifier

BATCH_QUOTES = 2000
MIN_FILES_FOR_PROCESSES = 16
_QUOTE_COLUMNS = ["quote_id", "article_id", "content", "cue", "speaker", "context_start", "context_end"]
Model = tuple[StanceClassifier, str]
Job = tuple[str, incremental.BucketJob]


def run(root: Path) -> dict[str, int]:
    """Bring `data/interim/stances` in step with the quotes: in their order, for each the targets in the config's order.

    What was said of an article's quotes is kept by content; only quotes that are new or changed are labelled.
    """
    _load_models.cache_clear()  # an earlier run in this process may have had others
    targets = load_targets(root / paths.CONFIGS)
    labels = shared_labels(targets)
    made_by = _version_key(root, list(targets), labels)
    jobs = [(str(root), job) for job in incremental.pending_buckets(root / paths.STANCES, _bucket_keys(root, made_by))]
    read = sum(map_ordered(label_bucket, jobs, "labelling", at_least=MIN_FILES_FOR_PROCESSES))
    _update_drift_sample(root, targets, made_by)
    counts: Counter[tuple[str, str]] = Counter()
    for name in bucketed_tables.bucket_names(root / paths.STANCES):
        found = bucketed_tables.read_bucket(root / paths.STANCES, name, ["target", "label"])
        counts.update(zip(found["target"].to_pylist(), found["label"].to_pylist(), strict=True))
    number = sum(counts.values()) // len(targets)
    said = {f"{t} {label}": counts[t, label] for t in targets for label in labels}
    return {"quotes": number} | said | {"articles read now": read}


def _version_key(root: Path, targets: list[str], labels: tuple[str, ...]) -> str:
    models = [model_file.file_digest(root / paths.MODELS / f"{target}.skops") for target in targets]
    return incremental.content_key(code_hash.digest(__name__), models, list(labels), targets)


def _bucket_keys(root: Path, made_by: str) -> Iterator[tuple[str, dict[str, str]]]:
    """For each bucket the key of each article with quotes: these, and `made_by` (models, labels, code).

    Where a context stands is enough to know it: the text of an article is in its id.
    """
    for name in bucketed_tables.bucket_names(root / paths.QUOTES):
        quotes = bucketed_tables.read_bucket(root / paths.QUOTES, name, _QUOTE_COLUMNS)
        yield (
            name,
            {
                article: incremental.content_key(made_by, rows)
                for article, rows in bucketed_tables.rows_by_article(quotes)
            },
        )


@lru_cache(maxsize=1)
def _load_models(root: str) -> tuple[dict[str, Model], tuple[str, ...]]:
    targets = load_targets(Path(root) / paths.CONFIGS)
    labels = shared_labels(targets)
    return {t: load_model(Path(root) / paths.MODELS / f"{t}.skops", labels) for t in targets}, labels


def label_bucket(job: Job) -> int:
    """Stances of the quotes of every article of one bucket that are not there yet; returns their number."""
    root, bucket = Path(job[0]), job[1]
    models, labels = _load_models(job[0])

    def make(articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        quotes = dict(
            bucketed_tables.rows_by_article(
                bucketed_tables.read_bucket(root / paths.QUOTES, bucket.name, _QUOTE_COLUMNS)
            )
        )
        given = add_context(
            (row for name in articles for row in quotes[name]), ArticleTexts(_article_file(root, bucket.name))
        )
        rows = predict_rows(given, models, labels)
        for name in articles:
            yield list(islice(rows, len(quotes[name]) * len(models)))

    return incremental.update_bucket(stance_tables.stances(labels), bucket, make)


def _update_drift_sample(root: Path, targets: dict[str, Target], made_by: str) -> None:
    """Bring `data/interim/probes/drift_sample` in step with the quotes that are chosen."""
    chosen = drift_sample.sample_quotes(root)
    about = [[target.relevance_terms, target.labels] for target in targets.values()]
    whole = incremental.content_key(made_by, about, model_file.file_digest(root / paths.ANNOTATIONS / "stance.jsonl"))
    wanted = {name: {i: incremental.content_key(whole, ids) for i, ids in by.items()} for name, by in chosen.items()}
    jobs = incremental.pending_buckets(root / paths.DRIFT_SAMPLE, wanted.items())
    given: dict[str, list[dict[str, Any]]] = {}
    for job in jobs:
        ids = {quote_id for of_article in chosen[job.name].values() for quote_id in of_article}
        quotes = bucketed_tables.read_bucket(root / paths.QUOTES, job.name, _QUOTE_COLUMNS).to_pylist() if ids else []
        todo = set(incremental.outdated_articles(stance_tables.drift_sample(shared_labels(targets)), job))
        new = (row for row in quotes if row["quote_id"] in ids and row["article_id"] in todo)
        for row in add_context(new, ArticleTexts(_article_file(root, job.name))):
            given.setdefault(row["quote_id"].rpartition("-")[0], []).append(row)
    if jobs:
        models = {target: model for target, (model, _) in _load_models(str(root))[0].items()} if given else {}
        drift_sample.write_buckets(jobs, drift_sample.build_rows(root, given, targets, models), shared_labels(targets))


def _article_file(root: Path, name: str) -> Path:
    """The file with the texts of a bucket."""
    return root / paths.ARTICLES / f"{name}.parquet"


class ArticleTexts:
    """Texts of articles by id, from the table: one article in memory at a time.

    Ids asked for in the order of the table cost one pass over it; an id that comes before the last costs another pass.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._id, self._text = "", ""
        self._rows: Iterator[dict[str, Any]] = iter(())

    def __getitem__(self, article_id: str) -> str:
        if article_id != self._id and not self._advance(article_id):
            self._rows = tables.iterate_rows(self._folder, ["article_id", "text"])
            if not self._advance(article_id):
                fix = "run `dvc repro`: quotes and articles come from different runs"
                raise DataError(f"no article {article_id}", where=str(self._folder), fix=fix)
        return self._text

    def _advance(self, article_id: str) -> bool:
        for row in self._rows:
            if row["article_id"] == article_id:
                self._id, self._text = article_id, row["text"]
                return True
        return False


def add_context(quotes: Iterable[dict[str, Any]], texts: ArticleTexts) -> Iterator[dict[str, Any]]:
    """Rows of quotes as the classifier takes them: `quote_id`, `text`, `context`, `speaker`, `cue`."""
    for quote in quotes:
        context = texts[quote["article_id"]][quote["context_start"] : quote["context_end"]]
        kept = {name: quote[name] for name in ("quote_id", "speaker", "cue")}
        yield kept | {"text": quote["content"], "context": context}


def predict_rows(
    given: Iterable[dict[str, Any]], models: dict[str, tuple[StanceClassifier, str]], labels: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Rows of the stance table, for quotes from `with_context`; models come with the name of their version."""
    source = iter(given)
    while batch := list(islice(source, BATCH_QUOTES)):
        predicted = {target: model.predict(batch) for target, (model, _) in models.items()}
        for number, quote in enumerate(batch):
            for target, (_, version) in models.items():
                one = predicted[target][number]
                yield {
                    "quote_id": quote["quote_id"],
                    "target": target,
                    "label": one["label"],
                    **{f"p_{label}": one["probabilities"].get(label, 0.0) for label in labels},
                    "abstained": one["abstained"],
                    "model": version,
                }


def load_model(path: Path, labels: tuple[str, ...]) -> tuple[StanceClassifier, str]:
    """The model of a target and the name of its version.

    Raises
    ------
    DataError
        When there is none, or it gives labels that the config does not have.
    """
    model = StanceClassifier.load(path)
    if unknown := sorted(set(model.classes_.tolist()) - set(labels)):
        fix = f"train it again: `dvc repro train@{path.stem}`"
        raise DataError(f"the model gives unknown labels {', '.join(map(str, unknown))}", where=str(path), fix=fix)
    return model, model_file.file_digest(path)[:16]
