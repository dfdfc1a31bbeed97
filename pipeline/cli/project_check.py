"""Are configs, annotations and inputs sound? `parley check` says file and row of what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets
from pipeline.evaluate.config import EvaluateConfig
from pipeline.evaluate.stance import leakage_check
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.gold.external_sets import load_external_sets, read_external_rows
from pipeline.gold.quote_annotations import GoldQuote, iterate_gold_quotes, span_problems
from pipeline.gold.stance_annotations import read_stance
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input

CONFIG = paths.CONFIGS / "ingest.yaml"


def annotation_problems(root: Path) -> Iterator[ParleyError]:
    """What is wrong with the annotations: rows that cannot be read, spans that are not what their text says."""
    folder = root / paths.ANNOTATIONS
    yield from _stance_problems(root, folder)
    gold: list[GoldQuote] = []
    for row in iterate_gold_quotes(folder / "quotes.jsonl"):
        if isinstance(row, DataError):
            yield row
        else:
            gold.append(row)
    articles = list(_articles(root))
    texts = {row["article_id"]: row["text"] for row in articles}
    yield from span_problems(gold, texts, {row["raw_path"] for row in articles})


def _stance_problems(root: Path, folder: Path) -> Iterator[ParleyError]:
    """The first problem of each file of labels: the quotes, the behaviour suite, and gold named in the config."""
    configs = root / paths.CONFIGS
    checks: list[Callable[[], Any]] = [
        lambda: read_stance(folder / "stance.jsonl", load_targets(configs)),
        lambda: read_behaviours(folder / "behaviours.jsonl", load_targets(configs)),
        lambda: [read_external_rows(root, source, load_targets(configs)) for source in load_external_sets(root)],
    ]
    for check in checks:
        try:
            check()
        except ParleyError as error:
            yield error


def near_duplicates(root: Path) -> dict[str, Any]:
    """Labelled quotes that nearly repeat one of another group: `rows`, `share`, and `similar`, the bound."""
    config = load_config(EvaluateConfig, root / paths.CONFIGS / "evaluate.yaml")
    rows = read_stance(root / paths.ANNOTATIONS / "stance.jsonl")
    ids, texts, groups = ([getattr(row, name) for row in rows] for name in ("id", "text", "group"))
    return leakage_check.find_near_duplicates(ids, texts, groups, config.near_duplicate, 0)


def input_rejects(root: Path) -> Iterator[dict[str, Any]]:
    """Inputs that the next `dvc repro` would not take, duplicates aside."""
    config = load_config(IngestConfig, root / CONFIG)
    for raw_path, row in clean_input(root / config.input, config):
        if isinstance(row, Reject):
            yield {"raw_path": raw_path, "row": row.row, "reason": row.reason, "detail": row.detail}


def _articles(root: Path) -> Iterator[dict[str, Any]]:
    """Articles of the last run where there was one, else as the input gives them now."""
    if (root / paths.ARTICLES).exists():
        yield from tables.iterate_rows(root / paths.ARTICLES, ["article_id", "raw_path", "text"])
        return
    config = load_config(IngestConfig, root / CONFIG)
    for raw_path, row in clean_input(root / config.input, config):
        if not isinstance(row, Reject):
            yield {**row, "raw_path": raw_path}
