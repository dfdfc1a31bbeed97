"""How often a kept stance is wrong, and what it should have been: from real quotes, and out of fold.

Trust that is too high does more harm than trust that is too low. So labels of real quotes (`kept_stances` in
`benchmarks/results/real_quotes.json`) count as they are, and the out-of-fold labels, of quotes that were written for
training and are easier than news, count together as `OUT_OF_FOLD_QUOTES` quotes of each stance, however many they are.

Shares of the stances of one holder, with intervals that contain sampling and the model's errors.

A published stance is an imperfect test of the stance that an annotator would give (Rogan and Gladen 1978; Forman 2008:
"adjusted count"). Inverting the rates, as they do, gives shares below 0 and above 1 for a few quotes; so the shares are
drawn from their posterior instead, by data augmentation (Tanner and Wong 1987; Joseph, Gyorkos and Coupal 1995 for
imperfect tests). Each of `DRAWS` draws

1. takes one quote of each article, because quotes of one article resemble each other (within-cluster resampling,
   Hoffman, Sen and Weinberg 2001);
2. draws the model's error rates from what is known of them, and leaves out quotes that by these are not about the
   target; labels that people have corrected have no errors;
3. draws in turn the true stance of each quote given the shares, and the shares given the true stances. Before any
   quote, the shares have a Dirichlet distribution that counts as one quote, spread over the stances (Perks 1947).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.targets import Target, stance_labels
from pipeline.gold.real_quotes import read_real_quotes
from pipeline.positions.quote_stances import QuoteStance

OUT_OF_FOLD_QUOTES = 20


@dataclass(frozen=True)
class ErrorRates:
    """What is known of the errors of one target's model, where it keeps a stance.

    `stances` are the k labels other than that of unrelated quotes. `published`, shape (k, k), are parameters of a
    Dirichlet distribution for each gold stance: which stance is published for it. `about`, shape (k, 2), are those of a
    Beta distribution for each published stance: whether the quote is about the target. `right` is by published stance
    the share of the kept quotes whose label is right. `real_quotes` is the number of real quotes with a kept stance
    among those counted, 0 if none were measured; `real_by_stance` are these by published stance.
    """

    stances: tuple[str, ...]
    published: np.ndarray
    about: np.ndarray
    right: Mapping[str, float]
    real_quotes: int
    real_by_stance: Mapping[str, int]


def read_error_rates(root: Path, targets: Mapping[str, Target]) -> dict[str, ErrorRates]:
    """Return the error rates of each target's model."""
    stances, sets = stance_labels(targets), read_real_quotes(root / paths.REAL_QUOTES, targets)
    rates = {}
    for name, target in targets.items():
        real = np.zeros((len(target.labels), len(stances)))
        for each in sets:
            counts = each["targets"].get(name, {}).get("kept_stances") or {}
            real += [[counts.get(gold, {}).get(label, 0) for label in stances] for gold in target.labels]
        rows = tables.read(root / paths.MODELS / f"{name}.oof.parquet")
        rates[name] = combine(target.labels, stances, real, [row for row in rows if not row["abstained"]])
    return rates


def combine(
    labels: Sequence[str], stances: Sequence[str], real: np.ndarray, kept: Sequence[Mapping[str, Any]]
) -> ErrorRates:
    """Return error rates from counts of real quotes and out-of-fold predictions.

    `labels` are all labels, `stances` those other than that of unrelated quotes; `real`, shape (labels, stances), are
    numbers of real quotes by gold label and published stance, `kept` the out-of-fold predictions on which the model
    does not abstain, with `gold` and `label`.
    """
    pairs = [(row["gold"], row["label"]) for row in kept]
    invented = np.array([[pairs.count((gold, label)) for label in stances] for gold in labels], dtype=float)
    k, rows = len(stances), [list(labels).index(label) for label in stances]
    # A kept label that was never seen keeps a small probability: the parameters add one quote, spread over the stances.
    published = real[rows] + OUT_OF_FOLD_QUOTES * _shares(invented[rows], axis=1) + 1 / k
    total = real + OUT_OF_FOLD_QUOTES * _shares(invented, axis=0) + 1 / len(labels)
    about = total[rows].sum(axis=0)
    right = np.diagonal(total[rows]) / total.sum(axis=0)
    return ErrorRates(
        stances=tuple(stances),
        published=published,
        about=np.stack([about, total.sum(axis=0) - about + 1e-9], axis=1),
        right={label: float(share) for label, share in zip(stances, right, strict=True)},
        real_quotes=int(real.sum()),
        real_by_stance={label: int(number) for label, number in zip(stances, real.sum(axis=0), strict=True)},
    )


