"""Train the extractor's models and write their weights and the model card.

    python -m pipeline.extract.learned.train --corpora FOLDER [--gold data/annotations]

FOLDER contains `polnear_train.jsonl` (every attribution) and `ggt_dev.jsonl` (reported speech alone). A line is
`{"doc_id", "text", "quotes": [{"content", "cue", "source"}]}`, each a list of `[start, end]`. `--gold` adds reported
speech of one's own: a file of that form, or the folder of the project's annotations. Each step learns from out-of-fold
predictions of the steps before it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.core.markdown import render
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import fitting, weights_file
from pipeline.extract.learned.batched_prediction import run_tasks
from pipeline.extract.learned.candidate_labels import label_attribution_candidates, label_speech_candidates
from pipeline.extract.learned.candidates import Candidate, generate_candidates, rescore_cues, score_cues
from pipeline.extract.learned.gold_tokens import GoldTokens, align_gold
from pipeline.extract.learned.learned_extractor import adjust_speech_scores
from pipeline.extract.learned.prepared_article import PreparedArticle
from pipeline.extract.learned.ranking import add_attribution_scores, ranking_features
from pipeline.extract.learned.step_models import ExtractorModels, StepModel
from pipeline.extract.learned.target_encoding import MIN_COUNT
from pipeline.extract.learned.threshold_selection import (
    THRESHOLDS,
    TrainingItem,
    best_threshold,
    f1_sum,
    score_extraction,
)
from pipeline.extract.learned.token_arrays import Floats
from pipeline.extract.learned.training_records import read_records
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleExtractor

MODEL_CARD = Path(__file__).parent / "templates" / "model_card.md.j2"
HASHED_FOLDS = 4
FOLDS = 2
SPEECH_FOLDS = 7
RANKER_SETTINGS = {"trees": 150, "rate": 0.05, "max_leaf_nodes": 15}
SPEECH_SETTINGS = {
    "trees": 120,
    "rate": 0.05,
    "max_leaf_nodes": 7,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}
Labels = Callable[[PreparedArticle, Sequence[GoldTokens], Sequence[Candidate]], tuple[Floats, Floats]]


def read_articles(path: Path, code: str) -> list[tuple[PreparedArticle, list[GoldTokens]]]:
    """Return the articles of a file of gold, parsed and prepared, each with its gold quotes."""
    language, config = load_language(code, CONFIGS), load_config(ExtractConfig, CONFIGS / "extract.yaml")
    attribution, speech = (
        RuleExtractor(language, replace(config, profile=profile)) for profile in ("attribution", "speech")
    )
    nlp = load_spacy_model(choose_spacy_model(language.models))
    records = read_records(path)
    articles = []
    with threadpool_limits(1, "blas"):
        docs = nlp.pipe((record["text"] for record in records), disable=["ner"])
        for doc, record in zip(docs, records, strict=True):
            view = DocumentView(doc, language)
            article = PreparedArticle(doc, view, attribution.propose(view), speech.propose(view))
            articles.append((article, align_gold(article, record["quotes"])))
    return articles


def cross_fit(articles: fitting.LabelledArticles) -> tuple[ExtractorModels, list[TrainingItem]]:
    """Return models of the first steps, fitted to all articles, and the out-of-fold candidates of every article."""
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
        TrainingItem(article, gold, candidates, ranking_features(article, candidates) if candidates else None)
        for (article, gold), candidates in zip(articles, by_article, strict=True)
    ]


def fit_rankers(items: Sequence[TrainingItem], labels: Labels, settings: dict[str, Any]) -> tuple[StepModel, StepModel]:
    """Fit the ranker for exact contents, and the one for contents that overlap by half."""
    exact, match = fitting.TrainingRows(), fitting.TrainingRows()
    for item in items:
        if item.rows is not None:
            is_exact, is_match = labels(item.article, item.gold, item.candidates)
            exact.add(is_exact, item.rows)
            match.add(is_match, item.rows)
    exact_ranker, match_ranker = fitting.fit_in_parallel(settings, exact, match)
    return exact_ranker, match_ranker


def cross_validated_scores(
    items: Sequence[TrainingItem], labels: Labels, settings: dict[str, Any], folds: int
) -> list[np.ndarray]:
    """Return the scores of each article's candidates by rankers of the other folds."""
    scores: dict[int, np.ndarray] = {}
    for fold in range(folds):
        rankers = fit_rankers([item for i, item in enumerate(items) if i % folds != fold], labels, settings)
        scores |= {i: mean_score(rankers, items[i]) for i in range(fold, len(items), folds)}
    return [scores[i] for i in range(len(items))]


