"""Every input format, plain and gzipped, and errors in files and rows."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from document_files import docx_of, pdf_of, set_lines
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from ingest_inputs import OTHER, STORY, Project, json_rows, parquet_of

from pipeline.ingest.formats import READERS, html, jsonl

TITLE = "Ferries cross the Anse again"
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} | Northwire</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Northwire">
<meta name="author" content="Anna Kessel"><link rel="canonical" href="https://northwire.example/world/ferries">
<meta property="article:published_time" content="2024-03-11T09:20:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>{TITLE}</h1>
{"".join(f"<p>{p}</p>" for p in STORY.split(chr(10) * 2))}<p>Share this article</p></article></body></html>"""


def row(text: str = STORY, **others: Any) -> dict[str, Any]:
    return {"title": TITLE, "text": text, "date": "2024-03-11", "site": "Northwire", "author": "Anna Kessel"} | others


def csv_of(*rows: Iterable[str], delimiter: str = ",") -> str:
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return sink.getvalue()


def warc_of(*pages: tuple[str, bytes], packed: bool = False) -> bytes:
    """Return a WARC file with a metadata record and a response for each address and HTTP message."""
    raw = io.BytesIO()
    sink: Any = GzipWriter(raw) if packed else raw
    for url, body in [("", b"software: ferry"), *pages]:
        record = WarcRecord()
        record.init_headers(WarcRecordType.response if url else WarcRecordType.warcinfo)
        record.headers["WARC-Date"] = "2024-03-12T00:00:00Z"
        if url:
            record.headers["WARC-Target-URI"] = url
            record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(body)
        record.write(sink)
    if packed:
        sink.close()
    return raw.getvalue()


def http(body: str | bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    data = body.encode("utf-8") if isinstance(body, str) else body
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


ITEM = f"<title>{TITLE}</title><dc:creator>Anna Kessel</dc:creator><pubDate>Mon, 11 Mar 2024 09:20:00 GMT</pubDate>"
HTML = "".join(f"<p>{p}</p>" for p in STORY.split("\n\n"))
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Northwire</title><item>{ITEM}<link>https://northwire.example/ferries</link><description>A teaser.</description>
<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[{HTML}]]></content:encoded></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Northwire</title><entry><title>{TITLE}</title>
<published>2024-03-11T09:20:00Z</published><updated>2024-04-01T00:00:00Z</updated><author><name>Anna Kessel</name>
</author><content type="html"><![CDATA[{HTML}]]></content></entry></feed>"""
MAIL = f"""From: desk@northwire.example\nTo: news@post.example\nSubject: {TITLE}
Date: Mon, 11 Mar 2024 09:20:00 +0100\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit

