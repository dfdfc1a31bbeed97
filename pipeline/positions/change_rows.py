"""Rows of the table of changes: both quotes, and how likely the change is real."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import paths
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import table_joins
from pipeline.core.targets import LabelRoles
from pipeline.positions.change_probability import (
    both_labels_right,
    keeping_share,
    lowered_probabilities,
    same_stance_ratio,
    stance_shares,
)
from pipeline.positions.change_search import Stand, directions, find_changes, find_stands
from pipeline.positions.error_rates import ErrorRates
from pipeline.positions.position_rows import by_holder, make_id
from pipeline.positions.readings import Holder, Reading
from pipeline.positions.share_draws import ShareDraws, article_counts

Row = dict[str, Any]
_ARTICLE_COLUMNS = ("source", "title", "url")


@dataclass(frozen=True)
class Change:
    """A change of one holder toward one target, with the probability that it is real."""

    holder: Holder
    target: str
    before: Stand
    after: Stand
    probability: float


def rate_changes(
    readings: Sequence[Reading],
    rates: Mapping[str, ErrorRates],
    draws: Mapping[str, ShareDraws],
    roles: LabelRoles,
) -> list[Change]:
    """Return all changes, by holder and target, then in order of time.

    The probability of a speaker's change is that of `change_probability`. A side's is the probability that before and
    after have the largest share in their months, by the draws of `share_draws`, times the certainties of speakers and
    sides, each the mean over the quotes of its month.
    """
    found: list[Change] = []
    ratings = {target: _SpeakerRating(readings, target, each, roles) for target, each in rates.items()}
    for holder, target, of_holder in by_holder(readings, rates):
        counted = directions(rates[target].stances, roles)
        for before, after in find_changes(find_stands(holder, of_holder, counted)):
            if holder.kind == "side":
                probability = _side_probability(before, draws[target], rates[target], counted)
                probability *= _side_probability(after, draws[target], rates[target], counted)
            else:
                probability = ratings[target].rate(before.surest_quote, after.surest_quote)
            found.append(Change(holder, target, before, after, probability))
    return found


class _SpeakerRating:
    """What `change_probability` needs to know of all speakers toward one target."""

    def __init__(self, readings: Sequence[Reading], target: str, rates: ErrorRates, roles: LabelRoles) -> None:
        self._rates = rates
        kept = [reading for reading in readings if reading.kept and reading.target == target]
        self._shares = stance_shares([self._lowered(reading) for reading in kept] or [np.ones(len(rates.stances))])
        ratios = []
        for holder, _, of_holder in by_holder(kept, [target]):
            if holder.kind == "speaker":
                stands = find_stands(holder, of_holder, directions(rates.stances, roles))
                pairs = pairwise([self._lowered(stand.surest_quote) for stand in stands])
                ratios += [same_stance_ratio(before, after, self._shares) for before, after in pairs]
        self._keeping = keeping_share(ratios)

    def rate(self, before: Reading, after: Reading) -> float:
        """Return the probability that both labels and both speakers are right."""
        labels = both_labels_right(before, after, self._rates.right, self._rates.stances, self._shares, self._keeping)
        return labels * before.certainty * after.certainty

    def _lowered(self, reading: Reading) -> np.ndarray:
        return lowered_probabilities(reading, self._rates.right, self._rates.stances)


def _side_probability(stand: Stand, draws: ShareDraws, rates: ErrorRates, counted: Sequence[str]) -> float:
    """Return the probability that a side's stance has the largest share in its month, and that it is the side's."""
    labels = [(reading.article_id, reading.label) for reading in stand.period]
    columns = [rates.stances.index(stance) for stance in counted]
    largest = draws.draw(article_counts(labels, rates.stances))[:, columns].argmax(axis=1)
    certainty = np.mean([quote.certainty * quote.side_certainty for quote in stand.quotes])
    return float((largest == counted.index(stand.stance)).mean() * certainty)


def change_rows(root: Path, n_targets: int, changes: Sequence[Change]) -> Iterator[Row]:
    """Yield the row of each change, with the texts of its quotes."""
    quotes = [
        (stand.surest_quote.quote_id, change.target) for change in changes for stand in (change.before, change.after)
    ]
    texts = _read_texts(root, n_targets, set(quotes))
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
            values = _quote_values(holder, stand) | texts[stand.surest_quote.quote_id, change.target]
            row |= {f"{prefix}{name}": value for name, value in values.items()}
        yield row


def _quote_values(holder: Holder, stand: Stand) -> Row:
    quote = stand.surest_quote
    return {
        "quote_id": quote.quote_id,
        "article_id": quote.article_id,
        "stance": stand.stance,
        "date": quote.date,
        "probability": quote.probabilities[quote.label],
        "speaker_id": quote.speaker_id,
        "speaker": quote.speaker,
        "certainty": quote.certainty * (quote.side_certainty if holder.kind == "side" else 1),
        "kept": len(stand.quotes),
    }


def _read_texts(root: Path, n_targets: int, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """Return content, evidence and columns of the article by quote and target."""
    columns = {
        paths.ARTICLES: ["article_id", "text", *_ARTICLE_COLUMNS],
        paths.QUOTES: ["quote_id", "article_id", "content", "parts"],
        paths.STANCES: ["quote_id", "target", "evidence"],
    }
    texts: dict[tuple[str, str], Row] = {}
    for article, quotes in table_joins.articles_with_quotes(root, n_targets, columns):
        for quote, stances in quotes:
            for stance in stances:
                if (quote["quote_id"], stance["target"]) in wanted:
                    texts[quote["quote_id"], stance["target"]] = _text_values(article, quote, stance["evidence"])
    return texts


def _text_values(article: Row, quote: Row, evidence: list[dict[str, int]]) -> Row:
    words = [article["text"][span["start"] : span["end"]] for span in evidence]
    of_article = {f"article_{name}": article[name] for name in _ARTICLE_COLUMNS}
    return {**of_article, **{name: quote[name] for name in ("content", "parts")}} | {
        "evidence": evidence,
        "evidence_words": words,
    }
