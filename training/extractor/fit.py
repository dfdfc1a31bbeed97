"""Fit the models of the extractor's steps to annotated articles."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.extract.learned import step_features, token_arrays
from pipeline.extract.learned.candidates import MIN_HASHED_CUE
from pipeline.extract.learned.hashed_features import HASH_BITS, TARGETS, hash_features
from pipeline.extract.learned.step_models import STEPS, ExtractorModels, Forest, StepModel, TargetEncoder, encode_rows
from pipeline.extract.learned.token_arrays import FeatureRows, Flags, Floats, Keys, PreparedArticle, join_columns
from pipeline.extract.learned.weights_file import FORMAT, NUMBERED, TREE_ARRAYS, weight_paths
from training.extractor.gold import GoldTokens

MIN_COUNT = 25  # a category seen fewer times gets no value of its own
_PRIOR = 20.0
MIN_ARTICLES = 5  # a feature that fewer articles have gets no weight: no rare word or name is remembered
_MIN_WEIGHT = 2e-3
_NEVER_CUE = token_arrays.string_ids("SPACE", "DET", "NUM", "CCONJ", "PART")
_CUE_PUNCTUATION = {":", "-", "—", "―", "–", "--"}
CUE_SETTINGS = {"trees": 300, "rate": 0.05}
SPAN_SETTINGS = {"trees": 200, "rate": 0.08}
LabelledArticles = Sequence[tuple[PreparedArticle, list[GoldTokens]]]
LabelledRows = list[tuple[Floats, FeatureRows]]  # of each article


def possible_cues(article: PreparedArticle) -> Flags:
    """Return the tokens that the cue models are trained on."""
    is_punctuation = article.arrays.pos == token_arrays.string_ids("PUNCT")
    is_dash = np.array([word in _CUE_PUNCTUATION for word in article.view.word])
    return ~np.isin(article.arrays.pos, _NEVER_CUE) & (~is_punctuation | is_dash)


def cue_labels(article: PreparedArticle, gold: list[GoldTokens]) -> Floats:
    """Return 1 for the head of each gold cue, 0 for other tokens."""
    labels = np.zeros(article.arrays.n)
    labels[[quote.cue for quote in gold if quote.cue >= 0]] = 1
    return labels


def span_labels(article: PreparedArticle, gold: list[GoldTokens]) -> Floats:
    """Return the labels of every token, a row for each of `hashed_features.TARGETS`."""
    labels = np.zeros((len(TARGETS), article.arrays.n))
    labels[0] = cue_labels(article, gold)
    for first, last in (part for quote in gold for part in quote.parts):
        labels[1, first] = labels[2, last] = 1
        labels[3, first : last + 1] = 1
    return labels


def fit_hashed_models(articles: LabelledArticles, folds: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and bias of the hashed models of all articles; each article gets out-of-fold probabilities."""
    blocks = []
    for article, _ in articles:
        tokens, indexes = hash_features(article.arrays)
        shape = (article.arrays.n, 1 << HASH_BITS)
        blocks.append(sp.csr_matrix((np.ones(len(tokens), np.float32), (tokens, indexes)), shape=shape))
    rows = sp.vstack(blocks).tocsr()
    del blocks
    number = np.repeat(np.arange(len(articles)), [article.arrays.n for article, _ in articles])
    labels = np.hstack([span_labels(article, gold) for article, gold in articles])
    cues = np.concatenate([possible_cues(article) for article, _ in articles])
    wordlike = np.concatenate([article.arrays.wordlike for article, _ in articles])

    def fit(job: tuple[int, int]) -> tuple[np.ndarray, float]:
        target, fold = job
        in_training = np.flatnonzero((number % folds != fold) & (wordlike if target else cues))
        group = np.unique(number[in_training], return_inverse=True)[1]
        return fit_logistic_regression(rows[in_training], labels[target, in_training], group)

    jobs = [(target, fold) for target in range(len(TARGETS)) for fold in range(-1, folds)]  # fold -1: all articles
    with ThreadPoolExecutor(max_workers=2) as pool:
        models = dict(zip(jobs, pool.map(fit, jobs), strict=True))
    p = np.zeros((len(TARGETS), len(number)))
    for (target, fold), (weights, bias) in models.items():
        held_out = np.flatnonzero(number % folds == fold)
        p[target, held_out] = 1 / (1 + np.exp(-(rows[held_out] @ weights) - bias))
    ends = np.cumsum([article.arrays.n for article, _ in articles])[:-1]
    for (article, _), of_article in zip(articles, np.split(p, ends, axis=1), strict=True):
        article.set_hashed_probabilities(of_article)
    whole = [models[target, -1] for target in range(len(TARGETS))]
    return np.array([weights for weights, _ in whole]), np.array([bias for _, bias in whole])


