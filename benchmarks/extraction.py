"""Score the extractor on gold quotes by type and phenomenon, and compare it with other systems.

GOLD has a JSON object a line, with `text` and `quotes`; a quote has `content`, `cue` and `source`, each a list of
[start, end), and may have `type` and `reference` (the speaker's full name). Intervals are 95 %
bootstrap intervals over articles.

\b
    python -m benchmarks.extraction --gold GOLD.jsonl --profile attribution
    python -m benchmarks.extraction --gold GOLD.jsonl --split-parts --reader off
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import click
import numpy as np

from benchmarks import speed
from benchmarks.extraction_measures import MEASURES, RECALLS, Comparison, compare_quotes, split_by_part
from benchmarks.quote_phenomena import PHENOMENA, find_phenomena
from pipeline import Extractor, Quote
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.intervals import percentile_interval, resample_sums, score_with_interval
from pipeline.reader.config import Setting

OTHER_SYSTEMS = Path(__file__).parent / "other_systems.csv"


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a gold file.

    Raises
    ------
    DataError
        If a line is not JSON, lacks `text` or `quotes`, or has a span beyond the text.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            ends = [end for quote in row["quotes"] for _, end in quote["content"]]
        except (ValueError, KeyError, TypeError) as error:
            fix = "give each line `text` and `quotes`, and each quote its `content` as [[start, end]]"
            raise DataError("no gold quotes", where=where, why=f"{type(error).__name__}: {error}", fix=fix) from None
        if ends and max(ends) > len(row["text"]):
            raise DataError("a quote ends beyond the text", where=where, fix="offsets count characters of `text`")
        rows.append(row)
    if not rows:
        raise DataError("no gold articles", where=path.name, fix="give a JSON object a line")
    return rows


def format_scores(compared: Sequence[Comparison]) -> Iterator[str]:
    """Yield a line with precision, recall, F1 and its interval for each measure that applies to the gold quotes."""
    yield f"{'':20}{'P':>6}{'R':>7}{'F1':>7}   95 %"
    for name in MEASURES:
        counts = [np.array(comparison.counts[name]) for comparison in compared]
        if sum(each[3] for each in counts):
            scores = {key: 100 * number for key, number in score_with_interval(counts).items()}
            numbers = f"{scores['precision']:6.1f} {scores['recall']:6.1f} {scores['f1']:6.1f}"
            yield f"{name:20}{numbers}   {scores['low']:.1f}–{scores['high']:.1f}"


def format_recalls(
    compared: Sequence[Comparison], find_groups: Callable[[Comparison, int], Iterable[str]], names: Sequence[str]
) -> Iterator[str]:
    """Yield a line with the recall of each group of gold quotes, with intervals for the first two measures.

    Parameters
    ----------
    compared : sequence of Comparison
        One for each article.
    find_groups : callable
        Returns the groups of a gold quote, from a comparison and the index of the quote.
    names : sequence of str
        The groups, in the order of the lines.
    """
    yield (
        f"{'recall':20}{'gold':>5}  "
        + "".join(f"{name.removeprefix('content_'):<19}" for name in RECALLS[:2])
        + "".join(f"{name.removeprefix('content_'):>12}" for name in RECALLS[2:])
    )
    sums = {name: np.zeros((len(compared), len(RECALLS), 2)) for name in names}
    sizes: Counter[str] = Counter()
    for d, comparison in enumerate(compared):
        for i in range(len(comparison.gold)):
            for name in find_groups(comparison, i):
                sizes[name] += 1
                sums[name][d] += [comparison.recall[measure][i] for measure in RECALLS]
    for name in (name for name in names if sizes[name]):
        drawn, total = resample_sums(sums[name]), sums[name].sum(axis=0)
        cells = [_with_interval(total[k], drawn[:, k]) for k in (0, 1)]
        cells += [f"{100 * right / of:12.1f}" if of else f"{'–':>12}" for right, of in total[2:]]
        yield f"{name:20}{sizes[name]:5}  " + "".join(cells)


def _with_interval(total: np.ndarray, drawn: np.ndarray) -> str:
    low, high = percentile_interval(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-12))
    return f"{100 * total[0] / max(total[1], 1e-12):5.1f} {f'({100 * low:.0f}–{100 * high:.0f})':<13}"


def format_other_systems(data: str) -> Iterator[str]:
    """Yield a line with the scores of each other system on the same data."""
    with OTHER_SYSTEMS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["data"] == data]
    if not rows:
        yield f"No scores of other systems on {data} in {OTHER_SYSTEMS.name}."
        return
    columns = [name for name in rows[0] if name not in ("system", "data", "origin") and any(row[name] for row in rows)]
    yield f"{f'other systems on {data}, F1':28}" + "".join(f"{name.removeprefix('content_'):>14}" for name in columns)
    for row in rows:
        yield f"{row['system']:28}" + "".join(f"{row[name] or '–':>14}" for name in columns) + f"  {row['origin']}"


@click.command(help=__doc__)
@click.option("--gold", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--profile", type=click.Choice(["speech", "attribution"]), help="Instead of that of configs/extract.yaml."
)
@click.option("--split-parts", is_flag=True, help="Each part of an interrupted quote counts as a quote of its own.")
@click.option("--reader", type=click.Choice(get_args(Setting)), default="all", show_default=True)
@click.option(
    "--data", help="Value of `data` in other_systems.csv to compare with; the default is the name of the file."
)
@click.option("--rounds", default=1, help="Rounds of `benchmarks.speed`, with the default profile; 0 for none.")
def main(gold: Path, profile: str | None, split_parts: bool, reader: Setting, data: str | None, rounds: int) -> None:
    """Print scores, scores of other systems, recall by group, rules and speed."""
    try:
        rows, extractor = read_gold(gold), Extractor(profile=profile, reader=reader)
    except ParleyError as error:
        raise click.ClickException(str(error)) from None
    predicted = [[_as_gold(quote) for quote in quotes] for quotes in extractor.pipe(row["text"] for row in rows)]
    scored = [split_by_part(quotes) if split_parts else quotes for quotes in predicted]
    compared = [compare_quotes(row["text"], row["quotes"], quotes) for row, quotes in zip(rows, scored, strict=True)]
    total, found = (sum(len(getattr(of, name)) for of in compared) for name in ("gold", "predicted"))
    click.echo(f"{len(rows)} articles, {total} gold quotes, {found} predicted\n")
    blocks = [
        format_scores(compared),
        format_other_systems(data or gold.stem),
        format_recalls(
            compared,
            lambda comparison, i: [kind for kind in QUOTE_TYPES if comparison.gold[i].row.get("type") == kind],
            QUOTE_TYPES,
        ),
        format_recalls(compared, lambda comparison, i: find_phenomena(comparison.text, comparison.gold, i), PHENOMENA),
        _format_rules(predicted),
        speed.compare_with_spacy(gold, speed.MODELS, rounds) if rounds else (),
    ]
    for block in blocks:
        click.echo("".join(f"{line}\n" for line in block))


def _as_gold(quote: Quote) -> dict[str, Any]:
    spans = {name: [span] if span else [] for name, span in (("cue", quote.cue), ("source", quote.source))}
    return {"content": quote.content, **spans, "type": quote.type, "speaker": quote.speaker, "rule": quote.rule}


def _format_rules(predicted: Sequence[Sequence[dict[str, Any]]]) -> Iterator[str]:
    rules = Counter(quote["rule"] for quotes in predicted for quote in quotes)
    yield "quotes by rule: " + ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items()))


if __name__ == "__main__":
    main()
