"""Shares with intervals: they contain the truth as often as they say, with errors of the model and few articles."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.positions.shares import ErrorRates, ShareDraws, article_counts, combine, shortest_interval

STANCES = ("favor", "against", "conditional", "neutral")
LABELS = (*STANCES, "unrelated")
# Which stance is published for each gold stance.
PUBLISHED = np.array(
    [[0.9, 0.04, 0.03, 0.03], [0.12, 0.78, 0.02, 0.08], [0.1, 0.05, 0.8, 0.05], [0.1, 0.06, 0.02, 0.82]]
)
WRONG_SUBJECT = 0.03
TRUTHS = [(1.0, 0.0, 0.0, 0.0), (0.85, 0.05, 0.05, 0.05), (0.4, 0.3, 0.2, 0.1), (0.0, 0.5, 0.0, 0.5)]


def measured_rates(rng: np.random.Generator, quotes: int = 80) -> ErrorRates:
    """Return rates as a benchmark measures them on so many quotes of each stance."""
    counts = np.array([rng.multinomial(quotes, row) for row in PUBLISHED])
    unrelated = rng.binomial(counts.sum(axis=0), WRONG_SUBJECT)
    return combine(LABELS, STANCES, np.vstack([counts, unrelated]).astype(float), [])


def observed_articles(rng: np.random.Generator, truth: np.ndarray, articles: int, alike: bool) -> list[tuple[str, str]]:
    """Return article and published label of quotes; quotes of one article may all have one true stance."""
    pairs = []
    for number in range(articles):
        quotes = rng.integers(1, 4)
        true = np.repeat(rng.choice(4, p=truth), quotes) if alike else rng.choice(4, size=quotes, p=truth)
        pairs += [(f"article {number}", STANCES[rng.choice(4, p=PUBLISHED[stance])]) for stance in true]
    return pairs


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("articles", [2, 10, 40])
def test_the_intervals_contain_the_true_share(articles, alike):
    rng, inside = np.random.default_rng(articles), []
    for truth in TRUTHS * 5:
        draws = ShareDraws(measured_rates(rng)).draw(
            article_counts(observed_articles(rng, np.array(truth), articles, alike), STANCES)
        )
        intervals = [shortest_interval(draws[:, number]) for number in range(4)]
        inside += [low <= share <= high for share, (low, high) in zip(truth, intervals, strict=True)]
    assert np.mean(inside) >= 0.93


def test_a_share_as_labelled_would_miss_the_truth():
    """Without the error rates the interval of a holder that is always for it would lie too low."""
    labels = [(f"article {n}", "against" if n < 8 else "favor") for n in range(100)]
    rates = combine(LABELS, STANCES, np.vstack([500 * np.array([[0.92, 0.08, 0, 0], *PUBLISHED[1:]]), np.zeros(4)]), [])
    _, high = shortest_interval(ShareDraws(rates).draw(article_counts(labels, STANCES))[:, 0])
    assert high > 0.99
    perfect = combine(LABELS, STANCES, np.vstack([1e6 * np.eye(4), np.zeros(4)]), [])
    _, high = shortest_interval(ShareDraws(perfect).draw(article_counts(labels, STANCES))[:, 0])
    assert high < 0.98


def test_more_articles_narrow_the_interval_and_more_quotes_of_one_article_do_not():
    draws = ShareDraws(measured_rates(np.random.default_rng(0)))

    def length(pairs):
        low, high = shortest_interval(draws.draw(article_counts(pairs, STANCES))[:, 0])
        return high - low

    one, same, others = [("a", "favor")], [("a", "favor")] * 9, [(str(n), "favor") for n in range(9)]
    assert length(one) == length(same) > length(others) + 0.3


def test_labels_of_people_have_no_errors_and_none_of_them_changes_nothing():
    rates, pairs = measured_rates(np.random.default_rng(0)), [(str(n), "against") for n in range(9)]
    model, people = (article_counts(labels, STANCES, by_hand) for labels, by_hand in ((pairs, []), ([], pairs)))
    means = [ShareDraws(rates).draw(counts)[:, 1].mean() for counts in (model, people)]
    assert means[0] < means[1]
    assert article_counts([("a", "favor")], STANCES, [("a", "against")]) == ((0, 1, 0, 0, 1, 0, 0, 0),)
    with_zeros = tuple((*[0] * len(STANCES), *of) for of in model)
    assert (ShareDraws(rates).draw(with_zeros) == ShareDraws(rates).draw(model)).all()


def test_the_same_counts_give_the_same_draws():
    rates = measured_rates(np.random.default_rng(0))
    counts = article_counts([("b", "favor"), ("a", "against"), ("a", "favor")], STANCES)
    assert counts == ((1, 0, 0, 0), (1, 1, 0, 0))
    first, second = (ShareDraws(rates).draw(counts) for _ in range(2))
    assert (first == second).all()
    assert first.sum(axis=1) == pytest.approx(1)
