"""Read PDF files with text: one article per file."""

import re
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.child_process import extract_in_child
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.ingest.unicode_normalisation import folded_words

# How many lines at the top and at the bottom of a page may be a running head.
EDGE_LINES = 3
# Gaps between lines, in usual gaps, from which a paragraph or a page number is set apart.
PARAGRAPH_GAP, EDGE_GAP = 1.25, 1.6
SMALL, LARGE = 0.85, 1.2  # of the usual size of letters
INDENT, MAX_INDENT = 0.5, 6.0  # in sizes of the letters
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\.? )?\d{1,4}(?:\W+(?:\w+ )?\d{1,4})?\W*")
_DAY = re.compile(r"(?=.{0,50}\b\d{1,2}\b).{6,50}\b(?:19|20)\d\d")  # "Sellmouth, 22 March 2031"
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
# A hyphen at the end of a line. U+2010 is one that the layout added, where the text has others.
_BROKEN = re.compile(r"(?<![^\W\d_])(?P<first>[^\W\d_]++)(?P<hyphen>[-\u2010])$")
_LONGEST_WORD = 100
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Line(NamedTuple):
    """A line of a page: its place (`y` grows upwards), the size of its letters, and its text."""

    x: float
    y: float
    size: float
    text: str


def join_lines(pages: list[list[Line]]) -> tuple[list[str], str]:
    """Return the paragraphs of all pages in order, and what stands above the text of pages, such as a date."""
    pages = [[line for line in page if line.text] for page in pages]
    gaps = [(one.y - two.y) / two.size for page in pages for one, two in pairwise(page) if two.size]
    gap = median([gap for gap in gaps if 0.5 < gap < 3] or [1.2])  # usual distance of two lines, in sizes of letters
    kept = _without_running_heads(pages, gap)
    lines = [line for page in kept for line in page]
    tops = [max((line.y for line in page), default=0) for page in kept]
    above = {line.text: None for page, top in zip(pages, tops, strict=True) for line in page if line.y > top}
    begins = [
        number == 0 or (number < EDGE_LINES and bool(_DAY.fullmatch(line.text)))
        or _begins_paragraph(lines[number - 1], line, gap)
        for number, line in enumerate(lines)
    ]  # fmt: skip
    return join_broken([line.text for line in lines], begins), " | ".join(above)


def join_broken(lines: list[str], begins: list[bool]) -> list[str]:
    """Return the paragraphs of lines, of which the first and some others begin one; broken words are whole again."""
    known, broken = Counter[str](), False  # whole words, in small letters
    for line in lines:
        words, before = _WORD.findall(line.lower()), broken
        broken = _BROKEN.search(line) is not None
        known.update(words[before : len(words) - 1 if broken else None])
    paragraphs: list[str] = []
    for line, is_first in zip(lines, begins, strict=True):
        if is_first:
            paragraphs.append(line)
        else:
            paragraphs[-1] = _join(paragraphs[-1], line, known)
    return paragraphs


def _begins_paragraph(before: Line, line: Line, gap: float) -> bool:
    """Whether a paragraph begins with a line: it is set apart, indented, or in letters of another size."""
    if not line.size or abs(line.size - before.size) > 0.1 * line.size:
        return True
    distance = (before.y - line.y) / line.size
    if distance < -0.5 or distance > 4 * gap:  # the next column or page
        return _SENTENCE_END.search(before.text) is not None
    return distance > PARAGRAPH_GAP * gap or INDENT < (line.x - before.x) / line.size < MAX_INDENT


def _join(text: str, line: str, known: Counter[str]) -> str:
    """Join a line to the text before it; a word that a hyphen breaks is whole again, as it stands elsewhere."""
    broken = _BROKEN.search(text, max(0, len(text) - _LONGEST_WORD))
    rest = _WORD.match(line)
    if broken is None or rest is None:
        return f"{text} {line}"
    first, second = broken["first"], rest.group()
    compound, joined = known[f"{first}-{second}".lower()], known[f"{first}{second}".lower()]
    if compound == joined and broken["hyphen"] == "-":  # two words that stand elsewhere (`two-year`), or syllables
        compound += all(known[part.lower()] for part in (first, second.split("-")[0]))
    keeps_hyphen = compound > joined or not second[0].islower()
    return f"{text[:-1]}{'-' if keeps_hyphen else ''}{line}"


