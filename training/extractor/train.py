"""Train the extractor's models and write their weights and the model card.

OPEN.jsonl, the open gold joined with its texts, is written by `benchmarks.join_gold`:

    python -m training.extractor.train OPEN.jsonl data/annotations

A gold file has a JSON object a line, `{"doc_id", "text", "quotes": [{"content", "cue", "source"}]}`, each a list of
`[start, end]`; `data/annotations` has the project's own. A quote may have `act`, `speech` or `attitude` (what somebody
believes, plans or wishes: no gold of `speech`), and `optional`; an article whose `use` is `test` is left out. Each step
learns from out-of-fold predictions of the steps before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.core.markdown import render
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import weights_file
from pipeline.extract.learned.candidates import Candidate, generate_candidates, rescore_cues
from pipeline.extract.learned.learned_extractor import adjust_speech_scores
from pipeline.extract.learned.ranking import add_attribution_scores, ranking_features
from pipeline.extract.learned.step_models import RULES_OF_ATTRIBUTION, ExtractorModels, StepModel, run_tasks
from pipeline.extract.learned.token_arrays import Floats, PreparedArticle
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleExtractor
from training.extractor import fit as fitting
from training.extractor import gold as annotated
from training.extractor.gold import GoldTokens, TrainingItem

MODEL_CARD = Path(__file__).parent / "model_card.md.j2"
HASHED_FOLDS, FOLDS, SPEECH_FOLDS = 4, 2, 7
RANKER_SETTINGS = {"trees": 150, "rate": 0.05, "max_leaf_nodes": 15}
SPEECH_SETTINGS = {"trees": 120, "rate": 0.05, "max_leaf_nodes": 7, "min_samples_leaf": 20}
SPEECH_SETTINGS |= {"l2_regularization": 5.0, "max_features": 0.3}
Scores = dict[str, dict[str, float]]
Labels = Callable[[PreparedArticle, Sequence[GoldTokens], Sequence[Candidate]], tuple[Floats, Floats]]


def read_articles(path: Path, code: str) -> list[tuple[PreparedArticle, list[GoldTokens]]]:
    """Return the articles of gold, parsed and prepared, each with its gold quotes; none that only measure."""
    language, config = load_language(code, CONFIGS), load_config(ExtractConfig, CONFIGS / "extract.yaml")
    attribution, speech = (
        RuleExtractor(language, replace(config, profile=profile)) for profile in ("attribution", "speech")
    )
    nlp = load_spacy_model(choose_spacy_model(language.models))
    records = annotated.read_records(path)
    articles = []
    with threadpool_limits(1, "blas"):
        docs = nlp.pipe((record["text"] for record in records), disable=["ner"])
        for doc, record in zip(docs, records, strict=True):
            view = DocumentView(doc, language)
            article = PreparedArticle(doc, view, attribution.propose(view), speech.propose(view))
            articles.append((article, annotated.align_gold(article, record["quotes"])))
    return articles


def cross_fit(articles: fitting.LabelledArticles) -> tuple[ExtractorModels, list[TrainingItem]]:
    """Return models of the first steps, fitted to all articles, and the out-of-fold candidates of every article.

    These steps only propose: they learn optional quotes like others.
    """
    articles = [(article, [annotated.with_that(article, quote) for quote in gold]) for article, gold in articles]
    weights, bias = fitting.fit_hashed_models(articles, HASHED_FOLDS)
    whole = fitting.models_with_cue_step(weights, bias, fitting.fit_cue_model(articles))
    held_out = [[articles[i] for i in range(fold, len(articles), FOLDS)] for fold in range(FOLDS)]
    in_training = [[pair for i, pair in enumerate(articles) if i % FOLDS != fold] for fold in range(FOLDS)]
    models = [fitting.models_with_cue_step(weights, bias, fitting.fit_cue_model(pairs)) for pairs in in_training]
    for of_fold, pairs in zip(models, held_out, strict=True):
        run_tasks(of_fold, [rescore_cues(article) for article, _ in pairs])
    items: dict[int, TrainingItem] = {}
    for fold, of_fold in enumerate(models):
        of_fold.start, of_fold.end, of_fold.source = fitting.fit_span_models(in_training[fold])
        numbers = range(fold, len(articles), FOLDS)
        items |= zip(numbers, training_items(of_fold, held_out[fold]), strict=True)
    whole.start, whole.end, whole.source = fitting.fit_span_models(articles)
    return whole, [items[i] for i in range(len(articles))]


def training_items(models: ExtractorModels, articles: fitting.LabelledArticles) -> list[TrainingItem]:
    """Return the candidates of articles with their features; the cues must be scored."""
    by_article = run_tasks(models, [generate_candidates(article) for article, _ in articles])
    return [
        TrainingItem(
            article,
            [quote for quote in gold if not quote.optional],
            [quote for quote in gold if quote.optional],
            candidates,
            ranking_features(article, candidates) if candidates else None,
        )
        for (article, gold), candidates in zip(articles, by_article, strict=True)
    ]


def fit_rankers(items: Sequence[TrainingItem], labels: Labels, settings: dict[str, Any]) -> list[StepModel]:
    """Fit the ranker for exact contents, and the one for contents that overlap by half."""
    by_ranker: tuple[fitting.LabelledRows, ...] = ([], [])
    for item in items:
        if item.rows is not None:
            counted = np.flatnonzero(annotated.counted_candidates(item, range(len(item.candidates))))
            rows = item.rows.select(counted)
            for ranker, right in zip(by_ranker, labels(item.article, item.gold, item.candidates), strict=True):
                ranker.append((right[counted], rows))
    return fitting.fit_in_parallel(settings, *by_ranker)


def cross_validated_scores(
    items: Sequence[TrainingItem], labels: Labels, settings: dict[str, Any], folds: int
) -> list[np.ndarray]:
    """Return two scores of each article's candidates, exact and by overlap, by rankers of the other folds."""
    scores: dict[int, np.ndarray] = {}
    for fold in range(folds):
        rankers = fit_rankers([item for i, item in enumerate(items) if i % folds != fold], labels, settings)
        scores |= {i: candidate_scores(rankers, items[i]) for i in range(fold, len(items), folds)}
    return [scores[i] for i in range(len(items))]


