"""Read Word files (.docx): one article per file, as it reads with all tracked changes accepted."""

import io
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.child_process import extract_in_child
from pipeline.ingest.formats.file_opening import ALWAYS_ALLOWED_BYTES
from pipeline.ingest.raw_document import RawDocument, Reject

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT, _PARAGRAPH, _RUN, _HIDDEN = f"{_W}t", f"{_W}p", f"{_W}r", f"{_W}rPr/{_W}vanish"
# Deleted and moved text, and text boxes, which repeat words of the article (pull quotes).
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent")}
_CHARACTERS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_HEADLINE_STYLES = ("title", "heading 1")
# The container of old .doc files, and of new ones with a password.
_OLE = b"\xd0\xcf\x11\xe0"


def extract_here(path: Path, config: IngestConfig) -> RawDocument | Reject:
    """Return the article of a Word file, read in this process.

    The headline is a first paragraph in the style `Title` or `Heading 1`, or else found as in plain text. The title,
    author and date among the properties are those of the template or of whoever saved the file, and are not read.
    """
    data = path.read_bytes()
    if data.startswith(_OLE):
        return Reject("bad_file", "an old .doc file, or one with a password; save it as .docx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()  # with the sizes that they declare and cannot exceed
        size, limit = sum(part.file_size for part in parts), config.max_unpacked_ratio * len(data)
        if size > max(ALWAYS_ALLOWED_BYTES, limit):
            return Reject("unpacks_too_far", f"{size} bytes; raise `max_unpacked_ratio` if it is news")
        largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
        if largest > config.max_page_bytes:
            detail = f"text with markup of {largest} bytes; `max_page_bytes` is {config.max_page_bytes}"
            return Reject("too_long", detail)
        paragraphs, headline = _read_paragraphs(data)
    except Exception as error:  # whatever the library raises is about this file alone
        return Reject("bad_file", f"not a whole .docx file: {type(error).__name__}: {error}; save it again")
    if not paragraphs:
        return Reject("no_text", "a .docx file without text; if it has pictures of text, save their text")
    if headline and len(paragraphs) > 1:
        return RawDocument(None, "\n\n".join(paragraphs[1:]), title=paragraphs[0])
    return RawDocument(None, "\n\n".join(paragraphs), headline_in_text=True)


extract_article = partial(extract_in_child, extract_here)


def _read_paragraphs(data: bytes) -> tuple[list[str], bool]:
    """Return the paragraphs that are not blank, tables included, and whether the first one is styled as a headline."""
    from docx import Document  # takes a tenth of a second, which only new files need
    from docx.text.paragraph import Paragraph

    document = Document(io.BytesIO(data))
    paragraphs: list[str] = []
    headline = False
    for element in document.element.body.iter(_PARAGRAPH):
        if any(ancestor.tag in _SKIPPED for ancestor in element.iterancestors()):
            continue
        text = "".join(_iterate_text(element)).strip()
        if text and not paragraphs:
            style = Paragraph(element, document._body).style
            headline = style is not None and (style.name or "").casefold() in _HEADLINE_STYLES
        paragraphs += [text] if text else []
    return paragraphs, headline


def _iterate_text(element: Any) -> Iterator[str]:
    """Yield the text below an element. `Paragraph.text` of python-docx leaves out insertions and content controls."""
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _SKIPPED and not (child.tag == _RUN and child.find(_HIDDEN) is not None):
            yield from _iterate_text(child)
