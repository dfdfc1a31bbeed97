"""Stage `label`: the stance of every quote toward every target, with its evidence; people's corrections count first."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.corrections import CorrectionRow, StanceCorrections, read_correction_rows
from pipeline.core.errors import DataError
from pipeline.core.quote import row_parts, row_span
from pipeline.core.schema import stance_tables
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import write_failures
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.core.targets import UNKNOWN, load_targets, published_label, shared_labels, shared_roles
from pipeline.stance import model_file
from pipeline.stance.classifier_input import to_input
from pipeline.stance.config import load_stance_cues
from pipeline.stance.stance_evidence import EvidenceWords, evidence_words, find_evidence
from pipeline.stance.trained_models import TrainedModel, load_models, model_path

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
    corrections = StanceCorrections(read_correction_rows(root / paths.CORRECTIONS, targets))
    models = [model_file.file_digest(model_path(root, target)) for target in targets]
    cues = load_stance_cues(root)
    version = content_key(code_hash.digest(__name__), models, labels, list(targets), cues)
    # The text of the context is not in the key: the article id is a hash of the text, and the quotes have its offsets.
    keys: dict[str, str] = {}
    edits: dict[str, Callable[[Row], Row]] = {}  # not in the keys: what the models say is kept as it is
    for article, rows in tables.iterate_articles(root / paths.QUOTES, _QUOTE_COLUMNS):
        keys[article] = content_key(version, rows)
        found = {row["quote_id"]: corrections.of_quote(row["quote_id"], row["content"]) for row in rows}
        if any(found.values()):
            edits[article] = partial(_correct, found, shared_roles(targets).unrelated)
    for warning in corrections.warnings():
        print(f"warning: {warning}", file=sys.stderr)
    table, read = stance_tables.stances(labels), partial(_quotes_with_context, root)
    update = update_table(table, paths.STANCES, root, "label", keys, read, _label, _make_unknown, edits)
    failed = write_failures(root, "label", {"the stance of its quotes is unknown": update.failures}, len(keys))
    stances = tables.iterate_rows(root / paths.STANCES, ["target", "label", "abstained"])
    counts = Counter((row["target"], published_label(row["label"], row["abstained"])) for row in stances)
    shown = (*labels, UNKNOWN)
    by_label = {f"{target} {label}": counts[target, label] for target in targets for label in shown}
    number = {"quotes": counts.total() // len(targets)}
    rare = {name: count for name, count in (("corrected", corrections.number), ("failed", failed)) if count}
    return number | by_label | {"articles read now": update.computed} | rare


def _correct(found: Mapping[str, Mapping[str, CorrectionRow]], unrelated: str | None, row: Row) -> Row:
    """Return a stance with the label that a person gives, if one does; the probabilities stay the model's."""
    if (by_hand := found[row["quote_id"]].get(row["target"])) is None:
        return row
    evidence = [] if by_hand.label == unrelated else row["evidence"]
    return row | {"label": by_hand.label, "abstained": False, "corrected_by": by_hand.by, "evidence": evidence}


@lru_cache(maxsize=1)
def _cached_models(root: str) -> tuple[dict[str, TrainedModel], dict[str, EvidenceWords], tuple[str, ...]]:
    """Return the models, the words of evidence and the labels; each worker process loads them once."""
    targets = load_targets(Path(root) / paths.CONFIGS)
    models = load_models(Path(root), targets)
    cues = load_stance_cues(Path(root))
    words = {target: evidence_words(model.classifier, cues) for target, model in models.items()}
    return models, words, shared_labels(targets)


def _label(root: str, quotes: dict[str, list[Row]]) -> Iterator[list[Row]]:
    models, words, labels = _cached_models(root)
    together = [quote for of_article in quotes.values() for quote in of_article]
    predictions = {target: iter(model.classifier.predict(together)) for target, model in models.items()}
    for of_article in quotes.values():
        rows = []
        for quote in of_article:
            for target, model in models.items():
                prediction = next(predictions[target])
                related = prediction["label"] != model.classifier.unrelated_label
                evidence = _find_evidence(quote, words[target]) if related else []
                rows.append(_stance_row(quote, target, model, prediction, labels, evidence))
        yield rows


def _make_unknown(root: str, quotes: list[Row]) -> list[Row]:
    """Return the stances of quotes that could not be labelled: no label is more probable than another."""
    models, _, labels = _cached_models(root)
    prediction = {"label": labels[0], "probabilities": dict.fromkeys(labels, 1 / len(labels)), "abstained": True}
    return [
        _stance_row(quote, target, model, prediction, labels, [])
        for quote in quotes
        for target, model in models.items()
    ]


def _stance_row(
    quote: Row, target: str, model: TrainedModel, prediction: Row, labels: tuple[str, ...], evidence: list[Row]
) -> Row:
    return {
        "quote_id": quote["quote_id"],
        "target": target,
        "label": prediction["label"],
        **{f"p_{label}": prediction["probabilities"].get(label, 0.0) for label in labels},
        "abstained": prediction["abstained"],
        "evidence": evidence,
        "model": model.version,
    }


def _quotes_with_context(root: Path, articles: Collection[str]) -> Iterator[tuple[str, list[Row]]]:
    """Yield articles with their quotes in the form that the classifier accepts, with `quote_id` and offsets."""
    texts = tables.iterate_column(root / paths.ARTICLES, "text", articles)
    for article, quotes in tables.iterate_articles(root / paths.QUOTES, _QUOTE_COLUMNS, articles):
        text = next((text for of, text in texts if of == article), None)
        if text is None:
            fix = "run `dvc repro`: quotes and articles come from different runs"
            raise DataError(f"no article {article}", where=str(root / paths.ARTICLES), fix=fix)
        rows = []
        for quote in quotes:
            fields = {name: quote[name] for name in ("quote_id", "speaker", "cue", *_OFFSETS)}
            context = text[quote["context_start"] : quote["context_end"]]
            rows.append(fields | {"text": quote["content"], "context": context})
        yield article, rows


def _find_evidence(quote: Row, words: EvidenceWords) -> list[Row]:
    """Return the evidence of a stance, with offsets into the text of the article."""
    first, cue = quote["context_start"], row_span(quote, "cue")
    content = [(start - first, end - first) for start, end in row_parts(quote)]
    # A cue in another paragraph than the quote is not searched.
    inside = cue and first <= cue[0] and cue[1] - first <= len(quote["context"])
    place = (cue[0] - first, cue[1] - first) if cue and inside else None
    found = find_evidence(to_input(quote), words, content, place)
    return [{"start": first + start, "end": first + end} for start, end in found]
