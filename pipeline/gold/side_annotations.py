"""The annotated sides of `data/annotations/sides.jsonl`: for whom the speakers of the annotated articles speak."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines

GOLD_SIDE_FIELDS = {"article_id", "speaker", "side", "annotator", "use"}
USES = ("choose", "judge")


@dataclass(frozen=True)
class GoldSide:
    """The side of one speaker in one article, None where it has none; `use` is `choose` or `judge`."""

    article_id: str
    speaker: str  # as `quotes.jsonl` names it
    side: str | None
    annotator: str
    use: str


def read_gold_sides(path: Path) -> list[GoldSide]:
    """Read the annotated sides; a missing file has none.

    Raises
    ------
    DataError
        At the first row that is not valid, with file, line and what is wrong.
    """
    rows: dict[tuple[str, str], GoldSide] = {}
    for _, where, row in iterate_json_lines(path) if path.exists() else ():
        if set(row) != GOLD_SIDE_FIELDS:
            raise DataError(f"the fields are not {', '.join(sorted(GOLD_SIDE_FIELDS))}", where=where)
        if row["use"] not in USES or not row["speaker"] or row["side"] == "":
            raise DataError("`use`, `speaker` or `side` is not valid", where=where, fix="see GUIDELINES.md")
        key = row["article_id"], row["speaker"]
        if key in rows:
            raise DataError(f"{row['speaker']} of article {row['article_id']} appears twice", where=where)
        rows[key] = GoldSide(**row)
    return list(rows.values())
