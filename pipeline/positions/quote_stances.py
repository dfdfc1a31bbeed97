"""Read what the positions are made of: every quote that takes a stance, and every one whose label is unknown."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.position_tables import HOLDER_KINDS
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding
from pipeline.core.targets import UNKNOWN, Target, published_label, shared_labels, shared_roles

Row = dict[str, Any]
# Kinds of speakers that are the same in two articles by their name. All others (`a resident`, `officials`) stay with
# their article: they hold no position of their own, and count for their side.
NAMED_KINDS = ("person", "organisation", "country")
_NO_DATE = "9999"
_NOT_KEPT = ["group_id", "source"]
_QUOTE_COLUMNS = [
    *("quote_id", "article_id", "speaker_id", "speaker", "certainty", "side", "side_certainty"),
    *_NOT_KEPT,
]


@dataclass(frozen=True)
class Holder:
    """Who holds a position: a `speaker` or a `side`, with its `speaker_id` or the side's name, and the name to show."""

    kind: str
    holder_id: str
    name: str


@dataclass(frozen=True)
class QuoteStance:
    """The published label of one quote toward one target.

    `label` is a stance, or `unknown` where the model abstains, never that of unrelated quotes; `probabilities` are the
    calibrated ones of each label, and where a person gives the label, 1 for it alone. `date` is the date or time of
    publication, ISO 8601, `kind` that of the speaker; `certainty` and `side_certainty` are 0 without speaker and side.
    """

    quote_id: str
    article_id: str
    target: str
    label: str
    probabilities: Mapping[str, float]
    date: str | None
    speaker_id: str | None
    speaker: str | None
    kind: str
    certainty: float
    side: str | None
    side_certainty: float
    is_corrected: bool = False

    @property
    def kept(self) -> bool:
        """Whether the model did not abstain."""
        return self.label != UNKNOWN

    @property
    def month(self) -> str | None:
        """Year and month of publication (`2025-03`)."""
        return self.date[:7] if self.date else None

    @property
    def order(self) -> tuple[str, str]:
        """The order of time; quotes without a date are last."""
        return self.date or _NO_DATE, self.quote_id

    @property
    def holders(self) -> list[Holder]:
        """The speaker if it is named, and the side if it is known."""
        found = []
        if self.speaker_id and self.speaker and self.kind in NAMED_KINDS:
            found.append(Holder("speaker", self.speaker_id, self.speaker))
        if self.side:
            found.append(Holder("side", self.side, self.side))
        return found


def read_quote_stances(root: Path, targets: Mapping[str, Target], withholding: Withholding) -> list[QuoteStance]:
    """Return the readings of a run in order of time; of near-identical quotes of one speaker, the earliest alone.

    Quotes whose published label is that of unrelated quotes have no reading, nor do those of people and articles that
    are left out: a side would show their stances, and tables that are sums cannot be cut afterwards.
    """
    kinds = {s["speaker_id"]: s["kind"] for s in tables.iterate_rows(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    unrelated = shared_roles(targets).unrelated
    first: dict[str, tuple[str, str]] = {}
    readings: list[tuple[str, QuoteStance]] = []
    columns = {
        paths.ARTICLES: ["article_id", "published_at"],
        paths.QUOTES: _QUOTE_COLUMNS,
        paths.STANCES: [
            *("quote_id", "target", "label", "abstained", "corrected_by"),
            *(f"p_{name}" for name in shared_labels(targets)),
        ],
    }
    for article, quotes in tables.articles_with_quotes(root, len(targets), columns):
        for quote, stances in quotes:
            if withholding.drops(quote):
                continue
            group, order = quote["group_id"], (article["published_at"] or _NO_DATE, quote["quote_id"])
            first[group] = min(order, first.get(group, order))
            for stance in stances:
                label = published_label(stance["label"], stance["abstained"])
                if label != unrelated:
                    readings.append((group, _reading(article, quote, stance, label, kinds)))
    kept = (each for group, each in readings if each.order == first[group])
    return sorted(kept, key=lambda reading: (*reading.order, reading.target))


def _reading(article: Row, quote: Row, stance: Row, label: str, kinds: Mapping[str, str]) -> QuoteStance:
    probabilities = {name[2:]: value for name, value in stance.items() if name.startswith("p_")}
    if corrected := stance["corrected_by"] is not None:
        probabilities = {name: float(name == label) for name in probabilities}
    return QuoteStance(
        **{name: value for name, value in quote.items() if name not in _NOT_KEPT},
        target=stance["target"],
        label=label,
        probabilities=probabilities,
        date=article["published_at"],
        kind=kinds.get(quote["speaker_id"], "unknown"),
        is_corrected=corrected,
    )


def make_id(*parts: str | None) -> str:
    """Return the first 16 hex digits of the SHA-256 of some values."""
    return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:16]


def by_holder(
    readings: Iterable[QuoteStance], targets: Iterable[str]
) -> Iterator[tuple[Holder, str, list[QuoteStance]]]:
    """Yield each holder and target with the readings, in their order; speakers first, then by id."""
    numbers = {target: number for number, target in enumerate(targets)}
    found: dict[tuple[int, str, int], tuple[Holder, str, list[QuoteStance]]] = {}
    for reading in readings:
        for holder in reading.holders:
            key = HOLDER_KINDS.index(holder.kind), holder.holder_id, numbers[reading.target]
            found.setdefault(key, (holder, reading.target, []))[2].append(reading)
    for key in sorted(found):
        yield found[key]
