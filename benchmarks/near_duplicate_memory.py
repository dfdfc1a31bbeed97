"""Measure how many bytes of memory the near-duplicate search needs for each article.

python -m benchmarks.near_duplicate_memory --articles REAL.jsonl [--number 10000] [--words 100]
"""

from __future__ import annotations

import gc
from pathlib import Path

import click

from benchmarks.synthetic_articles import generate_articles, read_corpus
from pipeline.core.text import article_id
from pipeline.ingest.deduplication import Deduplicator


def resident_bytes() -> int:
    """Return the bytes of memory that the process uses now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@click.command()
@click.option(
    "--articles", "path", required=True, type=click.Path(exists=True, path_type=Path), help="JSONL or folder."
)
@click.option("--number", default=10_000, show_default=True, help="Number of articles.")
@click.option("--words", default=100, show_default=True, help="Least number of words of each article.")
def main(path: Path, number: int, words: int) -> None:
    """Print the bytes per article."""
    corpus, deduplicator = read_corpus(path), Deduplicator(0.8)
    start = unique = 0
    for k, row in enumerate(generate_articles(corpus, number, words)):
        if k == number // 10:  # the first tenth pays the costs of starting
            gc.collect()
            start, unique = resident_bytes(), 0
        unique += deduplicator.add(article_id(row["text"]), row["text"], "synthetic.jsonl", k) is None
    gc.collect()
    click.echo(f"{(resident_bytes() - start) / unique:.0f} bytes an article of {words} words or more")


if __name__ == "__main__":
    main()
