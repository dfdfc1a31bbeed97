"""Find the changes: a holder's stance toward a target differs from the one before.

Only quotes with a date and a kept stance that has a direction count: all labels but that of unrelated quotes, `unknown`
and the one for a quote that takes no side (`neutral`). So favor, against and conditional are three different stances.

- A speaker's day has a stance if all its quotes of that day take the same one; a day on which they contradict each
  other has none. The change is between two days with different stances, with no other day with a stance between them.
- A side's month has a stance if two speakers or more took it, and they are two thirds or more of all who spoke; each
  speaker counts once for each stance that it took. So two spokesmen who disagree are no change, and neither is another
  spokesman alone.

How likely it is that a change is real: both labels right, and both quotes of the speaker that they are given to.

Two labels that differ are wrong more often than one label alone: most holders keep their stance, so that a wrong label
nearly always looks like a change. For quotes b and a with the published stances i and k,

    P(labels right) = p_b(i) p_a(k) (1 - s) / ((1 - s) + s * sum over stances j of p_b(j) p_a(j) / m(j))

by Bayes' rule, if a holder keeps its stance with probability s, and else takes one as often as all holders do, m. The
adjustment of calibrated probabilities to another base rate is that of Saerens, Latinne and Decaestecker (2002).

p(i), of the published stance, is the model's calibrated probability, but no more than the share of such labels that are
right on real quotes (`ErrorRates.right`); what this takes away goes to the other labels in proportion. Of a corrected
stance it is 1. s is estimated from the pairs of the run (`keeping_share`). P(real) is P(labels right) times the
certainties of both speakers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import paths
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.targets import LabelRoles
from pipeline.positions.quote_stances import Holder, QuoteStance, by_holder, make_id
from pipeline.positions.shares import ErrorRates, ShareDraws

SIDE_SPEAKERS, SIDE_MAJORITY = 2, Fraction(2, 3)


@dataclass(frozen=True)
class HolderStance:
    """A holder's stance on a day, or a side's in a month: the quotes that take it, and all kept ones of the period."""

    stance: str
    quotes: tuple[QuoteStance, ...]
    period: tuple[QuoteStance, ...]

    @property
    def surest_quote(self) -> QuoteStance:
        """The quote whose label is most probable."""
        return max(self.quotes, key=lambda reading: (reading.probabilities[reading.label], reading.order))


def directions(stances: Sequence[str], roles: LabelRoles) -> tuple[str, ...]:
    """Return the stances between which a change counts: all but the one that takes no side."""
    return tuple(stance for stance in stances if stance != roles.neutral)


def find_holder_stances(holder: Holder, readings: Sequence[QuoteStance], counted: Sequence[str]) -> list[HolderStance]:
    """Return a holder's stances, of those in `counted`, from its readings toward one target; both in order of time."""
    length = len("2025-03") if holder.kind == "side" else len("2025-03-14")
    dated = [reading for reading in readings if reading.kept and reading.date]
    periods = (tuple(group) for _, group in groupby(dated, key=lambda reading: (reading.date or "")[:length]))
    found = []
    for period in periods:
        quotes = [reading for reading in period if reading.label in counted]
        labels = {reading.label for reading in quotes}
        of_speaker = labels.pop() if len(labels) == 1 else None
        if stance := _side_stance(quotes) if holder.kind == "side" else of_speaker:
            taking = tuple(reading for reading in quotes if reading.label == stance)
            found.append(HolderStance(stance, taking, period))
    return found


def find_changes(stands: Sequence[HolderStance]) -> list[tuple[HolderStance, HolderStance]]:
    """Return each pair of consecutive stances that differ."""
    return [(before, after) for before, after in pairwise(stands) if before.stance != after.stance]


def _side_stance(quotes: Sequence[QuoteStance]) -> str | None:
    """Return the stance of enough speakers; those without a speaker are nobody."""
    votes = sorted({(reading.label, reading.speaker_id) for reading in quotes if reading.speaker_id})
    for stance in sorted({label for label, _ in votes}):
        speakers = sum(label == stance for label, _ in votes)
        if speakers >= SIDE_SPEAKERS and Fraction(speakers, len(votes)) >= SIDE_MAJORITY:
            return stance
    return None


