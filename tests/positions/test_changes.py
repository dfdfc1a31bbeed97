"""What is a change, how likely it is real, and shares whose intervals contain the truth as often as they say."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.core.targets import LabelRoles
from pipeline.positions.changes import (
    both_labels_right,
    directions,
    find_changes,
    find_holder_stances,
    keeping_share,
    lowered_probabilities,
    same_stance_ratio,
)
from pipeline.positions.quote_stances import Holder, QuoteStance
from pipeline.positions.shares import ErrorRates, ShareDraws, article_counts, combine, shortest_interval

STANCES = ("favor", "against", "conditional", "neutral")
COUNTED = directions(STANCES, LabelRoles())
SPEAKER, SIDE = Holder("speaker", "p:k", "Ilse Korvath"), Holder("side", "Kestria", "Kestria")
RIGHT = dict.fromkeys(STANCES, 0.9)
SHARES = np.full(4, 0.25)


def reading(label, date, number=0, speaker="p:k", p=0.9):
    known = "favor" if label == "unknown" else label
    probabilities = {name: p if name == known else (1 - p) / 4 for name in (*STANCES, "unrelated")}
    about = {"date": date, "speaker_id": speaker, "speaker": speaker, "kind": "person", "certainty": 0.9}
    about |= {"side": "Kestria", "side_certainty": 0.8}
    return QuoteStance(f"{date}-{number}", f"{date}", "ceasefire", label, probabilities, **about)


def changes(holder, *said):
    """Return the changes among (label, date[, speaker]), as pairs of stances."""
    readings = [reading(label, date, n, *rest) for n, (label, date, *rest) in enumerate(said)]
    readings.sort(key=lambda each: each.order)
    pairs = find_changes(find_holder_stances(holder, readings, COUNTED))
    return [(before.stance, after.stance) for before, after in pairs]


@pytest.mark.parametrize(("said", "expected"), [
    ([("favor", "2024-03-01"), ("against", "2024-03-02")], [("favor", "against")]),
    ([("favor", "2024-03-01"), ("favor", "2024-03-02")], []),
    # The order is that of the dates, and each change counts.
    ([("favor", "2024-05-01"), ("against", "2024-03-02"), ("conditional", "2024-06-01")],
     [("against", "favor"), ("favor", "conditional")]),
    # Neutral and unknown quotes are neither a stance nor its end.
    ([("favor", "2024-03-01"), ("neutral", "2024-03-02"), ("unknown", "2024-03-03"), ("favor", "2024-03-04")], []),
    ([("favor", "2024-03-01"), ("neutral", "2024-03-02"), ("against", "2024-03-03")], [("favor", "against")]),
    # A day on which the quotes contradict each other has no stance, whatever its times.
    ([("favor", "2024-03-01T08:00:00"), ("against", "2024-03-01T20:00:00")], []),
    ([("favor", "2024-03-01"), ("favor", "2024-03-02"), ("against", "2024-03-02"), ("favor", "2024-03-03")], []),
    # Without a date nobody knows what came first.
    ([("favor", "2024-03-01"), ("against", None)], []),
    ([], []),
])  # fmt: skip
def test_changes_of_a_speaker(said, expected):
    assert changes(SPEAKER, *said) == expected


def in_month(month, **stances):
    """Return what speakers said: by stance a letter for each quote, the speaker's; a quote a day."""
    said = [(label, speaker) for label, speakers in stances.items() for speaker in speakers]
    return [(label, f"{month}-{day:02}", speaker) for day, (label, speaker) in enumerate(said, 1)]


