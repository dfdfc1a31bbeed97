"""The command `parley`. Imports that take time stand inside the commands, so that `--help` answers at once."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.cli.annotate_commands import annotate
from pipeline.cli.quotes_command import quotes
from pipeline.core.errors import ParleyError, from_os_error
from pipeline.core.text import printable, printable_json, printable_line

if TYPE_CHECKING:
    pass


class ErrorReportingGroup(click.Group):
    """A group whose commands report Parley's own errors in plain words instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a ParleyError ends it with status 1, and so does a refusal of the system."""
        # Whatever the user's mask says, nobody else gets the right to write what is made.
        os.umask(os.umask(0o077) | 0o002)
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever read the output has seen enough
            raise
        except (ParleyError, OSError) as error:
            told = from_os_error(error) if isinstance(error, OSError) else error
            click.secho(f"parley: {told}", fg="red", err=True)
            ctx.exit(1)


@click.group(cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="parley")
def main() -> None:
    """Who said what about a ceasefire or a territorial concession.

    To build the dataset from your own articles, put them into data/raw and run `dvc repro`.
    """


@main.command()
@click.argument("what")
@click.option("--target", help="Only this target of configs/targets.yaml.")
@click.option("--explain", is_flag=True, help="The words that pushed for and against, and the nearest labelled quotes.")
@click.option("--cue", help="The words that report a quote given as text, such as `rejected`.")
@click.option("--context", help="The paragraph that holds it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per quote and line, for machines.")
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=".", help="The project's folder.")
def stance(
    what: str, target: str | None, explain: bool, cue: str | None, context: str | None, as_json: bool, root: Path
) -> None:
    """Show the stance of WHAT toward each target, with the probability of each label.

    WHAT is the text of a quote, a quote_id of the build, or a file (`-` for the text that comes in) whose quotes are
    found first. A word's push is by how much the log-odds of the label fall without it.

    \b
    Examples:
      parley stance "We will sign a truce once the guns have left the ridge."
      parley stance --explain --target ceasefire --cue rejected "any truce before winter"
      parley stance --json article.txt | jq .stances
    """
    from pipeline.cli.stance_command import StanceModels, find_quotes, format_json, format_lines

    models = StanceModels(root, target)
    for given in find_quotes(what, root, cue, context):
        opinions = models.opinions(given, explain)
        if as_json:
            click.echo(printable_json(json.dumps(format_json(given, opinions), ensure_ascii=False)))
        else:
            for line in format_lines(given, opinions):
                click.echo(printable(line))
            click.echo()


@main.command()
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=".", help="The project's folder.")
@click.option("--no-input", is_flag=True, help="Check configs and annotations alone, not the articles in `input`.")
def check(root: Path, no_input: bool) -> None:
    """Check configs, annotations and input articles; say file and row of what is not sound.

    Ends with status 1 when a config or an annotation is wrong. Rejected inputs are listed, but are no error: the
    pipeline leaves them out by name.

    \b
    Examples:
      parley check
      parley check --no-input
    """
    from pipeline.cli.project_check import annotation_problems, input_rejects, near_duplicates

    wrong = 0
    for problem in annotation_problems(root):
        wrong += 1
        click.echo(f"error: {problem}")
    if not wrong:
        near = near_duplicates(root)
        click.echo(f"{near['rows']} labelled quotes ({near['share']:.1%}) nearly repeat a quote of another group.")
    if not no_input:
        rejects = 0
        for reject in input_rejects(root):
            rejects += 1
            row = f":{reject['row']}" if reject["row"] else ""
            click.echo(printable_line(f"not taken: {reject['raw_path']}{row}: {reject['reason']}: {reject['detail']}"))
        click.echo(f"{rejects} inputs would not be taken.")
    click.echo("Configs and annotations are sound." if not wrong else f"{wrong} errors.")
    sys.exit(1 if wrong else 0)


@main.command()
@click.argument("repo")
@click.option("--folder", type=click.Path(path_type=Path), default="data/published", help="What to send.")
@click.option("--dry-run", is_flag=True, help="Check the folder and list what would be sent; needs no network.")
@click.option("--private", is_flag=True, help="Create the repository as a private one.")
def push(repo: str, folder: Path, dry_run: bool, private: bool) -> None:
    """Send the published dataset to REPO (owner/name) on the Hugging Face hub.

    \b
    Examples:
      parley push amsel/who-said-what --dry-run
      parley push amsel/who-said-what --private
    """
    from pipeline.publish.hub_upload import push as send

    for line in send(repo, folder, dry_run, private):
        click.echo(printable(line))


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--folder", type=click.Path(path_type=Path), default="data/published", help="The published dataset.")
@click.option("--out", type=click.Path(path_type=Path), help="The new folder; `restored` beside the old by default.")
@click.option("--gaps", is_flag=True, help="Leave articles without a copy as they are instead of stopping.")
def restore(articles: Path, folder: Path, out: Path | None, gaps: bool) -> None:
    """Put back the texts that licences keep out of a dataset, from your own copies in ARTICLES (a file or folder).

    \b
    Examples:
      parley restore data/raw
      parley restore my-articles.jsonl --folder downloaded --out with-texts
    """
    from pipeline.api.restoration import restore as put_back

    for name, number in put_back(folder, articles, out, gaps).items():
        click.echo(f"{name}: {number}" if name == "still without" else f"{name}: {number} with their text again")


@main.command()
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=".", help="The project's folder.")
def summary(root: Path) -> None:
    """Show what the last `dvc repro` made, and where to look.

    \b
    Example:
      parley summary
    """
    from pipeline.cli.run_summary import summary_lines

    for line in summary_lines(root):
        click.echo(printable(line))


@main.command()
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=".", help="The project's folder.")
def mend(root: Path) -> None:
    """Repair what a `dvc` that was killed left half-written, and what it says it still holds.

    Needed where `dvc repro` says that dvc.lock or an RWLock-file is corrupted, or busy; `make repro` does it by itself.
    Ends with status 1 when nothing was broken. Stages that are no longer in dvc.lock run once more.

    \b
    Example:
      parley mend && dvc repro
    """
    from pipeline.cli.dvc_repair import mend as repair

    done = repair(root)
    for line in done:
        click.echo(printable(line))
    if not done:
        click.echo("Nothing that a killed dvc left is broken.", err=True)
        sys.exit(1)


main.add_command(quotes)
main.add_command(annotate)
