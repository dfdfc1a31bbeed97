"""The inputs of the fuzzer: good articles in every format, the same in every round, and broken files by a seed."""

import csv
import gzip
import html
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.input_mutations import mutate_bytes, mutate_text
from benchmarks.synthetic_articles import Corpus, generate_article, read_corpus
from pipeline.core.config import ROOT
from tests.ingest.document_files import docx_of, pdf_of, set_lines
from tests.robust import bad_files, bad_inputs, bad_texts  # noqa: F401 - they register their cases
from tests.robust.odd_files import make_socket

Row = dict[str, Any]
GOOD, BROKEN = "a-good", "broken"  # in this order, so that a good article is never rejected as a copy of a broken one
ROWS, WORDS = 3, 90
# What must not stand as markup, a formula or a control in anything that is built; a page shows it as text.
MARK = "fuzz-mark"
PAYLOADS = (
    f"<{MARK}>", f"</script><{MARK} onfuzz=1>", f"\" onfuzz='1' {MARK}", f"<!--<script>{MARK}",
    f"![{MARK}](http://x.example/)", f"[{MARK}](javascript:1)", f'=FUZZ("{MARK}")', f"\x1b[31m{MARK}", f"]]>{MARK}",
    f"{{{{ {MARK} }}}}", f"\u202e{MARK}",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file of the input, and what was done to it."""

    path: str  # relative to the input
    how: str
    # How many articles and rejects it must give together; None where only "at least one" is certain.
    documents: int | None = None

    @property
    def shown(self) -> str:
        """The path as the tables have it, which are UTF-8."""
        return os.fsencode(self.path).decode("utf-8", "backslashreplace")


def write_good(folder: Path) -> list[Case]:
    """Write good articles in every format, plain and packed, and some with hostile words; the same in every round."""
    cases = []
    for suffix, make in FORMATS.items():
        for packed in ("", ".gz"):
            rows = [article(f"good {suffix}{packed} {n}") for n in range(_rows_of(suffix))]
            data = gzip.compress(make(rows), mtime=0) if packed else make(rows)
            cases.append(_write(folder, f"{GOOD}/story{suffix}{packed}", data, "good", len(rows)))
    hostile = [_hostile(article(f"hostile {n}"), payload) for n, payload in enumerate(PAYLOADS)]
    return [*cases, _write(folder, f"{GOOD}/hostile.jsonl", jsonl(hostile), "good", len(hostile))]


def write_broken(folder: Path, seed: str, files: int, odd_files: bool) -> list[Case]:
    """Write broken files, drawn by a seed, one of them heavy; and, if wanted, links, pipes and odd names."""
    random = Random(seed)
    heavy = write_heavy(folder / BROKEN / "heavy", random) if files else []
    cases = [Case(str(path.relative_to(folder)), "heavy file") for path in heavy]
    for number in range(1, files):
        suffix, how, data, documents = random.choice(MUTATIONS)(random, f"{seed} {number}")
        cases.append(_write(folder, f"{BROKEN}/{number:03}{suffix}", data, how, documents))
    if odd_files:
        place = folder / BROKEN / "odd"
        place.mkdir(parents=True)
        cases += [Case(str(path.relative_to(folder)), "odd file") for path in make_odd_items(place, random)]
    return cases


def _write(folder: Path, name: str, data: bytes, how: str, documents: int | None) -> Case:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Case(name, how, documents)


def _hostile(row: Row, payload: str) -> Row:
    quote = f"\n\n“No truce {payload} before the harvest,” said Jarek Moll {payload} of Kestria."
    return {**row, "text": row["text"] + quote, "title": f"{row['title']} {payload}", "source": f"Post {payload}",
            "author": payload, "url": f"https://x.example/{payload}"}  # fmt: skip


@cache
def _corpus() -> Corpus:
    return read_corpus(ROOT / "data/raw/sample/jsonl/plain-news.jsonl")


def article(seed: str) -> Row:
    """Return an invented article with a quote that no other one has, and all fields that a table may have."""
    row = generate_article(_corpus(), WORDS, seed)
    number = int.from_bytes(seed.encode("utf-8", "surrogatepass"), "big") % 999_983
    row["text"] += f"\n\n“We sign on the day of boat {number % 10_000},” said Ilse Korvath of Velmora."
    url = f"https://harbourpost.example/{number}"
    return {**row, "source": "Harbour Post", "url": url, "author": "Ada Wrede"}


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
    return b"".join(bad_files.record(page([row])) for row in rows)


def jsonl(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def table(rows: list[Row], delimiter: str = ",") -> bytes:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode("utf-8", "surrogatepass")


def parquet(rows: list[Row]) -> bytes:
    """Return rows of texts as Parquet, which holds no surrogates."""
    plain = [{k: str(v).encode("utf-8", "replace").decode() for k, v in row.items()} for row in rows]
    return parquet_of(pa.Table.from_pylist(plain))


def parquet_of(data: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(data, sink)
    return sink.getvalue()


def docx(rows: list[Row]) -> bytes:
    """Return a Word file; XML has no controls and no surrogates."""
    lines = (rows[0]["title"], *rows[0]["text"].split("\n"))
    plain = ("".join(c for c in line if c == "\t" or " " <= c < "\ud800" or "\udfff" < c < "\ufffe") for line in lines)
    with zipfile.ZipFile(io.BytesIO(docx_of(*filter(None, plain)))) as saved:
        return zip_of({name: saved.read(name) for name in saved.namelist()})


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP file that does not tell when it was made: the same parts give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def pdf(rows: list[Row]) -> bytes:
    """Return a PDF file of one page, with the letters of Windows-1252."""
    text = "\n".join((rows[0]["title"], rows[0]["text"])).encode("cp1252", "replace").decode("cp1252")
    return pdf_of(set_lines(*text.split("\n")))


# One article in a file, and several. Each takes articles and returns the file.
PAGES: dict[str, Callable[[list[Row]], bytes]] = {".txt": txt, ".html": page, ".docx": docx, ".pdf": pdf}
FORMATS = PAGES | {
    ".jsonl": jsonl, ".json": lambda rows: json.dumps(rows, indent=1).encode(), ".csv": table,
    ".tsv": lambda rows: table(rows, "\t"), ".parquet": parquet, ".warc": warc,
}  # fmt: skip


def _rows_of(suffix: str) -> int:
    return 1 if suffix in PAGES else ROWS


# Suffix, what was done, contents, and how many documents they must give.
Broken = tuple[str, str, bytes, int | None]


def _draw(random: Random, seed: str, suffixes: tuple[str, ...] = tuple(FORMATS)) -> tuple[str, list[Row]]:
    suffix = random.choice(suffixes)
    return suffix, [article(f"{seed} {n}") for n in range(_rows_of(suffix))]


def _one_if_page(suffix: str) -> int | None:
    return 1 if suffix in PAGES else None


def _changed_bytes(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed)
    packed = random.random() < 0.3
    data = FORMATS[suffix](rows)
    data = mutate_bytes(random, gzip.compress(data, mtime=0) if packed else data, packed)
    return suffix + ".gz" * packed, "bytes changed", data, _one_if_page(suffix)


def _changed_footer(random: Random, seed: str) -> Broken:
    """A Parquet file with a few wrong bytes in its footer, which tells where everything is."""
    data = bytearray(parquet(_draw(random, seed, (".parquet",))[1]))
    size = int.from_bytes(data[-8:-4], "little")
    for _ in range(random.choice((1, 1, 2, 8))):
        data[-1 - random.randrange(size + 8)] ^= 1 << random.randrange(8)
    return ".parquet", "footer changed", bytes(data), None


def _changed_values(random: Random, seed: str) -> Broken:
    """A whole table or page whose values were changed; every row must be accounted for."""
    suffix, rows = _draw(random, seed)
    texts = [row["text"] for row in rows] + [random.choice(PAYLOADS) * random.choice((1, 50))]
    for row in rows:
        for name in random.sample(list(row), random.choice((1, 1, 2, len(row)))):
            odd = (random.choice(PAYLOADS), "", str(row[name]) * 2000, mutate_text(random, texts), "\x00", "\ud800")
            row[name] = mutate_text(random, texts) if name == "text" else random.choice(odd)
    if suffix in (".csv", ".tsv"):  # a NUL or a lone carriage return may end a row for one reader and not for another
        rows = [{k: v.replace("\r", " ") for k, v in row.items()} for row in rows]
    exact = suffix not in (".csv", ".tsv", ".warc")
    return suffix, "values changed", FORMATS[suffix](rows), len(rows) if exact else None


def _other_types(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed, (".parquet", ".jsonl", ".ndjson"))
    make = odd_parquet if suffix == ".parquet" else odd_json
    return suffix, "values of other types", make(random, rows), len(rows)


def _other_suffix(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed)
    others = [*(s for s in FORMATS if s != suffix), ".gz", ".doc", "", ".xyz", ".TXT", ".txt.gz", ".pdf.gz"]
    other = random.choice(others)
    return other, f"{suffix} called {other}", FORMATS[suffix](rows), _one_if_page(other)


def _spliced(random: Random, seed: str) -> Broken:
    (first, rows), (second, others) = _draw(random, f"{seed} a"), _draw(random, f"{seed} b")
    head, tail = FORMATS[first](rows), FORMATS[second](others)
    data = head[: random.randint(0, len(head))] + tail[random.randint(0, len(tail)) :]
    return first, f"{first} and {second} spliced", data, _one_if_page(first)


def _repeated(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed)
    data = FORMATS[suffix](rows)
    start = random.randrange(len(data))
    block = data[start : start + random.choice((1, 16, 1000))]
    block *= random.choice((10**4, 10**6)) // len(block)
    return suffix, "block repeated", data[:start] + block + data[start:], _one_if_page(suffix)


MUTATIONS: tuple[Callable[[Random, str], Broken], ...] = (
    _changed_bytes, _changed_bytes, _changed_bytes, _changed_footer, _changed_values, _changed_values, _other_types,
    _other_suffix, _spliced, _repeated,
)  # fmt: skip


def odd_parquet(random: Random, rows: list[Row]) -> bytes:
    """Return a Parquet file with as many rows, some of its columns of types that text and dates seldom have."""
    n = len(rows)
    zone = random.choice(("UTC+2", "PST", "local", "+25:00", "Europe/Nowhere", "", "UTC"))
    size = random.choice((-(2**62), -1, 0, 10**9, 2**62))
    odd: tuple[tuple[Any, Any], ...] = (
        (min(size, 2**53), pa.timestamp(random.choice(("s", "ms", "us", "ns")), zone)),
        (datetime(2024, 3, 1), pa.timestamp("us", zone)), (size, pa.int64()), (float("nan"), None),
        (2**31 - 1, pa.date32()), (size, pa.duration("s")), (b"\xff\xfe", pa.binary()), ([{"a": ["x"]}], None),
        ({"text": "x", "b": None}, None), (None, pa.null()), ([("k", "v")], pa.map_(pa.string(), pa.string())),
        (1, pa.decimal128(38, 0)), ("x", pa.dictionary(pa.int32(), pa.string())),
    )  # fmt: skip
    names = random.sample(list(rows[0]), random.randint(1, 3))
    names += random.choice(([], [], [random.choice(("text.a", "TEXT", "", "\x00", "a" * 10_000, "🙂", "date"))]))
    columns = {name: pa.array([str(row[name]) for row in rows]) for name in rows[0]}
    for name in names:
        value, kind = random.choice(odd)
        columns[name] = pa.array([value] * n, kind)
    return parquet_of(pa.table(columns))


def odd_json(random: Random, rows: list[Row]) -> bytes:
    """Return JSON lines, as many as rows, with values of other types and shapes."""
    odd = (None, 1, -0.0, 1e308, 10**400, True, [], {}, [["x"]], {"text": "x"}, "\ud800", "\x00", "", " ", "9" * 5000)
    lines = []
    for row in rows:
        changed = {**row, random.choice(list(row)): random.choice(odd)}
        line = json.dumps(random.choice((changed, changed, [changed], random.choice(odd))))
        lines.append(line.replace("1e+308", random.choice(("1e999", "NaN", "-Infinity", "1e308"))))
    return "".join(f"{line}\n" for line in lines).encode()


def write_heavy(folder: Path, random: Random) -> list[Path]:
    """Write one of the broken inputs of the tests, which are small or plain and heavy to read; return its file."""
    while True:
        place = folder / f"{random.randrange(10**9)}"
        place.mkdir(parents=True)
        bad_inputs.CASES[random.choice(sorted(bad_inputs.CASES))].write(place)
        files = [path for path in place.rglob("*") if not path.is_dir() or path.is_symlink()]
        if len(files) == 1 and files[0].is_file() and not files[0].is_symlink():
            return files
        shutil.rmtree(place)


def make_odd_items(folder: Path, random: Random) -> list[Path]:
    """Put links, a pipe, a socket and odd names into a folder; return the paths that must be accounted for."""
    text = page([{"title": "t", "text": "x", "source": "s", "author": "a", "date": "d", "url": "u"}])
    names = ("a\nb.txt", "a\x1b[31m.txt", "a\u202etxt.html", " .txt", "a'; touch x; '.txt", "$(touch x).txt", "-rf.txt",
             "%s{}.txt", "a" * 240 + ".txt", "con.txt", "a\\b.txt", "🙂.csv", ".txt", "a..txt", "a.TXT.GZ",
             "a.jsonl.gz.gz")  # fmt: skip
    links = {"nothing.txt": "none", "self.txt": "self.txt", "zero.txt": "/dev/zero", "passwd.txt": "/etc/passwd",
             "up.d": "..", "loop.d": ".", "proc.txt": "/proc/kmsg"}  # fmt: skip
    (folder / "empty.d").mkdir()
    makers: dict[str, Callable[[Path], Any]] = {
        name: lambda path: path.write_bytes(text) for name in (*random.sample(names, 4), os.fsdecode(b"a\xff\xfe.txt"))
    }
    makers |= {name: lambda path: path.symlink_to(links[path.name]) for name in links}
    makers |= {"pipe.txt": os.mkfifo, "socket.txt": make_socket}
    chosen = random.sample(list(makers), random.randint(1, len(makers)))
    for name in chosen:
        makers[name](folder / name)
    return sorted(folder / name for name in chosen if not name.startswith("."))
