"""The command `parley` and its short subcommands. Slow imports are inside the commands, so `--help` is quick."""

import json
import sys
from pathlib import Path

import click

from pipeline import __version__
from pipeline.cli.annotate_commands import annotate
from pipeline.cli.command_line import ErrorReportingGroup, below_project, find_project, root_option
from pipeline.cli.init_command import init
from pipeline.cli.quotes_command import quotes
from pipeline.cli.result_commands import correct, open_page, rejects, summary
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.number_format import counted
from pipeline.core.text import printable, printable_json, printable_line, shortened

_MOST_REFUSED = 20  # addresses that `collect` names


@click.group(cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="parley")
def main() -> None:
    """Who said what about a ceasefire or a territorial concession.

    To build a dataset from your own articles:

    \b
      parley init ARTICLES my-project
      cd my-project
      dvc repro
      parley open
    """


@main.command()
@click.argument("quote_or_file", metavar="QUOTE")
@click.option("--target", help="Show only this target of configs/targets.yaml.")
@click.option("--explain", is_flag=True,
    help="Show the evidence, the words for and against each label, and the most similar labelled quotes.")  # fmt: skip
@click.option("--cue", help="The reporting words of a quote given as text, such as `rejected`.")
@click.option("--context", help="The paragraph of a quote given as text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per quote, one per line.")
@root_option
def stance(quote_or_file: str, target: str | None, explain: bool, cue: str | None, context: str | None, as_json: bool,
           root: Path) -> None:  # fmt: skip
    """Show the stance of a quote toward each target.

    Prints the probability of each label. QUOTE is the text of a quote, the quote_id of a quote in the build, or a
    file (`-` for standard input) whose quotes are extracted first. With --explain, each word is listed with the
    change in the log-odds of the label when it is left out.

    \b
    Examples:
      parley stance "We will sign a truce once the guns have left the ridge."
      parley stance --explain --target ceasefire --cue rejected "any truce before winter"
      parley stance --json article.txt | jq .stances
    """
    from pipeline.cli.stance_command import StanceModels, find_quotes, format_json, format_lines

    models = StanceModels(root, target)
    for quote in find_quotes(quote_or_file, root, cue, context):
        predictions = models.predict(quote, explain)
        if as_json:
            click.echo(printable_json(json.dumps(format_json(quote, predictions), ensure_ascii=False)))
        else:
            for line in format_lines(quote, predictions):
                click.echo(printable(line))
            click.echo()


@main.command()
@root_option
@click.option("--no-input", is_flag=True, help="Check configs and annotations only, not the input articles.")
def check(root: Path, no_input: bool) -> None:
    """Check configs, annotations and input articles.

    Names each key of the configs that is unknown or has a wrong value, and each row of an annotation that is not valid.
    Then says what the next run takes from each file, which columns are read as what, what is missing or rejected
    (duplicates included), and what is withheld from the published dataset for its licence. Exits with status 1 if a
    config or an annotation is not valid, or if DVC would act on files of its own among the articles. Inputs that are
    rejected, or ignored because of their name, do not count as errors. Where a config is not valid, nothing else is
    read.

    \b
    Examples:
      parley check
      parley check --no-input
    """
    from pipeline.cli.project_check import check_project

    failed = False
    for kind, line in check_project(root, no_input):
        failed |= kind == "error"
        click.echo(printable(f"{kind}: {line}" if kind else line))
    sys.exit(1 if failed else 0)


folder_option = click.option("--folder", type=click.Path(path_type=Path), default="data/published",
                             callback=below_project, help="The folder of the dataset.")  # fmt: skip


def _check_up_to_date(folder: Path) -> None:
    """Refuse the dataset of a project that changed after its last run: somebody new may ask to be left out.

    A folder elsewhere, such as a downloaded one, is taken as it is.
    """
    from pipeline.core import paths

    own, folder = (paths.PUBLISHED, paths.FULL), folder.resolve()
    root = next((root for root in folder.parents if folder in [root / path for path in own]), None)
    if root is None or not (root / "dvc.yaml").is_file() or not folder.exists():
        return
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo(root) as repo:
            changes = repo.status(targets=[f"{root}/dvc.yaml:publish"], with_deps=True)
    except DvcException as error:
        why, fix = str(error).split("\n")[0], "wait for the end of a `dvc repro` that runs; otherwise run it"
        raise DataError("whether this is up to date is not known", where=str(folder), why=why, fix=fix) from None
    # A stage that runs every time is "always changed", which says nothing: new articles go unnoticed here.
    kinds = [kind for of in changes.values() for entry in of if isinstance(entry, dict) for kind in entry.values()]
    if changed := sorted({path for kind in kinds for path in kind}):
        why = f"something changed after the last run: {shortened(changed)}"
        raise DataError("this is out of date", where=str(folder), why=why, fix="run `dvc repro` first")


