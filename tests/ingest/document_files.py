"""Word and PDF files for tests."""

import io
from typing import Any

from docx import Document


def docx_of(*paragraphs: str | tuple[str, str], title: str = "") -> bytes:
    """Return a Word file with paragraphs, each a text or a text and its style."""
    document: Any = Document()
    for paragraph in paragraphs:
        text, style = (paragraph, None) if isinstance(paragraph, str) else paragraph
        document.add_paragraph(text, style)
    document.core_properties.title = title
    return saved(document)


def saved(document: Any) -> bytes:
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def pdf_of(
    *pages: list[tuple[float, float, float, str]], title: str = "", contents: bytes | None = None, filters: int = 0
) -> bytes:
    """Return a PDF file, each page a list of lines: x, y, size of letters and text (Windows-1252).

    `contents` are drawn instead of the lines, unpacked so many times as `filters` says.
    """
    packed = b"/Filter [" + b"/FlateDecode " * filters + b"]"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font,
        b"<< /Title (" + title.encode("cp1252") + b") >>",
    ]
    for n, lines in enumerate(pages):
        drawn = b"\n".join(_draw(*line) for line in lines) if contents is None else contents
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] {resources} /Contents {6 + 2 * n} 0 R >>"
        objects += [page.encode(), b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(drawn), packed, drawn)]
    data, offsets = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"<< /Size %d /Root 1 0 R /Info 4 0 R >>" % (len(objects) + 1)
    end = (len(objects) + 1, table, trailer, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer %s\nstartxref\n%d\n%%%%EOF\n" % end


def _draw(x: float, y: float, size: float, text: str) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %.1f Tf %.1f %.1f Td (%s) Tj ET" % (size, x, y, escaped)


def set_lines(
    *paragraphs: str, width: int = 60, x: float = 60, top: float = 700
) -> list[tuple[float, float, float, str]]:
    """Return paragraphs as lines of a page, of at most `width` characters, with a wider gap between paragraphs."""
    lines, y = [], top
    for paragraph in paragraphs:
        line = ""
        for word in [*paragraph.split(), ""]:
            if not word or len(line) + len(word) > width:
                lines.append((x, y, 11.0, line.strip()))
                y, line = y - 14, ""
            line += f"{word} "
        y -= 10
    return lines
