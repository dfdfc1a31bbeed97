"""The commands `parley annotate export` and `import`. Slow imports are inside the commands."""

import shlex
from pathlib import Path
from typing import Any

import click

from pipeline.annotate.task import FORMATS, LAYERS
from pipeline.cli.command_line import root_option
from pipeline.core import paths
from pipeline.core.number_format import counted
from pipeline.core.targets import load_targets
from pipeline.core.text import printable, printable_line


@click.group()
def annotate() -> None:
    """Export quotes to be labelled, and import the labels.

    Annotators never see the model's stance of a quote, which would influence their labels.
    """


@annotate.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "tool_format", type=click.Choice(FORMATS), default="csv", show_default=True,
              help="The tool that will open OUT.")  # fmt: skip
@click.option("--layer", type=click.Choice(LAYERS), default="stance", show_default=True,
              help="Label stances, or correct the quotes of whole articles.")  # fmt: skip
@click.option("--annotator", default="", help="Leave out quotes that this person has labelled.")
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists, with the labels in it.")
@click.option("--draw", "strategy", type=click.Choice(["random", "uncertain", "disagreeing"]), default="random",
              show_default=True, help="How to choose quotes.")  # fmt: skip
@click.option("-n", default=100, show_default=True, type=click.IntRange(1), help="Number of quotes.")
@click.option("--seed", default=7, show_default=True, help="Seed of the random order.")
@click.option("--target", "target_names", multiple=True, help="Ask for this target only; may be repeated.")
@click.option("--type", "types", multiple=True, type=click.Choice(["direct", "indirect", "mixed"]),
              help="Only quotes of this type; may be repeated.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, help="Only speakers of this kind (person, organisation, ...).")
@click.option("--source", "publishers", multiple=True, help="Only articles of this publisher.")
@click.option("--label", "labels", multiple=True, metavar="TARGET=LABEL",
              help="Only quotes with this predicted label, abstained or not; may be repeated.")  # fmt: skip
@click.option("--labelled", is_flag=True, help="Only quotes that have labels, for a second annotator.")
@root_option
def export(out: Path, tool_format: str, overwrite: bool, root: Path, target_names: tuple[str, ...],
           labels: tuple[str, ...], **options: Any) -> None:  # fmt: skip
    """Write quotes of the last build to OUT, to be labelled; a file that exists is replaced with --overwrite only.

    `--draw uncertain` chooses the quotes of which the model is least sure. `--draw disagreeing` chooses quotes that
    use a target's terms and were labelled unrelated, and quotes that use none and got another label. Labelled
    quotes are left out; with --labelled, only these are chosen.

    \b
    Examples:
      parley annotate export todo.csv -n 200
      parley annotate export todo.csv --draw uncertain --target ceasefire --kind person
      parley annotate export todo.json --format label-studio --label ceasefire=conditional
      parley annotate export fix.csv --layer quotes -n 50
    """
    from pipeline.annotate.annotation_merges import read_existing_labels
    from pipeline.annotate.sampling import SamplingOptions, build_quote_tasks, build_stance_tasks, sample_quotes
    from pipeline.annotate.tool_formats import check_export, write_tasks

    check_export(root, tool_format, out, overwrite)
    targets = load_targets(root / paths.CONFIGS)
    for name in target_names:
        if name not in targets:
            raise click.BadParameter(f"{name!r} is none of {', '.join(targets)}", param_hint="--target")
    pairs = [(target, label) for target, _, label in (pair.partition("=") for pair in labels)]
    for given, pair in zip(labels, pairs, strict=True):
        if pair not in [(name, label) for name, target in targets.items() for label in target.labels]:
            choices = f"TARGET of {', '.join(targets)} and LABEL of {', '.join(next(iter(targets.values())).labels)}"
            raise click.BadParameter(f"{given!r}: give TARGET=LABEL, {choices}", param_hint="--label")
    sampling = SamplingOptions(targets=target_names or tuple(targets), labels=pairs, **options)
    chosen = sample_quotes(root, targets, sampling, read_existing_labels(root))
    stance = sampling.layer == "stance"
    tasks = build_stance_tasks(root, chosen) if stance else build_quote_tasks(root, chosen, sampling.n)
    asked = {name: targets[name] for name in sampling.targets}
    for path in write_tasks(tasks, asked, tool_format, out):
        click.echo(printable_line(f"Written: {path}"))
    command = f"parley annotate import {shlex.quote(str(out))} --annotator NAME"
    click.echo(printable_line(f"{counted(len(tasks), 'task')}. `{command}` imports the answers."))


@annotate.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--annotator", required=True, help="Who labelled; stored in every row.")
@click.option("--user", help="Import only the answers of this user (Label Studio: completed_by; corrections: by).")
@click.option("--topic", default="article", show_default=True, help="The kind of text; stored in new rows.")
@click.option("--replace", is_flag=True, help="Overwrite existing labels, after adjudication or a correction.")
@root_option
def import_(file: Path, annotator: str, user: str | None, topic: str, replace: bool, root: Path) -> None:
    """Import the answers in FILE into data/annotations.

    FILE is CSV, the JSON or JSONL of Label Studio, or configs/corrections.csv. The first labels of a quote go to
    stance.jsonl and train the models; another annotator's labels are stored beside them to measure agreement.
    Corrected quotes go to quotes.jsonl once all tasks of their article are answered. If anything is not valid, file
    and row are named and nothing is written.

    \b
    Examples:
      parley annotate import todo.csv --annotator ana
      parley annotate import export.json --annotator ben --user 2
      parley annotate import settled.csv --annotator adjudicated --replace
    """
    from pipeline.annotate.import_answers import import_answers
    from pipeline.annotate.sampling import build_corrected_tasks
    from pipeline.annotate.tool_formats import read_answers
    from pipeline.core.corrections import COLUMNS, read_correction_rows

    targets = load_targets(root / paths.CONFIGS)
    if file.read_bytes().removeprefix(b"\xef\xbb\xbf").startswith(",".join(COLUMNS).encode()):
        read = build_corrected_tasks(root, read_correction_rows(file, targets))
    else:
        read = read_answers(file, targets)
    answers = [answer for answer in read if user is None or answer.user == user]
    if not answers:
        raise click.UsageError(f"no answers{f' of user {user}' if user else ''} in {file.name}")
    for line in import_answers(root, answers, annotator, topic=topic, replace=replace):
        click.echo(printable(line))
