"""The report `reports/positions.md`: who stands where, who changed, and how far to trust it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.markdown import render
from pipeline.core.publish_config import PublishConfig
from pipeline.core.schema.position_tables import LIKELY_CHANGE, QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import Target, stance_labels
from pipeline.positions.quote_stances import Holder, QuoteStance, by_holder
from pipeline.positions.shares import OUT_OF_FOLD_QUOTES, ErrorRates

TEMPLATE = Path(__file__).parent / "templates" / "positions.md.j2"
HOLDERS, CHANGES = 10, 10
Row = dict[str, Any]


@dataclass(frozen=True)
class HolderLine:
    """A holder's kept stances toward one target, and the latest of them that has a date."""

    holder: Holder
    stances: Counter[str]
    unknown: int
    latest: QuoteStance | None

    def numbers(self, stances: Sequence[str]) -> list[int]:
        """Return the number of kept quotes of each stance."""
        return [self.stances[stance] for stance in stances]


def render_report(
    root: Path,
    config: PublishConfig,
    targets: Mapping[str, Target],
    readings: Sequence[QuoteStance],
    rates: Mapping[str, ErrorRates],
) -> str:
    """Return the Markdown of the report; of texts that may not be passed on it has the first words alone."""
    changes = sorted(tables.read(root / paths.CHANGES), key=lambda row: -row["probability_real"])
    withholding = plan_withholding(root, config)
    shown = [_change(row) for change in changes if (row := withholding.publish("changes", change))]
    report = render(
        TEMPLATE,
        targets=targets,
        out_of_fold_quotes=OUT_OF_FOLD_QUOTES,
        stances=stance_labels(targets),
        holders={target: _holder_lines(readings, target, withholding) for target in targets},
        changes=shown[:CHANGES],
        n_changes=len(changes),
        expected=sum(row["probability_real"] for row in changes),
        rates=rates,
        kept=sum(reading.kept for reading in readings),
        quotes=len({reading.quote_id for reading in readings if reading.kept}),
        nobody=sum(reading.kept and not reading.holders for reading in readings),
        undated=sum(reading.kept and not reading.date for reading in readings),
    )
    return str(withholding.people.cover(report))


def _holder_lines(readings: Sequence[QuoteStance], target: str, withholding: Withholding) -> list[HolderLine]:
    """Return the holders with the most kept stances toward a target, as far as they may be named."""
    lines = []
    for whole, _, of_holder in by_holder((r for r in readings if r.target == target), [target]):
        named = withholding.publish("positions", {"holder_id": whole.holder_id, "holder": whole.name})
        if named is None:
            continue
        holder = Holder(whole.kind, named["holder_id"], named["holder"])
        kept = [reading for reading in of_holder if reading.kept]
        dated = [reading for reading in kept if reading.date]
        stances = Counter(reading.label for reading in kept)
        lines.append(HolderLine(holder, stances, len(of_holder) - len(kept), dated[-1] if dated else None))
    ranked = sorted(lines, key=lambda line: -line.stances.total())
    return [line for line in ranked if line.stances][:HOLDERS]


def _change(row: Row) -> Row:
    """Return what the report shows of a change, with its two quotes in a list."""
    quotes = []
    for prefix in QUOTE_PREFIXES:
        quote = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
        where = ", ".join(filter(None, (quote["article_source"], quote["article_title"])))
        shown = {"date": quote["date"][:10], "percent": round(100 * quote["probability"])}
        # What shows the stance may stand before the quote: `the lease` says nothing without `rejected`.
        shown["evidence"] = ", ".join(quote["evidence_words"] or ())
        quotes.append({**quote, **shown, "where": where or "article without source and title"})
    percent = round(100 * row["probability_real"])
    return {**row, "quotes": quotes, "percent": percent, "likely": percent >= 100 * LIKELY_CHANGE}
