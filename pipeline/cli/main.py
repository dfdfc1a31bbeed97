"""The command `parley` and its short subcommands. Slow imports are inside the commands, so `--help` is quick."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline import __version__
from pipeline.cli.annotate_commands import annotate
from pipeline.cli.collect_command import collect
from pipeline.cli.gold_command import gold
from pipeline.cli.init_command import init
from pipeline.cli.quotes_command import quotes
from pipeline.cli.result_commands import open_page, rejects
from pipeline.cli.root_option import below_project, root_option
from pipeline.cli.suggestions import only_close_names
from pipeline.core.errors import INTERRUPTED, error_for_user
from pipeline.core.number_format import counted
from pipeline.core.text import printable, printable_json, printable_line


class ErrorReportingGroup(click.Group):
    """A command group that prints Parley's errors and those of the system as messages instead of tracebacks."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the options before the subcommand."""
        with only_close_names():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; after an error, print it and exit with status 1."""
        # Files that a command writes are never writable for other users, whatever the user's umask.
        os.umask(os.umask(0o077) | 0o002)
        try:
            with only_close_names():
                return super().invoke(ctx)
        except BrokenPipeError:  # the reader of the output, such as `head`, has closed it: click handles that
            raise
        except KeyboardInterrupt:
            _exit_interrupted(ctx)
        except click.Abort as error:  # at a question: Ctrl-C, or the end of the input
            if isinstance(error.__context__, KeyboardInterrupt):
                _exit_interrupted(ctx)
            click.echo("\nparley: the input ended at a question; no file is half written", err=True)
            ctx.exit(1)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            told = error_for_user(error)
            if told is None:
                raise
            click.secho(f"parley: {told}", fg="red", err=True)
            ctx.exit(1)


def _exit_interrupted(ctx: click.Context) -> None:
    """Say that Ctrl-C ended the command; files are written in one step, so none is half written."""
    click.echo("\nparley: interrupted; no file is half written", err=True)
    ctx.exit(INTERRUPTED)


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
@click.option(
    "--explain",
    is_flag=True,
    help="Show the evidence, the words for and against each label, and the most similar labelled quotes.",
)
@click.option("--cue", help="The reporting words of a quote given as text, such as `rejected`.")
@click.option("--context", help="The paragraph of a quote given as text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per quote, one per line.")
@root_option
def stance(
    quote_or_file: str,
    target: str | None,
    explain: bool,
    cue: str | None,
    context: str | None,
    as_json: bool,
    root: Path,
) -> None:
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
    from pipeline.cli import config_check, project_check

    wrong_configs = list(config_check.find_config_problems(root))
    for problem in wrong_configs:
        click.echo(f"error: {problem}")
    if wrong_configs:  # they say how to read the rest
        unread = "annotations" if no_input else "annotations and articles"
        click.echo(
            f"{counted(len(wrong_configs), 'error')} in configs. Mend them and check again: {unread} were not read."
        )
        sys.exit(1)
    input_problems = [] if no_input else list(project_check.find_input_problems(root))
    errors = warnings = 0
    for problem in (*input_problems, *project_check.find_annotation_problems(root)):
        errors += 1
        click.echo(f"error: {problem}")
    for correction in project_check.find_correction_problems(root):
        warnings += isinstance(correction, str)
        errors += not isinstance(correction, str)
        click.echo(f"{'warning' if isinstance(correction, str) else 'error'}: {correction}")
    if not errors and project_check.has_labels_of_its_own(root):
        _report_near_duplicates(**project_check.count_near_duplicates(root))
    if not no_input:
        survey = project_check.survey_project(root)
        for line in project_check.describe_input(root, survey):
            click.echo(printable(line))
        if not survey.articles:
            errors += 1
            click.echo("error: no article is taken, so `dvc repro` would stop; see `include` in configs/ingest.yaml")
        for name in project_check.find_ignored_inputs(root):
            click.echo(printable_line(f"ignored for its name: {name}"))
    click.echo(_sum_up(errors, warnings))
    sys.exit(1 if errors else 0)


def _sum_up(errors: int, unmatched: int) -> str:
    """Return the last line of `parley check`."""
    found = counted(errors, "error") if errors else "Configs and annotations are valid"
    if not unmatched:
        return f"{found}."
    rows = f"{counted(unmatched, 'row')} of configs/corrections.csv {'is' if unmatched == 1 else 'are'} not applied"
    return f"{found}, but {rows} (see the warnings)."


def _report_near_duplicates(rows: int, share: float, **_: Any) -> None:
    """Say how many labelled quotes nearly repeat another, and what to do about it."""
    if not rows:
        click.echo("No labelled quote nearly repeats a quote of another group.")
        return
    click.echo(f"{counted(rows, 'labelled quote')} ({share:.1%}) nearly repeat a quote of another group.")
    click.echo(
        "  → Where both are the same statement, give them one `group` in data/annotations/stance.jsonl, or scores"
    )
    click.echo("    are too good; short ones like “Never” do no harm.")


def _folder_option(what: str) -> Callable[[Any], Any]:
    """Return the option for the folder of the published dataset."""
    place = click.Path(path_type=Path)
    return click.option("--folder", type=place, default="data/published", callback=below_project, help=what)


@main.command()
@click.argument("repo")
@_folder_option("The folder to upload.")
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
    from pipeline.publish.folder_check import bounded_memory
    from pipeline.publish.hub_upload import push as upload

    with bounded_memory(folder):
        for line in upload(repo, folder, dry_run, private):
            click.echo(printable(line))


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@_folder_option("The published dataset.")
@click.option("--out", type=click.Path(path_type=Path), help="The new folder; by default `restored` beside FOLDER.")
@click.option("--gaps", is_flag=True, help="Leave articles without a copy as they are instead of stopping.")
def restore(articles: Path, folder: Path, out: Path | None, gaps: bool) -> None:
    """Restore withheld texts from your own copies of the articles.

    ARTICLES is the file or folder of your copies. Licences keep some texts out of a published dataset; a copy of it
    with these texts is written to --out. A folder is replaced only if this command wrote it; it says which version that
    was. Columns are read as the configs of the current project say, and outside of a project guessed as by `parley
    init`.

    \b
    Examples:
      parley restore data/raw
      parley restore my-articles.jsonl --folder downloaded --out with-texts
    """
    from pipeline.api.restoration import restore as restore_texts
    from pipeline.publish.folder_check import bounded_memory
    from pipeline.publish.restored_folder import default_folder, describe_restored

    out = out or default_folder(folder)
    earlier = describe_restored(out)
    with bounded_memory(folder):
        counts = restore_texts(folder, articles, out, gaps)
    if earlier:
        click.echo(printable_line(f"{out}: replaced what was restored there before ({earlier})"), err=True)
    for name, number in counts.items():
        click.echo(f"{name}: {number}" if name == "still without" else f"{name}: {number} with their text again")


@main.command()
@root_option
def summary(root: Path) -> None:
    """Show what the last `dvc repro` made, and where.

    \b
    Example:
      parley summary
    """
    from pipeline.cli.run_summary import format_summary

    for line in format_summary(root):
        click.echo(printable(line))


# What `parley --help` says of a command whose first sentence is longer than a line.
annotate.short_help = "Label quotes here or in another tool."
gold.short_help = "Join the open gold with your copy of its texts."
open_page.short_help = "Open the page of the last run in the browser."
quotes.short_help = "Print the quotes in files, folders or standard input."
rejects.short_help = "Print what the last run rejected, and why, as CSV."
main.add_command(init)
main.add_command(quotes)
main.add_command(annotate)
main.add_command(collect)
main.add_command(gold)
main.add_command(open_page)
main.add_command(rejects)
