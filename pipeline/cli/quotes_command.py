"""The command `parley quotes`: print the quotes of files and folders as a table, as JSON lines or as CSV."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.cli.command_line import find_project
from pipeline.cli.init_command import chosen_columns, column_options
from pipeline.core import paths
from pipeline.core.config import CONFIGS, ROOT
from pipeline.core.errors import ParleyError, describe_fault, error_for_user
from pipeline.core.number_format import counted
from pipeline.core.quote import Quote
from pipeline.core.text import escape_cell, printable, printable_json, printable_line

TABLE, JSON, CSV = FORMATS = ("table", "json", "csv")
_FORMAT_OF_SUFFIX = {".csv": CSV, ".json": JSON, ".jsonl": JSON, ".ndjson": JSON}
# Columns of the CSV; those of a quote have the names that they have in the dataset.
COLUMNS = (
    "file", "article_title", "published_at", "type", "content", "cue", "source", "speaker", "speaker_kind", "certainty",
    "content_start", "content_end",
)  # fmt: skip
_MAX_SHOWN = 60  # characters of a quote that `--explain` shows
# How each line of JSON begins.
JSON_START = '{"file": '
Article = dict[str, Any]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="How to print quotes; by default as a table.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json: one JSON object per quote and line.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write this file instead; its ending (.csv, .json, .jsonl) says which format.")  # fmt: skip
@column_options("text", "title", "date")
@click.option("--explain", is_flag=True, help="Say what found each quote, its score, and its speaker.")
@click.option("--profile", type=click.Choice(["speech", "attribution"]),
              help="Use this profile instead of the one in configs/extract.yaml.")  # fmt: skip
def quotes(files: tuple[Path, ...], form: str | None, as_json: bool, out: Path | None, explain: bool,
           profile: str | None, **options: tuple[str, ...]) -> None:  # fmt: skip
    """Print the quotes in FILES, in all files of a folder, or in standard input for `-`.

    A text file (.txt) is read as it is, and offsets count its characters. Others (.jsonl, .ndjson, .json, .csv, .tsv,
    .parquet, .html, .htm, .xhtml, .warc, .docx, .pdf, .rss, .xml, .atom, .eml, each also with .gz) are cleaned by
    `ingest` first, and offsets count the cleaned text of each article. A file that cannot be read is named, the others
    are read, and the exit status is 1.

    Columns of a table are found by their names, else guessed from their values as by `parley init`; the command says
    which it reads. Where the guess is wrong, name them with --text, --title and --date.

    In a project, its configs are used. Outside of one, the speakers known in advance are the general list that comes
    with Parley.

    \b
    Examples:
      parley quotes article.txt
      parley quotes articles/ --out quotes.csv
      parley quotes archive.csv --text Volltext --date Datum
      parley quotes --json page.html | jq .speaker
      parley quotes --explain article.txt
      echo '“The bridge stays shut,” said Nadia Sarkel.' | parley quotes -
    """
    form = _choose_format(form, as_json, out, explain)
    from pipeline.api.extractor import Extractor
    from pipeline.cli.article_input import STANDARD_INPUT, read_places
    from pipeline.project.column_guesses import check_columns

    if columns := chosen_columns(options):
        check_columns([file for file in files if file != STANDARD_INPUT], columns)
    project, problems = find_project(), []
    configs = project and project / paths.CONFIGS
    if out:
        from pipeline.core.storage.atomic_files import check_output

        check_output(project or ROOT, out, files, [format_csv_line(COLUMNS), JSON_START])

    def report(error: ParleyError) -> None:
        problems.append(error)
        click.secho(f"parley: {error}", fg="red", err=True)

    extractor = Extractor(profile=profile, configs=configs)
    articles = read_places(files, configs or CONFIGS, report, columns, show_progress=out is not None)
    found = _find_quotes(extractor, articles, report)
    if form == TABLE:
        _print_for_people(found, explain, several=len(files) > 1 or files[0].is_dir())
    elif out is None:
        for line in _format_for_programs(found, form):
            click.echo((printable_json if form == JSON else printable)(line))
    else:
        from pipeline.core.storage.tables import write_text

        lines = list(_format_for_programs(found, form))
        write_text(out, "".join(f"{line}\n" for line in lines))
        click.echo(f"{counted(len(lines) - (form == CSV), 'quote')} written to {printable_line(str(out))}", err=True)
    sys.exit(1 if problems else 0)


def _choose_format(form: str | None, as_json: bool, out: Path | None, explain: bool) -> str:
    """Return the format that the options ask for."""
    if as_json and form not in (None, JSON):
        raise click.UsageError(f"--json and --format {form} contradict each other")
    form = JSON if as_json else form or _FORMAT_OF_SUFFIX.get(out.suffix.lower() if out else "", TABLE)
    if out and form == TABLE:
        wanted = "give --out a name that ends in .csv or .jsonl, or --format"
        raise click.UsageError(f"a table is for the terminal: {wanted}")
    if explain and form != TABLE:
        raise click.UsageError("--explain prints text; in JSON each quote has its rule, score and steps anyway")
    return form


def _find_quotes(
    find: Callable[[str], Any], articles: Iterator[Article], report: Callable[[ParleyError], None]
) -> Iterator[tuple[Article, Any]]:
    """Yield each article with what is found in its text; one that cannot be read goes to `report`."""
    for article in articles:
        try:
            found = find(article["text"])
        except ParleyError as error:
            report(ParleyError(error.what, where=article["file"], why=error.why, fix=error.fix))
        except Exception as error:
            if error_for_user(error) is not None:  # it concerns the run, not one article
                raise
            report(ParleyError("an error of Parley itself", where=article["file"], why=describe_fault(error)))
        else:
            yield article, found


def _format_for_programs(found: Iterator[tuple[Article, Any]], form: str) -> Iterator[str]:
    """Yield the lines of CSV, or of JSON with an object per line, with the quotes of all articles."""
    if form == CSV:
        yield format_csv_line(COLUMNS)
    names = {"file": "file", "article_id": "article_id", "article_title": "title", "published_at": "published_at"}
    for article, quotes in found:
        of_article = {name: article[column] for name, column in names.items() if column in article}
        for quote in quotes:
            record = of_article | quote.to_dict()
            if form == CSV:
                ends = {"content_start": quote.content[0][0], "content_end": quote.content[-1][1]}
                record |= {"certainty": f"{quote.certainty:.2f}", **ends}
                yield format_csv_line([record.get(name) for name in COLUMNS])
            else:
                yield json.dumps(record, ensure_ascii=False)


def _print_for_people(found: Iterator[tuple[Article, Any]], explain: bool, several: bool) -> None:
    """Print a table or an explanation for each article, under its title, and its file where there are several."""
    total = read = 0
    for article, quotes in found:
        read += 1
        title = ": ".join(part for part in (several and article["file"], article.get("title")) if part)
        if explain:
            for line in [*([title] if title else []), *explain_quotes(quotes)]:
                click.echo(printable_line(line))
            continue
        total += len(quotes)
        if quotes:
            print_table(quotes, title, None if sys.stdout.isatty() else 120)
        else:
            click.echo(f"No quotes found{f' in {printable_line(title)}' if title else ''}.", err=True)
    if total:
        where = f" in {counted(read, 'article')}" if read > 1 else ""
        click.echo(f"{counted(total, 'quote')}{where}. --json gives every offset.", err=True)


def explain_quotes(quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield a line for each quote: where it is, what found it and with which score, and how its speaker was found."""
    for quote in quotes:
        score = quote.confidence if quote.speech_score is None else quote.speech_score
        steps = [f"{step.rule}{f' “{words}”' if (words := quote.words(step.span)) else ''}" for step in quote.steps]
        how = " → ".join(steps) or quote.resolved_by
        found = f"{quote.rule} {score:.2f}; {quote.speaker or 'nobody'} ({how}; certainty {quote.certainty:.2f})"
        shown = quote.quoted if len(quote.quoted) <= _MAX_SHOWN else f"{quote.quoted[: _MAX_SHOWN - 1]}…"
        yield f"{quote.content[0][0]:>6}  {shown}  {found}"


def format_csv_line(cells: Sequence[Any]) -> str:
    """Return a line of CSV, without its end; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(["" if cell is None else escape_cell(str(cell)) for cell in cells])
    return line.getvalue()


def print_table(quotes: Sequence[Quote], title: str, width: int | None) -> None:
    """Print the quotes of an article as a table with one row per quote; a width of None is the terminal's."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True, title=Text(printable_line(title)) if title else None, title_justify="left")
    for name in ("at", "speaker", "certainty", "cue", "quote", "type"):
        justify: Any = "right" if name in ("at", "certainty") else "left"
        table.add_column(name, justify=justify, ratio=1 if name == "quote" else None)
    for quote in quotes:
        start = str(quote.content[0][0])
        certainty = f"{quote.certainty:.2f}" if quote.speaker else "–"
        cells = (start, quote.speaker or "–", certainty, quote.words(quote.cue) or "–", quote.quoted, quote.type)
        # `Text`, because rich would read square brackets in a plain string as markup.
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console(width=width).print(table)