def fit_logistic_regression(rows: sp.csr_matrix, labels: Floats, number: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit a logistic regression over hashed features; `number` is the article of each row. Return weights and bias."""
    by_article = sp.csr_matrix(
        (np.ones(len(number), np.float32), (number, np.arange(len(number)))), shape=(number.max() + 1, len(number))
    )
    articles = np.asarray(((by_article @ rows) > 0).sum(axis=0)).ravel()
    often = np.flatnonzero(articles >= MIN_ARTICLES)
    model = LogisticRegression(C=0.3, solver="liblinear", tol=1e-2, max_iter=50).fit(rows[:, often], labels)
    weights = np.zeros(1 << HASH_BITS, dtype=np.float32)
    weights[often] = model.coef_.ravel()
    weights[np.abs(weights) < _MIN_WEIGHT] = 0
    return weights, float(model.intercept_[0])


def fit_step(rows: FeatureRows, labels: Floats, trees: int = 200, rate: float = 0.08, **more: Any) -> StepModel:
    """Fit encoders and boosted trees; a `DataError` if all rows have the same label: there is nothing to learn."""
    if len(set(labels.tolist())) < 2:
        raise DataError("too little gold: a step sees right examples only, or wrong ones only", fix="add articles")
    encoders = [fit_target_encoder(keys, labels) for keys in rows.categories]
    matrix = encode_rows(encoders, rows)
    matrix[:, np.isnan(matrix).all(axis=0)] = 0  # the booster cannot bin a column without any value
    settings = {"max_leaf_nodes": 31, "min_samples_leaf": 30, "max_features": 0.5, "l2_regularization": 1.0, **more}
    booster = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=rate, early_stopping=False, random_state=0, **settings
    )
    return StepModel(rows.number_names, rows.category_names, encoders, flatten_booster(booster.fit(matrix, labels)))


def fit_in_parallel(settings: dict[str, Any], *training_sets: LabelledRows) -> list[StepModel]:
    """Fit a model to each list of rows, each in one thread: faster than many threads for each, and the same result."""

    def fit(blocks: LabelledRows) -> StepModel:
        with threadpool_limits(1):
            labels = np.concatenate([np.asarray(labels, dtype=np.float64) for labels, _ in blocks])
            return fit_step(token_arrays.stack_rows([rows for _, rows in blocks]), labels, **settings)

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(fit, training_sets))


def fit_cue_model(articles: LabelledArticles) -> StepModel:
    """Fit the second cue model; the hashed probabilities of the articles must be out-of-fold."""
    rows = []
    for article, gold in articles:
        at = np.flatnonzero((article.p_cue_hashed > MIN_HASHED_CUE) & possible_cues(article))
        rows.append((cue_labels(article, gold)[at], step_features.cue_features(article).select(at)))
    return fit_in_parallel(CUE_SETTINGS, rows)[0]


def fit_span_models(articles: LabelledArticles) -> list[StepModel]:
    """Fit the start, end and source models to gold cues; the probabilities of cues must be known."""
    by_step: tuple[LabelledRows, ...] = ([], [], [])
    for article, gold in articles:
        gold = [quote for quote in gold if quote.cue >= 0]
        if gold:
            context = step_features.cue_context(article, article.p_cue)
            for rows, make in zip(by_step, (_start_rows, _end_rows, _source_rows), strict=True):
                rows += make(article, gold, context)
    return fit_in_parallel(SPAN_SETTINGS, *by_step)


def _start_rows(article: PreparedArticle, gold: list[GoldTokens], context: FeatureRows) -> LabelledRows:
    cues = np.array([quote.cue for quote in gold])
    number, token = step_features.possible_starts(article, cues)
    firsts = [{first for first, _ in quote.parts} for quote in gold]
    labels = np.array([t in firsts[n] for n, t in zip(number, token, strict=True)], dtype=float)
    cue = cues[number]
    return [(labels, join_columns(context.select(cue), step_features.start_features(article, cue, token)))]


def _end_rows(article: PreparedArticle, gold: list[GoldTokens], context: FeatureRows) -> LabelledRows:
    parts = [(quote.cue, first, last) for quote in gold for first, last in quote.parts]
    cue, start, end = (np.array(values) for values in zip(*parts, strict=True))
    number, token = step_features.possible_ends(article, cue, start)
    if not len(number):
        return []
    features, wordlike = step_features.end_features(article, cue, start, number, token)
    number, token = number[wordlike], token[wordlike]
    return [(token == end[number], join_columns(context.select(cue[number]), features))]


def _source_rows(article: PreparedArticle, gold: list[GoldTokens], context: FeatureRows) -> LabelledRows:
    known = [quote for quote in gold if quote.source >= 0]
    if not known:
        return []
    cue, head = np.array([quote.cue for quote in known]), np.array([quote.source for quote in known])
    first = np.array([quote.parts[0] for quote in known])
    number, token = step_features.possible_sources(article, cue)
    features = step_features.source_features(article, cue[number], token, first[number, 0], first[number, 1])
    return [(token == head[number], join_columns(context.select(cue[number]), features))]


def models_with_cue_step(weights: np.ndarray, bias: np.ndarray, cue: StepModel) -> ExtractorModels:
    """Return models of which only the hashed models and the cue step are fitted."""
    steps: dict[str, Any] = {**dict.fromkeys(STEPS), "cue": cue}
    return ExtractorModels(weights, bias, **steps, thresholds={})


def fit_target_encoder(keys: Keys, labels: Floats) -> TargetEncoder:
    """Fit an encoder to labels; categories seen fewer than `MIN_COUNT` times share one value."""
    unique, at, counts = np.unique(keys, return_inverse=True, return_counts=True)
    right = np.bincount(at, weights=labels, minlength=len(unique))
    base = labels.mean() if len(labels) else 0.5
    share = (right + _PRIOR * base) / (counts + _PRIOR)
    values = np.log(share + 1e-4) - np.log(1 - share + 1e-4)
    often = counts >= MIN_COUNT
    rare = (right[~often].sum() + _PRIOR * base) / (counts[~often].sum() + _PRIOR)
    rest = float(np.log(rare + 1e-4) - np.log(1 - rare + 1e-4))
    return TargetEncoder(unique[often], np.round(values[often], 4), round(rest, 4))


def flatten_booster(model: Any) -> Forest:
    """Return a fitted `HistGradientBoostingClassifier` of two classes, without categorical columns, as flat arrays."""
    trees = [tree.nodes for (tree,) in model._predictors]
    roots = np.cumsum([0, *map(len, trees[:-1])])
    nodes, first = np.concatenate(trees), np.repeat(roots, list(map(len, trees)))
    leaf = nodes["is_leaf"].astype(bool)
    return Forest(
        feature=np.where(leaf, -1, nodes["feature_idx"]).astype(np.int16),
        threshold=np.where(leaf, nodes["value"], nodes["num_threshold"]).astype(np.float32),
        left=np.where(leaf, 0, nodes["left"] + first).astype(np.int32),
        right=np.where(leaf, 0, nodes["right"] + first).astype(np.int32),
        nan_left=nodes["missing_go_to_left"].astype(bool),
        roots=roots.astype(np.int32),
        base=float(model._baseline_prediction.ravel()[0]),
    )


def save_weights(models: ExtractorModels, language: str, folder: Path) -> int:
    """Write the weights of a language and return their size in bytes. Same models, same bytes."""
    used = np.flatnonzero(models.hashed_weights.any(axis=0))
    weight = np.ascontiguousarray(models.hashed_weights[:, used].astype(np.float16))
    arrays: dict[str, Any] = {"place": used.astype(np.uint32), "weight": weight}
    steps: dict[str, StepModel] = {name: getattr(models, name) for name in STEPS}
    for name, step in steps.items():
        arrays[f"{name}.sizes"] = np.array([len(encoder.keys) for encoder in step.encoders], dtype=np.int32)
        arrays[f"{name}.keys"] = np.concatenate([encoder.keys for encoder in step.encoders])
        arrays[f"{name}.values"] = np.concatenate([encoder.values for encoder in step.encoders]).astype(np.float32)
        for field in TREE_ARRAYS:
            arrays[f"{name}.{field}"] = getattr(step.forest, field)
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    description = {
        "format": FORMAT,
        "sha256": hashlib.sha256(data.getvalue()).hexdigest(),
        "thresholds": models.thresholds,
        "bias": models.hashed_bias.tolist(),
        "base": {name: step.forest.base for name, step in steps.items()},
        "rest": {name: [encoder.rest for encoder in step.encoders] for name, step in steps.items()},
        **NUMBERED,
        "numbers": {name: step.number_names for name, step in steps.items()},
        "categories": {name: step.category_names for name, step in steps.items()},
    }
    rows = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in description.items()]  # a line for each key
    contents = data.getvalue(), ("{\n" + ",\n".join(rows) + "\n}\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(weight_paths(language, folder), contents, strict=True):
        with tables.atomic_path(path) as fresh:
            fresh.write_bytes(content)
    return len(data.getvalue())
