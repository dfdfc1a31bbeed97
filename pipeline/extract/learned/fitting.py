"""Fit the models of the steps to gold articles."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.core.errors import DataError
from pipeline.extract.learned import token_features as f
from pipeline.extract.learned.boosted_trees import from_booster
from pipeline.extract.learned.gold_tokens import Gold
from pipeline.extract.learned.hashed_features import BITS, TARGETS, cue_places
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.learned.step_models import Models, Step, matrix, pick
from pipeline.extract.learned.target_encoding import fit_encoder
from pipeline.extract.learned.token_arrays import Flags, Floats, Keys, Matrix, ids

LEAST_ARTICLES = 5  # a place that fewer articles fill gets no weight: no rare word or name is remembered
_NO_CUE = ids("SPACE", "DET", "NUM", "CCONJ", "PART")
_MAYBE_CUE = {":", "-", "—", "―", "–", "--"}
CUE = {"trees": 300, "rate": 0.05}
SPAN = {"trees": 200, "rate": 0.08}
Sets = Sequence[tuple[Article, list[Gold]]]


def may_be_cue(x: Article) -> Flags:
    """Tokens that the cue models are trained on."""
    punctuation = x.a.pos == ids("PUNCT")
    dash = np.array([word in _MAYBE_CUE for word in x.view.word])
    return ~np.isin(x.a.pos, _NO_CUE) & (~punctuation | dash)


def is_cue(x: Article, gold: list[Gold]) -> Floats:
    """1 for the head of a gold cue."""
    labels = np.zeros(x.a.n)
    labels[[g.cue for g in gold if g.cue >= 0]] = 1
    return labels


def span_labels(x: Article, gold: list[Gold]) -> Floats:
    """Labels of every token, a row each of `hashing.TARGETS`."""
    labels = np.zeros((len(TARGETS), x.a.n))
    labels[0] = is_cue(x, gold)
    for first, last in (part for one in gold for part in one.parts):
        labels[1, first] = labels[2, last] = 1
        labels[3, first : last + 1] = 1
    return labels


def fit_hashed(sets: Sets, folds: int) -> tuple[np.ndarray, np.ndarray]:
    """The hashed models of all articles, weights and bias; each article keeps what models of other folds say of it."""
    blocks = []
    for x, _ in sets:
        tokens, places = cue_places(x.a)
        blocks.append(sp.csr_matrix((np.ones(len(tokens), np.float32), (tokens, places)), shape=(x.a.n, 1 << BITS)))
    rows = sp.vstack(blocks).tocsr()
    del blocks
    number = np.repeat(np.arange(len(sets)), [x.a.n for x, _ in sets])
    labels = np.hstack([span_labels(x, gold) for x, gold in sets])
    cues, solid = (np.concatenate(flags) for flags in zip(*((may_be_cue(x), x.a.solid) for x, _ in sets), strict=True))

    def one(job: tuple[int, int]) -> tuple[np.ndarray, float]:
        target, fold = job
        asked = np.flatnonzero((number % folds != fold) & (solid if target else cues))
        return fit_places(rows[asked], labels[target, asked], np.unique(number[asked], return_inverse=True)[1])

    jobs = [(target, fold) for target in range(len(TARGETS)) for fold in range(-1, folds)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        models = dict(zip(jobs, pool.map(one, jobs), strict=True))
    p = np.zeros((len(TARGETS), len(number)))
    for (target, fold), (weights, bias) in models.items():
        held_out = np.flatnonzero(number % folds == fold)
        p[target, held_out] = 1 / (1 + np.exp(-(rows[held_out] @ weights) - bias))
    ends = np.cumsum([x.a.n for x, _ in sets])[:-1]
    for (x, _), own in zip(sets, np.split(p, ends, axis=1), strict=True):
        x.set_hashed(own)
    whole = [models[target, -1] for target in range(len(TARGETS))]
    return np.array([weights for weights, _ in whole]), np.array([bias for _, bias in whole])


def fit_places(rows: sp.csr_matrix, labels: Floats, number: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression over hashed features; returns a weight per place and the bias."""
    order = sp.csr_matrix(
        (np.ones(len(number), np.float32), (number, np.arange(len(number)))), shape=(number.max() + 1, len(number))
    )
    articles = np.asarray(((order @ rows) > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(articles >= LEAST_ARTICLES)
    model = LogisticRegression(C=0.3, solver="liblinear", tol=1e-2, max_iter=50).fit(rows[:, kept], labels)
    weights = np.zeros(1 << BITS, dtype=np.float32)
    weights[kept] = model.coef_.ravel()
    weights[np.abs(weights) < 2e-3] = 0
    return weights, float(model.intercept_[0])


def fit_step(
    numbers: Matrix, keys: list[Keys], labels: Floats, trees: int = 200, rate: float = 0.08, **more: Any
) -> Step:
    """Encoders and boosted trees.

    Raises
    ------
    DataError
        When all rows have the same label: there is nothing to learn.
    """
    if len(set(labels.tolist())) < 2:
        raise DataError("too little gold: a step sees right examples only, or wrong ones only", fix="add articles")
    encoders = [fit_encoder(key, labels) for key in keys]
    rows = matrix(encoders, (numbers, keys))
    rows[:, np.isnan(rows).all(axis=0)] = 0  # the booster cannot bin a column without any value
    settings = {"max_leaf_nodes": 31, "min_samples_leaf": 30, "max_features": 0.5, "l2_regularization": 1.0, **more}
    booster = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=rate, early_stopping=False, random_state=0, **settings
    )
    return Step(encoders, from_booster(booster.fit(rows, labels)))


class Pile:
    """Rows and labels of many articles."""

    def __init__(self) -> None:
        self.numbers: list[Matrix] = []
        self.keys: list[list[Keys]] = []
        self.labels: list[Floats] = []

    def add(self, labels: Floats, *rows: f.Rows) -> None:
        """Add rows, blocks of columns side by side."""
        self.numbers.append(np.hstack([block for block, _ in rows]))
        self.keys.append([key for _, more in rows for key in more])
        self.labels.append(np.asarray(labels, dtype=np.float64))

    def fit(self, **settings: Any) -> Step:
        """Fit to all of them."""
        keys = [np.concatenate(column) for column in zip(*self.keys, strict=True)]
        return fit_step(np.vstack(self.numbers), keys, np.concatenate(self.labels), **settings)


def side_by_side(*jobs: tuple[Pile, dict[str, Any]]) -> list[Step]:
    """Fit several piles at once, each in one thread: faster than many threads for each, and the same result."""

    def one(job: tuple[Pile, dict[str, Any]]) -> Step:
        with threadpool_limits(1):
            return job[0].fit(**job[1])

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(one, jobs))


