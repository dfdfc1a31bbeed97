"""`parley annotate`: export, import, label. What takes time to import stands inside the commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.core.text import printable, printable_line

if TYPE_CHECKING:
    from pipeline.annotate.sampling import Draw
    from pipeline.core.targets import Target

_ROOT = click.option(
    "--root", type=click.Path(file_okay=False, path_type=Path), default=".", help="The project's folder."
)
_DRAW = (
    click.option("--draw", "way", type=click.Choice(["random", "uncertain", "disagreeing"]), default="random",
                 show_default=True, help="Which quotes come first."),
    click.option("-n", default=100, show_default=True, type=click.IntRange(1), help="How many quotes."),
    click.option("--seed", default=7, show_default=True, help="Decides among equals; the same seed, the same quotes."),
    click.option("--target", "asked", multiple=True, help="Ask this target alone; may be repeated."),
    click.option("--type", "types", multiple=True, type=click.Choice(["direct", "indirect", "mixed"]),
                 help="Only quotes of this type."),
    click.option("--kind", "kinds", multiple=True, help="Only speakers of this kind (person, organisation, ...)."),
    click.option("--source", "sources", multiple=True, help="Only articles of this publisher."),
    click.option("--label", "labels", multiple=True, metavar="TARGET=LABEL", help="Only where the model says so."),
    click.option("--labelled", is_flag=True, help="Quotes that have labels, to have them labelled by a second person."),
)  # fmt: skip


def _drawing(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which quotes are drawn."""
    for option in reversed(_DRAW):
        command = option(command)
    return command


@click.group()
def annotate() -> None:
    """Have quotes labelled, and take the labels back.

    Nobody is shown what the model thinks of a quote's stance: it would sway the labels.
    """


@annotate.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["csv", "label-studio", "prodigy"]), default="csv", show_default=True
)
@click.option("--layer", type=click.Choice(["stance", "quotes"]), default="stance", show_default=True,
              help="Label stances, or correct the quotes of whole articles.")  # fmt: skip
@click.option("--annotator", default="", help="Leave out what this person labelled already.")
@_drawing
@_ROOT
def export(out: Path, form: str, layer: str, annotator: str, root: Path, **options: Any) -> None:
    """Write quotes of the last build to OUT, to be labelled.

    `uncertain` draws the quotes of which the model is least sure, `disagreeing` those that name a target's terms
    and were called unrelated, or the other way round. Quotes that have labels are left out, or drawn alone with
    --labelled.

    \b
    Examples:
      parley annotate export todo.csv -n 200
      parley annotate export todo.csv --draw uncertain --target ceasefire --kind person
      parley annotate export todo.json --format label-studio --label ceasefire=conditional
      parley annotate export fix.jsonl --format prodigy --layer quotes -n 50
    """
    from pipeline.annotate import task_building, tool_formats
    from pipeline.annotate.existing_labels import read_labelled
    from pipeline.annotate.sampling import draw

    targets = _targets(root)
    wanted = _wanted(targets, layer=layer, annotator=annotator, **options)
    drawn = draw(root, targets, wanted, read_labelled(root))
    made = (
        task_building.stance_tasks(root, drawn)
        if layer == "stance"
        else task_building.quote_tasks(root, drawn, wanted.n)
    )
    asked = {key: targets[key] for key in wanted.targets}
    for path in tool_formats.write(made, asked, form, out):
        click.echo(printable_line(f"Written: {path}"))
    click.echo(f"{len(made)} tasks. `parley annotate import {out.name} --annotator NAME` takes the answers back.")


@annotate.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--annotator", required=True, help="Who labelled; kept in every row.")
@click.option(
    "--user", help="Take the answers of this user of the tool alone (Label Studio's completed_by, Prodigy's)."
)
@click.option("--topic", default="article", show_default=True, help="What kind of text it is; kept in new rows.")
@click.option("--replace", is_flag=True, help="Take the place of what stands: adjudication, or a change of mind.")
@_ROOT
def import_(file: Path, annotator: str, user: str | None, topic: str, replace: bool, root: Path) -> None:
    """Take the answers of FILE into data/annotations: CSV, Label Studio's JSON or Prodigy's JSONL.

    The first label of a quote goes to stance.jsonl and is trained on; another annotator's goes beside it into the
    agreement. Corrected quotes go to quotes.jsonl once all tasks of their article are judged. If anything is unsound,
    file and row are named and nothing is written.

    \b
    Examples:
      parley annotate import todo.csv --annotator ana
      parley annotate import export.json --annotator ben --user 2
      parley annotate import settled.csv --annotator adjudicated --replace
    """
    from pipeline.annotate import tool_formats
    from pipeline.annotate.import_answers import bring

    answers = [a for a in tool_formats.read(file, _targets(root)) if user is None or a.user == user]
    if not answers:
        raise click.UsageError(f"no answers{f' of user {user}' if user else ''} in {file.name}")
    for line in bring(root, answers, annotator, topic=topic, replace=replace):
        click.echo(printable(line))


@annotate.command()
@click.option("--annotator", required=True, help="Who labels; kept in every row.")
@_drawing
@_ROOT
def label(annotator: str, root: Path, **options: Any) -> None:
    """Label quotes here in the terminal, a key per label; s skips, b goes back, q saves and quits.

    What was labelled is not drawn again: the same command goes on where it stopped.

    \b
    Examples:
      parley annotate label --annotator ana
      parley annotate label --annotator ana --draw disagreeing -n 20
      parley annotate label --annotator ben --labelled
    """
    from pipeline.annotate import task_building
    from pipeline.annotate.existing_labels import read_labelled
    from pipeline.annotate.import_answers import bring
    from pipeline.annotate.sampling import draw
    from pipeline.annotate.terminal_labelling import Session, run

    targets = _targets(root)
    wanted = _wanted(targets, layer="stance", annotator=annotator, **options)
    drawn = draw(root, targets, wanted, read_labelled(root))
    session = Session(task_building.stance_tasks(root, drawn), {key: targets[key] for key in wanted.targets})
    run(session)
    if answers := session.answers():
        for line in bring(root, answers, annotator):
            click.echo(printable(line))
    else:
        click.echo("Nothing was labelled.")


def _targets(root: Path) -> dict[str, Target]:
    from pipeline.core import paths
    from pipeline.core.targets import load_targets

    return load_targets(root / paths.CONFIGS)


def _wanted(targets: Mapping[str, Target], asked: tuple[str, ...], labels: tuple[str, ...], **options: Any) -> Draw:
    """The draw that the options ask for, its targets and labels checked."""
    from pipeline.annotate.sampling import Draw

    for key in asked:
        if key not in targets:
            raise click.BadParameter(f"{key!r} is none of {', '.join(targets)}", param_hint="--target")
    pairs = []
    for given in labels:
        target, _, value = given.partition("=")
        if target not in targets or value not in targets[target].labels:
            choices = f"TARGET of {', '.join(targets)} and LABEL of {', '.join(next(iter(targets.values())).labels)}"
            raise click.BadParameter(f"{given!r}: give TARGET=LABEL, {choices}", param_hint="--label")
        pairs.append((target, value))
    return Draw(targets=asked or tuple(targets), labels=pairs, **options)
