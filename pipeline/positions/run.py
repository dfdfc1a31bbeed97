"""Stage `positions`: who stands where toward each target, month by month, and who changed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.markdown import render
from pipeline.core.publish_config import load_publish_config
from pipeline.core.schema import position_tables
from pipeline.core.schema.position_tables import LIKELY_CHANGE, QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import Target, load_targets, shared_roles, stance_labels
from pipeline.positions.changes import change_rows, rate_changes
from pipeline.positions.quote_stances import QuoteStance, by_holder, make_id, read_quote_stances
from pipeline.positions.shares import OUT_OF_FOLD_QUOTES, ErrorRates, ShareDraws, read_error_rates, shortest_interval

TEMPLATE = Path(__file__).parent / "templates" / "positions.md.j2"
HOLDERS, CHANGES = 10, 10
Row = dict[str, Any]


def run(root: Path) -> dict[str, int]:
    """Write the tables of positions and changes, and `reports/positions.md`."""
    targets, config = load_targets(root / paths.CONFIGS), load_publish_config(root / paths.CONFIGS)
    withholding = plan_withholding(root, config)
    readings, rates = read_quote_stances(root, targets, withholding), read_error_rates(root, targets)
    counts = write_position_tables(root, targets, readings, rates)
    tables.write_text(root / paths.REPORTS / "positions.md", render_report(root, withholding, targets, readings, rates))
    without_holder = sum(reading.kept and not reading.holders for reading in readings)
    return {**counts, "kept stances": sum(r.kept for r in readings), "of nobody with a name or side": without_holder}


def write_position_tables(
    root: Path, targets: Mapping[str, Target], readings: list[QuoteStance], rates: Mapping[str, ErrorRates]
) -> dict[str, int]:
    """Write both tables; return their numbers of rows."""
    names, stances = list(targets), stance_labels(targets)
    draws = {target: ShareDraws(each) for target, each in rates.items()}
    changes = rate_changes(readings, rates, draws, shared_roles(targets))
    rows = {
        paths.POSITIONS: (position_tables.positions(names, stances), position_rows(readings, draws, stances)),
        paths.CHANGES: (position_tables.changes(names, stances), change_rows(root, len(names), changes)),
    }
    return {table.name: tables.write(table, of_table, root / path) for path, (table, of_table) in rows.items()}


def position_rows(
    readings: Sequence[QuoteStance], draws: Mapping[str, ShareDraws], stances: Sequence[str]
) -> Iterator[Row]:
    """Yield the row of each holder, target and month (None without a date), from readings in order of time."""
    for holder, target, of_holder in by_holder(readings, draws):
        for month, group in groupby(of_holder, key=lambda reading: reading.month):
            of_month = list(group)
            kept = [reading for reading in of_month if reading.kept]
            row: Row = {
                "position_id": make_id(holder.kind, holder.holder_id, target, month),
                "holder_kind": holder.kind,
                "holder_id": holder.holder_id,
                "holder": holder.name,
                "target": target,
                "month": month,
                **{f"n_{name}": sum(reading.label == name for reading in kept) for name in stances},
                "kept": len(kept),
                "unknown": len(of_month) - len(kept),
                "articles": len({reading.article_id for reading in kept}),
                "quote_ids": [reading.quote_id for reading in kept],
                "article_ids": sorted({reading.article_id for reading in of_month}),
            }
            if kept:
                drawn = draws[target].of_readings(kept)
                for number, name in enumerate(stances):
                    row[f"share_{name}"] = round(float(drawn[:, number].mean()), 3)
                    row[f"share_{name}_low"], row[f"share_{name}_high"] = shortest_interval(drawn[:, number])
            yield row


def render_report(
    root: Path,
    withholding: Withholding,
    targets: Mapping[str, Target],
    readings: Sequence[QuoteStance],
    rates: Mapping[str, ErrorRates],
) -> str:
    """Return the Markdown of the report; of texts that may not be passed on it has the first words alone."""
    changes = sorted(tables.read(root / paths.CHANGES), key=lambda row: -row["probability_real"])
    stances = stance_labels(targets)
    shown = [_change(row) for change in changes if (row := withholding.publish("changes", change))]
    report = render(
        TEMPLATE,
        targets=targets,
        out_of_fold_quotes=OUT_OF_FOLD_QUOTES,
        stances=stances,
        holders={target: _holder_rows(readings, target, stances, withholding) for target in targets},
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


def _holder_rows(
    readings: Sequence[QuoteStance], target: str, stances: Sequence[str], withholding: Withholding
) -> list[list[Any]]:
    """Return what the report shows of the holders with the most kept stances toward a target, if they may be named.

    A row has name and kind, the latest kept stance that has a date and its day, and numbers of quotes.
    """
    rows = []
    for holder, _, of_holder in by_holder((r for r in readings if r.target == target), [target]):
        named = withholding.publish("positions", {"holder_id": holder.holder_id, "holder": holder.name})
        kept = [reading for reading in of_holder if reading.kept]
        if named is None or not kept:
            continue
        dated = [(reading.label, reading.date[:10]) for reading in kept if reading.date]
        numbers = [sum(reading.label == stance for reading in kept) for stance in stances]
        latest = dated[-1] if dated else (None, None)
        rows.append((len(kept), [named["holder"], holder.kind, *latest, *numbers, len(of_holder) - len(kept)]))
    return [cells for _, cells in sorted(rows, key=lambda row: -row[0])][:HOLDERS]


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
