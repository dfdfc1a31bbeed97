"""Stage `label`: a stance to every target for every quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.errors import DataError
from pipeline.progress import shown
from pipeline.schema import stances
from pipeline.stance import storage
from pipeline.stance.classifier import StanceClassifier
from pipeline.targets import labels_of, load_targets

BATCH_QUOTES = 2000
_QUOTE_COLUMNS = ["quote_id", "article_id", "content", "cue", "speaker", "context_start", "context_end"]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/stances`: quotes in their order, for each the targets in the order of the config."""
    targets = load_targets(root / paths.CONFIGS)
    labels = labels_of(targets)
    models = {target: load_model(root / paths.MODELS / f"{target}.skops", labels) for target in targets}
    counts: Counter[str] = Counter()
    quotes = shown(tables.iterate(root / paths.QUOTES, _QUOTE_COLUMNS), "labelling")
    given = with_context(quotes, Texts(root / paths.ARTICLES))
    tables.write(stances(labels), _counted(stance_rows(given, models, labels), counts), root / paths.STANCES)
    number = sum(counts.values()) // len(targets)
    return {"quotes": number} | {f"{t} {label}": counts[f"{t} {label}"] for t in targets for label in labels}


class Texts:
    """Texts of articles by id, from the table: one article in memory at a time.

    Ids asked for in the order of the table cost one pass over it; an id that comes before the last costs another pass.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._id, self._text = "", ""
        self._rows: Iterator[dict[str, Any]] = iter(())

    def __getitem__(self, article_id: str) -> str:
        if article_id != self._id and not self._advance(article_id):
            self._rows = tables.iterate(self._folder, ["article_id", "text"])
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


def with_context(quotes: Iterable[dict[str, Any]], texts: Texts) -> Iterator[dict[str, Any]]:
    """Rows of quotes as the classifier takes them: `quote_id`, `text`, `context`, `speaker`, `cue`."""
    for quote in quotes:
        context = texts[quote["article_id"]][quote["context_start"] : quote["context_end"]]
        kept = {name: quote[name] for name in ("quote_id", "speaker", "cue")}
        yield kept | {"text": quote["content"], "context": context}


def stance_rows(
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


def _counted(rows: Iterable[dict[str, Any]], counts: Counter[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        counts[f"{row['target']} {row['label']}"] += 1
        yield row


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
    return model, storage.digest(path)[:16]