def _shares(counts: np.ndarray, axis: int) -> np.ndarray:
    return counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)


DRAWS = 1000
SEED = 0
ROUNDS = 40
INSIDE = 0.95
# Number of quotes of each stance in one article; of one with corrected labels, first those, then the model's.
ArticleCounts = tuple[int, ...]


class ShareDraws:
    """Draws shares for one target; equal counts get equal draws."""

    def __init__(self, rates: ErrorRates) -> None:
        self._rates = rates
        self.draw = lru_cache(maxsize=1024)(self._draw)

    def of_readings(self, readings: Iterable[QuoteStance]) -> np.ndarray:
        """Draw shares as `draw` does for the stances of readings, of which a person may have given some."""
        pairs: tuple[list[tuple[str, str]], list[tuple[str, str]]] = [], []
        for reading in readings:
            pairs[reading.is_corrected].append((reading.article_id, reading.label))
        return self.draw(article_counts(pairs[0], self._rates.stances, pairs[1]))

    def _draw(self, articles: tuple[ArticleCounts, ...]) -> np.ndarray:
        """Draw shares, shape (DRAWS, stances), whose rows add up to 1; the articles, sorted, have numbers of quotes."""
        rng = np.random.default_rng(SEED)
        k = len(self._rates.stances)
        prior, drawn = 1 / k, np.zeros((DRAWS, 2 * k), dtype=np.int64)
        for counts, times in sorted(Counter(articles).items()):
            both = np.array([*[0] * (2 * k - len(counts)), *counts])
            drawn += rng.multinomial(times, both / sum(counts), size=DRAWS)
        by_hand, observed = drawn[:, :k], drawn[:, k:]
        published = np.stack([rng.dirichlet(row, size=DRAWS) for row in self._rates.published], axis=1)
        about = rng.beta(self._rates.about[:, 0], self._rates.about[:, 1], size=observed.shape)
        observed = rng.binomial(observed, about)
        shares = _dirichlet(rng, prior + by_hand + observed)
        for _ in range(ROUNDS):
            true = by_hand.copy()
            for i in range(observed.shape[1]):  # the true stances of the quotes with one published stance
                weights = shares * published[:, :, i]
                true += rng.multinomial(observed[:, i], weights / weights.sum(axis=1, keepdims=True))
            shares = _dirichlet(rng, prior + true)
        return shares


def _dirichlet(rng: np.random.Generator, parameters: np.ndarray) -> np.ndarray:
    """Draw from Dirichlet distributions, one for each row."""
    gammas = rng.standard_gamma(parameters) + 1e-12
    return gammas / gammas.sum(axis=1, keepdims=True)


def shortest_interval(draws: np.ndarray) -> tuple[float, float]:
    """Return the shortest interval that contains 95 % of the draws of a share, rounded to three decimals.

    Many holders take one stance only, so a share is often 0 or 1; an interval between two percentiles never contains
    them (Chen and Shao 1999).
    """
    ordered = np.sort(draws)
    inside = int(np.ceil(INSIDE * len(ordered)))
    lengths = ordered[inside - 1 :] - ordered[: len(ordered) - inside + 1]
    start = int(lengths.argmin())
    return round(float(ordered[start]), 3), round(float(ordered[start + inside - 1]), 3)


def article_counts(
    labels: Sequence[tuple[str, str]], stances: Sequence[str], by_hand: Sequence[tuple[str, str]] = ()
) -> tuple[ArticleCounts, ...]:
    """Return for each article, sorted, its number of quotes of each stance, of people's labels (`by_hand`) first."""
    numbers = [Counter(by_hand), Counter(labels)] if by_hand else [Counter(labels)]
    articles = {article for article, _ in (*by_hand, *labels)}
    return tuple(sorted(tuple(of[article, label] for of in numbers for label in stances) for article in articles))
