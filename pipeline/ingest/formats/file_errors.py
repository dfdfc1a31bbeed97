"""What is wrong with a file that cannot be read to its end, as a reject behind the documents before."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pipeline.core.errors import describe_fault, is_used_up
from pipeline.core.storage.article_failures import FAILED, raise_if_of_run
from pipeline.ingest.formats.file_opening import UnpackedSizeError
from pipeline.ingest.raw_document import DocumentFile, RawDocument, Reject, WebPage

Item = RawDocument | WebPage | DocumentFile | Reject


def with_rejects(documents: Iterable[Item]) -> Iterator[Item]:
    """Yield the documents of a file, in order; if it breaks off, one more reject.

    What is no fault of the file, such as a full disk, is raised: its articles must not vanish from the data.
    """
    last_row = None
    try:
        for document in documents:
            last_row = document.row or last_row
            yield document
    except UnpackedSizeError as error:
        yield Reject("unpacks_too_far", f"{error}; nothing more is read; raise `max_unpacked_ratio` if it is news")
    except UnicodeDecodeError as error:  # UTF-16: half a character
        detail = f"{error.encoding} with {error.reason}{_after_row(last_row)}; save the file as UTF-8"
        yield Reject("bad_encoding", detail)
    except (OSError, EOFError, zlib.error) as error:  # truncated or broken gzip, unreadable disk
        if is_used_up(error):
            raise
        why = getattr(error, "strerror", None) or str(error)
        yield Reject("bad_file", f"the file cannot be read{_after_row(last_row)}: {why}; fetch it again")
    except Exception as error:  # a fault of Parley, or of a library, that this file shows
        raise_if_of_run(error)
        yield Reject(FAILED, f"the rest of the file is not read{_after_row(last_row)}: {describe_fault(error)}")


def _after_row(row: int | None) -> str:
    return f" after row {row}" if row else ""
