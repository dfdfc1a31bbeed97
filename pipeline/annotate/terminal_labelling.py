"""Label stances in the terminal: one quote at a time in its paragraph, one key per label."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import click

from pipeline.annotate.task import Answer, Task
from pipeline.core.targets import Target
from pipeline.core.text import printable, printable_line

SKIP, BACK, QUIT = "s", "b", "q"
# Typed after the key of a label.
UNSURE_KEY = "!"
_HELP = f"{UNSURE_KEY} after a key: unsure.  {SKIP} skip this quote, {BACK} back, {QUIT} save and quit."
_STYLES: dict[str, dict[str, bool]] = {
    "content": {"reverse": True},
    "cue": {"underline": True},
    "source": {"bold": True},
}


@dataclass
class LabellingSession:
    """The tasks of a session and the labels so far.

    Attributes
    ----------
    tasks : sequence of Task
        In the order in which they are shown.
    targets : mapping of str to Target
        The targets to ask for.
    labels : dict of (int, str) to (str, bool)
        Label, and True if unsure, by task number and target.
    """

    tasks: Sequence[Task]
    targets: Mapping[str, Target]
    labels: dict[tuple[int, str], tuple[str, bool]] = field(default_factory=dict)

    def answer(self, number: int) -> Answer:
        """Return the answer to a task; it is open until there is a label for every target."""
        task = self.tasks[number]
        labelled = {key: self.labels[number, key] for key in self.targets if (number, key) in self.labels}
        if len(labelled) < len(self.targets):
            return Answer(task, f"quote {task.task_id}")
        labels = {key: label for key, (label, _) in labelled.items()}
        return Answer(task, f"quote {task.task_id}", labels, any(unsure for _, unsure in labelled.values()))


def assign_keys(labels: Sequence[str]) -> dict[str, str]:
    """Return the label of each key: first letters if they differ and are not commands, otherwise numbers."""
    initials = [label[0] for label in labels]
    if len(set(initials)) == len(labels) and not {SKIP, BACK, QUIT} & set(initials):
        return dict(zip(initials, labels, strict=True))
    return {str(number): label for number, label in enumerate(labels, 1)}


def run_session(session: LabellingSession, save: Callable[[Answer], None]) -> None:
    """Ask for all labels until the annotator quits; an interrupt, the end of the input or of the terminal quits too.

    `save` is called with each answer as it is complete, and with an open one where an answer is taken back.
    """
    try:
        with handle_signals(_interrupt):
            _ask_all(session, save)
    except (click.Abort, KeyboardInterrupt, OSError):  # OSError: there is no terminal any more
        with suppress(OSError):
            click.echo()


@contextmanager
def handle_signals(handler: Callable[[int, Any], None] | signal.Handlers) -> Iterator[None]:
    """Give SIGHUP (the terminal is closed) and SIGTERM another handler, unless they are ignored, as under `nohup`."""
    numbers = [number for number in (signal.SIGHUP, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    previous = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in previous.items():
            signal.signal(number, earlier)


def _interrupt(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # a shell may send it once more
    raise KeyboardInterrupt


def _ask_all(session: LabellingSession, save: Callable[[Answer], None]) -> None:
    """Ask until the annotator quits."""
    saved: set[int] = set()

    def save_changed(number: int) -> None:
        answer = session.answer(number)
        if answer.labels or number in saved:
            save(answer)
            saved.add(number)

    click.echo(_HELP)
    questions = [(number, key) for number in range(len(session.tasks)) for key in session.targets]
    position, printed_task = 0, -1
    while True:
        number, key = questions[position] if position < len(questions) else (-1, "")
        if number >= 0 and printed_task != number:
            print_task(session.tasks[number], f"{number + 1} of {len(session.tasks)}")
            printed_task = number
        reply = _ask_label(key, session.targets[key]) if key else _ask_end()
        if reply == QUIT:
            return
        if reply == BACK:
            position, printed_task = max(position - 1, 0), -1
            session.labels.pop(questions[position], None)
            save_changed(questions[position][0])
        elif reply == SKIP:
            for target in session.targets:
                session.labels.pop((number, target), None)
            save_changed(number)
            position += len(session.targets) - position % len(session.targets)
        else:
            label = assign_keys(session.targets[key].labels)[reply[0]]
            session.labels[number, key] = (label, reply.endswith(UNSURE_KEY))
            save_changed(number)
            position += 1


def _ask_end() -> str:
    """Ask whether to save after the last label; return QUIT or BACK."""
    reply = click.prompt(
        f"That was the last. Enter saves, {BACK} goes back", prompt_suffix=" > ", default="", show_default=False
    )
    return BACK if reply.strip().lower() == BACK else QUIT


def _ask_label(key: str, target: Target) -> str:
    """Ask until the reply is valid: the key of a label, that key and `!`, or a command."""
    keys = assign_keys(target.labels)
    choices = "  ".join(f"{letter} {label}" for letter, label in keys.items())
    click.secho(f"{key}: {target.question}", bold=True)
    while True:
        reply = click.prompt(f"  {choices}", prompt_suffix=" > ", default="", show_default=False).strip().lower()
        if reply in (SKIP, BACK, QUIT) or (reply and reply[0] in keys and reply[1:] in ("", UNSURE_KEY)):
            return reply
        click.echo(f"  {_HELP}")


def print_task(task: Task, position: str) -> None:
    """Print a quote in its passage, without characters that could control the terminal."""
    metadata = [printable_line(part) for part in (task.outlet, task.published_at[:10], task.title) if part]
    click.echo(f"\n[{position}] {' · '.join(metadata)}")
    click.echo(f"\n{_style_passage(task)}\n")
    click.echo(f"{printable_line(task.speaker) or 'Somebody'}: {printable(task.text)}\n")


def _style_passage(task: Task) -> str:
    """Return the passage with terminal styles for content, cue and source."""
    spans = task.spans.to_triples()
    edges = sorted({0, len(task.passage), *(edge for start, end, _ in spans for edge in (start, end))})
    pieces = []
    for start, end in pairwise(edges):
        style: dict[str, bool] = {}
        for span_start, span_end, name in spans:
            if span_start <= start and end <= span_end:
                style |= _STYLES[name]
        pieces.append(click.style(printable(task.passage[start:end]), **style))
    return "".join(pieces)
