"""The inputs of one round of the fuzzer: good articles that are always the same, and broken files drawn by a seed."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.fuzz_bombs import BOMBS, make_odd_items, odd_json, odd_parquet
from benchmarks.fuzz_files import ALIASES, FORMATS, PAGES, PAYLOADS, TABLES, Row, article
from benchmarks.input_mutations import mutate_bytes, mutate_text

GOOD, BROKEN = "a-good", "broken"  # in this order, so that a good article is never rejected as a copy of a broken one
ROWS = 3
HEADERS = (
    b"text", b"title", b"date", b"source", b"url", b"author", b"Content-Length", b"Content-Type", b"charset", b"utf-8",
    b"WARC-Type", b"response", b"200 OK", b"HTTP/1.1", b"WARC/1.1", b"<body>", b"</head>",
)  # fmt: skip
NOT_HEADERS = (b"", b"\x00", b"\r\n", b"utf-16", b"body")
LISTING = "cases.json"  # beside the input folder


@dataclass(frozen=True)
class Case:
    """A file of the input.

    Attributes
    ----------
    path : str
        Relative to the input.
    how : str
        What was done to it.
    documents : int or None
        How many articles and rejects it must give together; None where only "at least one" is certain.
    """

    path: str
    how: str
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
            rows = [article(f"good {suffix}{packed} {n}") for n in range(ROWS if suffix in TABLES else 1)]
            data = make(rows)
            data = gzip.compress(data, mtime=0) if packed else data
            cases.append(_write(folder, f"{GOOD}/story{suffix}{packed}", data, "good", len(rows)))
    hostile = [_hostile(article(f"hostile {n}"), payload) for n, payload in enumerate(PAYLOADS)]
    cases.append(_write(folder, f"{GOOD}/hostile.jsonl", FORMATS[".jsonl"](hostile), "good", len(hostile)))
    return cases


def write_broken(folder: Path, seed: str, files: int, odd_files: bool) -> list[Case]:
    """Write broken files, drawn by a seed, one of them heavy; and, if wanted, links, pipes and odd names."""
    random = Random(seed)
    cases = []
    for number in range(files):
        suffix, how, data, documents = (
            random.choice(MUTATIONS)(random, f"{seed} {number}") if number else _bomb(random, seed)
        )
        cases.append(_write(folder, f"{BROKEN}/{number:03}{suffix}", data, how, documents))
    if odd_files:
        place = folder / BROKEN / "odd"
        place.mkdir(parents=True)
        made = make_odd_items(place, random)
        cases += [Case(str(path.relative_to(folder)), "odd file") for path in made]
    return cases


def save_cases(cases: list[Case], folder: Path) -> None:
    (folder / LISTING).write_text(json.dumps([asdict(case) for case in cases], indent=1), encoding="utf-8")


def load_cases(folder: Path) -> list[Case]:
    return [Case(**case) for case in json.loads((folder / LISTING).read_text(encoding="utf-8"))]


def _write(folder: Path, name: str, data: bytes, how: str, documents: int | None) -> Case:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Case(name, how, documents)


def _hostile(row: Row, payload: str) -> Row:
    quote = f"\n\n“No truce {payload} before the harvest,” said Jarek Moll {payload} of Kestria."
    return {**row, "text": row["text"] + quote, "title": f"{row['title']} {payload}", "source": f"Post {payload}",
            "author": payload, "url": f"https://x.example/{payload}"}  # fmt: skip


Broken = tuple[str, str, bytes, int | None]


def _draw(random: Random, seed: str, kinds: dict[str, Callable[[list[Row]], bytes]]) -> tuple[str, list[Row]]:
    suffix = random.choice(list(kinds))
    return suffix, [article(f"{seed} {n}") for n in range(ROWS if suffix in TABLES else 1)]


def _changed_bytes(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed, FORMATS)
    packed = random.random() < 0.3
    data = FORMATS[suffix](rows)
    if packed:
        data = gzip.compress(data, mtime=0)
    data = mutate_bytes(random, data, packed)
    name = random.choice(ALIASES.get(suffix, (suffix,))) + ".gz" * packed
    return name, "bytes changed", data, 1 if suffix in PAGES else None


def _changed_footer(random: Random, seed: str) -> Broken:
    """A Parquet file with a few wrong bytes in its footer, which tells where everything is."""
    data = bytearray(FORMATS[".parquet"]([article(f"{seed} {n}") for n in range(ROWS)]))
    size = int.from_bytes(data[-8:-4], "little")
    for _ in range(random.choice((1, 1, 2, 8))):
        data[-1 - random.randrange(size + 8)] ^= 1 << random.randrange(8)
    return ".parquet", "footer changed", bytes(data), None


def _changed_values(random: Random, seed: str) -> Broken:
    """A whole table or page whose values were changed; every row must be accounted for."""
    suffix, rows = _draw(random, seed, FORMATS)
    texts = [row["text"] for row in rows] + [random.choice(PAYLOADS) * random.choice((1, 50))]
    for row in rows:
        for name in random.sample(list(row), random.choice((1, 1, 2, len(row)))):
            row[name] = mutate_text(random, texts) if name == "text" else _odd_value(random, str(row[name]), texts)
    if suffix in (".csv", ".tsv"):  # a NUL or a lone carriage return may end a row for one reader and not for another
        rows = [{k: v.replace("\r", " ") for k, v in row.items()} for row in rows]
    data = FORMATS[suffix](rows)
    exact = suffix not in (".csv", ".tsv", ".warc")
    return suffix, "values changed", data, len(rows) if exact else None


def _odd_value(random: Random, value: str, texts: list[str]) -> str:
    return random.choice(
        (random.choice(PAYLOADS), "", value * 2000, mutate_text(random, [value, *texts]), "\x00", "\ud800")
    )


def _other_types(random: Random, seed: str) -> Broken:
    rows = [article(f"{seed} {n}") for n in range(ROWS)]
    if random.random() < 0.5:
        return ".parquet", "columns of other types", odd_parquet(random, rows), len(rows)
    return random.choice((".jsonl", ".ndjson")), "values of other types", odd_json(random, rows), len(rows)


def _other_suffix(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed, FORMATS)
    other = random.choice(
        [s for s in FORMATS if s != suffix] + [".gz", ".doc", "", ".xyz", ".TXT", ".txt.gz", ".pdf.gz"]
    )
    return other, f"{suffix} called {other}", FORMATS[suffix](rows), 1 if other in PAGES else None


def _spliced(random: Random, seed: str) -> Broken:
    (first, rows), (second, others) = _draw(random, f"{seed} a", FORMATS), _draw(random, f"{seed} b", FORMATS)
    head, tail = FORMATS[first](rows), FORMATS[second](others)
    data = head[: random.randint(0, len(head))] + tail[random.randint(0, len(tail)) :]
    return first, f"{first} and {second} spliced", data, 1 if first in PAGES else None


def _changed_header(random: Random, seed: str) -> Broken:
    """A table, crawl or page whose header lines, column names or attributes are exchanged, doubled or dropped."""
    suffix, rows = _draw(random, seed, {s: FORMATS[s] for s in (".csv", ".tsv", ".warc", ".html", ".jsonl")})
    data = FORMATS[suffix](rows)
    for _ in range(random.randint(1, 4)):
        data = data.replace(random.choice(HEADERS), random.choice(HEADERS + NOT_HEADERS), random.choice((1, -1)))
    return suffix, "header changed", data, 1 if suffix in PAGES else None


def _repeated(random: Random, seed: str) -> Broken:
    suffix, rows = _draw(random, seed, FORMATS)
    data = FORMATS[suffix](rows)
    start = random.randrange(len(data))
    block = data[start : start + random.choice((1, 16, 1000))]
    return (
        suffix,
        "block repeated",
        data[:start] + block * (random.choice((10**4, 10**6)) // len(block)) + data[start:],
        (1 if suffix in PAGES else None),
    )


def _bomb(random: Random, seed: str) -> Broken:
    suffix, make = random.choice(BOMBS)
    return suffix, f"bomb {BOMBS.index((suffix, make))}", make(random), None


MUTATIONS: tuple[Callable[[Random, str], Broken], ...] = (
    _changed_bytes, _changed_bytes, _changed_bytes, _changed_footer, _changed_values, _changed_values, _other_types,
    _other_suffix, _spliced, _changed_header, _repeated,
)  # fmt: skip
