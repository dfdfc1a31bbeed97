"""The commands `parley summary`, `open`, `rejects` and `correct`: what the last run made, and what of it is wrong."""

import webbrowser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pipeline import HAS_REFERENCE_KERNELS
from pipeline.cli.command_line import root_option
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.number_format import counted
from pipeline.core.targets import UNKNOWN, load_targets, shared_labels
from pipeline.core.text import printable, printable_line

_NAMED, _UNLABELLED = 3, "no label"

PLACES = {
    "reports/index.html": "the page, with every text in full: for yourself",
    "reports/public.html": "the page for others: texts as far as their licences allow",
    "data/full": 'the dataset, with every text in full: load_dataset("data/full", "quotes")',
    "data/published": "the dataset for others: texts as far as their licences allow (README.md there: its card)",
    "reports/*.md": "scores with intervals, and examples of errors",
    "data/interim/rejects": "rejected inputs, with file, row and reason",
}


@click.command(name="open")
@root_option
def open_page(root: Path) -> None:
    """Open the page of the last run in the browser, and print its path.

    \b
    Example:
      parley open
    """
    page = (root / paths.LOCAL_PAGE).resolve()
    if not page.exists():
        raise DataError("there is no page yet", where=str(page), fix="build it: `dvc repro`")
    click.echo(str(page))
    if not webbrowser.open(page.as_uri()):
        click.echo("No browser could be started here: open this file in one.", err=True)


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write this file instead.")
@root_option
def rejects(out: Path | None, root: Path) -> None:
    """Print the inputs that the last run rejected, as CSV.

    The columns are file, row, reason and detail, which says what is wrong and what to do. The row is the line where it
    begins (CSV, JSONL), or the number of the object (JSON), record (WARC) or row (Parquet). Of many of one file and
    reason, the last row says in `count` how many are not listed one by one. The reason `failed` is an error of Parley
    itself. Where a stage after `ingest` failed on an article, the details say what the data lacks because of it.

    \b
    Examples:
      parley rejects
      parley rejects --out rejects.csv
    """
    from pipeline.cli.quotes_command import format_csv_line
    from pipeline.core.schema.data_tables import REJECTS
    from pipeline.core.storage import tables
    from pipeline.core.storage.article_failures import FAILED, read_failures
    from pipeline.core.storage.atomic_files import check_output

    columns = [column.name for column in REJECTS.columns]
    if out:
        check_output(root, out, begins=[format_csv_line(columns)])
    if not (root / paths.REJECTS).exists():
        raise DataError("no run yet", where=str(root / paths.REJECTS), fix="run `dvc repro`, or ask `parley check`")
    rows = tables.read(root / paths.REJECTS, columns)
    rows += [{"row": None, "reason": FAILED, "count": 1, **failure} for failure in read_failures(root)]
    lines = [format_csv_line(columns), *(format_csv_line([row[name] for name in columns]) for row in rows)]
    if out:
        tables.write_text(out, "".join(f"{line}\n" for line in lines))
    else:
        click.echo("\n".join(map(printable, lines)))
    where = f" written to {printable_line(str(out))}" if out else ""
    click.echo(f"{counted(sum(row['count'] for row in rows), 'rejected input')}{where}.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Let rows of FILE replace those of the project that say otherwise.")
@root_option
def correct(file: Path, replace: bool, root: Path) -> None:
    """Add the corrections of speakers and stances in FILE to those of the project.

    FILE is a CSV with the columns of configs/corrections.csv, as the page saves it. Each row is checked against the
    last run. If one is not valid, fits no quote, or says something else than a row that is there, it is named and
    nothing is written.

    \b
    Examples:
      parley correct ~/Downloads/corrections.csv
      parley correct ~/Downloads/corrections.csv --replace
    """
    from pipeline.cli.quotes_command import format_csv_line
    from pipeline.core.corrections import COLUMNS, read_correction_rows
    from pipeline.core.storage import tables

    if not (root / paths.QUOTES).exists():
        raise DataError("no run yet", where=str(root / paths.QUOTES), fix="run `dvc repro` first")
    file, path, targets = file.resolve(), root / paths.CORRECTIONS, load_targets(root / paths.CONFIGS)
    given, rows = read_correction_rows(file, targets), {row.key: row for row in read_correction_rows(path, targets)}
    problems, added = find_unmatched_rows(root, file), []
    for row in given:
        if row.key not in rows or rows[row.key].says != row.says:
            added.append(row)
            if row.key in rows and not replace:
                problems.append(f"{row.where}: `{row.what}` is corrected otherwise in {rows[row.key].where}")
    if problems or not given:
        fix = "nothing was added: correct the rows" + ("" if replace else ", or add --replace where the new ones count")
        raise DataError("\n".join(map(printable_line, problems)) or f"{file} has no correction", fix=fix)
    rows |= {row.key: row for row in added}
    lines = [format_csv_line(COLUMNS), *(format_csv_line(row[: len(COLUMNS)]) for row in rows.values())]
    if added:
        tables.write_text(path, "".join(f"{line}\n" for line in lines))
    for row in added:
        click.echo(printable_line(f"{row.what}: {row.label or row.speaker or 'nobody'} ({row.by})"))
    told = f"{counted(len(added), 'row')} added to {path}; rows that it already had: {len(given) - len(added)}."
    click.echo(printable_line(f"{told}{' `dvc repro` applies them.' if added else ''}"))


