"""Every input format, plain and gzipped, and errors in files and rows."""

from __future__ import annotations

import gzip
import io
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from document_files import docx_of, pdf_of, set_lines
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from ingest_inputs import OTHER, STORY, Project

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


def csv_of(*rows: list[str], delimiter: str = ",") -> str:
    quoted = ([delimiter.join('"' + value.replace('"', '""') + '"' for value in fields)] for fields in rows)
    return "\r\n".join(line for (line,) in quoted) + "\r\n"


def parquet_of(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def warc_of(*pages: tuple[str, bytes], packed: bool = False) -> bytes:
    """Return a WARC file with a metadata record and a response for each address and HTTP message."""
    raw = io.BytesIO()
    sink: Any = GzipWriter(raw) if packed else raw
    for kind, url, body in [
        (WarcRecordType.warcinfo, "", b"software: ferry"),
        *((WarcRecordType.response, *p) for p in pages),
    ]:
        record = WarcRecord()
        record.init_headers(kind)
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
    "a.jsonl": json.dumps(row()) + "\n",
    "a.ndjson": "\ufeff" + json.dumps(row()) + "\n",
    "list.json": json.dumps([row()], indent=1),
    "one.json": json.dumps(row()),
    "a.csv": csv_of(list(row()), list(row().values())),
    "semicolons.csv": csv_of(list(row()), list(row().values()), delimiter=";"),
    "a.tsv": csv_of(list(row()), list(row().values()), delimiter="\t"),
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
    tested = {Path(name).suffix for name in CONTENTS}
    assert set(READERS) - tested == {".xhtml"}


def test_warc_gzipped_record_by_record(project: Project) -> None:
    pages = [
        ("https://northwire.example/a", http(PAGE)),
        ("https://northwire.example/b", http(PAGE.replace(TITLE, "Bread"))),
    ]
    (project.raw / "crawl.warc.gz").write_bytes(warc_of(*pages, packed=True))
    project.run()
    assert project.articles[0]["url"] == "https://northwire.example/world/ferries"
    assert project.reasons() == [("crawl.warc.gz", 3, "near_duplicate")]


def test_warc_takes_the_address_from_the_record_but_not_the_day_of_the_crawl(project: Project) -> None:
    page = "\n".join(line for line in PAGE.split("\n") if "published_time" not in line and "canonical" not in line)
    page = page.replace("<html", "<html><head></head", 1) if "<body" not in page else page
    project.add("a.warc", warc_of(("https://northwire.example/x", http(page))))
    project.run()
    assert project.articles[0]["url"] == "https://northwire.example/x"
    assert project.articles[0]["published_at"] is None
    assert project.articles[0]["date_given"] == "2024-03-12T00:00:00Z"
    assert project.articles[0]["date_problem"] == "updated"


def test_rejects_of_warc_records(project: Project) -> None:
    pages = [
        ("https://northwire.example/ok", http(PAGE)),
        ("https://northwire.example/gone", http("gone", status="404 Not Found")),
        ("https://northwire.example/map.png", http(b"\x89PNG", "image/png")),
        ("https://northwire.example/empty", http("<html><body></body></html>")),
    ]
    data = warc_of(*pages)
    project.add("a.warc", data)
    project.add("cut.warc.gz", data)
    cut = project.raw / "cut.warc.gz"
    cut.write_bytes(cut.read_bytes()[:-30])
    project.add("none.warc", b"no warc at all")
    project.run()
    reasons = project.reasons()
    assert reasons[:3] == [("a.warc", 3, "no_text"), ("a.warc", 4, "unknown_format"), ("a.warc", 5, "no_text")]
    assert ("none.warc", None, "bad_file") in reasons
    assert ("cut.warc.gz", None, "bad_file") in reasons


def test_broken_json_lines_do_not_affect_other_lines(project: Project) -> None:
    lines: list[str | bytes] = [
        json.dumps(row()), "{broken", "", "[1, 2]", json.dumps({"body_html": "x"}), json.dumps(row(text=7)),
        b'{"text": "caf\xe9"}', b'{"text": "a\0b"}', "[" * 100_000, '{"text": ' + "9" * 5000 + "}", json.dumps(row("")),
        json.dumps(row(OTHER)),
    ]  # fmt: skip
    project.add("a.jsonl", b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    assert project.run()["articles"] == 2
    assert project.reasons() == [
        ("a.jsonl", 2, "bad_row"),
        ("a.jsonl", 4, "bad_row"),
        ("a.jsonl", 5, "missing_column"),
        ("a.jsonl", 6, "bad_row"),
        ("a.jsonl", 7, "bad_encoding"),
        ("a.jsonl", 8, "bad_row"),
        ("a.jsonl", 9, "bad_row"),
        ("a.jsonl", 10, "bad_row"),
        ("a.jsonl", 11, "empty"),
    ]


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_json_values_are_read_across_chunks(chunk: int) -> None:
    values = [{"text": "Ñ “a”, [b]"}, 12, {"n": [1, {"x": None}]}, "s", True]
    for text in (json.dumps(values, ensure_ascii=False), "\n".join(json.dumps(value) for value in values)):
        assert list(jsonl.iterate_values(io.BytesIO(text.encode()), chunk)) == values


def test_broken_json_file(project: Project) -> None:
    project.add("a.json", "[" + json.dumps(row()) + ', {"text": oops}]')
    project.add("b.json", "nothing")
    project.run()
    assert project.reasons() == [("a.json", 2, "bad_row"), ("b.json", None, "bad_file")]


def test_broken_csv_rows(project: Project) -> None:
    text = STORY.replace("\n\n", " ")
    rows = [
        "title,text",
        f'One,"{text}"',
        'Two,"never closed',
        f'Three,"{OTHER}"',
        "Four,a,b,c",
        'Five,"x"y',
        f"Six,{text[:20]}\0",
    ]
    project.add("a.csv", "\n".join(rows))
    assert project.run()["articles"] == 2
    # The third article has a blank line in it, so the lines after it count on.
    assert project.reasons() == [
        ("a.csv", 3, "bad_row"),
        ("a.csv", 7, "bad_row"),
        ("a.csv", 8, "bad_row"),
        ("a.csv", 9, "bad_row"),
    ]


def test_csv_without_text_or_lines(project: Project) -> None:
    project.add("a.jsonl", json.dumps(row()))
    project.add("b.csv", "id,summary\n1,short\n")
    project.add("c.csv", "")
    project.add("d.csv", f'"{row()["text"]}",2031-01-01\n')
    project.run()
    assert project.reasons() == [
        ("b.csv", None, "missing_column"),
        ("c.csv", None, "empty"),
        ("d.csv", None, "missing_column"),
    ]
    assert "`id`, `summary`" in project.rejects[0]["detail"]
    assert "the first line has no names of columns" in project.rejects[2]["detail"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("b.jsonl", b""),
        ("b.jsonl", b"\n \n"),
        ("b.json", b"[]"),
        ("b.json", b"["),
        ("b.csv", b"text,title\n"),
        ("b.jsonl.gz", b""),
        ("b.parquet", parquet_of(pa.table({"text": pa.array([], pa.string())}))),
        ("b.warc", warc_of()),
    ],
)
def test_a_file_without_anything_to_read_is_a_reject(project: Project, name: str, data: bytes) -> None:
    project.add("a.txt", STORY)
    project.add(name, data)
    project.run()
    assert [reject["raw_path"] for reject in project.rejects] == [name]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_supported_encodings(project: Project, name: str, encoding: str) -> None:
    project.add(name, CONTENTS[name].encode(encoding))
    project.run()
    assert project.articles[0]["text"] == f"{TITLE}\n\n{STORY}"


@pytest.mark.parametrize(
    "data", [b"\x81\x8d\x00\x01", "Łódź и мир".encode("utf-16-le"), b"good \xc3\xa9 bad \xff", b"\x89PNG\r\n\x1a\n"]
)
def test_unsupported_encodings(project: Project, data: bytes) -> None:
    project.add("a.jsonl", json.dumps(row()))
    project.add("b.txt", data)
    project.run()
    assert project.reasons() == [("b.txt", None, "bad_encoding")]


@pytest.mark.parametrize(
    "data", [b"\xfe\xff\x00", "text\nŁódź".encode("utf-16") + b"\xd8", b"\xff\xfe\x00\xdc\x00\xdc"]
)
@pytest.mark.parametrize("name", ["b.txt", "b.csv", "b.csv.gz"])
def test_a_truncated_character(project: Project, name: str, data: bytes) -> None:
    project.add("a.jsonl", json.dumps(row()))
    project.add(name, data)
    project.run()
    assert {(path, reason) for path, _, reason in project.reasons()} == {(name, "bad_encoding")}


def test_rows_before_a_truncated_character_are_read(project: Project) -> None:
    project.add("a.csv", csv_of(["text"], [STORY], [OTHER]).encode("utf-16") + b"\x00")
    assert project.run()["articles"] == 2
    assert project.reasons() == [("a.csv", None, "bad_encoding")]


def test_bad_bytes_in_one_csv_row(project: Project) -> None:
    body = csv_of(["text"], [STORY], ["@"], [OTHER]).encode().replace(b"@", b"\xff\xfe")
    project.add("a.csv", body)
    assert project.run()["articles"] == 2
    assert project.reasons() == [("a.csv", 5, "bad_encoding")]


def test_page_in_its_declared_encoding(project: Project) -> None:
    page = PAGE.replace("utf-8", "windows-1251").replace("Jarek Moll", "Ярек Молл").replace("“", '"').replace("”", '"')
    project.add("a.html", page.encode("windows-1251"))
    project.add("b.html", page.replace("windows-1251", "no-such-code").encode("windows-1251"))
    project.run()
    assert "Ярек Молл" in project.articles[0]["text"]
    assert project.reasons() == [("b.html", None, "bad_encoding")]


def test_parquet_types(project: Project) -> None:
    moment = datetime(2024, 3, 11, 9, 20, tzinfo=UTC)
    nested = {
        "text": [STORY.encode(), b"\xff", None, OTHER.encode()],
        "date": pa.array([moment] * 4, pa.timestamp("ns", "UTC")),
    }
    project.add("a.parquet", parquet_of(pa.table(nested)))
    project.add("b.parquet", parquet_of(pa.table({"text": [1, 2]})))
    project.add("c.parquet", parquet_of(pa.table({"summary": ["x"]})))
    project.add("d.parquet", b"PAR1 not really")
    project.add("e.parquet.gz", parquet_of(pa.table({"text": ["x"]}))[:50])
    assert project.run()["articles"] == 2
    assert project.articles[0]["published_at"] == "2024-03-11"
    assert project.articles[0]["published_time"] == "09:20:00Z"
    assert project.reasons() == [
        ("a.parquet", 2, "bad_encoding"),
        ("a.parquet", 3, "empty"),
        ("b.parquet", 1, "bad_row"),
        ("b.parquet", 2, "bad_row"),
        ("c.parquet", None, "missing_column"),
        ("d.parquet", None, "bad_file"),
        ("e.parquet.gz", None, "bad_file"),
    ]


def test_rows_before_the_end_of_a_truncated_gzip_are_read(project: Project) -> None:
    noise = random.Random(1)
    lines = [json.dumps(row(f"{STORY} {noise.getrandbits(3200):x}", title=f"Ferry {n}")) for n in range(40)]
    packed = gzip.compress("\n".join(lines).encode())
    (project.raw / "a.jsonl.gz").write_bytes(packed[: len(packed) * 3 // 4])
    (project.raw / "b.txt.gz").write_bytes(b"not gzip")
    assert project.run()["articles"] > 0
    assert [reason for reason in project.reasons() if reason[2] != "near_duplicate"] == [
        ("a.jsonl.gz", None, "bad_file"),
        ("b.txt.gz", None, "bad_file"),
    ]
    assert "fetch it again" in project.rejects[-1]["detail"]


@pytest.mark.parametrize("charset", ["", "none\0", "hex", "windows-1251"])
def test_charset_of_the_http_header(charset: str) -> None:
    values = html.decode_page("<p>мир</p>".encode("windows-1251"), charset)
    assert values == ("<p>мир</p>" if charset == "windows-1251" else None)