def candidate_scores(rankers: Sequence[StepModel], item: TrainingItem) -> np.ndarray:
    """Return the scores of an article's candidates by rankers, shape (rankers, candidates)."""
    if item.rows is None:
        return np.zeros((len(rankers), 0))
    return np.array([ranker(item.rows) for ranker in rankers])


def speech_items(
    items: Sequence[TrainingItem], articles: fitting.LabelledArticles, scores: Sequence[np.ndarray]
) -> list[TrainingItem]:
    """Return candidates with the scores of `attribution` as features, and reported speech alone as their gold."""
    return [
        item._replace(
            gold=[quote for quote in gold if quote.is_speech and not quote.optional],
            optional=[quote for quote in gold if quote.optional],
            rows=None if item.rows is None else add_attribution_scores(item.rows, *of_article),
        )
        for item, (_, gold), of_article in zip(items, articles, scores, strict=True)
    ]


def fit_speech_rankers(models: ExtractorModels, corpora: Mapping[str, list[TrainingItem]]) -> Scores:
    """Fit the rankers of `speech`, a pair for each of one or two corpora, choose their threshold, return their scores.

    The annotators of each corpus did not see the other; each corpus is scored with its own rankers cross-validated and
    those of the other.
    """
    rankers = [fit_rankers(items, annotated.label_speech_candidates, SPEECH_SETTINGS) for items in corpora.values()]
    models.speech_exact, models.speech_match = rankers[0]
    models.own_exact, models.own_match = rankers[-1]
    scores = []
    for k, items in enumerate(corpora.values()):
        in_corpus = cross_validated_scores(items, annotated.label_speech_candidates, SPEECH_SETTINGS, SPEECH_FOLDS)
        by_other = [candidate_scores(rankers[len(rankers) - 1 - k], item) for item in items]
        pairs = zip(items, in_corpus, by_other if len(rankers) > 1 else in_corpus, strict=True)
        means = [(item, (a.mean(axis=0) + b.mean(axis=0)) / 2) for item, a, b in pairs]
        scores.append([adjust_speech_scores(i.article, i.candidates, p) if i.candidates else p for i, p in means])

    def score(threshold: float) -> Scores:
        named = zip(corpora.items(), scores, strict=True)
        return {name: annotated.score_extraction(items, of, threshold, that=False) for (name, items), of in named}

    models.thresholds["speech"] = annotated.best_threshold(score)
    return score(models.thresholds["speech"])


def train(paths: Sequence[Path], language: str) -> tuple[ExtractorModels, Scores]:
    """Fit all steps to one or two corpora, and return the models with the cross-validated scores of each."""
    gold = {path.stem: read_articles(path, language) for path in paths}
    models, items = cross_fit([pair for articles in gold.values() for pair in articles])
    scores = cross_validated_scores(items, annotated.label_attribution_candidates, RANKER_SETTINGS, FOLDS)
    means = [of_article.mean(axis=0) for of_article in scores]

    def score(threshold: float) -> Scores:
        return {"attribution": annotated.score_extraction(items, means, threshold)}

    models.thresholds["attribution"] = annotated.best_threshold(score)
    models.exact, models.match = fit_rankers(items, annotated.label_attribution_candidates, RANKER_SETTINGS)
    corpora, first = {}, 0
    for name, articles in gold.items():
        places = slice(first, first := first + len(articles))
        corpora[name] = speech_items(items[places], articles, scores[places])
    return models, score(models.thresholds["attribution"]) | fit_speech_rankers(models, corpora)


@click.command(help=__doc__)
@click.argument("gold", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--language", default="en", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=weights_file.WEIGHTS_FOLDER)
def main(gold: tuple[Path, ...], language: str, out: Path) -> None:
    """Run the command."""
    if len(gold) > 2:
        raise click.UsageError("one or two corpora: each has its own rankers of `speech`, whose scores are averaged")
    with threadpool_limits(1):  # threads of one fit wait for each other; two fits side by side do not
        models, scores = train(gold, language)
    models.thresholds[RULES_OF_ATTRIBUTION] = models.thresholds["attribution"]
    size = fitting.save_weights(models, language, out)
    settings = {"thresholds": models.thresholds, "min_articles": fitting.MIN_ARTICLES, "min_count": fitting.MIN_COUNT}
    card = render(
        MODEL_CARD, language=language, size=size, gold=[path.stem for path in gold], scores=scores, **settings
    )
    (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