def find_unmatched_rows(root: Path, file: Path = paths.CORRECTIONS) -> list[str]:
    """Return a warning for each row of a file of corrections that fits no quote of the last run; none without a run."""
    from pipeline.core.corrections import StanceCorrections, read_correction_rows
    from pipeline.core.storage import tables
    from pipeline.resolve.run import find_unmatched_corrections

    warnings = find_unmatched_corrections(root, file)
    corrections = StanceCorrections(read_correction_rows(root / file, load_targets(root / paths.CONFIGS)))
    if not (root / paths.QUOTES).exists():
        return warnings
    for quote in tables.iterate_rows(root / paths.QUOTES, ["quote_id", "content"]):
        corrections.of_quote(quote["quote_id"], quote["content"])
    return warnings + corrections.warnings()


@click.command()
@root_option
def summary(root: Path) -> None:
    """Show what the last `dvc repro` made, and where.

    \b
    Example:
      parley summary
    """
    click.echo("\n".join(map(printable, format_summary(root))))


def format_summary(root: Path) -> Iterator[str]:
    """Yield the lines of the table."""
    from pipeline.core.storage import tables

    path = root / paths.SCORES
    if not path.exists():
        fix = "run `dvc repro`, or `make repro` in a checkout of Parley"
        raise DataError("nothing was built yet", where=str(path), fix=fix)
    counts = tables.read_json(path)["counts"]
    quotes, left_out = sum(counts["quotes"].values()), counts["quotes_left_out"]
    yield ""
    yield _format_line("articles", counts["articles"], counts.get("dates"))
    yield _format_line("rejects", sum(counts["rejects"].values()), counts["rejects"])
    if failures := counts.get("failures"):
        yield _format_line("failed articles", sum(failures.values()), failures, "; see `parley rejects`")
    kinds = counts["quotes"] | ({"left out": left_out} if left_out else {})
    yield _format_line("quotes", quotes + left_out, kinds)
    yield _format_line("with a speaker", counts["quotes_with_speaker"])
    yield _format_line("speakers", sum(counts["speakers"].values()), counts["speakers"])
    yield from _format_withheld(root, quotes + left_out)
    if counts["stances"]:
        yield ""
        yield from _format_stances(counts, quotes, shared_labels(load_targets(root / paths.CONFIGS)))
    if without := counts.get("without_quote"):
        yield ""
        yield from format_quoteless(without)
    if not HAS_REFERENCE_KERNELS:
        yield "  Note: this processor adds numbers in another order than the one whose figures are committed; a few"
        yield "  stances can differ. In a checkout, `git checkout dvc.lock reports` brings those figures back."
    yield ""
    for place, description in PLACES.items():
        yield f"  {root / place!s:<22}  {description}" if root != Path() else f"  {place:<22}{description}"


def _format_stances(counts: Mapping[str, Any], quotes: int, order: Iterable[str]) -> Iterator[str]:
    """Yield a table with a row for each target: its quotes by label, which add up to all quotes of the run."""
    stances, unknown = counts["stances"], counts["unknown"]
    labels = list(dict.fromkeys([*order, *(label for numbers in stances.values() for label in numbers)]))
    rows = {name: [*(of.get(label, 0) for label in labels), unknown[name]] for name, of in stances.items()}
    unlabelled = {target: quotes - sum(numbers) for target, numbers in rows.items()}
    columns = [*labels, UNKNOWN, *([_UNLABELLED] if any(unlabelled.values()) else []), "quotes"]
    yield f"  {'stances':<22}{''.join(f'  {name:>6}' for name in columns)}"
    for target, numbers in rows.items():
        cells = [*numbers, *([unlabelled[target]] if _UNLABELLED in columns else []), quotes]
        yield f"  {target:<22}{''.join(f'  {n:>{max(6, len(name))}}' for n, name in zip(cells, columns, strict=True))}"


def format_quoteless(without: Mapping[str, Any]) -> Iterator[str]:
    """Yield how many articles have no quote, what they look like, and a few of them."""
    yield f"  No quote was found in {counted(sum(of['articles'] for of in without.values()), 'article')}:"
    for kind, of_kind in without.items():
        named = [f"{example['article_id']} ({example['raw_path']})" for example in of_kind["examples"][:_NAMED]]
        more = f" and {of_kind['articles'] - len(named)} more" if of_kind["articles"] > len(named) else ""
        yield printable_line(f"    {kind:<13} {of_kind['articles']:>5}  {', '.join(named)}{more}")
    yield "  reports/extraction.md says what that means, and what to do."


def _format_withheld(root: Path, quotes: int) -> Iterator[str]:
    """Yield the number of quotes of which the published dataset has an excerpt or nothing, by licence."""
    if not (root / paths.PUBLISHED / "quotes").exists():
        return
    from pipeline.core.storage import tables

    rows = tables.read(root / paths.PUBLISHED / "quotes", ["article_license", "excerpt"])
    withheld = Counter(f"licence {row['article_license']}" for row in rows if row["excerpt"])
    withheld["left out"] = quotes - len(rows)
    parts = {name: number for name, number in sorted(withheld.items()) if number}
    yield _format_line("quotes withheld", sum(parts.values()), parts)


def _format_line(name: str, total: int, parts: Mapping[str, Any] | None = None, beside: str = "") -> str:
    """Return a line with a total, its parts, and what is not part of the total."""
    detail = ", ".join(f"{key} {number}" for key, number in (parts or {}).items())
    return f"  {name:<22}{total:>6}  {detail}{beside}".rstrip()
