"""`configs/ingest.yaml`."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field, PositiveInt, field_validator
from pydantic.dataclasses import dataclass

from pipeline.core.config import STRICT

COLUMNS: dict[str, list[str]] = {
    "text": ["text", "body", "content", "article", "maintext"],
    "title": ["title", "headline"],
    "url": ["url", "link"],
    "published_at": ["published_at", "date", "date_publish", "published", "datetime"],
    "source": ["source", "site", "outlet", "publisher", "source_domain"],
    "author": ["author", "authors", "byline"],
}
# The longest text that spaCy parses.
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True, config=STRICT)
class IngestConfig:
    """Settings of the stage `ingest`; the comments of the file explain each key."""

    input: str = "data/raw"
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=lambda: dict(COLUMNS))
    date_order: Literal["auto", "day", "month"] = "auto"
    file_dates: bool = False
    outlets: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    min_words: PositiveInt = 30
    max_characters: Annotated[int, Field(gt=0, le=LONGEST_TEXT)] = 200_000
    near_duplicate_threshold: Annotated[float, Field(gt=0, le=1)] = 0.8
    strip_boilerplate: bool = True
    links_out: bool = False
    max_unpacked_ratio: PositiveInt = 100
    max_row_bytes: PositiveInt = 5_000_000
    max_page_bytes: PositiveInt = 10_000_000
    max_page_tags: PositiveInt = 50_000
    max_pdf_pages: PositiveInt = 100
    max_tokens: PositiveInt = 60_000
    max_word_characters: PositiveInt = 1000
    max_field_characters: PositiveInt = 10_000
    max_file_seconds: PositiveInt = 600
    max_listed_rejects: PositiveInt = 1000

    @field_validator("columns")
    @classmethod
    def _check_columns(cls, columns: dict[str, list[str]]) -> dict[str, list[str]]:
        if unknown := [name for name in columns if name not in COLUMNS]:
            raise ValueError(f"`{unknown[0]}` is no field: fields are {', '.join(COLUMNS)}")
        if not columns.get("text"):
            raise ValueError("`text` names no column: name the column that contains the article")
        return columns

    @property
    def max_raw_characters(self) -> int:
        """Maximum characters of a raw text, in which boilerplate and blanks come on top of the article."""
        return 2 * self.max_characters + 10_000
