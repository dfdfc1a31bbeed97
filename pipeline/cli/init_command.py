"""The command `parley init`: look at articles, and set up a project for them. Slow imports are inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.core.errors import ParleyError
from pipeline.core.text import printable, printable_line

if TYPE_CHECKING:
    from pipeline.project.input_survey import InputSurvey
    from pipeline.project.new_project import Settings

# Options that name a column: field of an article, and what the column has.
_COLUMNS = {
    "text": ("text", "the article's text"),
    "title": ("title", "the headline"),
    "date": ("published_at", "the date of publication"),
    "source": ("source", "the name of the paper, agency or site"),
    "author": ("author", "the author"),
    "url": ("url", "the web address"),
}


def column_options(*names: str) -> Callable[[Any], Any]:
    """Return a decorator that adds the options for the columns of a table; each can be given several times."""

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            told = f"The column of a table that has {_COLUMNS[name][1]}."
            command = click.option(f"--{name}", metavar="COLUMN", multiple=True, help=told)(command)
        return command

    return decorate


def chosen_columns(options: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the columns that these options name, by field of an article."""
    return {_COLUMNS[option][0]: list(names) for option, names in options.items() if names}


@click.command()
@click.argument("articles", type=click.Path(exists=True, path_type=Path))
@click.argument("project", type=click.Path(path_type=Path), default=".")
@column_options(*_COLUMNS)
@click.option("--date-order", type=click.Choice(["auto", "day", "month"]), default="auto", show_default=True,
    help="Whether 03/04/2024 begins with the day or the month; auto: as other dates of the source show.")  # fmt: skip
@click.option("--file-dates", is_flag=True,
              help="Date an article without any other date by the day on which its file was last changed.")  # fmt: skip
@click.option("--name", help="The name of the dataset; by default that of the project's folder.")
@click.option("--creator", default="", help="Who makes the dataset, for its card.")
@click.option(
    "--license", "licence", default="", metavar="LICENCE",
    help="The licence of all texts, such as cc-by-4.0; by default unknown, so that no text is published whole.",
)  # fmt: skip
@click.option("--yes", "-y", is_flag=True, help="Ask nothing.")
def init(articles: Path, project: Path, date_order: str, file_dates: bool, name: str | None, creator: str,
         licence: str, yes: bool, **options: tuple[str, ...]) -> None:  # fmt: skip
    """Set up a project for your own articles.

    Reads ARTICLES, a file or folder (.jsonl, .ndjson, .json, .csv, .tsv, .parquet, .txt, .html, .htm, .xhtml, .warc,
    .docx, .pdf, .rss, .xml, .atom, .eml, each also with .gz), shows what it takes for text, title, date and source,
    and sets up the folder PROJECT (by default the current one, which must be empty except for the articles). The
    articles stay where they are. Columns that you name are tried first in every table; a table without them is read by
    the names that Parley knows and by guesses. Give an option several times to name several columns.

    Nothing is written before the last answer. The questions, each with the option that answers it: is this right? If
    not, which column has the text, title, date, source, author and address (--text, --title, --date, --source,
    --author, --url), and does the day or the month come first (--date-order)? Do files without a date have the day on
    which they were last changed (--file-dates)? Then the name of the dataset (--name), who makes it (--creator), and
    the licence of all texts (--license). --yes asks nothing, and takes the options and guesses.

    \b
    Examples:
      parley init articles my-project
      parley init articles my-project --yes --text Inhalt --text story --title Titel --date Datum --date-order day
      parley init export.csv my-project --yes --source Zeitung --author Autor --url Adresse
      parley init articles my-project --yes --file-dates
      parley init articles my-project --yes --name "Harbour news" --creator "Harbour Post" --license cc-by-4.0
    """
    from pipeline.project.column_guesses import check_columns, find_guesses
    from pipeline.project.new_project import Settings, check_places, create_project

    check_places(articles, project)
    columns = chosen_columns(options)
    guesses = find_guesses(articles, columns)
    check_columns([articles], columns)
    name = name or project.resolve().name
    settings = Settings(name, creator, licence, columns, guesses, date_order, file_dates)
    survey = _show_survey(articles, settings, asks=not yes)
    if not yes:
        settings = _ask_everything(articles, settings, survey)
    create_project(articles, project, settings)
    step = "" if project.resolve() == Path.cwd() else f"cd {project} && "
    done = f"Set up: {settings.name}. Nothing is published; the licences are in configs/publish.yaml."
    click.echo(printable_line(done))
    click.echo(
        printable_line(f"Next: {step}dvc repro, then `parley summary` (the numbers) and `parley open` (the page)")
    )