@pytest.mark.parametrize(("march", "may", "expected"), [
    ({"favor": "ab"}, {"against": "ac"}, [("favor", "against")]),
    ({"favor": "abc", "against": "d"}, {"conditional": "ab", "favor": "c"}, [("favor", "conditional")]),
    # Another spokesman alone is no change, and neither are two who disagree.
    ({"favor": "a"}, {"against": "b"}, []),
    ({"favor": "ab"}, {"against": "b"}, []),
    ({"favor": "ab"}, {"against": "ab", "favor": "cd"}, []),
    # A speaker who repeats itself counts once.
    ({"favor": "ab"}, {"against": "cccccccc"}, []),
    ({"favor": "ab"}, {"against": "cccccccd", "favor": "ab"}, []),
])  # fmt: skip
def test_changes_of_a_side(march, may, expected):
    assert changes(SIDE, *in_month("2024-03", **march), *in_month("2024-05", **may)) == expected
    assert changes(SIDE, ("favor", "2024-03-01", "a"), ("against", "2024-03-01", "b")) == []


def test_the_quote_shown_is_the_most_probable_one_and_trusted_no_more_than_its_labels_are_right():
    day = [reading("favor", "2024-03-01", 1, p=0.7), reading("favor", "2024-03-01", 2, p=0.95)]
    (stand,) = find_holder_stances(SPEAKER, day, COUNTED)
    assert stand.surest_quote is day[1]
    sure, unsure = (reading("favor", "2024-03-01", p=p) for p in (1.0, 0.6))
    assert lowered_probabilities(sure, RIGHT, STANCES) == pytest.approx([0.9, 0.025, 0.025, 0.025])
    assert lowered_probabilities(unsure, RIGHT, STANCES) == pytest.approx([0.6, 0.1, 0.1, 0.1])


def test_a_change_is_less_probable_where_holders_keep_their_stance():
    before, after = reading("favor", "2024-03-01"), reading("against", "2024-04-01")
    rated = [both_labels_right(before, after, RIGHT, STANCES, SHARES, keeping) for keeping in (0.0, 0.5, 0.9)]
    assert rated[0] == pytest.approx(0.9 * 0.9)
    assert rated[0] > rated[1] > rated[2] > 0


def test_the_share_of_kept_stances_is_found_and_few_pairs_hardly_move_it():
    rng = np.random.default_rng(0)

    def ratio():
        first = rng.integers(4)
        second = first if rng.random() < 0.6 else rng.integers(4)
        labels = [stance if rng.random() < 0.88 else rng.integers(4) for stance in (first, second)]
        one, other = (0.88 * np.eye(4)[label] + 0.03 for label in labels)
        return same_stance_ratio(one, other, SHARES)

    assert keeping_share([ratio() for _ in range(2000)]) == pytest.approx(0.6, abs=0.05)
    assert keeping_share([]) == pytest.approx(0.8)
    assert keeping_share([0.1]) > 0.65


def test_probabilities_of_changes_are_right_on_average():
    rng, keeping, rated, real = np.random.default_rng(1), 0.8, [], []
    for _ in range(8000):
        first = rng.integers(4)
        second = first if rng.random() < keeping else rng.integers(4)
        pair = []
        for number, true in enumerate((first, second)):
            label = STANCES[true if rng.random() < 0.85 else rng.choice([s for s in range(4) if s != true])]
            probabilities = dict.fromkeys(STANCES, 0.05) | {"unrelated": 0.0, label: 0.85}
            pair.append(replace(reading(label, f"2024-03-0{number + 1}"), probabilities=probabilities))
        if pair[0].label != pair[1].label:
            rated.append(both_labels_right(*pair, dict.fromkeys(STANCES, 0.85), STANCES, SHARES, keeping))
            real.append((STANCES[first], STANCES[second]) == (pair[0].label, pair[1].label))
    assert np.mean(rated) == pytest.approx(np.mean(real), abs=0.03)


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
    counts = article_counts([("b", "favor"), ("a", "against"), ("a", "favor")], STANCES)
    assert counts == ((1, 0, 0, 0), (1, 1, 0, 0))
    assert ShareDraws(rates).draw(counts).sum(axis=1) == pytest.approx(1)
    with_zeros = tuple((*[0] * len(STANCES), *of) for of in model)
    assert (ShareDraws(rates).draw(with_zeros) == ShareDraws(rates).draw(model)).all()
