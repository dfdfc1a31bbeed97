"""Name the format of a file that is no text, by its first bytes, so that a user knows what to convert."""

from __future__ import annotations

# First bytes, and what begins with them.
_STARTS = (
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file (.doc, .xls)"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
# Zip files by what their first kilobytes contain.
_ZIPPED = (
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file (.odt)"),
    (b"mimetypeapplication/epub", "an e-book (.epub)"),
    (b"word/", "a Word file (.docx)"),
    (b"xl/", "an Excel file (.xlsx)"),
    (b"", "a zip file"),
)
_ZIP_START, _BEGINNING = b"PK\x03\x04", 8192


def name_format(data: bytes) -> str | None:
    """Return the name of a format that is not plain text, None if the bytes show none.

    Examples
    --------
    >>> name_format(b"%PDF-1.7"), name_format(b"It rained.")
    ('a PDF file', None)
    """
    if data.startswith(_ZIP_START):
        return next(name for part, name in _ZIPPED if part in data[:_BEGINNING])
    return next((name for start, name in _STARTS if data.startswith(start)), None)