# What is assumed before any pair is seen: of ten pairs, holders kept their stance in eight.
ASSUMED_PAIRS, ASSUMED_KEPT = 10, 8
_GRID = np.arange(0.0, 1.0, 0.01)


def lowered_probabilities(reading: QuoteStance, right: Mapping[str, float], stances: Sequence[str]) -> np.ndarray:
    """Return the probability of each stance, that of the published one `right` at most, or 1 if a person gives it.

    The sum of the array, shape (stances,), is below 1 by the probability that the quote is unrelated to the target.
    """
    lowered = 1.0 if reading.is_corrected else min(reading.probabilities[reading.label], right[reading.label])
    # What a model that is sure takes for impossible is not: without other labels, all get the same.
    rest = sum(value for name, value in reading.probabilities.items() if name != reading.label)
    even = 1 / (len(reading.probabilities) - 1)
    share = {name: value / rest if rest > 1e-6 else even for name, value in reading.probabilities.items()}
    return np.array([lowered if name == reading.label else (1 - lowered) * share[name] for name in stances])


def same_stance_ratio(before: np.ndarray, after: np.ndarray, shares: np.ndarray) -> float:
    """Return by how much two quotes fit one stance better than two stances taken independently."""
    return float((before * after / shares).sum())


def keeping_share(ratios: Sequence[float]) -> float:
    """Return the estimated share of pairs of consecutive quotes between which the holder kept its stance.

    It is the most probable value given the `same_stance_ratio` of each pair, and `ASSUMED_PAIRS` before them, which
    matter where pairs are few.
    """
    fits = np.log(1 - _GRID + _GRID * np.array(ratios).reshape(-1, 1)).sum(axis=0)
    assumed = ASSUMED_KEPT * np.log(np.maximum(_GRID, 1e-12)) + (ASSUMED_PAIRS - ASSUMED_KEPT) * np.log(1 - _GRID)
    return float(_GRID[int((fits + assumed).argmax())])


def both_labels_right(
    before: QuoteStance,
    after: QuoteStance,
    right: Mapping[str, float],
    stances: Sequence[str],
    shares: np.ndarray,
    keeping: float,
) -> float:
    """Return the probability that both labels are right, for labels that differ; the formula is above."""
    first, second = (lowered_probabilities(reading, right, stances) for reading in (before, after))
    both = first[stances.index(before.label)] * second[stances.index(after.label)]
    ratio = same_stance_ratio(first, second, shares)
    return float(both * (1 - keeping) / (1 - keeping + keeping * ratio))


Row = dict[str, Any]
_ARTICLE_COLUMNS = ("source", "title", "url")
_QUOTE_COLUMNS = ("quote_id", "article_id", "date", "speaker_id", "speaker")


@dataclass(frozen=True)
class Change:
    """A change of one holder toward one target, with the probability that it is real."""

    holder: Holder
    target: str
    before: HolderStance
    after: HolderStance
    probability: float


def rate_changes(
    readings: Sequence[QuoteStance], rates: Mapping[str, ErrorRates], draws: Mapping[str, ShareDraws], roles: LabelRoles
) -> list[Change]:
    """Return all changes, by holder and target, then in order of time.

    The probability of a speaker's change is that of `both_labels_right`. A side's is the probability that before and
    after have the largest share in their months, by the draws of `share_draws`, times the certainties of speakers and
    sides, each the mean over the quotes of its month.
    """
    found: list[Change] = []
    ratings = {target: _speaker_rating(readings, target, each, roles) for target, each in rates.items()}
    for holder, target, of_holder in by_holder(readings, rates):
        counted = directions(rates[target].stances, roles)
        for before, after in find_changes(find_holder_stances(holder, of_holder, counted)):
            if holder.kind == "side":
                probability = _side_probability(before, draws[target], rates[target], counted)
                probability *= _side_probability(after, draws[target], rates[target], counted)
            else:
                if len({before.surest_quote.side, after.surest_quote.side} - {None}) > 1:
                    continue  # two people of one name, more likely than one who changed sides
                probability = ratings[target](before.surest_quote, after.surest_quote)
            found.append(Change(holder, target, before, after, probability))
    return found


