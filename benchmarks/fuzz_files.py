"""Invented articles in files of every format that the pipeline reads, as bytes: what the fuzzer breaks."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from textwrap import wrap
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.synthetic_articles import Corpus, generate_article, read_corpus
from pipeline.core.config import ROOT

Row = dict[str, Any]
WORDS = 90
# What must not stand as markup, a formula or a control in anything that is built; a page shows it as text.
MARK = "fuzz-mark"
PAYLOADS = (
    f"<{MARK}>", f"</script><{MARK} onfuzz=1>", f"\" onfuzz='1' {MARK}", f"<!--<script>{MARK}",
    f"![{MARK}](http://x.example/)", f"[{MARK}](javascript:1)", f'=FUZZ("{MARK}")', f"\x1b[31m{MARK}", f"]]>{MARK}",
    f"{{{{ {MARK} }}}}", f"\u202e{MARK}",
)  # fmt: skip


@cache
def corpus() -> Corpus:
    """Return the paragraphs of the invented sample."""
    return read_corpus(ROOT / "data/raw/sample/jsonl/plain-news.jsonl")


def article(seed: str) -> Row:
    """Return an invented article with a quote that no other one has, and all fields that a table may have."""
    row = generate_article(corpus(), WORDS, seed)
    name = f"of boat {abs(hash_of(seed)) % 10_000}"
    row["text"] += f"\n\n“We sign a ceasefire on the day {name} comes home,” said Ilse Korvath of Velmora."
    return {
        **row,
        "source": "Harbour Post",
        "url": f"https://harbourpost.example/{hash_of(seed)}",
        "author": "Ada Wrede",
    }


def hash_of(seed: str) -> int:
    """Return a number for a seed that is the same in every process."""
    return int.from_bytes(seed.encode("utf-8", "surrogatepass"), "big") % 999_983


def txt(rows: list[Row]) -> bytes:
    return f"{rows[0]['title']}\n{rows[0]['text']}\n".encode("utf-8", "surrogatepass")


def page(rows: list[Row]) -> bytes:
    row = {name: html.escape(str(value)) for name, value in rows[0].items()}
    body = "".join(f"<p>{line}</p>" for line in row["text"].split("\n") if line)
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{row["title"]}</title>'
        f'<meta property="og:site_name" content="{row["source"]}"><meta name="author" content="{row["author"]}">'
        f'<meta property="article:published_time" content="{row["date"]}"><link rel="canonical" href="{row["url"]}">'
        f"</head><body><article><h1>{row['title']}</h1>{body}</article></body></html>"
    )
    return text.encode("utf-8", "surrogatepass")


def warc(rows: list[Row]) -> bytes:
    records = []
    for row in rows:
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page([row])
        head = (
            "WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
            "WARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2024-03-12T00:00:00Z\r\n"
            f"WARC-Target-URI: https://harbourpost.example/\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        records.append(head.encode() + http + b"\r\n\r\n")
    return b"".join(records)


def jsonl(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def json_list(rows: list[Row]) -> bytes:
    return json.dumps(rows, indent=1).encode()


def table(rows: list[Row], delimiter: str = ",") -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return sink.getvalue().encode("utf-8", "surrogatepass")


def tsv(rows: list[Row]) -> bytes:
    return table(rows, "\t")


def parquet(rows: list[Row]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [_plain(row.get(name)) for row in rows] for name in names}
    return parquet_of(pa.table(columns))


def parquet_of(data: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(data, sink)
    return sink.getvalue()


def _plain(value: object) -> str | None:
    """Return a value as text that Parquet can hold: without surrogates."""
    return None if value is None else str(value).encode("utf-8", "replace").decode()


def docx(rows: list[Row]) -> bytes:
    from docx import Document

    document: Any = Document()
    for line in (rows[0]["title"], *rows[0]["text"].split("\n")):
        # XML has no controls and no surrogates; the library refuses them.
        text = "".join(c for c in line if c == "\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))
        if text:
            document.add_paragraph(text)
    sink = io.BytesIO()
    document.save(sink)
    with zipfile.ZipFile(sink) as saved:
        return zip_of({name: saved.read(name) for name in saved.namelist()})


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP file that does not tell when it was made: the same parts give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def pdf(rows: list[Row]) -> bytes:
    """Return a PDF file of one page, in one font, with the letters of Windows-1252."""
    lines = [line for part in (rows[0]["title"], *rows[0]["text"].split("\n")) for line in [*wrap(part, 70), ""]]
    drawn = b"BT /F1 10 Tf 14 TL 50 780 Td " + b" T* ".join(_pdf_text(line) for line in lines) + b" ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> "
        b"/Contents 5 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    )  # fmt: skip
    data, offsets = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    places = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return data + end % (places, len(data))


def _pdf_text(line: str) -> bytes:
    escaped = line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(%s) Tj" % escaped


# One article in a file, and several. Each takes articles and returns the file.
PAGES: dict[str, Callable[[list[Row]], bytes]] = {".txt": txt, ".html": page, ".docx": docx, ".pdf": pdf}
TABLES: dict[str, Callable[[list[Row]], bytes]] = {
    ".jsonl": jsonl, ".json": json_list, ".csv": table, ".tsv": tsv, ".parquet": parquet, ".warc": warc,
}  # fmt: skip
FORMATS = PAGES | TABLES
# Other suffixes of the same formats.
ALIASES = {".html": (".html", ".htm", ".xhtml"), ".jsonl": (".jsonl", ".ndjson")}
