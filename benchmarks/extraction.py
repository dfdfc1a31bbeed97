"""Score the extractor against gold quotes, by type and phenomenon, beside rivals, and list its errors by cause.

GOLD has a JSON object a line, with `text` and `quotes`; a quote has `content`, `cue` and `source`, each a list of
[start, end), and may have `type` and `reference` (the speaker's full name). Intervals are of 95 %, articles drawn with
replacement.

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

from benchmarks import causes, speed
from benchmarks.forms import PHENOMENA, forms
from benchmarks.measures import MEASURES, RECALLS, Compared, compare, split
from pipeline.api.extractor import Extractor
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.intervals import percentile_interval, resample_sums, score_with_interval
from pipeline.extract.quote_explainer import trace_extraction
from pipeline.extract.rules.lexicon import build_lexicon

RIVALS = Path(__file__).parent / "rivals.csv"
_SHOWN = 220


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Rows of a gold file.

    Raises
    ------
    DataError
        When a line is no JSON, lacks `text` or `quotes`, or has a span beyond the text.
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


def by_measure(compared: Sequence[Compared]) -> Iterator[str]:
    """Precision, recall, F1 and its interval, for every measure that gold has something for."""
    yield f"{'':20}{'P':>6}{'R':>7}{'F1':>7}   95 %"
    for name in MEASURES:
        counts = [np.array(one.counts[name]) for one in compared]
        if sum(each[3] for each in counts):
            got = {key: 100 * number for key, number in score_with_interval(counts).items()}
            numbers = f"{got['precision']:6.1f} {got['recall']:6.1f} {got['f1']:6.1f}"
            yield f"{name:20}{numbers}   {got['low']:.1f}–{got['high']:.1f}"


def recalls(
    compared: Sequence[Compared], member: Callable[[Compared, int], Iterable[str]], names: Sequence[str]
) -> Iterator[str]:
    """Recall of the gold quotes of each name, with intervals of the first two measures.

    Parameters
    ----------
    compared : sequence of Compared
    member : callable
        From a text and the number of a gold quote to the names that it counts for.
    names : sequence of str
        In the order of the lines.
    """
    yield (
        f"{'recall':20}{'gold':>5}  "
        + "".join(f"{name.removeprefix('content_'):<19}" for name in RECALLS[:2])
        + "".join(f"{name.removeprefix('content_'):>12}" for name in RECALLS[2:])
    )
    sums = {name: np.zeros((len(compared), len(RECALLS), 2)) for name in names}
    number: Counter[str] = Counter()
    for d, one in enumerate(compared):
        for i in range(len(one.gold)):
            for name in member(one, i):
                number[name] += 1
                sums[name][d] += [one.recall[measure][i] for measure in RECALLS]
    for name in (name for name in names if number[name]):
        drawn, total = resample_sums(sums[name]), sums[name].sum(axis=0)
        cells = [_with_interval(total[k], drawn[:, k]) for k in (0, 1)]
        cells += [f"{100 * right / of:12.1f}" if of else f"{'–':>12}" for right, of in total[2:]]
        yield f"{name:20}{number[name]:5}  " + "".join(cells)


def _with_interval(total: np.ndarray, drawn: np.ndarray) -> str:
    low, high = percentile_interval(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-12))
    return f"{100 * total[0] / max(total[1], 1e-12):5.1f} {f'({100 * low:.0f}–{100 * high:.0f})':<13}"


def rivals(data: str) -> Iterator[str]:
    """Lines with what others reach on the same data."""
    with RIVALS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["data"] == data]
    if not rows:
        yield f"No figures of others on {data} in {RIVALS.name}."
        return
    columns = [name for name in rows[0] if name not in ("system", "data", "origin") and any(row[name] for row in rows)]
    yield f"{f'others on {data}, F1':28}" + "".join(f"{name.removeprefix('content_'):>14}" for name in columns)
    for row in rows:
        yield f"{row['system']:28}" + "".join(f"{row[name] or '–':>14}" for name in columns) + f"  {row['origin']}"


def listing(extractor: Extractor, compared: Sequence[Compared], examples: int) -> Iterator[str]:
    """Numbers of errors by cause; with `examples` the first ones of each."""
    speech, thought = (build_lexicon(extractor.language, profile) for profile in ("speech", "attribution"))
    found: dict[str, list[causes.Error]] = {}
    docs = extractor.parser.pipe(one.text.text for one in compared)
    for doc, one in zip(docs, compared, strict=True):
        for error in causes.errors(one, trace_extraction(extractor.quote_extractor, doc), speech, thought):
            found.setdefault(error.cause, []).append(error)
    for cause, why in causes.CAUSES.items():
        if cause in found:
            yield f"{len(found[cause]):5}  {cause}{f' ({why})' if why else ''}"
        for error in found.get(cause, [])[:examples]:
            yield from (f"           {name} {shown[:_SHOWN]}" for name, shown in _sides(error) if shown)


def _sides(error: causes.Error) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("gold ", error.wanted), ("found", error.given)


@click.command(help=__doc__)
@click.option("--gold", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", type=click.Choice(["speech", "attribution"]), help="The default is configs/extract.yaml's.")
@click.option("--split-parts", is_flag=True, help="Each part of an interrupted quote counts as a quote of its own.")
@click.option("--data", help="Whose rivals stand beside, by `data` in rivals.csv; the default is the name of the file.")
@click.option("--errors", "examples", default=0, help="Examples of each cause; they go to the terminal alone.")
@click.option(
    "--rounds", default=1, help="Rounds of CPU time beside stock spaCy, with the default profile; 0 for none."
)
def main(gold: Path, profile: str | None, split_parts: bool, data: str | None, examples: int, rounds: int) -> None:
    """Print all of it."""
    try:
        rows, extractor = read_gold(gold), Extractor(profile=profile)
    except ParleyError as error:
        raise click.ClickException(str(error)) from None
    found = [[quote.to_dict() for quote in quotes] for quotes in extractor.pipe(row["text"] for row in rows)]
    given = [split(quotes) if split_parts else quotes for quotes in found]
    compared = [compare(row["text"], row["quotes"], quotes) for row, quotes in zip(rows, given, strict=True)]
    total = sum(len(one.gold) for one in compared), sum(len(one.found) for one in compared)
    click.echo(f"{len(rows)} articles, {total[0]} gold quotes, {total[1]} found\n")
    blocks = [
        by_measure(compared),
        rivals(data or gold.stem),
        recalls(
            compared, lambda one, i: [kind for kind in QUOTE_TYPES if one.gold[i].row.get("type") == kind], QUOTE_TYPES
        ),
        recalls(compared, lambda one, i: forms(one.text, one.gold, i), PHENOMENA),
        _paths(found),
        listing(extractor, compared, examples),
        speed.lines(gold, rounds) if rounds else (),
    ]
    for block in blocks:
        for line in block:
            click.echo(line)
        click.echo()


def _paths(found: Sequence[Sequence[dict[str, Any]]]) -> Iterator[str]:
    rules = Counter(quote["rule"] for quotes in found for quote in quotes)
    yield "found by " + ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items()))


if __name__ == "__main__":
    main()
