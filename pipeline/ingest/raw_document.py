"""What readers yield: a raw document, a page that holds one, or a reject with its named reason."""

from __future__ import annotations

from dataclasses import dataclass

MAX_DETAIL_CHARACTERS = 500  # characters


@dataclass(frozen=True)
class RawDocument:
    """One article as the input gives it.

    Attributes
    ----------
    row : int or None
        Row or record in its file, from 1; None where the file is the article.
    text : str
        Body, with or without the headline.
    title, url, published_at, publisher, author : str or None
        What the input says of it, not yet cleaned.
    headline_in_text : bool
        True where the first line that is not boilerplate may be the headline.
    """

    row: int | None
    text: str
    title: str | None = None
    url: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    author: str | None = None
    headline_in_text: bool = False


@dataclass(frozen=True)
class WebPage:
    """A web page as the input gives it. To find its article takes long, and is done once (`reading`).

    Attributes
    ----------
    row : int or None
        Record in its file, from 1; None where the file is the page.
    data : bytes
        The page.
    charset : str
        Encoding that came with it (HTTP header), tried after UTF-8.
    url, published_at : str or None
        For a page that does not tell its own.
    """

    row: int | None
    data: bytes
    charset: str = ""
    url: str | None = None
    published_at: str | None = None


@dataclass(frozen=True)
class Reject:
    """An input that is not taken: a reason of `schema.REJECT_REASONS`, and what was found, in words."""

    reason: str
    detail: str
    row: int | None = None

    def __post_init__(self) -> None:
        # Details quote the input: names of columns may be megabytes long or hold bytes that are no text.
        line = " ".join(self.detail[: 2 * MAX_DETAIL_CHARACTERS].encode("utf-8", "replace").decode("utf-8").split())
        object.__setattr__(self, "detail", line[:MAX_DETAIL_CHARACTERS])
