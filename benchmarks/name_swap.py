"""Measure how many stance labels change when names of people and states are replaced; it should be under 1 %.

Names are those of configs/speakers.csv (states with their other forms, people) and of the quotes' own speakers; each is
replaced by another of its kind and length, in quote, cue and paragraph. Names with lower-case words in them ("Republic
of ...") stay as they are: replacing them would change other words too. Without --quotes the training rows are tested.

    python -m benchmarks.name_swap --quotes QUOTES.jsonl
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
# A name is replaced by the one so many places further in the list: any number does.
OFFSET = 7
_PLAIN = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)*")


def read_gazetteer_names() -> tuple[list[str], list[str]]:
    """Read the names of states (with demonyms) and of people from configs/speakers.csv."""
    states, people = [], []
    with (ROOT / "configs" / "speakers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "country":
                states += [name for name in (row["name"], *row["aliases"].split("|")) if name]
            elif row["kind"] == "person":
                people.append(row["name"])
    return states, people


def choose_replacements(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Map each name to its replacement; last names of people are replaced by last names."""
    states, people = read_gazetteer_names()
    # A speaker with a common noun in the name is an organisation.
    common_words = set(re.findall(r"\b[a-z]+\b", " ".join(row["text"] for row in rows)))
    speakers = {row["speaker"] for row in rows if _is_full_name(row.get("speaker"))}
    people = sorted({*people, *(name for name in speakers if not common_words & set(name.lower().split()))})
    last_names = sorted({name.split()[-1] for name in people} - set(states))
    replacements = {}
    for kind in (last_names, sorted(set(states)), people):
        for length in range(1, 5):
            names = [name for name in kind if _PLAIN.fullmatch(name) and len(name.split()) == length]
            replacements.update({name: names[(place + OFFSET) % len(names)] for place, name in enumerate(names)})
    return replacements


def replace_names(rows: list[dict[str, Any]], replacements: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows with all names replaced, reduced to the fields that the model reads."""
    longest_first = "|".join(map(re.escape, sorted(replacements, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    return [
        {name: pattern.sub(lambda match: replacements[match.group()], row.get(name) or "") for name in FIELDS}
        for row in rows
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
    after = replace_names(rows, choose_replacements(rows))
    touched = sum(old["text"] != new["text"] for old, new in zip(before, after, strict=True))
    click.echo(f"{len(rows)} quotes; a name in the quote itself was replaced in {touched}")
    for target in load_targets():
        model = StanceClassifier.load(ROOT / paths.MODELS / f"{target}.skops")
        labels = [[prediction["label"] for prediction in model.predict(quotes)] for quotes in (before, after)]
        changed = sum(old != new for old, new in zip(*labels, strict=True))
        click.echo(f"{target}: {changed} labels changed, {100 * changed / max(len(rows), 1):.2f} %")


if __name__ == "__main__":
    main()
