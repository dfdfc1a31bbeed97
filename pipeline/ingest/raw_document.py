"""What readers of input yield: a raw document, a page or file that contains one, or a reject with its reason."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal, ParamSpec, TypeVar

from pipeline.core.errors import describe_fault, is_used_up
from pipeline.core.storage.article_failures import FAILED, raise_if_of_run

MAX_DETAIL_CHARACTERS = 500
# Where the day stands on which a page was fetched: no day of publication.
CRAWL = "crawl"


@dataclass(frozen=True)
class RawDocument:
    """An article as the input has it, not yet cleaned."""

    row: int | None  # row or record in its file, from 1; None where the file is the article
    text: str  # with or without the headline
    title: str | None = None
    url: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    author: str | None = None
    crawled_at: str | None = None  # the latest day on which it can have been published
    feed_date: str | None = None  # of the feed that led to it, used where the article has none of its own
    running_head: str | None = None  # lines of a PDF that stood above its text
    headline_in_text: bool = False  # whether the first line that is not boilerplate may be the headline


@dataclass(frozen=True)
class WebPage:
    """A web page as the input has it, before its article is extracted (slow, so the result is kept).

    `charset` came with it (HTTP header) and is tried after UTF-8; `url` is used where the page itself names none.
    """

    row: int | None
    data: bytes
    charset: str = ""
    url: str | None = None
    crawled_at: str | None = None
    feed_date: str | None = None


@dataclass(frozen=True)
class DocumentFile:
    """A Word or PDF file, before its text is extracted (slow, so the result is kept)."""

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


Readable = RawDocument | WebPage | DocumentFile
Document = Readable | Reject
T = TypeVar("T")
P = ParamSpec("P")


def summarise_rejects(documents: Iterable[tuple[str, T | Reject]], listed: int) -> Iterator[tuple[str, T | Reject]]:
    """Yield documents with their paths, in order; of each file and reason at most so many rejects.

    Those above this number follow the documents of the file as one reject for each reason, with their `count`.
    """
    for path, of_file in groupby(documents, key=itemgetter(0)):
        seen, unlisted = Counter[str](), Counter[str]()
        for _, document in of_file:
            if isinstance(document, Reject):
                seen[document.reason] += 1
                if seen[document.reason] > listed:
                    unlisted[document.reason] += document.count
                    continue
            yield path, document
        for reason, count in sorted(unlisted.items()):
            yield path, Reject(reason, f"{count:,} more of this file; `max_listed_rejects` lists more", count=count)


def result_or_reject(row: int | None, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Reject:
    """Return the result of some work on one document; a reject where that raises an exception, a fault of Parley."""
    try:
        return work(*args, **kwargs)
    except Exception as error:
        raise_if_of_run(error)
        return Reject(FAILED, describe_fault(error), row)


class RejectedError(Exception):
    """Raised with the reason and detail of the reject for a file, or the rest of one, of which no more is read."""


def with_rejects(documents: Iterable[T]) -> Iterator[T | Reject]:
    """Yield the documents of a file, in order; if it breaks off, one more reject.

    What is no fault of the file, such as a full disk, is raised: its articles must not vanish from the data.
    """
    after = ""
    try:
        for document in documents:
            if row := getattr(document, "row", None):
                after = f" after row {row}"
            yield document
    except RejectedError as error:
        yield Reject(*error.args)
    except UnicodeDecodeError as error:  # UTF-16: half a character
        yield Reject("bad_encoding", f"{error.encoding} with {error.reason}{after}; save the file as UTF-8")
    except (OSError, EOFError, zlib.error) as error:  # truncated or broken gzip, unreadable disk
        if is_used_up(error):
            raise
        why = getattr(error, "strerror", None) or str(error)
        yield Reject("bad_file", f"the file cannot be read{after}: {why}; fetch it again")
    except Exception as error:  # a fault of Parley, or of a library, that this file shows
        raise_if_of_run(error)
        yield Reject(FAILED, f"the rest of the file is not read{after}: {describe_fault(error)}")
