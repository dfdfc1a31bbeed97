"""Labelling in the terminal: one quote at a time in its paragraph, one key per label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import click

from pipeline.annotate.task import Answer, Task
from pipeline.core.targets import Target
from pipeline.core.text import printable

SKIP, BACK, QUIT = "s", "b", "q"
UNSURE = "!"
_STYLES: dict[str, dict[str, bool]] = {
    "content": {"reverse": True},
    "cue": {"underline": True},
    "source": {"bold": True},
}


@dataclass
class Session:
    """What was answered so far.

    Attributes
    ----------
    tasks : sequence of Task
        In the order in which they are shown.
    targets : mapping of str to Target
        What is asked of each.
    labels : dict of (int, str) to (str, bool)
        Label and whether unsure, by task number and target.
    """

    tasks: Sequence[Task]
    targets: Mapping[str, Target]
    labels: dict[tuple[int, str], tuple[str, bool]] = field(default_factory=dict)

    def answers(self) -> list[Answer]:
        """The tasks of which every target was labelled."""
        out = []
        for number, task in enumerate(self.tasks):
            given = {key: self.labels[number, key] for key in self.targets if (number, key) in self.labels}
            if len(given) == len(self.targets):
                labels = {key: label for key, (label, _) in given.items()}
                unsure = any(unsure for _, unsure in given.values())
                out.append(Answer(task, f"quote {task.task_id}", labels, unsure))
        return out


def keys_of(labels: Sequence[str]) -> dict[str, str]:
    """Label by key: first letters where each is another and none has a meaning of its own, else numbers."""
    letters = [label[0] for label in labels]
    if len(set(letters)) == len(labels) and not {SKIP, BACK, QUIT} & set(letters):
        return dict(zip(letters, labels, strict=True))
    return {str(number): label for number, label in enumerate(labels, 1)}


def run(session: Session) -> None:
    """Ask until all is answered, or the annotator quits; an interrupt or the end of the input quits too."""
    questions = [(number, key) for number in range(len(session.tasks)) for key in session.targets]
    at, shown = 0, -1
    while True:
        number, key = questions[at] if at < len(questions) else (-1, "")
        if number >= 0 and shown != number:
            show(session.tasks[number], f"{number + 1} of {len(session.tasks)}")
            shown = number
        try:
            reply = _ask(key, session.targets[key]) if key else _ask_end()
        except click.Abort:
            click.echo()
            return
        if reply == QUIT:
            return
        if reply == BACK:
            at, shown = max(at - 1, 0), -1
            session.labels.pop(questions[at], None)
        elif reply == SKIP:
            for target in session.targets:
                session.labels.pop((number, target), None)
            at += len(session.targets) - at % len(session.targets)
        else:
            session.labels[number, key] = (keys_of(session.targets[key].labels)[reply[0]], reply.endswith(UNSURE))
            at += 1


def _ask_end() -> str:
    reply = click.prompt(
        f"That was the last. Enter saves, {BACK} goes back", prompt_suffix=" > ", default="", show_default=False
    )
    return BACK if reply.strip().lower() == BACK else QUIT


def _ask(key: str, target: Target) -> str:
    """One valid reply: a key, a key and `!`, or a command."""
    keys = keys_of(target.labels)
    help_ = "  ".join(f"{letter} {label}" for letter, label in keys.items())
    click.secho(f"{key}: {target.question}", bold=True)
    while True:
        reply = click.prompt(f"  {help_}", prompt_suffix=" > ", default="", show_default=False).strip().lower()
        if reply in (SKIP, BACK, QUIT) or (reply and reply[0] in keys and reply[1:] in ("", UNSURE)):
            return reply
        click.echo(f"  {UNSURE} after a key: unsure.  {SKIP} skip this quote, {BACK} back, {QUIT} save and quit.")


def show(task: Task, place: str) -> None:
    """Print a quote in its passage; whatever could steer the terminal is taken out of the article's words."""
    about = [printable(part).replace("\n", " ") for part in (task.outlet, task.published_at[:10], task.title) if part]
    click.echo(f"\n[{place}] {' · '.join(about)}")
    click.echo(f"\n{_styled(task)}\n")
    click.echo(f"{printable(task.speaker).replace(chr(10), ' ') or 'Somebody'}: {printable(task.text)}\n")


def _styled(task: Task) -> str:
    spans = task.spans.named()
    edges = sorted({0, len(task.passage), *(edge for start, end, _ in spans for edge in (start, end))})
    pieces = []
    for start, end in pairwise(edges):
        style: dict[str, bool] = {}
        for first, last, name in spans:
            if first <= start and end <= last:
                style |= _STYLES[name]
        pieces.append(click.style(printable(task.passage[start:end]), **style))
    return "".join(pieces)