def mean_score(rankers: Sequence[StepModel], item: TrainingItem) -> np.ndarray:
    """Return the mean score of the candidates of an article by rankers."""
    return np.zeros(0) if item.rows is None else np.mean([ranker(item.rows) for ranker in rankers], axis=0)


def speech_training_items(models: ExtractorModels, articles: fitting.LabelledArticles) -> list[TrainingItem]:
    """Return the candidates of articles with reported speech as gold."""
    run_tasks(models, [score_cues(models, article) for article, _ in articles])
    items = []
    for item in training_items(models, articles):
        if item.rows is not None:
            scores = models.exact(item.rows), models.match(item.rows)
            item = item._replace(rows=add_attribution_scores(item.rows, *scores))
        items.append(item)
    return items


def fit_speech_rankers(
    models: ExtractorModels, ggt: list[TrainingItem], own: list[TrainingItem]
) -> dict[str, dict[str, float]]:
    """Fit the rankers of `speech`, a pair for each corpus, select their threshold, and return their scores.

    The annotators of each corpus did not see the other; each corpus is scored with its own rankers cross-validated and
    those of the other.
    """
    corpora = [ggt, own] if own else [ggt]
    rankers = [fit_rankers(items, label_speech_candidates, SPEECH_SETTINGS) for items in corpora]
    models.speech_exact, models.speech_match = rankers[0]
    models.own_exact, models.own_match = rankers[-1]
    scores = []
    for k, items in enumerate(corpora):
        in_corpus = cross_validated_scores(items, label_speech_candidates, SPEECH_SETTINGS, SPEECH_FOLDS)
        by_other = [mean_score(rankers[1 - k], item) for item in items] if own else in_corpus
        scores.append(
            [
                adjust_speech_scores(item.article, item.candidates, (a + b) / 2) if item.candidates else a
                for item, a, b in zip(items, in_corpus, by_other, strict=True)
            ]
        )
    options = ({"parts": True, "that": False}, {"that": False})
    scored = list(zip(corpora, scores, options, strict=False))

    def score(threshold: float) -> list[dict[str, float]]:
        return [score_extraction(items, values, threshold, **how) for items, values, how in scored]

    models.thresholds["speech"] = max(THRESHOLDS, key=lambda threshold: sum(map(f1_sum, score(threshold))))
    return dict(zip(("ggt_dev", "gold"), score(models.thresholds["speech"]), strict=False))


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of polnear_train.jsonl and ggt_dev.jsonl")
    parser.add_argument("--gold", type=Path, help="reported speech of your own: data/annotations, or a file")
    parser.add_argument("--language", default="en")
    parser.add_argument("--out", type=Path, default=weights_file.WEIGHTS_FOLDER)
    args = parser.parse_args(argv)
    with threadpool_limits(1):  # threads of one fit wait for each other; two fits side by side do not
        train(args.corpora, args.gold, args.language, args.out)


def train(corpora: Path, own_gold: Path | None, language: str, out: Path) -> None:
    """Fit all steps and write weights and model card to `out`."""
    models, items = cross_fit(read_articles(corpora / "polnear_train.jsonl", language))
    scores = cross_validated_scores(items, label_attribution_candidates, RANKER_SETTINGS, FOLDS)
    threshold = best_threshold(items, scores)
    rows = {"polnear_train": score_extraction(items, scores, threshold)}
    models = replace(models, thresholds={"attribution": threshold})
    models.exact, models.match = fit_rankers(items, label_attribution_candidates, RANKER_SETTINGS)
    ggt = speech_training_items(models, read_articles(corpora / "ggt_dev.jsonl", language))
    own = speech_training_items(models, read_articles(own_gold, language)) if own_gold else []
    rows |= fit_speech_rankers(models, ggt, own)
    size = weights_file.save_weights(models, language, out)
    card = render(
        MODEL_CARD,
        language=language,
        size=size,
        own_gold=bool(own),
        scores=rows,
        thresholds=models.thresholds,
        min_articles=fitting.MIN_ARTICLES,
        min_count=MIN_COUNT,
    )
    (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
