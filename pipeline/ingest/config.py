"""`configs/ingest.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.core.errors import ConfigError

COLUMNS: dict[str, list[str]] = {
    "text": ["text", "body", "content", "article", "maintext"],
    "title": ["title", "headline"],
    "url": ["url", "link"],
    "published_at": ["published_at", "date", "date_publish", "published", "datetime"],
    "source": ["source", "site", "outlet", "publisher", "source_domain"],
    "author": ["author", "authors", "byline"],
}
LIMITS = (
    "min_words",
    "max_characters",
    "max_unpacked_ratio",
    "max_row_bytes",
    "max_page_bytes",
    "max_page_tags",
    "max_tokens",
    "max_word_characters",
    "max_field_characters",
)


@dataclass(frozen=True)
class IngestConfig:
    """What the stage reads and takes; the file says what each key means."""

    input: str = "data/raw"
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=lambda: dict(COLUMNS))
    language: str = "en"
    min_words: int = 30
    max_characters: int = 200_000
    near_duplicate_threshold: float = 0.8
    strip_boilerplate: bool = True
    links_out: bool = False
    max_unpacked_ratio: int = 100
    max_row_bytes: int = 5_000_000
    max_page_bytes: int = 10_000_000
    max_page_tags: int = 50_000
    max_tokens: int = 60_000
    max_word_characters: int = 1000
    max_field_characters: int = 10_000

    @property
    def most_given(self) -> int:
        """Characters of a raw text that may still hold an article: boilerplate and blanks come on top of it."""
        return 2 * self.max_characters + 10_000


def check(config: IngestConfig, where: str = "") -> None:
    """Check what the types alone do not tell.

    Raises
    ------
    ConfigError
        On an unknown field, names that are not a list, a threshold outside (0, 1], or bounds that leave nothing.
    """
    for name, columns in config.columns.items():
        if name not in COLUMNS:
            raise ConfigError(f"`columns` names `{name}`", where=where, fix=f"fields: {', '.join(COLUMNS)}")
        if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
            raise ConfigError(f"`columns.{name}` is {columns!r}", where=where, fix="give it a list of column names")
    if not config.columns.get("text"):
        raise ConfigError("`columns.text` names no column", where=where, fix="name the column that holds the article")
    for name in ("include", "exclude"):
        if not all(isinstance(pattern, str) for pattern in getattr(config, name)):
            raise ConfigError(f"`{name}` holds something that is not text", where=where, fix="put patterns in quotes")
    if not 0 < config.near_duplicate_threshold <= 1:
        raise ConfigError(f"`near_duplicate_threshold` is {config.near_duplicate_threshold}", where=where,
                          fix="give it a share above 0, up to 1 (off)")  # fmt: skip
    for name in LIMITS:
        if getattr(config, name) < 1:
            raise ConfigError(f"`{name}` is {getattr(config, name)}", where=where, fix="give it a number, 1 or more")
