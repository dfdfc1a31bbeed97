"""Read and check `data/annotations/stance.jsonl`: quotes with their stances, labelled by annotators."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import ROOT, STRICT, build_config
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.targets import Target

FIX = "correct the row, or remove it; see data/annotations/GUIDELINES.md"
# A text with something else in it than white space.
Words = Annotated[str, Field(pattern=r"\S")]


@dataclass(frozen=True, config=STRICT)
class StanceRow:
    """One labelled quote."""

    id: Words
    text: Words
    context: Words  # the paragraph or paragraphs that contain the quote
    group: Words  # scenario or article: all its rows are either training or test data
    topic: Words  # kind of text
    annotator: Words
    labels: dict[str, str]  # by target
    cue: Words | None
    source: Words | None  # the speaker as written
    speaker: Words | None  # full name
    unsure: bool  # whether the annotator was


def read_stance(path: Path | str, targets: Mapping[str, Target] | None = None) -> list[StanceRow]:
    """Read labelled quotes, with any labels if no `targets` are given; the first wrong row is a DataError."""
    rows: list[StanceRow] = []
    lines: dict[str, int] = {}
    for number, where, values in iterate_json_lines(Path(path)):
        row = build_config(StanceRow, values, where, DataError, FIX)
        for target, label in row.labels.items():
            if targets is None:
                break
            if target not in targets:
                fix = f"use one of {', '.join(targets)}, or add it to configs/targets.yaml"
                raise DataError(f"unknown target {target!r}", where=f"{where}, labels", fix=fix)
            if label not in (allowed := targets[target].labels):
                fix = f"use one of {', '.join(allowed)}"
                raise DataError(f"unknown label {label!r}", where=f"{where}, labels.{target}", fix=fix)
        check_new_id(row.id, number, lines, where)
        rows.append(row)
    return rows


def own_rows(root: Path, rows: Iterable[StanceRow]) -> list[StanceRow]:
    """Return the rows that did not come with Parley: of ten thousand invented quotes some have words of any news."""
    shipped, own = (folder / paths.ANNOTATIONS / "stance.jsonl" for folder in (ROOT, root))
    if not shipped.exists() or shipped.samefile(own):
        return list(rows)
    invented = {row.id: row for row in read_stance(shipped)}
    return [row for row in rows if row != invented.get(row.id)]


def check_new_id(row_id: str, number: int, lines: dict[str, int], where: str) -> None:
    """Check that no earlier line of a file has an id, and note the line of this one."""
    if (line := lines.setdefault(row_id, number)) != number:
        raise DataError(f"id {row_id!r} is taken by line {line}", where=f"{where}, id", fix="rename one")
