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
    text("holder_kind", "`speaker`, or `side` for all who speak for one state, movement or body."),
    text("holder_id", "`speaker_id` of the speaker; the name of the side."),
    text("holder", "Name of the holder."),
)


def positions(targets: Sequence[str], stances: Sequence[str]) -> Table:
    """Return the schema of the positions; `stances` are the labels other than that of unrelated quotes."""
    return Table(
        "positions",
        "One row per holder, target and month with a quote that takes a stance or whose label is unknown.",
        (
            text("position_id", "First 16 hex digits of the SHA-256 of holder, target and month."),
            *_HOLDER,
            text("target", "The stance target, a key of `configs/targets.yaml`."),
            text("month", "Month of publication (`2025-03`); null for articles without a date.", True),
            *(Column(f"n_{name}", pa.int64(), f"Number of kept quotes labelled `{name}`.") for name in stances),
            Column("kept", pa.int64(), "Number of kept quotes; copies of a quote (`group_id`) count once."),
            Column("unknown", pa.int64(), "Number of quotes on which the model abstains."),
            Column("articles", pa.int64(), "Number of articles with a kept quote."),
            *(column for name in stances for column in _share(name)),
            Column("quote_ids", pa.list_(pa.string()), "The kept quotes, in order of time."),
            Column("article_ids", pa.list_(pa.string()), "Articles of the kept and the unknown quotes, sorted."),
        ),
        key=("position_id",),
        choices={"holder_kind": HOLDER_KINDS, "target": tuple(targets)},
    )


def changes(targets: Sequence[str], stances: Sequence[str]) -> Table:
    """Return the schema of the changes; `stances` are the labels other than that of unrelated quotes."""
    return Table(
        "changes",
        "One row per change: a holder's stance toward a target differs from the one before.",
        (
            text("change_id", "First 16 hex digits of the SHA-256 of holder, target and both quotes."),
            *_HOLDER,
            text("target", "The stance target, a key of `configs/targets.yaml`."),
            Column("probability_real", pa.float32(), "Estimated probability that both labels and speakers are right."),
            *(column for prefix in QUOTE_PREFIXES for column in _quote_columns(prefix, prefix.removesuffix("_"))),
        ),
        key=("change_id",),
        choices={
            "holder_kind": HOLDER_KINDS,
            "target": tuple(targets),
            **{f"{prefix}stance": tuple(stances) for prefix in QUOTE_PREFIXES},
        },
    )


def _share(name: str) -> tuple[Column, ...]:
    about = f"share of `{name}` among the stances, corrected for the model's errors; null without a kept quote"
    return (
        Column(f"share_{name}", pa.float32(), f"Estimated {about}.", True),
        Column(f"share_{name}_low", pa.float32(), f"Lower end of the 95 % interval of the {about}.", True),
        Column(f"share_{name}_high", pa.float32(), f"Upper end of the 95 % interval of the {about}.", True),
    )


def _quote_columns(prefix: str, when: str) -> tuple[Column, ...]:
    quote = f"of the quote {when} the change"
    return (
        text(f"{prefix}quote_id", f"`quote_id` {quote}."),
        text(f"{prefix}article_id", f"`article_id` {quote}."),
        text(f"{prefix}stance", f"Published label {quote}."),
        text(f"{prefix}date", f"Date of publication {quote}, ISO 8601."),
        Column(f"{prefix}probability", pa.float32(), f"Calibrated probability of the label {quote}."),
        text(f"{prefix}speaker_id", f"The speaker {quote}.", True),
        text(f"{prefix}speaker", f"Name of the speaker {quote}.", True),
        Column(f"{prefix}certainty", pa.float32(), f"Certainty of speaker {quote}; of a side, also of the side."),
        text(f"{prefix}content", f"What was said: content {quote}."),
        spans(f"{prefix}parts", f"Start and end of each part of the content {quote}."),
        spans(f"{prefix}evidence", f"Start and end of each run of words that shows the stance {quote}."),
        Column(f"{prefix}evidence_words", pa.list_(pa.string()), f"These words {quote}.", True),
        text(f"{prefix}article_source", f"Publisher {quote}.", True),
        text(f"{prefix}article_title", f"Headline of the article {quote}.", True),
        text(f"{prefix}article_url", f"Address of the article {quote}.", True),
        Column(
            f"{prefix}kept", pa.int64(), f"Number of quotes with this stance on the day, or in a side's month {quote}."
        ),
    )