def _speaker_rating(
    readings: Sequence[QuoteStance], target: str, rates: ErrorRates, roles: LabelRoles
) -> Callable[[QuoteStance, QuoteStance], float]:
    """Return what gives the probability that labels and speakers of two quotes are right, by all quotes on a target."""
    right, stances = rates.right, rates.stances
    kept = [reading for reading in readings if reading.kept and reading.target == target]
    lowered = np.array([lowered_probabilities(each, right, stances) for each in kept] or [np.ones(len(stances))])
    # How often all holders take each stance: the mean of the probabilities, one quote added.
    sums = lowered.sum(axis=0) + 1 / lowered.shape[1]
    shares = sums / sums.sum()
    ratios = []
    for holder, _, of_holder in by_holder(kept, [target]):
        if holder.kind == "speaker":
            stands = find_holder_stances(holder, of_holder, directions(stances, roles))
            pairs = pairwise([lowered_probabilities(stand.surest_quote, right, stances) for stand in stands])
            ratios += [same_stance_ratio(before, after, shares) for before, after in pairs]
    keeping = keeping_share(ratios)

    def rate(before: QuoteStance, after: QuoteStance) -> float:
        labels = both_labels_right(before, after, right, stances, shares, keeping)
        return labels * before.certainty * after.certainty

    return rate


def _side_probability(stand: HolderStance, draws: ShareDraws, rates: ErrorRates, counted: Sequence[str]) -> float:
    """Return the probability that a side's stance has the largest share in its month, and that it is the side's."""
    columns = [rates.stances.index(stance) for stance in counted]
    largest = draws.of_readings(stand.period)[:, columns].argmax(axis=1)
    certainty = np.mean([quote.certainty * quote.side_certainty for quote in stand.quotes])
    return float((largest == counted.index(stand.stance)).mean() * certainty)


def change_rows(root: Path, n_targets: int, changes: Sequence[Change]) -> Iterator[Row]:
    """Yield the row of each change, with the texts of its quotes."""
    wanted = {(stand.surest_quote.quote_id, c.target) for c in changes for stand in (c.before, c.after)}
    columns = {
        paths.ARTICLES: ["article_id", "text", *_ARTICLE_COLUMNS],
        paths.QUOTES: ["quote_id", "article_id", "content", "parts"],
        paths.STANCES: ["quote_id", "target", "evidence"],
    }
    texts: dict[tuple[str, str], Row] = {}
    for article, quotes in tables.articles_with_quotes(root, n_targets, columns):
        of_article = {f"article_{name}": article[name] for name in _ARTICLE_COLUMNS}
        for quote, stances in quotes:
            for stance in stances:
                if (key := (quote["quote_id"], stance["target"])) in wanted:
                    words = [article["text"][span["start"] : span["end"]] for span in stance["evidence"]]
                    texts[key] = of_article | {name: quote[name] for name in ("content", "parts")}
                    texts[key] |= {"evidence": stance["evidence"], "evidence_words": words}
    for change in changes:
        holder, stands = change.holder, (change.before, change.after)
        ids = [stand.surest_quote.quote_id for stand in stands]
        row: Row = {
            "change_id": make_id(holder.kind, holder.holder_id, change.target, *ids),
            "holder_kind": holder.kind,
            "holder_id": holder.holder_id,
            "holder": holder.name,
            "target": change.target,
            "probability_real": change.probability,
        }
        for prefix, stand in zip(QUOTE_PREFIXES, stands, strict=True):
            reading = stand.surest_quote
            values: Row = {name: getattr(reading, name) for name in _QUOTE_COLUMNS} | {
                "stance": stand.stance,
                "probability": reading.probabilities[reading.label],
                "certainty": reading.certainty * (reading.side_certainty if holder.kind == "side" else 1),
                "kept": len(stand.quotes),
            }
            values |= texts[reading.quote_id, change.target]
            row |= {f"{prefix}{name}": value for name, value in values.items()}
        yield row
