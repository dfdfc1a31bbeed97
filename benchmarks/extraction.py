"""Score the extractor on gold quotes by type and phenomenon, compare it with other systems, and list its errors.

GOLD has a JSON object a line, with `text` and `quotes`; a quote has `content`, `cue` and `source`, each a list of
[start, end), and may have `type` and `reference` (the speaker's full name). Intervals are 95 %
bootstrap intervals over articles.

\b
    python -m benchmarks.extraction --gold GOLD.jsonl --profile attribution
    python -m benchmarks.extraction --gold GOLD.jsonl --split-parts --errors 5
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks import speed
from benchmarks.extraction_errors import CAUSES, ExtractionError, list_errors
from benchmarks.extraction_measures import MEASURES, RECALLS, Comparison, compare_quotes, split_by_part
from benchmarks.quote_phenomena import PHENOMENA, find_phenomena
from pipeline.api.extractor import Extractor
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.intervals import percentile_interval, resample_sums, score_with_interval
from pipeline.extract.quote_explainer import trace_extraction
from pipeline.extract.rules.lexicon import build_lexicon

OTHER_SYSTEMS = Path(__file__).parent / "other_systems.csv"
_MAX_SHOWN = 220


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


def format_errors(extractor: Extractor, compared: Sequence[Comparison], examples: int) -> Iterator[str]:
    """Yield the number of errors by cause, and the first `examples` of each."""
    speech, thought = (build_lexicon(extractor.language, profile) for profile in ("speech", "attribution"))
    errors_by_cause: dict[str, list[ExtractionError]] = {}
    docs = extractor.parser.pipe(comparison.text.text for comparison in compared)
    for doc, comparison in zip(docs, compared, strict=True):
        for error in list_errors(comparison, trace_extraction(extractor.quote_extractor, doc), speech, thought):
            errors_by_cause.setdefault(error.cause, []).append(error)
    for cause, explanation in CAUSES.items():
        if cause in errors_by_cause:
            yield f"{len(errors_by_cause[cause]):5}  {cause}{f' ({explanation})' if explanation else ''}"
        for error in errors_by_cause.get(cause, [])[:examples]:
            yield from (f"           {name} {shown[:_MAX_SHOWN]}" for name, shown in _labelled_quotes(error) if shown)


def _labelled_quotes(error: ExtractionError) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("gold     ", error.gold), ("predicted", error.predicted)


@click.command(help=__doc__)
@click.option("--gold", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--profile", type=click.Choice(["speech", "attribution"]), help="Instead of that of configs/extract.yaml."
)
@click.option("--split-parts", is_flag=True, help="Each part of an interrupted quote counts as a quote of its own.")
@click.option(
    "--data", help="Value of `data` in other_systems.csv to compare with; the default is the name of the file."
)
@click.option("--errors", "examples", default=0, help="Number of examples for each cause of errors.")
@click.option("--rounds", default=1, help="Rounds of `benchmarks.speed`, with the default profile; 0 for none.")
def main(gold: Path, profile: str | None, split_parts: bool, data: str | None, examples: int, rounds: int) -> None:
    """Print scores, scores of other systems, recall by group, rules, errors and speed."""
    try:
        rows, extractor = read_gold(gold), Extractor(profile=profile)
    except ParleyError as error:
        raise click.ClickException(str(error)) from None
    predicted = [[quote.to_dict() for quote in quotes] for quotes in extractor.pipe(row["text"] for row in rows)]
    scored = [split_by_part(quotes) if split_parts else quotes for quotes in predicted]
    compared = [compare_quotes(row["text"], row["quotes"], quotes) for row, quotes in zip(rows, scored, strict=True)]
    total = (
        sum(len(comparison.gold) for comparison in compared),
        sum(len(comparison.predicted) for comparison in compared),
    )
    click.echo(f"{len(rows)} articles, {total[0]} gold quotes, {total[1]} predicted\n")
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
        format_errors(extractor, compared, examples),
        speed.compare_with_spacy(gold, speed.MODELS, rounds) if rounds else (),
    ]
    for block in blocks:
        for line in block:
            click.echo(line)
        click.echo()


def _format_rules(predicted: Sequence[Sequence[dict[str, Any]]]) -> Iterator[str]:
    rules = Counter(quote["rule"] for quotes in predicted for quote in quotes)
    yield "quotes by rule: " + ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items()))


if __name__ == "__main__":
    main()
