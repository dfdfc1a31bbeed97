"""Shares of the stances of one holder, with intervals that contain sampling and the model's errors.

A published stance is an imperfect test of the stance that an annotator would give (Rogan and Gladen 1978; Forman 2008:
"adjusted count"). Inverting the rates, as they do, gives shares below 0 and above 1 for a few quotes; so the shares are
drawn from their posterior instead, by data augmentation (Tanner and Wong 1987; Joseph, Gyorkos and Coupal 1995 for
imperfect tests). Each of `DRAWS` draws

1. takes one quote of each article, because quotes of one article resemble each other (within-cluster resampling,
   Hoffman, Sen and Weinberg 2001);
2. draws the model's error rates from what is known of them, and leaves out quotes that by these are not about the
   target;
3. draws in turn the true stance of each quote given the shares, and the shares given the true stances. Before any
   quote, the shares have a Dirichlet distribution that counts as one quote, spread over the stances (Perks 1947).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from pipeline.positions.error_rates import ErrorRates

DRAWS = 1000
SEED = 0
ROUNDS = 40
INSIDE = 0.95
# Number of quotes of each stance in one article.
ArticleCounts = tuple[int, ...]


class ShareDraws:
    """Draws shares for one target; equal counts get equal draws."""

    def __init__(self, rates: ErrorRates) -> None:
        self._rates = rates
        self.draw = lru_cache(maxsize=1024)(self._draw)

    def _draw(self, articles: tuple[ArticleCounts, ...]) -> np.ndarray:
        """Draw the shares of the stances.

        Parameters
        ----------
        articles : tuple of tuple of int
            For each article, sorted, its number of quotes of each published stance; none without quotes.

        Returns
        -------
        ndarray of shape (DRAWS, stances)
            Each row adds up to 1.
        """
        rng = np.random.default_rng(SEED)
        prior = 1 / len(self._rates.stances)
        observed = np.zeros((DRAWS, len(self._rates.stances)), dtype=np.int64)
        for counts, times in sorted(Counter(articles).items()):
            observed += rng.multinomial(times, np.array(counts) / sum(counts), size=DRAWS)
        published = np.stack([rng.dirichlet(row, size=DRAWS) for row in self._rates.published], axis=1)
        about = rng.beta(self._rates.about[:, 0], self._rates.about[:, 1], size=observed.shape)
        observed = rng.binomial(observed, about)
        shares = _dirichlet(rng, prior + observed)
        for _ in range(ROUNDS):
            true = np.zeros_like(observed)
            for i in range(observed.shape[1]):
                true += _draw_true(rng, observed[:, i], shares * published[:, :, i])
            shares = _dirichlet(rng, prior + true)
        return shares


def _draw_true(rng: np.random.Generator, number: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Draw the true stances of the quotes with one published stance."""
    return rng.multinomial(number, weights / weights.sum(axis=1, keepdims=True))


def _dirichlet(rng: np.random.Generator, parameters: np.ndarray) -> np.ndarray:
    """Draw from Dirichlet distributions, one for each row."""
    gammas = rng.standard_gamma(parameters) + 1e-12
    return gammas / gammas.sum(axis=1, keepdims=True)


def shortest_interval(draws: np.ndarray) -> tuple[float, float]:
    """Return the shortest interval that contains 95 % of the draws of a share, rounded to three decimals.

    Many holders take one stance only, so a share is often 0 or 1; an interval between two percentiles never contains
    them (Chen and Shao 1999).

    Examples
    --------
    >>> shortest_interval(np.array([0.0] * 96 + [0.5] * 4))
    (0.0, 0.0)
    """
    ordered = np.sort(draws)
    inside = int(np.ceil(INSIDE * len(ordered)))
    lengths = ordered[inside - 1 :] - ordered[: len(ordered) - inside + 1]
    start = int(lengths.argmin())
    return round(float(ordered[start]), 3), round(float(ordered[start + inside - 1]), 3)


def article_counts(labels: Sequence[tuple[str, str]], stances: Sequence[str]) -> tuple[ArticleCounts, ...]:
    """Return for each article, sorted, its number of quotes of each stance, from pairs of article and label."""
    numbers = Counter(labels)
    articles = {article for article, _ in labels}
    return tuple(sorted(tuple(numbers[article, label] for label in stances) for article in articles))
