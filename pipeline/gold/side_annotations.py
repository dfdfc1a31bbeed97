"""The annotated sides of `data/annotations/sides.jsonl`: for whom the speakers of the annotated articles speak."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT, build_config
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines

Use = Literal["choose", "judge"]
USES = get_args(Use)
Words = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, config=STRICT)
class GoldSide:
    """The side of one speaker in one article, None where it has none; `use` is `choose` or `judge`."""

    article_id: str
    speaker: Words  # as `quotes.jsonl` names it
    side: Words | None
    annotator: str
    use: Use


def read_gold_sides(path: Path) -> list[GoldSide]:
    """Read the annotated sides; a missing file has none.

    Raises
    ------
    DataError
        At the first row that is not valid, with file, line and what is wrong.
    """
    rows: dict[tuple[str, str], GoldSide] = {}
    for _, where, row in iterate_json_lines(path) if path.exists() else ():
        gold = build_config(GoldSide, row, where, DataError, fix="see GUIDELINES.md")
        key = gold.article_id, gold.speaker
        if key in rows:
            raise DataError(f"{gold.speaker} of article {gold.article_id} appears twice", where=where)
        rows[key] = gold
    return list(rows.values())