def _show_survey(articles: Path, settings: Settings, asks: bool) -> InputSurvey:
    """Print what is read with these settings, and return it; an error where no article is, and no answer helps."""
    from pipeline.core.config import build_config
    from pipeline.core.publish_config import PublishConfig, load_publish_config
    from pipeline.ingest.config import IngestConfig
    from pipeline.project import input_survey
    from pipeline.project.new_project import template

    configs = template("configs")
    redistributable = {"redistributable": load_publish_config(configs).redistributable}
    publishing = build_config(PublishConfig, settings.publish_values() | redistributable)
    ingest = build_config(IngestConfig, settings.ingest_values())
    survey = input_survey.survey_input(articles, ingest, publishing, configs)
    about = (input_survey.format_files(survey), input_survey.format_articles(survey))
    for line in chain(*about, input_survey.format_rejects(survey), input_survey.format_withheld(survey, None)):
        click.echo(printable(line))
    reasons = {reject["reason"] for reject in survey.rejects}
    # Where a table lacks the column that has the text, another column may give articles.
    if not survey.articles and not (asks and "missing_column" in reasons):
        todo = {
            "missing_column": "name the column of the text with --text",
            "empty": "put texts into the files that are empty",
            "unknown_format": "convert the files to a format that is read",
        }
        fix = "; ".join(["the lines above say why", *(words for reason, words in todo.items() if reason in reasons)])
        raise ParleyError("no article can be taken from this", where=str(articles), fix=fix)
    return survey


def _ask_everything(articles: Path, settings: Settings, survey: InputSurvey) -> Settings:
    """Ask whether what was shown is right, what is right instead, and about the dataset."""
    from pipeline.project.input_survey import warn_of_licence

    try:
        while not survey.articles or not click.confirm("Is this right?", default=True):
            settings = _ask(articles, settings)
            survey = _show_survey(articles, settings, asks=True)
        if survey.dateless_files:
            asked = f"Without a date: {survey.dateless_files}. Take the days on which their files were last changed?"
            settings = replace(settings, file_dates=click.confirm(asked, default=False))
        name = click.prompt("Name of the dataset", default=settings.name)
        creator = click.prompt("Who makes it (for its card)", default=settings.creator, show_default=False)
        asked = "Licence of all texts (empty: unknown, no text is published whole)"
        licence = click.prompt(asked, settings.licence, show_default=False)
    except click.Abort:  # Ctrl-C, or the end of the input
        told = "Nothing was set up or written. Run the command again; with --yes it asks nothing, and"
        click.echo(f"\n{told} `parley init --help` names the option for each question.", err=True)
        raise
    if licence != settings.licence:  # for the other, the survey has warned
        for line in warn_of_licence(licence, survey.redistributable):
            click.echo(line)
    return replace(settings, name=name, creator=creator, licence=licence)


def _ask(articles: Path, settings: Settings) -> Settings:
    """Ask for the columns, each until the answer is one, and for the order of dates."""
    from pipeline.project.column_guesses import check_columns, find_guesses

    columns = dict(settings.columns)
    click.echo("Which column has it? Leave empty what is right, or what no table has.")
    for word, (field, _) in _COLUMNS.items():
        while answer := click.prompt(f"  {word}", default="", show_default=False):
            try:
                check_columns([articles], {field: [answer]})
            except ParleyError as error:
                click.echo(str(error))
            else:
                columns[field] = [answer]
                break
    orders = click.Choice(["auto", "day", "month"])
    order = click.prompt("  day or month first?", type=orders, default=settings.date_order)
    return replace(settings, columns=columns, guesses=find_guesses(articles, columns), date_order=order)
