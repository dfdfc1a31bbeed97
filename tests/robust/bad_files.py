"""Broken files: packed, tabular, Parquet, HTML, WARC, names, links, archives."""

import gzip
import io
import json
import os
import re
import tarfile
import zipfile
import zlib
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.robust.bad_inputs import STORY, register_case, register_file
from tests.robust.bad_texts import ENGLISH, LINE

BOMB = 1_000_000_000  # bytes that a bomb unpacks to
PARAGRAPHS = "".join(f"<p>{p}</p>" for p in STORY.split("\n\n"))


def bomb(head: bytes, filling: bytes, size: int = BOMB) -> bytes:
    """Write a gzip file of a few megabytes at most that unpacks to `size` bytes."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts, block = [pack.compress(head)], filling * (1_000_000 // len(filling))
    parts += [pack.compress(block) for _ in range(size // len(block))]
    return b"".join([*parts, pack.flush()])


def page(inside: str = "", head: str = "") -> str:
    """Return an HTML page with the story and additional markup."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A quiet night</title>{head}</head>'
        f"<body><article><h1>A quiet night</h1>{PARAGRAPHS}{inside}</article></body></html>"
    )


def record(body: bytes, length: bytes | None = None) -> bytes:
    """Return a WARC response, with a false length if one is given."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
    head += b"WARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2024-03-12T00:00:00Z\r\nWARC-Target-URI: http://a.example/\r\n"
    return head + b"Content-Length: " + (length or str(len(http)).encode()) + b"\r\n\r\n" + http + b"\r\n\r\n"


SOUND = record(page().encode())
ROW = json.dumps({"text": STORY}).encode() + b"\n"
BOMBS = {
    "m.txt.gz": (STORY.encode(), b" guns", ["too_long"], 0),
    "m.jsonl.gz": (ROW, b"[" * 9_999 + b"\n", ["bad_row*", "unpacks_too_far", "bad_row"], 1),
    "m.csv.gz": (b"text\n", b"guns\n", ["unpacks_too_far"], 0),
    "m.html.gz": (page().encode(), b"<p>guns</p>", ["too_long"], 0),
    "m.parquet.gz": (b"PAR1", b"\0", ["unpacks_too_far"], 0),
    "m.warc.gz": (SOUND, b"\r\n", ["unpacks_too_far"], 1),
}
for name, (head, filling, rejects, taken) in BOMBS.items():
    register_file(f"gzip bomb of 1 GB, {name}", name, partial(bomb, head, filling), *rejects, taken=taken, long=True)
register_file("gzip bomb of 1 GB, one line of JSONL", "m.jsonl.gz", lambda: bomb(ROW, b"["), "too_long",
              "unpacks_too_far", taken=1, long=True)  # fmt: skip


@register_case("gzip bomb of 300 MB as a page inside a WARC", "too_long", taken=1, long=True)
def _(folder: Path) -> None:
    packed = bomb(b"<html>", b"<p>guns</p>", 300_000_000)
    coded = record(packed).replace(b"charset=utf-8\r\n", b"charset=utf-8\r\nContent-Encoding: gzip\r\n", 1)
    body = coded.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n\r\n")
    coded = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), coded, count=1)
    (folder / "m.warc").write_bytes(coded + SOUND)


register_file("gzip that names a path", "m.txt.gz",
              lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"../out.txt\0" + gzip.compress(STORY.encode())[10:],
              taken=1)  # fmt: skip


def _parquet(folder: Path, name: str, table: pa.Table) -> None:
    pq.write_table(table, folder / f"{name}.parquet", dictionary_pagesize_limit=1 << 30, store_schema=False)


@register_case("Parquet with text of other types", "bad_row", taken=1)
def _(folder: Path) -> None:
    _parquet(folder, "m1", pa.table({"text": pa.array([{"part": STORY}])}))
    _parquet(folder, "m2", pa.table({"text": pa.array([[ENGLISH[:300], ENGLISH[300:700]]])}))


@register_case("Parquet with dates, titles and sources of other types", taken=1)
def _(folder: Path) -> None:
    _parquet(folder, "m", pa.table({"text": [STORY], "date": [10**18], "title": [True], "source": [{"a": 1}]}))


@register_case("Parquet: a page that unpacks to 1 GB", "unpacks_too_far", long=True)
def _(folder: Path) -> None:
    table = pa.table({"text": pa.array(["guns " * 10_000_000] * 20)})
    pq.write_table(table, folder / "m.parquet", compression="zstd", use_dictionary=False)


register_file("CSV: marks that stay open for a million lines", "m.csv",
              lambda: 'text,title,url\nx"y,"z\n' + '""\n' * 1_000_000, "bad_row*", long=True)  # fmt: skip
register_file("CSV: a line of 50 MB", "m.csv", lambda: "text\n" + "guns " * (LINE // 5) + '\n"' + STORY + '"\n',
              "too_long", taken=1, long=True)  # fmt: skip


SCRIPT = "<script>document.write('“Not one village,” said Rustam Odei.')</script>"
register_file("HTML with scripts, styles, frames and handlers", "m.html",
              lambda: page(f"{SCRIPT * 200}<iframe src='javascript:1'></iframe><style>p{{color:red}}</style>"
                           "<p onclick='x()'></p>", head=SCRIPT), taken=1)  # fmt: skip
register_file("HTML with 48,000 breaks", "m.html", lambda: page("<br>" * 48_000), taken=1, long=True)
register_file("HTML nested 40,000 deep", "m.html", lambda: page("<div><b>" * 20_000), taken=1)
register_file("HTML with a tag of 100,000 attributes", "m.html",
              lambda: page(f"<p {' '.join(f'a{n}={n}' for n in range(100_000))}>guns</p>"),
              "too_many_tags")  # fmt: skip
register_file("HTML of 50 MB in one line", "m.html", lambda: page("guns " * (LINE // 5)), "too_long", long=True)


LINKED_DATA = '<script type="application/ld+json">' + '{"@type": "NewsArticle", "author": [' * 130_000 + "</script>"
register_file("HTML with broken JSON-LD of 5 MB", "m.html", lambda: page(head=LINKED_DATA), taken=1, long=True)
register_file("WARC with a length that is too long", "m.warc", lambda: record(b"<p>gone</p>", b"500000") + SOUND,
              "bad_row", taken=1)  # fmt: skip


@register_case("file names with newlines, quotes, controls and bad bytes", taken=3)
def _(folder: Path) -> None:
    names = (b"m\n\r.txt", "m\u202e“;rm -rf $HOME; '.txt".encode(), b"m\x1b[31m\xff\xfe\x07.txt")
    for number, name in enumerate(names):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(f"{STORY} Boat {number}.".encode())


@register_case("path traversal in archives", "unknown_format", "unknown_format")
def _(folder: Path) -> None:
    with tarfile.open(folder / "m.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("../evil.txt")
        entry.size = len(STORY.encode())
        tar.addfile(entry, io.BytesIO(STORY.encode()))
    with zipfile.ZipFile(folder / "m.zip", "w") as archive:
        archive.writestr("../evil.txt", STORY)
        archive.writestr("/evil.txt", STORY)
