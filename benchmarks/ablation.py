"""Measure what each part of the extractor contributes in profile `speech`, by scoring it without that part.

    python -m benchmarks.ablation --gold ggt_dev.jsonl [--least 0.3 --least 0.4]

The rankers are cross-validated on the gold, in seven folds of articles; the steps before them use the weights of the
package, which must not have been trained on these articles. Each part of a quote counts as a
quote of its own. `--least` prints the scores of the whole extractor at other thresholds instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.extraction_measures import compare_quotes, split_by_part
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.core.quote import Quote
from pipeline.evaluate.intervals import score_with_interval
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import train, weights_file
from pipeline.extract.learned.candidate_labels import label_speech_candidates
from pipeline.extract.learned.candidate_quotes import build_quote
from pipeline.extract.learned.candidates import RULE_RANK, Candidate
from pipeline.extract.learned.feature_rows import FeatureRows
from pipeline.extract.learned.learned_extractor import adjust_speech_scores
from pipeline.extract.learned.ranking import choose_candidates
from pipeline.extract.learned.step_models import ExtractorModels
from pipeline.extract.learned.threshold_selection import TrainingItem
from pipeline.extract.learned.training_records import read_records
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.parse.parser import Parser

METRICS = ("content_exact", "content_match", "ggt@0.3", "ggt@0.8", "attribution", "cue")
Scores = list[np.ndarray]


def score_out_of_fold(items: Sequence[TrainingItem]) -> tuple[Scores, Scores]:
    """Score candidates by rankers trained on the other folds: for exact contents, and for an overlap of half."""
    exact, match = ([np.zeros(0)] * len(items) for _ in range(2))
    for fold in range(train.SPEECH_FOLDS):
        training_items = [item for i, item in enumerate(items) if i % train.SPEECH_FOLDS != fold]
        rankers = train.fit_rankers(training_items, label_speech_candidates, train.SPEECH_SETTINGS)
        for i in range(fold, len(items), train.SPEECH_FOLDS):
            exact[i], match[i] = (train.candidate_scores([ranker], items[i])[0] for ranker in rankers)
    return exact, match


def adjust_scores(items: Sequence[TrainingItem], scores: Scores) -> Scores:
    """Adjust the scores by the rules that overrule the rankers."""
    pairs = zip(items, scores, strict=True)
    return [adjust_speech_scores(item.article, item.candidates, s) if item.candidates else s for item, s in pairs]


def build_quotes(items: Sequence[TrainingItem], scores: Scores, threshold: float) -> list[list[Quote]]:
    """Build the quotes of each article from the candidates that are chosen."""
    return [
        [
            build_quote(item.article, item.candidates[k], False, "", float(s[k]))
            for k in choose_candidates(item.candidates, s, threshold)
        ]
        for item, s in zip(items, scores, strict=True)
    ]


def average_scores(*scores: Scores) -> Scores:
    """Average several scores of each candidate, article by article."""
    return [np.mean(of_article, axis=0) for of_article in zip(*scores, strict=True)]


def score_variants(items: Sequence[TrainingItem], models: ExtractorModels) -> dict[str, tuple[Scores, float]]:
    """Return scores and threshold of the whole extractor, and of each variant without one part."""
    threshold = models.thresholds["speech"]
    exact, match = score_out_of_fold(items)
    stored_exact, stored_match = (
        [train.candidate_scores([model], item)[0] for item in items] for model in (models.own_exact, models.own_match)
    )
    uncorrected = average_scores(exact, match, stored_exact, stored_match)
    whole = adjust_scores(items, uncorrected)

    def without(drop: Callable[[Candidate], bool]) -> Scores:
        pairs = zip(items, whole, strict=True)
        return [np.where([drop(c) for c in item.candidates], 0, s) if item.candidates else s for item, s in pairs]

    def product(rows: FeatureRows) -> np.ndarray:
        p = rows.column("cue probability") * rows.column("probability of starts and ends")
        return np.nan_to_num(p, nan=0.1)

    scores = {
        "all": whole,
        "no rule-based correction of speech scores": uncorrected,
        "rankers of these annotators' gold alone": adjust_scores(items, average_scores(exact, match)),
        "rankers of the other annotators' gold alone": adjust_scores(items, average_scores(stored_exact, stored_match)),
        "rankers for exact contents alone": adjust_scores(items, average_scores(exact, stored_exact)),
        "rankers for overlap alone": adjust_scores(items, average_scores(match, stored_match)),
        "no candidates that only rules find": without(lambda c: c.rank == RULE_RANK),
        "no two-part candidates that only models find": without(lambda c: len(c.parts) > 1 and not c.rule),
    }
    steps = [np.zeros(0) if item.rows is None else product(item.rows) for item in items]
    return {**{name: (s, threshold) for name, s in scores.items()}, "no ranker: product of the steps": (steps, 0.15)}


@click.command(help=__doc__)
@click.option("--gold", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--least", "limits", multiple=True, type=float, help="Threshold to score; may be repeated.")
def main(gold: Path, limits: tuple[float, ...]) -> None:
    """Print F1 in percent."""
    models, language = weights_file.load_weights("en"), load_language("en")
    if models is None:
        raise click.ClickException("no weights")
    records = read_records(gold)

    def show(name: str, quotes: Sequence[Sequence[Quote]]) -> None:
        predicted = [split_by_part(quote.to_dict() for quote in of_article) for of_article in quotes]
        counts = [
            compare_quotes(row["text"], row["quotes"], of_article).counts
            for row, of_article in zip(records, predicted, strict=True)
        ]
        f1 = [score_with_interval([np.array(of[metric]) for of in counts])["f1"] for metric in METRICS]
        click.echo(f"| {name} | " + " | ".join(f"{100 * value:.1f}" for value in f1) + " |")

    click.echo(f"| | {' | '.join(METRICS)} |\n|---|{'---|' * len(METRICS)}")
    with threadpool_limits(1):
        items = train.new_speech_items(models, train.read_articles(gold, "en"))
        parts = score_variants(items, models)
        if limits:
            parts = {f"least {least}": (parts["all"][0], least) for least in limits}
        for name, (scores, threshold) in parts.items():
            show(name, build_quotes(items, scores, threshold))
    if limits:
        return
    rules = QuoteExtractor(language, replace(load_config(ExtractConfig, CONFIGS / "extract.yaml"), learned=False))
    show("rules alone", list(rules.pipe(Parser(language).pipe(record["text"] for record in records))))


if __name__ == "__main__":
    main()
