"""What readers of input yield: a raw document, a page or file that contains one, or a reject with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_DETAIL_CHARACTERS = 500


@dataclass(frozen=True)
class RawDocument:
    """An article as the input has it, not yet cleaned.

    Attributes
    ----------
    row : int or None
        Row or record in its file, from 1; None where the file is the article.
    text : str
        Body, with or without the headline.
    title, url, published_at, publisher, author : str or None
        Fields of the input, as text.
    crawled_at : str or None
        When a crawl fetched it: the latest day on which it can have been published.
    feed_date : str or None
        The date of the feed that led to it, used where the article has none of its own.
    headline_in_text : bool
        Whether the first line that is not boilerplate may be the headline.
    """

    row: int | None
    text: str
    title: str | None = None
    url: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    author: str | None = None
    crawled_at: str | None = None
    feed_date: str | None = None
    headline_in_text: bool = False


@dataclass(frozen=True)
class WebPage:
    """A web page as the input has it, before its article is extracted (slow, so the result is in `document_cache`).

    Attributes
    ----------
    row : int or None
        Record in its file, from 1; None where the file is the page.
    data : bytes
        The HTML.
    charset : str
        Encoding that came with it (HTTP header), tried after UTF-8.
    url : str or None
        Used where the page itself names none.
    crawled_at, feed_date : str or None
        As in `RawDocument`.
    """

    row: int | None
    data: bytes
    charset: str = ""
    url: str | None = None
    crawled_at: str | None = None
    feed_date: str | None = None


@dataclass(frozen=True)
class DocumentFile:
    """A Word or PDF file, before its text is extracted (slow, so the result is in `document_cache`).

    Attributes
    ----------
    data : bytes
        The file.
    kind : str
        `docx` or `pdf`.
    row : None
        The file is the article.
    """

    data: bytes
    kind: Literal["docx", "pdf"]
    row: None = None


@dataclass(frozen=True)
class Reject:
    """An input that does not become an article: a reason of `REJECT_REASONS`, and what was found, in words.

    `count` is above 1 where it stands for that many inputs of its file (`summarise_rejects`).
    """

    reason: str
    detail: str
    row: int | None = None
    count: int = 1

    def __post_init__(self) -> None:
        # Details quote the input, whose column names may have megabytes, or bytes that are no text.
        line = " ".join(self.detail[: 2 * MAX_DETAIL_CHARACTERS].encode("utf-8", "replace").decode("utf-8").split())
        object.__setattr__(self, "detail", line[:MAX_DETAIL_CHARACTERS])
