"""Schemas of the tables of positions and of changes; some columns depend on the targets and their labels."""

from collections.abc import Sequence

import pyarrow as pa

from pipeline.core.schema.columns import Column, Table, spans, text

HOLDER_KINDS = ("speaker", "side")
# From this `probability_real` a change is more likely real than not.
LIKELY_CHANGE = 0.5
# A change has two quotes, whose columns begin with these.
QUOTE_PREFIXES = ("before_", "after_")
_HOLDER = (
    text("holder_kind", "`speaker`, or `side` for all who speak for a state, movement or body.", choices=HOLDER_KINDS),
    text("holder_id", "`speaker_id` of the speaker; the name of the side."),
    text("holder", "Name of the holder."),
)


def positions(targets: Sequence[str], stances: Sequence[str]) -> Table:
    """Return the schema of the positions; `stances` are the labels other than that of unrelated quotes."""
    return Table(
        "positions",
        "One row per holder, target and month with a quote that takes a stance or whose label is unknown.",
        text("position_id", "First 16 hex digits of the SHA-256 of holder, target and month."),
        *_HOLDER,
        text("target", "The stance target, a key of `configs/targets.yaml`.", choices=tuple(targets)),
        text("month", "Month of publication (`2025-03`); null for articles without a date.", True),
        *(Column(f"n_{name}", pa.int64(), f"Number of kept quotes labelled `{name}`.") for name in stances),
        Column("kept", pa.int64(), "Number of kept quotes; copies of a quote (`group_id`) count once."),
        Column("unknown", pa.int64(), "Number of quotes on which the model abstains."),
        Column("articles", pa.int64(), "Number of articles with a kept quote."),
        # Corrected for the model's errors; null without a kept quote.
        *(
            Column(f"share_{name}{end}", pa.float32(), f"Share of `{name}` among the stances, 95 % interval.", True)
            for name in stances
            for end in ("", "_low", "_high")
        ),
        Column("quote_ids", pa.list_(pa.string()), "The kept quotes, in order of time."),
        Column("article_ids", pa.list_(pa.string()), "Articles of the kept and the unknown quotes, sorted."),
    )


def changes(targets: Sequence[str], stances: Sequence[str]) -> Table:
    """Return the schema of the changes; `stances` are the labels other than that of unrelated quotes."""
    return Table(
        "changes",
        "One row per change: a holder's stance toward a target differs from the one before.",
        text("change_id", "First 16 hex digits of the SHA-256 of holder, target and both quotes."),
        *_HOLDER,
        text("target", "The stance target, a key of `configs/targets.yaml`.", choices=tuple(targets)),
        Column("probability_real", pa.float32(), "Estimated probability that both labels and speakers are right."),
        *(column for prefix in QUOTE_PREFIXES for column in _quote_columns(prefix, tuple(stances))),
    )


def _quote_columns(prefix: str, stances: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the columns of the quote before or after the change."""
    return (
        text(f"{prefix}quote_id", "The quote."),
        text(f"{prefix}article_id", "Its article."),
        text(f"{prefix}stance", "Its published label.", choices=stances),
        text(f"{prefix}date", "Its date of publication, ISO 8601."),
        Column(f"{prefix}probability", pa.float32(), "Calibrated probability of its label."),
        text(f"{prefix}speaker_id", "Its speaker.", True),
        text(f"{prefix}speaker", "Name of its speaker.", True),
        Column(f"{prefix}certainty", pa.float32(), "Certainty of its speaker; of a side, also of the side."),
        text(f"{prefix}content", "What was said."),
        spans(f"{prefix}parts", "Start and end of each part of its content."),
        spans(f"{prefix}evidence", "Start and end of each run of words that shows the stance."),
        Column(f"{prefix}evidence_words", pa.list_(pa.string()), "These words.", True),
        text(f"{prefix}article_source", "Publisher of its article.", True),
        text(f"{prefix}article_title", "Headline of its article.", True),
        text(f"{prefix}article_url", "Address of its article.", True),
        Column(f"{prefix}kept", pa.int64(), "Number of quotes with this stance on the day, or in a side's month."),
    )