By Anna Kessel in Ostry\n\n{STORY}\n"""
DATED = ("By Anna Kessel in Ostry", "Published 11 March 2024")
CONTENTS: dict[str, Any] = {
    "a.jsonl": json_rows(row()),
    "a.ndjson": "\ufeff" + json_rows(row()),
    "list.json": json.dumps([row()], indent=1),
    "one.json": json.dumps(row()),
    "a.csv": csv_of(row(), row().values()),
    "semicolons.csv": csv_of(row(), row().values(), delimiter=";"),
    "markup.csv": csv_of(row(), (row() | {"text": HTML}).values()),
    "a.tsv": csv_of(row(), row().values(), delimiter="\t"),
    "a.parquet": parquet_of(pa.Table.from_pylist([row()])),
    "a.txt": f"{TITLE}\nBy Anna Kessel in Ostry\nPublished 11 March 2024\n{STORY}\nShare this article\n",
    "a.html": PAGE,
    "a.htm": PAGE,
    "a.rss": RSS,
    "a.xml": RSS,
    "a.atom": ATOM,
    "a.eml": MAIL,
    "nested.json": json.dumps({"status": "ok", "date": "2024-05-01", "data": {"articles": [row()]}}),
    "a.warc": warc_of(("https://northwire.example/world/ferries", http(PAGE))),
    "a.docx": docx_of(TITLE, *DATED, *STORY.split("\n\n"), "Share this article"),
    "a.pdf": pdf_of([(60, 760, 20, TITLE), *set_lines(*DATED, *STORY.split("\n\n"), "Share this article")]),
}


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("name", CONTENTS)
def test_format(project: Project, name: str, packed: str) -> None:
    project.add(name + packed, CONTENTS[name])
    assert project.run() == {"articles": 1, "rejected": 0}
    (article,) = project.articles
    assert article["text"] == f"{TITLE}\n\n{STORY}"
    assert (article["title"], article["author"], article["raw_path"]) == (TITLE, "Anna Kessel", name + packed)
    assert article["published_at"][:10] == "2024-03-11"
    assert article["language"] == "en"
    assert article["date_evidence"] == ("line" if name.endswith(("txt", "docx", "pdf")) else "field")
    if not name.endswith(("txt", "docx", "pdf", "eml")):
        assert article["source"] == "Northwire"


def test_every_suffix_is_tested() -> None:
    assert set(READERS) - {Path(name).suffix for name in CONTENTS} == {".xhtml"}


def test_warc_gzipped_record_by_record(project: Project) -> None:
    pages = [(f"https://northwire.example/{n}", http(PAGE.replace(TITLE, n))) for n in (TITLE, "Bread")]
    (project.raw / "crawl.warc.gz").write_bytes(warc_of(*pages, packed=True))
    project.run()
    bread, ferries = project.articles
    assert ferries["url"] == "https://northwire.example/world/ferries"
    assert ferries["newest_version"] == bread["newest_version"] == ferries["article_id"]


def test_warc_takes_the_address_from_the_record_but_not_the_day_of_the_crawl(project: Project) -> None:
    page = "\n".join(line for line in PAGE.split("\n") if "published_time" not in line and "canonical" not in line)
    page = page.replace("<html", "<html><head></head", 1) if "<body" not in page else page
    project.add("a.warc", warc_of(("https://northwire.example/x", http(page))))
    project.run()
    (article,) = project.articles
    assert (article["url"], article["published_at"]) == ("https://northwire.example/x", None)
    assert (article["date_given"], article["date_problem"]) == ("2024-03-12T00:00:00Z", "updated")


FEED = RSS.replace("</channel>", f"<item><description>{OTHER}<b/></description></item></channel>")
RECORDS = [
    ("https://northwire.example/ok", http(PAGE)),
    ("https://northwire.example/gone", http("gone", status="404 Not Found")),
    ("https://northwire.example/map.png", http(b"\x89PNG", "image/png")),
    ("https://northwire.example/empty", http("<html><body></body></html>")),
]
LINES = [
    json_rows(row()).encode(), b"{broken\n", b"\n", b"[1, 2]\n", b'{"body_html": "x"}\n', b'{"text": 7}\n',
    b'{"text": "caf\xe9"}\n', b'{"text": "a\0b"}\n', b"[" * 100_000 + b"\n", b'{"text": ' + b"9" * 5000 + b"}\n",
    json_rows("").encode(), json_rows(OTHER).encode(),
]  # fmt: skip
CELLS = f"""title,text
One,"{STORY.replace(chr(10), " ")}"
Two,"never closed
Three,"{OTHER}"
Four,a,b,c
Five,"x"y
Six,gun\0s"""


@pytest.mark.parametrize(("name", "data", "taken", "rejects"), [
    ("a.warc", warc_of(*RECORDS), 1, [(3, "no_text"), (4, "unknown_format"), (5, "no_text")]),
    ("a.warc", b"no warc at all", 0, [(None, "bad_file")]),
    ("a.jsonl", b"".join(LINES), 2,
     [(2, "bad_row"), (4, "bad_row"), (5, "missing_column"), (6, "bad_row"), (7, "bad_encoding"),
      *((n, "bad_row") for n in (8, 9, 10)), (11, "empty")]),
    ("a.json", f'[{json.dumps(row())}, {{"text": oops}}]', 1, [(2, "bad_row")]),
    ("a.json", "nothing", 0, [(None, "bad_file")]),
    # The third article has a blank line in it, so the lines after it count on.
    ("a.csv", CELLS, 2, [(n, "bad_row") for n in (3, 7, 8, 9)]),
    ("a.csv", "id,summary\n1,short\n", 0, [(None, "missing_column")]),
    ("a.csv", f'"{STORY}",2031-01-01\n', 0, [(None, "missing_column")]),
    ("a.csv", csv_of(["text"], [STORY], [OTHER]).encode("utf-16") + b"\x00", 2, [(None, "bad_encoding")]),
    ("a.csv", csv_of(["text"], [STORY], ["@"], [OTHER]).encode().replace(b"@", b"\xff\xfe"), 2,
     [(5, "bad_encoding")]),
    *(("a.rss", data, 1, [(2, "bad_row")]) for data in (FEED[:-9], FEED.replace("<b/>", "<x>" * 300))),
    ("a.rss", FEED.replace("<b/>", "<br> & &nbsp;"), 2, []),
    ("a.parquet", parquet_of({"text": [STORY.encode(), b"\xff", None, OTHER.encode()]}), 2,
     [(2, "bad_encoding"), (3, "empty")]),
    ("a.parquet", parquet_of({"text": [1, 2]}), 0, [(1, "bad_row"), (2, "bad_row")]),
    ("a.parquet", parquet_of({"summary": ["x"]}), 0, [(None, "missing_column")]),
    ("a.parquet", b"PAR1 not really", 0, [(None, "bad_file")]),
    ("a.html", '<meta charset="no-such-code"><p>мир</p>'.encode("cp1251"), 0, [(None, "bad_encoding")]),
    *(
        ("a.txt", data, 0, [(None, "bad_encoding")])
        for data in (b"\x81\x8d\x00", "Łódź и мир".encode("utf-16-le"), b"good \xc3\xa9 bad \xff", b"\x89PNG\r\n")
    ),
    # Half a character: in the only line, or in the second one of a table.
    *(
        (name, data, 0, [(row if "csv" in name else None, "bad_encoding")])
        for name in ("a.txt", "a.csv", "a.csv.gz")
        for row, data in [
            (None, b"\xfe\xff\x00"), (None, b"\xff\xfe\x00\xdc\x00\xdc"),
            (2, "text\nŁódź".encode("utf-16") + b"\xd8"),
        ]
    ),
    # Nothing to read.
    *(
        (name, data, 0, [(None, "empty")])
        for name, data in [
            ("a.jsonl", b""), ("a.jsonl", b"\n \n"), ("a.json", b"[]"), ("a.json", b"["), ("a.csv", b""),
            ("a.csv", b"text,title\n"), ("a.jsonl.gz", b""), ("a.warc", warc_of()),
            ("a.parquet", parquet_of({"text": pa.array([], pa.string())})),
        ]
    ),
])  # fmt: skip
def test_what_is_broken_is_named_and_costs_nothing_else(project: Project, name, data, taken, rejects) -> None:
    texts, found = project.read(name, data)
    assert (len(texts), found) == (taken, rejects)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_json_values_are_read_across_chunks(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(jsonl, "CHUNK_BYTES", chunk)
    values = [{"text": "Ñ “a”, [b]"}, 12, {"n": [1, {"x": None}]}, "s", True]
    for text in (json.dumps(values, ensure_ascii=False), "\n".join(json.dumps(value) for value in values)):
        assert list(jsonl.iterate_values(io.BytesIO(text.encode()), 1000)) == values


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_supported_encodings(project: Project, name: str, encoding: str) -> None:
    assert project.read(name, CONTENTS[name].encode(encoding)) == ([f"{TITLE}\n\n{STORY}"], [])


def test_page_in_its_declared_encoding(project: Project) -> None:
    page = PAGE.replace("utf-8", "windows-1251").replace("Jarek Moll", "Ярек Молл").replace("“", '"').replace("”", '"')
    ((text,), _) = project.read("a.html", page.encode("windows-1251"))
    assert "Ярек Молл" in text
    for charset in ("", "none\0", "hex", "windows-1251"):  # of the HTTP header
        found = html.decode_page("<p>мир</p>".encode("windows-1251"), charset)
        assert found == ("<p>мир</p>" if charset == "windows-1251" else None)
