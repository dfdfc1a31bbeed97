"""Stage `publish`: every table joined to a folder that `load_dataset` reads, card included."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Features

from pipeline import joins, paths, tables
from pipeline.config import load
from pipeline.errors import DataError
from pipeline.publish import features
from pipeline.publish.body import body
from pipeline.publish.card import Config, card
from pipeline.targets import load_targets

SHARD_ROWS = 50_000


@dataclass(frozen=True)
class PublishConfig:
    """`configs/publish.yaml`."""

    name: str = "Parley"
    license: str = "other"
    leave_out: list[str] = field(default_factory=list)


def run(root: Path) -> dict[str, int]:
    """Write `data/published`."""
    config = load(PublishConfig, root / paths.CONFIGS / "publish.yaml")
    labels = {key: target.labels for key, target in load_targets(root / paths.CONFIGS).items()}
    left_out = {i for i, path in _raw_paths(root) if any(fnmatch(path, pattern) for pattern in config.leave_out)}
    fresh = root / paths.PUBLISHED.with_name(f".{paths.PUBLISHED.name}.{os.getpid()}.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    used: set[str] = set()
    parts = [
        ("quotes", features.quotes(labels), _quotes(root, len(labels), left_out, used)),
        ("articles", features.articles(), (a for a in tables.iterate(root / paths.ARTICLES) if _kept(a, left_out))),
        (
            "speakers",
            features.speakers(),
            (s for s in tables.iterate(root / paths.SPEAKERS) if s["speaker_id"] in used),
        ),
    ]
    try:
        written = [_write(fresh / name, name, columns, rows) for name, columns, rows in parts]
        # A split without rows would make the whole dataset unloadable.
        kept = [w for w in written if w.rows]
        metrics = json.loads((root / paths.REPORTS / "metrics.json").read_text(encoding="utf-8"))
        page = card(config.name, config.license, kept, features.about(labels), body(metrics, labels))
        tables.write_text(fresh / "README.md", page)
        tables.replace(fresh, root / paths.PUBLISHED)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return {w.name: w.rows for w in written}


def _raw_paths(root: Path) -> Iterator[tuple[str, str]]:
    for row in tables.iterate(root / paths.ARTICLES, ["article_id", "raw_path"]):
        yield row["article_id"], row["raw_path"]


def _kept(row: dict[str, Any], left_out: set[str]) -> bool:
    return row["article_id"] not in left_out


def _quotes(root: Path, targets: int, left_out: set[str], used: set[str]) -> Iterator[dict[str, Any]]:
    """Quotes with speaker kind, context, article and stances; `used` gathers the speakers met."""
    kinds = {s["speaker_id"]: s["kind"] for s in tables.iterate(root / paths.SPEAKERS, ["speaker_id", "kind"])}
    for quote, article, opinions in joins.quotes(root, targets):
        if _kept(quote, left_out):
            if quote["speaker_id"]:
                used.add(quote["speaker_id"])
            yield _joined(quote, article, opinions, kinds)


def _joined(quote: dict[str, Any], article: dict[str, Any], opinions: list[dict], kinds: dict[str, str]) -> dict:
    text = article["text"]
    _check_offsets(quote, text)
    row = {**quote, "speaker_kind": kinds.get(quote["speaker_id"], "unknown")}
    row["context"] = text[quote["context_start"] : quote["context_end"]]
    row.update({name: article[column] for name, column in features.FROM_ARTICLE.items()})
    for opinion in opinions:
        target = opinion["target"]
        row[target] = opinion["label"]
        row.update(
            {f"{target}_{name}": opinion[name] for name in opinion if name.startswith("p_") or name == "abstained"}
        )
    return row


def _check_offsets(quote: dict[str, Any], text: str) -> None:
    spans: dict[str, str | None] = {"content": " ".join(text[part["start"] : part["end"]] for part in quote["parts"])}
    for name in ("cue", "source"):
        start, end = quote[f"{name}_start"], quote[f"{name}_end"]
        spans[name] = text[start:end] if start is not None else None
    for name, found in spans.items():
        if found != quote[name]:
            raise DataError(f"the offsets of `{name}` do not give its text", where=quote["quote_id"])


def _write(folder: Path, name: str, columns: Features, rows: Iterable[dict[str, Any]]) -> Config:
    """Write one config's shards; the digest is of the content, not of the file's bytes."""
    digest, total, size = hashlib.sha256(repr(columns).encode()), 0, 0
    source = iter(rows)
    while batch := [features.encode(columns, row) for row in islice(source, SHARD_ROWS)]:
        for row in batch:
            digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False).encode())
        folder.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(batch, schema=columns.arrow_schema)
        pq.write_table(table, folder / f"part-{total // SHARD_ROWS:05d}.parquet", compression="zstd")
        total, size = total + len(batch), size + table.nbytes
    return Config(name, columns, total, size, digest.hexdigest()[:16])
