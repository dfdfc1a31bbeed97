"""Score extraction by the number of open articles that the weights are trained on: is more gold worth it?

GOLD is what `benchmarks.join_gold` writes. For each size, weights are trained on as many articles of its training part
(the smaller part is always within the larger) and on the project's own annotations, and scored on its reserved part;
and on the articles of --also, which have the form of GOLD. Two to four minutes a size.

\b
    python -m benchmarks.open_gold_curve GOLD.jsonl --size 32 --size 64 --size 128 --size 256
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.extraction import read_gold
from benchmarks.open_gold import compare_article
from pipeline.core import paths
from pipeline.core.config import CONFIGS, ROOT, load_config
from pipeline.core.language import load_language
from pipeline.core.storage.json_lines import format_json_lines
from pipeline.evaluate.intervals import score_with_interval
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import train
from pipeline.extract.learned.learned_extractor import LearnedExtractor
from pipeline.extract.learned.step_models import ExtractorModels
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.parse.parser import Parser
from pipeline.resolve.gazetteer import read_gazetteer

Row = dict[str, Any]


def train_on(articles: Sequence[Row]) -> ExtractorModels:
    """Return models trained on some open articles and on the project's annotations."""
    own = ROOT / paths.ANNOTATIONS
    with tempfile.TemporaryDirectory() as folder:
        gold = Path(folder) / "open_gold.jsonl"
        gold.write_text(format_json_lines(articles), encoding="utf-8")
        return train.train([gold, own], [gold, own], "en")[0]


def score(models: ExtractorModels, docs: Sequence[Any], articles: Sequence[Row]) -> str:
    """Return F1 of found quotes, and of exact contents, with intervals, as cells of a table."""
    language, config = load_language("en"), load_config(ExtractConfig, CONFIGS / "extract.yaml")
    extractor = QuoteExtractor(language, config)
    extractor.learned = LearnedExtractor(models, extractor.rules.lexicon, replace(config, least={}))
    cells, gazetteer = [], read_gazetteer(CONFIGS / "speakers.csv", language)
    compared = [compare_article(a, q, "speech", gazetteer) for a, q in zip(articles, extractor.pipe(docs), strict=True)]
    for is_right in (lambda pair: pair.predicted is not None, lambda pair: pair.is_exact):
        counts = [
            np.array([right := sum(map(is_right, pairs)), predicted, right, len(pairs)], dtype=float)
            for pairs, predicted in compared
        ]
        f1 = {name: 100 * value for name, value in score_with_interval(counts).items()}
        cells.append(f"{f1['f1']:.1f} ({f1['low']:.1f}–{f1['high']:.1f})")
    return " | ".join(cells)


def complete(article: Row) -> Row:
    """Return an article whose quotes have all fields of the open gold."""
    return {
        **article,
        "quotes": [{"act": "speech", "optional": False, "kind": "unknown", **quote} for quote in article["quotes"]],
    }


@click.command(help=__doc__)
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--size", "sizes", multiple=True, type=int, default=(32, 64, 128, 256))
@click.option("--also", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="More articles to score on.")
def main(gold: Path, sizes: tuple[int, ...], also: Path | None) -> None:
    """Print the table."""
    rows = read_gold(gold)
    training = sorted(
        (row for row in rows if row["use"] == "train"), key=lambda row: hashlib.sha256(row["doc_id"].encode()).digest()
    )
    sets = {"reserved": [row for row in rows if row["use"] == "test"]}
    if also is not None:
        sets[also.stem] = [complete(row) for row in read_gold(also)]
    parser = Parser(load_language("en"))
    docs = {name: list(parser.pipe(row["text"] for row in articles)) for name, articles in sets.items()}
    click.echo("| articles | " + " | ".join(f"{name}: found | exact" for name in sets) + " |")
    click.echo("|---" * (1 + 2 * len(sets)) + "|")
    with threadpool_limits(1):
        for size in sizes:
            models = train_on(training[:size])
            cells = (score(models, docs[name], articles) for name, articles in sets.items())
            click.echo(f"| {min(size, len(training))} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
