"""The commands `parley open` and `parley rejects`: show what the last run made. Slow imports are inside."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from pipeline.cli.root_option import root_option
from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.number_format import counted
from pipeline.core.text import printable, printable_line

PAGE = paths.REPORTS / "index.html"


@click.command(name="open")
@root_option
def open_page(root: Path) -> None:
    """Open the page of the last run in the browser, and print its path.

    \b
    Example:
      parley open
    """
    page = (root / PAGE).resolve()
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
    from pipeline.cli.quotes_output import format_csv_line
    from pipeline.core.schema.data_tables import REJECTS
    from pipeline.core.storage import tables
    from pipeline.core.storage.article_failures import FAILED, read_failures
    from pipeline.core.storage.output_files import check_output

    columns = [column.name for column in REJECTS.columns]
    if out:
        check_output(root, out, begins=[format_csv_line(columns)])
    if not (root / paths.REJECTS).exists():
        raise DataError("no run yet", where=str(root / paths.REJECTS), fix="run `dvc repro`, or ask `parley check`")
    rows = list(tables.iterate_rows(root / paths.REJECTS, columns))
    rows += [{"row": None, "reason": FAILED, "count": 1, **failure} for failure in read_failures(root)]
    total = sum(row["count"] for row in rows)
    lines = [format_csv_line(columns), *(format_csv_line([row[name] for name in columns]) for row in rows)]
    if out is None:
        for line in lines:
            click.echo(printable(line))
    else:
        tables.write_text(out, "".join(f"{line}\n" for line in lines))
    where = f" written to {printable_line(str(out))}" if out else ""
    click.echo(f"{counted(total, 'rejected input')}{where}.", err=True)
