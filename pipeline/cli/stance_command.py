"""What `parley stance` shows: quotes given as text, of an article or of the build, with stances and the reasons."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.cli.article_input import read_articles
from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.quote import Quote
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.ingest.formats import find_reader
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import to_input
from pipeline.stance.stance_explainer import Explanation, explain_label, find_nearest, load_training_vectors

Given = Mapping[str, Any]
_QUOTE_ID = re.compile(r"[0-9a-f]{16}-\d+\Z")


@dataclass(frozen=True)
class StancePrediction:
    """The stance of one quote to one target.

    Attributes
    ----------
    target, label : str
        The most probable label toward the target.
    probabilities : dict of str to float
        By label, in the order of the config.
    abstained : bool
        True where no label is probable enough to rely on.
    why : Explanation or None
        Words for and against the label; None where nobody asked.
    nearest : list of (str, str, float)
        Label, text and likeness of the nearest training quotes, the nearest first.
    """

    target: str
    label: str
    probabilities: dict[str, float]
    abstained: bool
    why: Explanation | None
    nearest: list[tuple[str, str, float]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        out: dict[str, Any] = {"target": self.target, "label": self.label, "abstained": self.abstained}
        out["probabilities"] = {label: round(p, 4) for label, p in self.probabilities.items()}
        if self.why:
            for name, pushed in (("words_for", self.why.words_for), ("words_against", self.why.words_against)):
                out[name] = [{"word": word, "push": round(push, 3)} for word, push in pushed]
            out["nearest"] = [{"label": k, "text": text, "likeness": round(p, 3)} for k, text, p in self.nearest]
        return out


class StanceModels:
    """The stance models of a build, one per target.

    Parameters
    ----------
    root : path
        The project's folder.
    target : str, optional
        The only target; all of the config if None.

    Raises
    ------
    ConfigError
        When there is no such target.
    DataError
        When there are no models yet.
    """

    def __init__(self, root: Path, target: str | None = None) -> None:
        targets = load_targets(root / paths.CONFIGS)
        if target is not None and target not in targets:
            raise ConfigError(f"unknown target {target!r}", fix=f"use one of {', '.join(targets)}")
        self._root = root
        self._labels = {name: targets[name].labels for name in ([target] if target else targets)}
        missing = [name for name in self._labels if not self._path(name).exists()]
        if missing:
            where = str(self._path(missing[0]))
            raise DataError("no stance models here yet", where=where, fix="train them: `dvc repro`")
        self._models = {name: StanceClassifier.load(self._path(name)) for name in self._labels}
        self._rows: list[StanceRow] | None = None

    def opinions(self, given: Given | Quote, why: bool) -> list[StancePrediction]:
        """Stance to each target, with reasons where `why`."""
        out = []
        for target, model in self._models.items():
            (said,) = model.predict([given])
            chances = {label: said["probabilities"].get(label, 0.0) for label in self._labels[target]}
            reasons = explain_label(model, given, said["label"]) if why else None
            near = self._nearest(target, model, given) if why else []
            out.append(StancePrediction(target, said["label"], chances, said["abstained"], reasons, near))
        return out

    def _nearest(self, target: str, model: StanceClassifier, given: Given | Quote) -> list[tuple[str, str, float]]:
        if self._rows is None:
            self._rows = read_stance(self._root / paths.ANNOTATIONS / "stance.jsonl")
        rows = [row for row in self._rows if target in row.labels]
        training = load_training_vectors(self._root / paths.MODELS / f"{target}.training.npz", len(rows))
        (found,) = find_nearest(model.represent([given]), training)
        return [(rows[one.row].labels[target], rows[one.row].text, one.likeness) for one in found]

    def _path(self, target: str) -> Path:
        return self._root / paths.MODELS / f"{target}.skops"


def find_quotes(what: str, root: Path, cue: str | None = None, context: str | None = None) -> Iterator[Given | Quote]:
    """The quotes that an argument of the command stands for.

    Parameters
    ----------
    what : str
        A file of articles or `-` (their quotes are found first), a `quote_id` of the build, or the text of a quote.
    root : path
        The project's folder.
    cue, context : str, optional
        Reporting words and paragraph of a quote given as text.

    Raises
    ------
    DataError
        When a quote_id is not in the build, a file is not there, or nothing was given.
    """
    # Not `Path.is_file`, which fails on a quote longer than a file name may be.
    if what == "-" or os.path.isfile(what):
        # spaCy takes its time to load, and a quote given as text needs none of it.
        from pipeline.api.extractor import Extractor

        extractor = Extractor()
        for article in read_articles(Path(what)):
            yield from extractor(article["text"])
    elif _QUOTE_ID.match(what):
        yield _read_build_quote(what, root)
    elif not what.strip():
        raise DataError("no text", fix="give the words of a quote, a file, or a quote_id")
    elif not re.search(r"\s", what) and (what.endswith(".txt") or find_reader(what)):
        raise DataError("no such file", where=what, fix="check the path; a quote is given in quotation marks")
    else:
        yield {"text": what, "cue": cue, "context": context}


def format_lines(given: Given | Quote, opinions: list[StancePrediction]) -> Iterator[str]:
    """What people are shown of a quote: its words, and for each target the label, its probabilities and the reasons."""
    item = to_input(given)
    about = ", ".join(part for part in (item.speaker, item.cue) if part)
    yield f"{item.text}{f'  [{about}]' if about else ''}"
    for one in opinions:
        others = sorted(one.probabilities.items(), key=lambda pair: -pair[1])
        chances = ", ".join(f"{label} {p:.2f}" for label, p in others)
        yield f"  {one.target}: {one.label}{' (abstained: not sure enough)' if one.abstained else ''}"
        yield f"    probabilities: {chances}"
        if one.why:
            yield f"    words for it: {_format_effects(one.why.words_for)}"
            yield f"    words against it: {_format_effects(one.why.words_against)}"
            for label, text, likeness in one.nearest:
                yield f"    near {likeness:.2f}: {label}: {text}"


def format_json(given: Given | Quote, opinions: list[StancePrediction]) -> dict[str, Any]:
    """The same for machines."""
    item = to_input(given)
    about = {"text": item.text, "speaker": item.speaker or None, "cue": item.cue or None}
    return about | {"stances": [one.to_dict() for one in opinions]}


def _format_effects(pushed: list[tuple[str, float]]) -> str:
    return ", ".join(f"{word} {push:+.2f}" for word, push in pushed) or "none"


def _read_build_quote(quote_id: str, root: Path) -> Given:
    for row in tables.iterate_rows(root / paths.QUOTES):
        if row["quote_id"] == quote_id:
            for article in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text"]):
                if article["article_id"] == row["article_id"]:
                    context = article["text"][row["context_start"] : row["context_end"]]
                    return {"text": row["content"], "cue": row["cue"], "speaker": row["speaker"], "context": context}
    raise DataError(f"no quote {quote_id}", where=str(root / paths.QUOTES), fix="look it up in data/published")
