"""Score the extractor against gold quotes: one JSON object a line, with `text` and `quotes`.

A gold quote has `content`, `cue` and `source`, each a list of [start, end), and may have `type` and `reference` (the
speaker's full name).

    python benchmarks/extraction.py --gold GOLD.jsonl --profile attribution
"""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from pipeline.evaluate.spans import METRICS, Spans, Tally, compare
from pipeline.extractor import Extractor
from pipeline.quote import Quote
from pipeline.schema import QUOTE_TYPES

COLUMNS = ("P", "R", "F1")


def gold_quote(row: dict[str, Any]) -> Spans:
    """A gold quote; of several spans of a cue or source the first counts."""
    first = {name: tuple(row[name][0]) if row.get(name) else None for name in ("cue", "source")}
    content = [(start, end) for start, end in row["content"]]
    return Spans(content, first["cue"], first["source"], row.get("reference") or None, row.get("type", ""))


def predicted(quotes: list[Quote], split: bool) -> list[Spans]:
    """Found quotes; with `split` each part is a quote of its own."""
    whole = [Spans(quote.content, quote.cue, quote.source, quote.speaker, quote.type) for quote in quotes]
    if not split:
        return whole
    return [Spans([part], one.cue, one.source, one.speaker, one.type) for one in whole for part in one.content]


def add(tallies: dict[str, Tally], more: dict[str, Tally]) -> None:
    """Add one text's tallies."""
    for name, tally in more.items():
        sums = tallies.setdefault(name, Tally()).array() + tally.array()
        tallies[name] = Tally(*sums)


def shares(tally: Tally) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision = tally.right_predicted / tally.predicted if tally.predicted else 0.0
    recall = tally.right_gold / tally.gold if tally.gold else 0.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


@click.command(help=__doc__)
@click.option("--gold", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", default=None, help="`speech` or `attribution`; the default is that of configs/extract.yaml.")
@click.option("--split-parts", is_flag=True, help="Each part of an interrupted quote counts as a quote of its own.")
def main(gold: Path, profile: str | None, split_parts: bool) -> None:
    """Print precision, recall and F1 in percent, over all texts and as recall by type."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    extractor = Extractor(profile=profile)
    start = time.process_time()
    found = list(extractor.pipe(row["text"] for row in rows))
    seconds = time.process_time() - start
    tallies: dict[str, Tally] = {}
    by_type: dict[str, dict[str, Tally]] = {kind: {} for kind in QUOTE_TYPES}
    for row, quotes in zip(rows, found, strict=True):
        wanted, given = [gold_quote(quote) for quote in row["quotes"]], predicted(quotes, split_parts)
        add(tallies, compare(row["text"], wanted, given))
        for kind, sums in by_type.items():
            add(sums, compare(row["text"], [one for one in wanted if one.type == kind], given))
    words = sum(len(row["text"].split()) for row in rows)
    click.echo(f"{len(rows)} texts, {words} words, {words / max(seconds, 1e-9):.0f} words per CPU-second")
    click.echo(f"{'':18}" + "".join(f"{name:>7}" for name in COLUMNS))
    for name in (name for name in METRICS if tallies and tallies[name].gold):
        click.echo(f"{name:18}" + "".join(f"{100 * share:7.1f}" for share in shares(tallies[name])))
    rules = Counter(quote.rule for quotes in found for quote in quotes)
    click.echo("rules: " + ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items())))
    for kind, sums in by_type.items():
        recalls = ", ".join(f"{name} {100 * shares(sums[name])[1]:.1f}" for name in METRICS if sums and sums[name].gold)
        click.echo(f"recall of {kind}: {recalls}")


if __name__ == "__main__":
    main()
