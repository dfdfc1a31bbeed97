"""Share of stance labels that change when names of people and states are exchanged: under 1 % is wanted.

Names are those of configs/speakers.csv (states with their other forms, people) and of the quotes' own speakers; each is
replaced by another of its kind and length, in quote, cue and paragraph. Names with small words in them ("Republic of
...") stay as they are: to exchange them would change other words too. Without --quotes the training rows are tried.

    python benchmarks/swap.py --quotes QUOTES.jsonl
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import click

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.targets import load_targets
from pipeline.stance.classifier import StanceClassifier

FIELDS = ("text", "context", "cue", "speaker")
# How far down the list the other name stands: any number does.
STEP = 7
_PLAIN = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)*")


def gazetteer() -> tuple[list[str], list[str]]:
    """Names of states, demonyms among them, and of people."""
    states, people = [], []
    with (ROOT / "configs" / "speakers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "country":
                states += [name for name in (row["name"], *row["aliases"].split("|")) if name]
            elif row["kind"] == "person":
                people.append(row["name"])
    return states, people


def exchanges(rows: list[dict[str, Any]]) -> dict[str, str]:
    """What each name becomes; a person's last name becomes a last name."""
    states, people = gazetteer()
    # A speaker with a common word in the name is a body.
    common = set(re.findall(r"\b[a-z]+\b", " ".join(row["text"] for row in rows)))
    speakers = {row["speaker"] for row in rows if _is_full_name(row.get("speaker"))}
    people = sorted({*people, *(name for name in speakers if not common & set(name.lower().split()))})
    lasts = sorted({name.split()[-1] for name in people} - set(states))
    found = {}
    for kind in (lasts, sorted(set(states)), people):
        for length in range(1, 5):
            names = [name for name in kind if _PLAIN.fullmatch(name) and len(name.split()) == length]
            found.update({name: names[(place + STEP) % len(names)] for place, name in enumerate(names)})
    return found


def exchanged(rows: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """The rows with names exchanged."""
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    return [
        {name: pattern.sub(lambda match: names[match.group()], row.get(name) or "") for name in FIELDS} for row in rows
    ]


def _is_full_name(name: str | None) -> bool:
    words = (name or "").split()
    return 2 <= len(words) <= 4 and all(word[0].isupper() and word[1:].islower() for word in words)


@click.command(help=__doc__)
@click.option("--quotes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Quotes, JSON lines.")
def main(quotes: Path | None) -> None:
    path = quotes or ROOT / paths.ANNOTATIONS / "stance.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    before = [{name: row.get(name) or "" for name in FIELDS} for row in rows]
    after = exchanged(rows, exchanges(rows))
    touched = sum(one["text"] != other["text"] for one, other in zip(before, after, strict=True))
    click.echo(f"{len(rows)} quotes; a name in the quote itself was exchanged in {touched}")
    for target in load_targets():
        model = StanceClassifier.load(ROOT / paths.MODELS / f"{target}.skops")
        labels = [[one["label"] for one in model.predict(given)] for given in (before, after)]
        changed = sum(one != other for one, other in zip(*labels, strict=True))
        click.echo(f"{target}: {changed} labels changed, {100 * changed / max(len(rows), 1):.2f} %")


if __name__ == "__main__":
    main()
