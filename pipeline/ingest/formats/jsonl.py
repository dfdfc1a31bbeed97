"""Read JSON: one object per line, or a file with one object or a list of objects."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from pipeline.ingest.column_mapping import document_from_row, has_text_column
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import CHUNK_BYTES, UTF16_BYTE_ORDER_MARKS, open_bytes
from pipeline.ingest.raw_document import RawDocument, Reject, RejectedError

# Characters at the end of a chunk within which an error may only mean that the chunk ends there.
CHUNK_END_CHARACTERS = 16
BAD_BYTES = "bytes that are not UTF-8; save the file as UTF-8"
# Both match everywhere, if only nothing.
_BETWEEN_VALUES, _BEFORE_VALUES = re.compile(r"[ \t\r\n,]*+"), re.compile(r"\[?[ \t\r\n]*+")
_decoder = json.JSONDecoder()


class ValueTooLongError(Exception):
    """Raised for a value that does not end within the limit."""


def read_lines(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a file with one object per line; the row is the line number."""
    row, longest = 0, config.max_row_bytes
    with open_bytes(path, config) as file:
        while line := file.readline(longest + 1):
            row += 1
            if row == 1 and line[:2] in UTF16_BYTE_ORDER_MARKS:
                raise RejectedError("bad_encoding", "UTF-16, where JSON is UTF-8; save the file as UTF-8")
            line = line.removeprefix(codecs.BOM_UTF8) if row == 1 else line
            if len(line) > longest:
                yield _too_long_reject(config, row)
                while len(line) > longest and not line.endswith(b"\n"):
                    line = file.readline(longest + 1)
            elif line.strip():
                try:
                    value = json.loads(line.decode("utf-8"))
                except UnicodeDecodeError:
                    yield Reject("bad_encoding", BAD_BYTES, row)
                except (ValueError, RecursionError) as error:
                    yield Reject("bad_row", f"broken JSON: {_error_message(error)}; mend or delete the line", row)
                else:
                    yield from (_document_from_value(inner, row, config) for inner in inner_values(value, config))


def _too_long_reject(config: IngestConfig, row: int, rest: str = "") -> Reject:
    return Reject("too_long", f"more than {config.max_row_bytes} bytes{rest}; `max_row_bytes` is the limit", row)


def inner_values(value: Any, config: IngestConfig, depth: int = 3) -> list[Any]:
    """Return the objects of the lists in an object that is no article itself: `{"articles": [{"body": "..."}]}`."""
    if not depth or not isinstance(value, dict) or _is_article(value, config):
        return [value]
    found = list[Any]()
    for inner in value.values():
        if isinstance(inner, list):
            items = [i for item in inner for i in inner_values(item, config, depth - 1)]
            inside = (i for item in items if isinstance(item, dict) for i in item.values())  # `fields.body`
            found += items if any(_is_article(item, config) for item in (*items, *inside)) else []
        elif isinstance(inner, dict) and (items := inner_values(inner, config, depth - 1))[0] is not inner:
            found += items
    return found or [value]


def _is_article(value: Any, config: IngestConfig) -> bool:
    """Whether an object has a column for the text, or a text."""
    if not isinstance(value, dict):
        return False
    names = [str(name) for name, v in value.items() if not (isinstance(v, list) and v and isinstance(v[0], dict))]
    long = (len(inner.split()) >= config.min_words for inner in value.values() if isinstance(inner, str))
    return has_text_column(names, config.columns["text"]) or any(long)


def _document_from_value(value: Any, row: int, config: IngestConfig) -> RawDocument | Reject:
    if not isinstance(value, dict):
        detail = f'a JSON {type(value).__name__} where an object with a text is wanted, such as {{"text": "…"}}'
        return Reject("bad_row", detail, row)
    return document_from_row(value, config.columns, row)


def _error_message(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number too long"


def read_values(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a JSON file, read one value at a time; the row counts the objects from 1.

    After broken JSON no object can be found, so one reject represents the rest of the file.
    """
    row = 0
    try:
        with open_bytes(path, config) as file:
            for value in iterate_values(file, config.max_row_bytes):
                for inner in inner_values(value, config):
                    row += 1
                    yield _document_from_value(inner, row, config)
    except ValueTooLongError:
        yield _too_long_reject(config, row + 1, ", nothing read from there on")
    except UnicodeDecodeError:
        yield Reject("bad_encoding", BAD_BYTES, row + 1)
    except (ValueError, RecursionError) as error:
        detail = f"broken JSON in object {row + 1}, nothing read from there on: {_error_message(error)}"
        yield Reject("bad_row", detail, row + 1) if row else Reject("bad_file", detail)


def iterate_values(file: IO[bytes], longest: int) -> Iterator[Any]:
    """Yield the values of a JSON list, or values that follow each other, with one value and one chunk in memory.

    Broken JSON is a ValueError (its position counted from the beginning of the value), bytes that are not UTF-8 a
    UnicodeDecodeError, a value of more than `longest` characters a ValueTooLongError.
    """
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    buffer, start, ended, started = "", 0, False, False
    while True:
        start = _BETWEEN_VALUES.match(buffer, start).end()  # type: ignore[union-attr]
        if start < len(buffer) and not started:
            started = True
            start = _BEFORE_VALUES.match(buffer, start).end()  # type: ignore[union-attr]
        if buffer.startswith("]", start):
            return
        value, end = _next_value(buffer, start, ended) if start < len(buffer) else (None, 0)
        if end:
            yield value
            start = end
        elif ended:
            return
        elif len(buffer) - start > longest:
            raise ValueTooLongError
        else:
            # Twice as much each time, so that parsing a long value again after every read takes linear time in all.
            data = file.read(max(CHUNK_BYTES, len(buffer) - start))
            ended = not data
            buffer, start = buffer[start:] + decode(data, ended), 0


def _next_value(buffer: str, start: int, ended: bool) -> tuple[Any, int]:
    """Return the value that begins at `start` and where it ends; an end of 0 means that more text is needed."""
    try:
        value, end = _decoder.raw_decode(buffer, start)
    except json.JSONDecodeError as error:
        cut_off = error.msg.startswith("Unterminated string") or error.pos >= len(buffer) - CHUNK_END_CHARACTERS
        if ended or not cut_off:
            raise json.JSONDecodeError(error.msg, error.doc[start:], error.pos - start) from None
        return None, 0
    return (value, end) if ended or end < len(buffer) else (None, 0)