@main.command()
@click.argument("form", metavar="sqlite", type=click.Choice(["sqlite"]))
@click.argument("out", default="parley.sqlite", type=click.Path(dir_okay=False, path_type=Path))
@folder_option
def export(form: str, out: Path, folder: Path) -> None:
    """Write the published dataset as one file for SQL.

    OUT (parley.sqlite by default) has the tables of the dataset, one of stances, and full-text search. Datasette
    opens it. It has no more of an article than its licence allows; `--folder data/full` is for yourself.

    \b
    Example:
      parley export sqlite
    """
    from pipeline.core.storage.atomic_files import check_output
    from pipeline.publish.hub_upload import bounded_memory
    from pipeline.publish.sqlite_export import export_sqlite

    check_output(find_project() or Path(), out, [folder])
    _check_up_to_date(folder)
    with bounded_memory(folder):
        click.echo(printable(f"{export_sqlite(folder, out)}."))


@main.command()
@click.argument("repo")
@folder_option
@click.option("--dry-run", is_flag=True, help="Check the folder and list what would be uploaded, without a network.")
@click.option("--private", is_flag=True, help="If the repository is new, make it private.")
def push(repo: str, folder: Path, dry_run: bool, private: bool) -> None:
    """Upload the published dataset to the Hugging Face Hub.

    REPO is the name of the repository, such as owner/name.

    \b
    Examples:
      parley push amsel/who-said-what --dry-run
      parley push amsel/who-said-what --private
    """
    from pipeline.publish import hub_upload

    _check_up_to_date(folder)
    with hub_upload.bounded_memory(folder):
        for line in hub_upload.push(repo, folder, dry_run, private):
            click.echo(printable(line))


@main.command()
@click.argument("addresses", metavar="FEED_OR_URL...", nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
    help="The folder to save pages in.  [default: collected, in the input folder of the project]")  # fmt: skip
@click.option("--delay", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds between two pages.")
@click.option("--limit", type=click.IntRange(1), help="Save at most this many pages.")
@click.option("--private", is_flag=True, help="Also fetch addresses inside a private network, such as an intranet.")
def collect(addresses: tuple[str, ...], out: Path | None, delay: float, limit: int | None, private: bool) -> None:
    """Fetch articles from feeds and pages.

    FEED_OR_URL is a feed (RSS, Atom, JSON Feed), the front page of a site that names its feeds, or an article. Each
    page is saved once, as a WARC file with its address and the time, which `dvc repro` reads. Run the command again
    for what is new; it continues a run that was stopped. It follows robots.txt and waits between two pages of a site.
    Nothing else in Parley reads from the network. Whether you may collect and keep the pages is for you to check.

    \b
    Examples:
      parley collect https://northwire.example/world.rss
      parley collect https://northwire.example/ https://harbourpost.example/2031/truce.html --limit 50
    """
    from pipeline.collect.collection import Collection
    from pipeline.collect.downloader import Downloader

    out = out or _default_folder()
    counts = {"saved": 0, "known": 0, "feed": 0, "refused": 0}
    downloader = Downloader(delay, private, warn=lambda text: click.echo(printable_line(text), err=True))
    for outcome in Collection(out, downloader).collect(addresses, limit):
        counts[outcome.result] += 1
        if outcome.result == "feed":
            click.echo(printable_line(f"{outcome.address}: a feed of {counted(int(outcome.detail), 'page')}"), err=True)
        elif outcome.result == "refused" and counts["refused"] <= _MOST_REFUSED:
            click.echo(printable_line(f"not saved: {outcome.address}: {outcome.detail}"), err=True)
        elif outcome.result == "saved" and sys.stderr.isatty():
            click.echo(printable_line(f"saved {counts['saved']}: {outcome.address}"), err=True)
    line = f"{counted(counts['saved'], 'page')} saved in {out}, {counts['known']} there already"
    click.echo(line + f", {counts['refused']} not saved")
    sys.exit(0 if counts["saved"] + counts["known"] + counts["feed"] else 1)


def _default_folder() -> Path:
    """Return the folder from which the project's run reads collected pages; without a project, where one has it."""
    from pipeline.core import paths
    from pipeline.core.config import load_config
    from pipeline.ingest.config import IngestConfig

    project, config = find_project(), paths.CONFIGS / "ingest.yaml"
    settings = IngestConfig() if project is None else load_config(IngestConfig, project / config)
    folder = (project or Path()) / settings.input
    if folder.is_file():
        why, fix = f"`input` in {config} is a file", "name a folder with --out, and make it the input"
        raise ParleyError("no folder to save pages in", where=str(folder), why=why, fix=fix)
    return folder / "collected"


# What `parley --help` says of a command whose first sentence is longer than a line.
open_page.short_help = "Open the page of the last run in the browser."
quotes.short_help = "Print the quotes in files, folders or standard input."
correct.short_help = "Add corrections of speakers and stances to the project."
rejects.short_help = "Print what the last run rejected, and why, as CSV."
for command in (init, quotes, annotate, correct, open_page, rejects, summary):
    main.add_command(command)