def fit_cue(sets: Sets) -> Step:
    """Second cue model over the hashed ones' probabilities, which must come from articles they were not fitted to."""
    pile = Pile()
    for x, gold in sets:
        at = np.flatnonzero((x.hashed > 0.01) & may_be_cue(x))
        pile.add(is_cue(x, gold)[at], pick(f.cue_rows(x, x.hashed), at))
    return pile.fit(**CUE)


def fit_spans(sets: Sets) -> tuple[Step, Step, Step]:
    """Start, end and source models from gold cues; the probabilities of cues must be filled in."""
    starts, ends, sources = Pile(), Pile(), Pile()
    for x, gold in sets:
        gold = [g for g in gold if g.cue >= 0]
        if not gold:
            continue
        context = f.context(x, x.p)
        cues = np.array([g.cue for g in gold])
        number, token = f.start_places(x, cues)
        firsts = [{a for a, _ in g.parts} for g in gold]
        right = np.array([t in firsts[n] for n, t in zip(number, token, strict=True)], dtype=float)
        starts.add(right, pick(context, cues[number]), f.start_rows(x, cues[number], token))
        _add_ends(x, gold, context, ends)
        _add_sources(x, gold, context, sources)
    start, end, source = side_by_side((starts, SPAN), (ends, SPAN), (sources, SPAN))
    return start, end, source


def _add_ends(x: Article, gold: list[Gold], context: f.Rows, ends: Pile) -> None:
    parts = [(g.cue, a, b) for g in gold for a, b in g.parts]
    cue, start, stop = (np.array(v) for v in zip(*parts, strict=True))
    number, token = f.end_places(x, cue, start)
    if not len(number):
        return
    rows, solid = f.end_rows(x, cue, start, number, token)
    number, token = number[solid], token[solid]
    ends.add(token == stop[number], pick(context, cue[number]), rows)


def _add_sources(x: Article, gold: list[Gold], context: f.Rows, sources: Pile) -> None:
    known = [g for g in gold if g.source >= 0]
    if not known:
        return
    cue, head = np.array([g.cue for g in known]), np.array([g.source for g in known])
    first = np.array([g.parts[0] for g in known])
    number, token = f.source_places(x, cue)
    rows = f.source_rows(x, cue[number], token, first[number, 0], first[number, 1])
    sources.add(token == head[number], pick(context, cue[number]), rows)


def empty(weights: np.ndarray, bias: np.ndarray, cue: Step) -> Models:
    """Models whose later steps are not fitted yet."""
    none: Step = None  # type: ignore[assignment]
    later = (none, none, none, none, none, none, none, none, none)
    return Models(weights, bias, cue, *later, limits={})
