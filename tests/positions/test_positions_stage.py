"""Positions and changes: what is a change, how likely it is real, shares with intervals; tables and report."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from pipeline.core import paths
from pipeline.core.schema.stance_tables import out_of_fold
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
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
from pipeline.positions.run import run
from pipeline.positions.shares import (
    ErrorRates,
    ShareDraws,
    article_counts,
    combine,
    read_error_rates,
    shortest_interval,
)
from tests.worlds.change_of_mind import AFTER, BEFORE, change_of_mind, story
from tests.worlds.project import Story, change_config, copy_configs, write_tables
from tests.worlds.rows import LABELS, TARGETS, row, stances

STANCES = tuple(label for label in LABELS if label != "unrelated")


def write_project(root, stories: list[Story]):
    """Write tables, configs and out-of-fold predictions of which every tenth is wrong."""
    write_tables(root, stories)
    copy_configs(root, "targets.yaml", "publish.yaml")
    for target in TARGETS:
        rows = []
        for n in range(100):
            gold, wrong = LABELS[n % 5], LABELS[(n + 1) % 5]
            values = {"id": str(n), "gold": gold, "label": wrong if n % 10 == 0 else gold, "majority": "favor"}
            values |= {"keywords": "favor", "ngrams": "favor"}
            rows.append(row(out_of_fold(LABELS), **values))
        tables.write(out_of_fold(LABELS), rows, root / "scratch")
        (root / paths.MODELS).mkdir(parents=True, exist_ok=True)
        (root / "scratch/part-00000.parquet").replace(root / paths.MODELS / f"{target}.oof.parquet")
    return root


def run_project(root, stories: list[Story]):
    run(write_project(root, stories))
    return root


def report(root) -> str:
    return (root / "reports/positions.md").read_text(encoding="utf-8")


def positions(root, **wanted) -> list[dict]:
    return [p for p in tables.read(root / paths.POSITIONS) if wanted.items() <= p.items()]


def the_change(root) -> dict:
    return next(c for c in tables.read(root / paths.CHANGES) if c["target"] == "ceasefire")


def abstained(of: Story) -> Story:
    (quote, _) = of.quotes[0]
    return Story(of.article, [(quote, stances(quote, "favor", p=0.4, abstained=True))])


def test_a_change_with_both_quotes(tmp_path):
    root = write_project(tmp_path, change_of_mind())
    assert run(root)["changes"] == len(TARGETS)
    found = the_change(root)
    assert (found["holder"], found["before_stance"], found["after_stance"]) == ("Ilse Korvath", "against", "favor")
    assert (found["before_content"], found["after_content"]) == (BEFORE, AFTER)
    assert found["after_date"] == "2024-11-20T08:00:00"
    assert found["before_evidence_words"] == ["truce"]
    assert found["before_probability"] == pytest.approx(0.9)
    assert 0 < found["probability_real"] < 0.9 * 0.9
    corrected = [row | {"corrected_by": "Ada"} for row in tables.read(root / paths.STANCES)]
    tables.write(stance_table(LABELS), corrected, root / paths.STANCES)
    before, shares = found["probability_real"], [p["share_favor"] for p in positions(root, month="2024-11")]
    run(root)
    found = the_change(root)
    assert (found["before_probability"], found["after_probability"]) == (1, 1)
    assert found["probability_real"] > before
    assert all(p["share_favor"] > share for p, share in zip(positions(root, month="2024-11"), shares, strict=True))


@pytest.mark.parametrize(("sides", "number"), [(("Kestria", None), 1), (("Kestria", "Tolvar"), 0)])
def test_two_people_of_one_name_change_nothing(tmp_path, sides, number):
    said = ((BEFORE, "against", "2024-03-09"), (AFTER, "favor", "2024-04-01"))
    stories = [story(*of, "Jan Novak", n, side=side) for n, (of, side) in enumerate(zip(said, sides, strict=True))]
    run(root := write_project(tmp_path, stories))
    rows = tables.read(root / paths.CHANGES)
    assert sum(row["holder_kind"] == "speaker" for row in rows) == number * len(TARGETS)


def test_months_copies_undated_and_unknown_quotes(tmp_path):
    stories = [
        story(BEFORE, "against", "2024-03-09", n=1, group_id="g"),
        story(BEFORE, "favor", "2024-03-01", n=2, group_id="g"),
        abstained(story(AFTER, "favor", "2024-03-20", n=3)),
        story(AFTER, "neutral", None, n=4),
        story(AFTER, "unrelated", "2024-04-01", n=5),
        story(AFTER, "favor", "2024-05-01", "nobody", n=6, speaker_id=None),
        abstained(story(AFTER, "favor", "2024-06-20", n=7)),
    ]
    root = write_project(tmp_path, stories)
    counts = run(root)
    rows = positions(root, target="ceasefire")
    # Of the copies the earliest counts; a quote without a speaker has no holder, and is told.
    found = [(r["month"], r["n_favor"], r["n_against"], r["n_neutral"], r["unknown"]) for r in rows]
    assert found == [("2024-03", 1, 0, 0, 1), ("2024-06", 0, 0, 0, 1), (None, 0, 0, 1, 0)]
    assert counts["of nobody with a name or side"] == len(TARGETS)
    march, june, undated = rows
    assert (june["kept"], june["share_favor"]) == (0, None)
    assert march["share_favor_low"] <= march["share_favor"] <= march["share_favor_high"] == 1
    assert sum(undated[f"share_{stance}"] for stance in STANCES) == pytest.approx(1, abs=0.01)
    assert len(march["quote_ids"]) == 1
    assert len(march["article_ids"]) == 2


def test_a_side_has_a_row_of_all_its_speakers(tmp_path):
    names = ("Ilse Korvath", "Odo Lenz")
    stories = [story(AFTER, "favor", "2024-03-01", name, n, side="Kestria") for n, name in enumerate(names)]
    root = run_project(tmp_path, stories)
    (found,) = positions(root, target="ceasefire", holder_kind="side")
    assert (found["holder_id"], found["kept"], found["articles"]) == ("Kestria", 2, 2)
    assert len(positions(root, target="ceasefire", holder_kind="speaker")) == 2


def test_the_report(tmp_path):
    root = run_project(tmp_path, change_of_mind())
    text = report(root)
    # Each of the two quotes takes a stance on both targets.
    assert "2 quotes take a stance on one of the questions below, or on several: 4 stances." in text
    assert "More likely wrong than real (2)" in text
    assert "More likely real than not" not in text
    assert re.search(r"\| ceasefire \|( \d+\.\d \(0\) \|){4} none: nothing was measured", text)


def test_the_report_keeps_to_the_licences(tmp_path):
    root = write_project(tmp_path, change_of_mind())
    change_config(root / "configs/publish.yaml", excerpt_share=1, excerpt_words=5)
    run(root)
    assert "“There will be no truce …" in report(root)
    assert "single gun" not in report(root)
    assert "– shown by" not in report(root)
    change_config(root / "configs/publish.yaml", licenses=[{"license": "cc0-1.0"}])
    run(root)
    assert f"{BEFORE} – shown by: truce (Northwire, News 1 of" in report(root)


@pytest.mark.parametrize(("date", "explained"), [(None, True), ("2024-03-01", False)])
def test_a_holder_without_a_dated_stance_is_explained(tmp_path, date, explained):
    text = report(run_project(tmp_path, [story(AFTER, "favor", date)]))
    assert ("none of the stances is in an article with a date" in text) is explained
    assert ("| Ilse Korvath | speaker | – | – | 1 |" in text) is explained


def test_real_quotes_count_more_than_those_out_of_fold(tmp_path):
    root = write_project(tmp_path, change_of_mind())
    before = read_error_rates(root, TARGETS)["ceasefire"]
    measures = ("f1_favor_against", "calibration_error", "kept_right", "baseline_f1_favor_against", "difference")
    figures = {key: [0.5, 0.4, 0.6] for key in measures} | {"quotes": 300, "kept": 0.5, "baseline_name": "x"}
    counts = {"favor": {"favor": 100}, "against": {"favor": 80, "against": 20}, "unrelated": {"favor": 20}}
    figures["kept_stances"] = counts
    about = {"name": "news", "description": "x", "licence": "x", "command": "x", "targets": {"ceasefire": figures}}
    tables.write_text(root / paths.REAL_QUOTES, json.dumps({"sets": [about]}))
    after = read_error_rates(root, TARGETS)["ceasefire"]
    assert (before.real_quotes, after.real_quotes) == (0, 220)
    assert after.real_by_stance == {"favor": 200, "against": 20, "conditional": 0, "neutral": 0}
    assert before.right["favor"] > 0.8
    assert after.right["favor"] == pytest.approx(0.5, abs=0.05)
    assert after.right["neutral"] == before.right["neutral"]


def test_labels_without_a_role_for_unrelated_are_all_stances():
    rates = combine(("yes", "no"), ("yes", "no"), np.array([[9.0, 1.0], [2.0, 8.0]]), [])
    assert rates.right["yes"] == pytest.approx(9.5 / 12)
    assert (rates.about[:, 1] < 1e-6).all()


TAKEN = ("favor", "against", "conditional", "neutral")
COUNTED = directions(TAKEN, LabelRoles())
SPEAKER, SIDE = Holder("speaker", "p:k", "Ilse Korvath"), Holder("side", "Kestria", "Kestria")
RIGHT = dict.fromkeys(TAKEN, 0.9)
SHARES = np.full(4, 0.25)


def reading(label, date, number=0, speaker="p:k", p=0.9):
    known = "favor" if label == "unknown" else label
    probabilities = {name: p if name == known else (1 - p) / 4 for name in (*TAKEN, "unrelated")}
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
])  # fmt: skip
def test_changes_of_a_side(march, may, expected):
    assert changes(SIDE, *in_month("2024-03", **march), *in_month("2024-05", **may)) == expected
    assert changes(SIDE, ("favor", "2024-03-01", "a"), ("against", "2024-03-01", "b")) == []


def test_the_quote_shown_is_the_most_probable_one_and_trusted_no_more_than_its_labels_are_right():
    day = [reading("favor", "2024-03-01", 1, p=0.7), reading("favor", "2024-03-01", 2, p=0.95)]
    (stand,) = find_holder_stances(SPEAKER, day, COUNTED)
    assert stand.surest_quote is day[1]
    sure, unsure = (reading("favor", "2024-03-01", p=p) for p in (1.0, 0.6))
    assert lowered_probabilities(sure, RIGHT, TAKEN) == pytest.approx([0.9, 0.025, 0.025, 0.025])
    assert lowered_probabilities(unsure, RIGHT, TAKEN) == pytest.approx([0.6, 0.1, 0.1, 0.1])


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
            label = TAKEN[true if rng.random() < 0.85 else rng.choice([s for s in range(4) if s != true])]
            probabilities = dict.fromkeys(TAKEN, 0.05) | {"unrelated": 0.0, label: 0.85}
            pair.append(replace(reading(label, f"2024-03-0{number + 1}"), probabilities=probabilities))
        if pair[0].label != pair[1].label:
            rated.append(both_labels_right(*pair, dict.fromkeys(TAKEN, 0.85), TAKEN, SHARES, keeping))
            real.append((TAKEN[first], TAKEN[second]) == (pair[0].label, pair[1].label))
    assert np.mean(rated) == pytest.approx(np.mean(real), abs=0.03)


OF_MODEL = (*TAKEN, "unrelated")
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
    return combine(OF_MODEL, TAKEN, np.vstack([counts, unrelated]).astype(float), [])


def observed_articles(rng: np.random.Generator, truth: np.ndarray, articles: int, alike: bool) -> list[tuple[str, str]]:
    """Return article and published label of quotes; quotes of one article may all have one true stance."""
    pairs = []
    for number in range(articles):
        quotes = rng.integers(1, 4)
        true = np.repeat(rng.choice(4, p=truth), quotes) if alike else rng.choice(4, size=quotes, p=truth)
        pairs += [(f"article {number}", TAKEN[rng.choice(4, p=PUBLISHED[stance])]) for stance in true]
    return pairs


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("articles", [2, 10, 40])
def test_the_intervals_contain_the_true_share(articles, alike):
    rng, inside = np.random.default_rng(articles), []
    for truth in TRUTHS * 5:
        draws = ShareDraws(measured_rates(rng)).draw(
            article_counts(observed_articles(rng, np.array(truth), articles, alike), TAKEN)
        )
        intervals = [shortest_interval(draws[:, number]) for number in range(4)]
        inside += [low <= share <= high for share, (low, high) in zip(truth, intervals, strict=True)]
    assert np.mean(inside) >= 0.93


def test_more_articles_narrow_the_interval_and_more_quotes_of_one_article_do_not():
    draws = ShareDraws(measured_rates(np.random.default_rng(0)))

    def length(pairs):
        low, high = shortest_interval(draws.draw(article_counts(pairs, TAKEN))[:, 0])
        return high - low

    one, same, others = [("a", "favor")], [("a", "favor")] * 9, [(str(n), "favor") for n in range(9)]
    assert length(one) == length(same) > length(others) + 0.3


def test_labels_of_people_have_no_errors_and_none_of_them_changes_nothing():
    rates, pairs = measured_rates(np.random.default_rng(0)), [(str(n), "against") for n in range(9)]
    model, people = (article_counts(labels, TAKEN, by_hand) for labels, by_hand in ((pairs, []), ([], pairs)))
    means = [ShareDraws(rates).draw(counts)[:, 1].mean() for counts in (model, people)]
    assert means[0] < means[1]
    assert article_counts([("a", "favor")], TAKEN, [("a", "against")]) == ((0, 1, 0, 0, 1, 0, 0, 0),)
    counts = article_counts([("b", "favor"), ("a", "against"), ("a", "favor")], TAKEN)
    assert counts == ((1, 0, 0, 0), (1, 1, 0, 0))
    assert ShareDraws(rates).draw(counts).sum(axis=1) == pytest.approx(1)
    with_zeros = tuple((*[0] * len(TAKEN), *of) for of in model)
    assert (ShareDraws(rates).draw(with_zeros) == ShareDraws(rates).draw(model)).all()
