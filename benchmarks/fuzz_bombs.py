"""Small or plain files that are heavy to read: bombs of bounded size, deep nesting, columns of odd types, odd files."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

import pyarrow as pa

from benchmarks.fuzz_files import Row, page, parquet_of, zip_of

MEGABYTES = 1 << 20


def _packed(block: bytes, megabytes: int) -> bytes:
    sink = io.BytesIO()
    with gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=6, mtime=0) as file:
        for _ in range(megabytes * MEGABYTES // len(block)):
            file.write(block)
    return sink.getvalue()


def _docx_bomb(random: Random) -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<!DOCTYPE x [<!ENTITY e0 "guns">{entities}]><w:document xmlns:w="w">&e8;</w:document>'
    text = random.choice((text, "<w:p>" * 300_000, " " * 9_000_000))
    return zip_of({"word/document.xml": text.encode(), "[Content_Types].xml": b"<Types/>"})


def _shared_value(random: Random) -> bytes:
    indices, values = pa.array([0] * random.choice((5, 200)), pa.int32()), ["guns " * random.choice((10**5, 4 * 10**6))]
    shared = pa.DictionaryArray.from_arrays(indices, pa.array(values))
    return parquet_of(pa.table(dict.fromkeys(("text", "title", "source", "url", "author", "date"), shared)))


# Suffix and maker of each heavy file.
BOMBS: tuple[tuple[str, Callable[[Random], bytes]], ...] = (
    (".txt.gz", lambda r: _packed(b"guns " * 1000, 200)),
    (".jsonl.gz", lambda r: _packed(b"1\n" * 1000, r.choice((2, 16)))),
    (".csv.gz", lambda r: gzip.compress(b"text\n" + b"x\n" * r.choice((10**6, 4 * 10**6)), 6, mtime=0)),
    (".csv", lambda r: b"text,title\n" + b'a","\n' * 200_000),
    (".tsv.gz", lambda r: _packed(b"text\ttext\n" * 1000, 120)),
    (".html.gz", lambda r: _packed(b"<p>guns</p>" * 100, 120)),
    (".html", lambda r: b"<div><b>" * 200_000),
    (".html", lambda r: b"<p " + b"a='" * 300_000 + b">"),
    (".html", lambda r: b"<!--" * 300_000),
    (".warc", lambda r: b"WARC/1.0\r\n" * r.choice((50_000, 300_000))),
    (".warc", lambda r: b"WARC/1.0\r\nContent-Length: 5\r\n\r\n" * 100_000),
    (".json", lambda r: b"[" * 200_000),
    (".json", lambda r: b'{"text":' * 100_000),
    (".json", lambda r: b"[" + b"1," * 1_000_000 + b"1]"),
    (".json", lambda r: b"1 " * 500_000),
    (".jsonl", lambda r: b'{"text": ' + b"[" * 100_000 + b"\n" + b"9" * 1_000_000),
    (".txt", lambda r: ("«" * 100_000 + "\n(Photo: Ada Wrede)\n").encode()),
    (".txt", lambda r: (r.choice("“\"'«([{—.…\u0301\u202e") * 150_000).encode()),
    (".txt", lambda r: ("“said " * 30_000).encode()),
    (".txt", lambda r: ("\n" * 400_000 + "guns").encode()),
    (".pdf", lambda r: b"%PDF-1.4\n" + b"1 0 obj << /Kids [1 0 R] >> stream\nendstream\n" * 50_000),
    (".docx", _docx_bomb),
    (".parquet", _shared_value),
    (".parquet.gz", lambda r: _packed(b"PAR1" * 1000, 120)),
    (".zip", lambda r: zip_of({"../a.txt": b"guns " * 1_000_000})),
)  # fmt: skip


def odd_parquet(random: Random, rows: list[Row]) -> bytes:
    """Return a Parquet file with as many rows, some of its columns of types that text and dates seldom have."""
    n = len(rows)
    zone = random.choice(("UTC+2", "PST", "local", "+25:00", "Europe/Nowhere", "", "UTC"))
    size = random.choice((-(2**62), -1, 0, 10**9, 2**62))
    odd: list[Callable[[], pa.Array]] = [
        lambda: pa.array([min(size, 2**53)] * n, pa.timestamp(random.choice(("s", "ms", "us", "ns")), zone)),
        lambda: pa.array([datetime(2024, 3, 1)] * n, pa.timestamp("us", zone)),
        lambda: pa.array([size] * n, pa.int64()),
        lambda: pa.array([float("nan")] * n),
        lambda: pa.array([2**31 - 1] * n, pa.date32()),
        lambda: pa.array([size] * n, pa.duration("s")),
        lambda: pa.array([b"\xff\xfe"] * n, pa.binary()),
        lambda: pa.array([[{"a": ["x"]}]] * n),
        lambda: pa.array([{"text": "x", "b": None}] * n),
        lambda: pa.nulls(n),
        lambda: pa.array([[("k", "v")]] * n, pa.map_(pa.string(), pa.string())),
        lambda: pa.array([1] * n, pa.decimal128(38, 0)),
        lambda: pa.array(["x"] * n).dictionary_encode(),
    ]
    columns = {name: pa.array([str(row[name]) for row in rows]) for name in rows[0]}
    for name in random.sample(list(columns), random.randint(1, 3)):
        columns[name] = random.choice(odd)()
    for _ in range(random.choice((0, 0, 1))):
        columns[random.choice(("text.a", "TEXT", "", "\x00", "a" * 10_000, "🙂", "date"))] = random.choice(odd)()
    return parquet_of(pa.table(columns))


def odd_json(random: Random, rows: list[Row]) -> bytes:
    """Return JSON lines, as many as rows, with values of other types and shapes."""
    odd = (None, 1, -0.0, 1e308, 10**400, True, [], {}, [["x"]], {"text": "x"}, "\ud800", "\x00", "", " ", "9" * 5000)
    lines = []
    for row in rows:
        changed = {**row, random.choice(list(row)): random.choice(odd)}
        line = random.choice(
            (json.dumps(changed), json.dumps(changed), json.dumps([changed]), json.dumps(random.choice(odd)))
        )
        lines.append(line.replace("1e+308", random.choice(("1e999", "NaN", "-Infinity", "1e308"))))
    return "".join(f"{line}\n" for line in lines).encode()


def make_odd_items(folder: Path, random: Random) -> list[Path]:
    """Put links, a pipe, a socket and odd names into a folder; return the paths that must be accounted for."""
    text = page([{"title": "t", "text": "x", "source": "s", "author": "a", "date": "d", "url": "u"}])
    names = ("a\nb.txt", "a\x1b[31m.txt", "a\u202etxt.html", " .txt", "a'; touch x; '.txt", "$(touch x).txt", "-rf.txt",
             "%s{}.txt", "a" * 240 + ".txt", "con.txt", "a\\b.txt", "🙂.csv", ".txt", "a..txt", "a.TXT.GZ",
             "a.jsonl.gz.gz")  # fmt: skip
    made = []
    for name in random.sample(names, 4):
        (folder / name).write_bytes(text)
        made.append(folder / name)
    broken = folder / os.fsdecode(b"a\xff\xfe.txt")
    broken.write_bytes(text)
    os.mkfifo(folder / "pipe.txt")
    (folder / "empty.d").mkdir()
    links = {"nothing.txt": "none", "self.txt": "self.txt", "zero.txt": "/dev/zero", "passwd.txt": "/etc/passwd",
             "up.d": "..", "loop.d": ".", "proc.txt": "/proc/kmsg"}  # fmt: skip
    for name, target in links.items():
        (folder / name).symlink_to(target)
        made.append(folder / name)
    _make_socket(folder / "socket.txt")
    made += [broken, folder / "pipe.txt", folder / "socket.txt"]
    chosen = set(random.sample(made, random.randint(1, len(made))))
    for path in made:
        if path not in chosen:
            path.unlink()
    return sorted(path for path in chosen if not path.name.startswith("."))


def _make_socket(path: Path) -> None:
    """A socket in a folder whose path may be longer than the 108 bytes that its address may have."""
    here = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{here}/{path.name}")
    finally:
        os.close(here)
