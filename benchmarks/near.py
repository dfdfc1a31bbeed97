"""Memory of the near-duplicate search: bytes per article, from the growth of the process.

python -m benchmarks.near --articles REAL.jsonl [--number 10000] [--words 100]
"""

from __future__ import annotations

import gc
from pathlib import Path

import click

from benchmarks import articles
from pipeline.core.text import article_id
from pipeline.ingest.deduplication import Deduplicator


def resident() -> int:
    """Bytes of memory that the process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@click.command()
@click.option(
    "--articles", "given", required=True, type=click.Path(exists=True, path_type=Path), help="JSONL or folder."
)
@click.option("--number", default=10_000, show_default=True, help="Articles taken in.")
@click.option("--words", default=100, show_default=True, help="Least words of each.")
def main(given: Path, number: int, words: int) -> None:
    """Print bytes per article; start costs are left out by measuring from a tenth of the articles on."""
    source, deduplicator = articles.read(given), Deduplicator(0.8)
    start = taken = 0
    for k, row in enumerate(articles.made(source, number, words)):
        if k == number // 10:
            gc.collect()
            start, taken = resident(), 0
        taken += deduplicator.add(article_id(row["text"]), row["text"], "made.jsonl", k) is None
    gc.collect()
    click.echo(f"{(resident() - start) / taken:.0f} bytes an article of {words} words or more")


if __name__ == "__main__":
    main()