def _without_running_heads(pages: list[list[Line]], gap: float) -> list[list[Line]]:
    """Return the pages without lines at their edges that come back at the same place, and without page numbers."""
    usual_size = median([line.size for page in pages for line in page] or [1.0])
    by_height = [sorted(page, key=lambda line: line.y) for page in pages]
    edges = [page[:EDGE_LINES] + page[-EDGE_LINES:] for page in by_height]
    seen = Counter(key for page in edges for key in {_head_key(line) for line in page})
    heads = {key for key, count in seen.items() if count > 1 and 2 * count >= len(pages)}
    kept = [
        [line for line in page
         if not (line in edge and (_head_key(line) in heads or _stands_apart(line, page, gap, usual_size)))]
        for page, edge in zip(pages, edges, strict=True)
    ]  # fmt: skip
    first = kept[0] if kept else []
    # The headline has the largest letters of the first page: a line above it is no part of the text.
    headline = next((line for line in first if line.size > LARGE * usual_size and " " in line.text.strip()), None)
    above = [line for line in first if headline and line.y > headline.y]
    is_edge = len(above) <= EDGE_LINES and all(line in edges[0] for line in above)
    return [[line for line in first if line not in above], *kept[1:]] if is_edge else kept


def _head_key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.y / 4)  # the same on all pages but for figures


def _stands_apart(line: Line, page: list[Line], gap: float, usual_size: float) -> bool:
    """Whether a line above or below all others is set apart, and is a page number or in smaller letters."""
    others = [other.y for other in page if other is not line]
    if not others or min(others) < line.y < max(others):
        return False
    apart = min(abs(line.y - y) for y in others) > EDGE_GAP * gap * line.size
    return apart and (line.size < SMALL * usual_size or _PAGE_NUMBER.fullmatch(line.text) is not None)


SCAN = "no text in the file, as in a scan; recognise its text first, for example with `ocrmypdf IN.pdf OUT.pdf`"
_SOFT_HYPHEN = "\u00ad"
_BREAKING_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen and the end of the line after it


def extract_here(path: Path, config: IngestConfig) -> RawDocument | Reject:
    """Return the article of a PDF file, read in this process.

    The title among the properties of the file is the headline only if the text begins with it: often it is the name of
    a file. Its author and dates are those of the file, not of the article, and are not read.
    """
    from pypdfium2 import PdfDocument, PdfiumError  # only new files need it

    try:
        document = PdfDocument(path.read_bytes())
    except PdfiumError as error:
        if "password" in str(error).lower():
            return Reject("bad_file", "the file has a password; save a copy without it")
        return Reject("bad_file", f"not a whole PDF file: {error}; fetch or save it again")
    try:
        if len(document) > config.max_pdf_pages:
            detail = f"{len(document)} pages; `max_pdf_pages` is {config.max_pdf_pages}: split it, or raise the limit"
            return Reject("too_long", detail)
        pages: list[list[Line]] = []
        characters = 0
        for number in range(len(document)):
            pages.append(_read_lines(document[number]))
            characters += sum(len(line.text) for line in pages[-1])
            if characters > config.max_raw_characters:
                return Reject("too_long", f"more than {config.max_raw_characters} characters; one PDF is one article")
        title = document.get_metadata_value("Title")
    except PdfiumError as error:
        return Reject("bad_file", f"page {len(pages) + 1} cannot be read: {error}; fetch or save it again")
    finally:
        document.close()
    paragraphs, above = join_lines(pages)
    if not paragraphs:
        return Reject("no_text", SCAN)
    if len(paragraphs) > 1 and folded_words(title) == folded_words(paragraphs[0]) != []:
        return RawDocument(None, "\n\n".join(paragraphs[1:]), title=paragraphs[0], running_head=above or None)
    return RawDocument(None, "\n\n".join(paragraphs), running_head=above or None, headline_in_text=True)


# Some files fill the memory or crash the library.
extract_article = partial(extract_in_child, extract_here)


def _read_lines(page: Any) -> list[Line]:
    """Return the lines of a page in their order, each with its place and the size of its letters."""
    from pypdfium2.raw import FPDFText_GetFontSize, FPDFText_GetUnicode

    text_page = page.get_textpage()
    lines: list[Line] = []
    line, start = "", -1  # the characters of a line, and where its first but blanks stands
    for index in range(count := text_page.count_chars()):
        character = chr(FPDFText_GetUnicode(text_page, index))
        breaks = character in _BREAKING_HYPHENS
        if breaks:
            line += "-"
        elif character not in ("\r", "\n", _SOFT_HYPHEN):
            line += character
            start = index if start < 0 and not character.isspace() else start
        if (breaks or character in "\r\n" or index == count - 1) and start >= 0:
            left, bottom, *_ = text_page.get_charbox(start, loose=True)
            size = FPDFText_GetFontSize(text_page, start)
            lines.append(Line(left, bottom, size if size > 0 else 1.0, line.strip()))
        if breaks or character in "\r\n":
            line, start = "", -1
    text_page.close()
    page.close()
    return lines
