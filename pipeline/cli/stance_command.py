"""The command `parley stance`: predict the stance of quotes and explain it."""

import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.cli.article_input import read_articles
from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, published_label
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.ingest.formats import find_reader
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import QuoteLike, to_input
from pipeline.stance.config import load_stance_cues
from pipeline.stance.stance_evidence import evidence_words, find_evidence
from pipeline.stance.stance_explainer import Explanation, WordEffects, explain_label
from pipeline.stance.trained_models import find_nearest, load_models, load_training_vectors, model_path

_QUOTE_ID = re.compile(r"[0-9a-f]{16}-\d+\Z")


class StancePrediction(NamedTuple):
    """The predicted stance of one quote toward one target; without explanation, the last three fields are empty."""

    target: str
    predicted_label: str
    probabilities: dict[str, float]
    abstained: bool
    explanation: Explanation | None = None
    nearest: Sequence[tuple[str, str, float]] = ()  # label, text and similarity of the most similar training quotes
    evidence: Sequence[str] = ()  # terms of the target, and the stance cues near them

    @property
    def label(self) -> str:
        """The label to show: `unknown` where the model abstains."""
        return published_label(self.predicted_label, self.abstained)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the keys are what scripts read."""
        names = ("target", "label", "predicted_label", "abstained")
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        values["probabilities"] = {label: round(p, 4) for label, p in self.probabilities.items()}
        if self.explanation:
            values["evidence"] = self.evidence
            for name in ("words_for", "words_against"):
                effects: WordEffects = getattr(self.explanation, name)
                values[name] = [{"word": word, "push": round(effect, 3)} for word, effect in effects]
            likeness = ((label, text, round(similarity, 3)) for label, text, similarity in self.nearest)
            values["nearest"] = [dict(zip(("label", "text", "likeness"), near, strict=True)) for near in likeness]
        return values


class StanceModels:
    """The stance models of a build, one per target."""

    def __init__(self, root: Path, target: str | None = None) -> None:
        targets = load_targets(root / paths.CONFIGS)
        if target is not None and target not in targets:
            raise ConfigError(f"unknown target {target!r}", fix=f"use one of {', '.join(targets)}")
        self._root = root
        self._targets = targets if target is None else {target: targets[target]}
        if missing := [path for path in (model_path(root, name) for name in self._targets) if not path.exists()]:
            raise DataError("no stance models here yet", where=str(missing[0]), fix="train them: `dvc repro`")
        self._models = {name: model.classifier for name, model in load_models(root, self._targets).items()}

    def predict(self, quote: QuoteLike, explain: bool) -> list[StancePrediction]:
        """Predict the stance of a quote toward each target, and explain it if asked to."""
        predictions = []
        for target, model in self._models.items():
            (predicted,) = model.predict([quote])
            probabilities = {name: predicted["probabilities"].get(name, 0.0) for name in self._targets[target].labels}
            prediction = StancePrediction(target, predicted["label"], probabilities, predicted["abstained"])
            predictions.append(self._explain(prediction, model, quote) if explain else prediction)
        return predictions

    @cached_property
    def _labelled(self) -> list[StanceRow]:
        return read_stance(self._root / paths.ANNOTATIONS / "stance.jsonl")

    def _explain(self, prediction: StancePrediction, model: StanceClassifier, quote: QuoteLike) -> StancePrediction:
        target, label, evidence = prediction.target, prediction.predicted_label, []
        if label != model.unrelated_label:
            item, words = to_input(quote), evidence_words(model, load_stance_cues(self._root))
            evidence = [(item.context or item.text)[start:end] for start, end in find_evidence(item, words)]
        rows = [row for row in self._labelled if target in row.labels]
        path = model_path(self._root, target).with_suffix(".training.npz")
        vector = model.feature_vectors([quote])
        training = load_training_vectors(path, (len(rows), vector.shape[1]))
        near = [(rows[row].labels[target], rows[row].text, cosine) for row, cosine in find_nearest(vector, training)]
        return prediction._replace(explanation=explain_label(model, quote, label), nearest=near, evidence=evidence)


def find_quotes(quote_or_file: str, root: Path, cue: str | None, context: str | None) -> Iterator[QuoteLike]:
    """Yield the quotes of a file or of standard input, the quote of the build with this id, or the text as a quote."""
    # `Path.is_file` fails on a quote that is longer than a file name may be.
    if quote_or_file == "-" or os.path.isfile(quote_or_file):
        # spaCy is slow to import, and a quote given as text does not need it.
        from pipeline.api.extractor import Extractor

        configs = root / paths.CONFIGS
        extractor = Extractor(configs=configs)
        for article in read_articles(Path(quote_or_file), configs):
            yield from extractor(article["text"])
    elif _QUOTE_ID.match(quote_or_file):
        yield _read_build_quote(quote_or_file, root)
    elif not quote_or_file.strip():
        raise DataError("no text", fix="give the words of a quote, a file, or a quote_id")
    elif not re.search(r"\s", quote_or_file) and (quote_or_file.endswith(".txt") or find_reader(quote_or_file)):
        raise DataError("no such file", where=quote_or_file, fix="check the path; a quote is given in quotation marks")
    else:
        yield {"text": quote_or_file, "cue": cue, "context": context}


def format_lines(quote: QuoteLike, predictions: Sequence[StancePrediction]) -> Iterator[str]:
    """Yield lines for people: the quote, and for each target the label, its probabilities and the explanation."""
    item = to_input(quote)
    details = ", ".join(part for part in (item.speaker, item.cue) if part)
    yield f"{item.text}{f'  [{details}]' if details else ''}"
    for prediction in predictions:
        ranked = sorted(prediction.probabilities.items(), key=lambda pair: -pair[1])
        probabilities = ", ".join(f"{label} {p:.2f}" for label, p in ranked)
        unsure = f" (not sure enough of {prediction.predicted_label})" if prediction.abstained else ""
        yield f"  {prediction.target}: {prediction.label}{unsure}"
        yield f"    probabilities: {probabilities}"
        if prediction.explanation:
            yield f"    evidence: {', '.join(prediction.evidence) or 'none'}"
            for name in ("for", "against"):
                effects: WordEffects = getattr(prediction.explanation, f"words_{name}")
                listed = ", ".join(f"{word} {effect:+.2f}" for word, effect in effects) or "none"
                yield f"    words {name} it: {listed}"
            for label, text, similarity in prediction.nearest:
                yield f"    near {similarity:.2f}: {label}: {text}"


def format_json(quote: QuoteLike, predictions: Sequence[StancePrediction]) -> dict[str, Any]:
    """Return the quote and its stances as plain values for JSON."""
    item = to_input(quote)
    values = {"content": item.text, "speaker": item.speaker or None, "cue": item.cue or None}
    return values | {"stances": [prediction.to_dict() for prediction in predictions]}


def _read_build_quote(quote_id: str, root: Path) -> dict[str, Any]:
    """Return a quote of the build, with its paragraph."""
    article = quote_id.partition("-")[0]
    for row in tables.iterate_rows(root / paths.QUOTES, articles=[article]):
        if row["quote_id"] == quote_id:
            ((_, text),) = tables.iterate_column(root / paths.ARTICLES, "text", [article])
            context = text[row["context_start"] : row["context_end"]]
            return {"text": row["content"], "cue": row["cue"], "speaker": row["speaker"], "context": context}
    raise DataError(f"no quote {quote_id}", where=str(root / paths.QUOTES), fix="look it up in data/published")
