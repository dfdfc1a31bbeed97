"""A project of harbour news, as the stages before `publish` leave it."""

import shutil
from pathlib import Path
from typing import Any

from pipeline.core import paths
from tests.worlds.news import harbour_articles, harbour_quote
from tests.worlds.project import Story, change_config, copy_configs, write_tables
from tests.worlds.rows import ROOT, TARGETS, Row, gold_quote, labelled_quote, stances, write_json_lines

SHARES = {"train": 3, "validation": 1, "test": 1}


def write_project(root: Path, articles: list[Row] | None = None, label: str = "against", **config: Any) -> Path:
    """Write configs, tables, annotations and metrics; `config` goes into `publish.yaml`."""
    articles = articles or harbour_articles()
    copy_configs(root, "publish.yaml", "targets.yaml", "ingest.yaml")
    change_config(root / "configs/publish.yaml", **config)
    quotes = [harbour_quote(article) for article in articles]
    stories = [Story(a, [(q, stances(q, label))]) for a, q in zip(articles, quotes, strict=True)]
    write_tables(root, stories)
    (root / "reports/figures").mkdir(parents=True, exist_ok=True)
    for made in ("reports/scores.json", "reports/figures/labels.svg"):
        shutil.copy(ROOT / made, root / made)
    folder = root / paths.ANNOTATIONS
    write_json_lines(folder / "quotes.jsonl", [gold_quote(a, q) for a, q in zip(articles, quotes, strict=True)])
    write_json_lines(folder / "stance.jsonl", _labelled_quotes(articles[0], quotes[0]))
    pair = {"id": "T-1", "group": "scene 1", "first": {"ceasefire": "favor"}, "second": {"ceasefire": "against"}}
    write_json_lines(folder / "agreement/stance.jsonl", [pair])
    return root


def _labelled_quotes(article: Row, quote: Row) -> list[Row]:
    """Return labels of a quote of the build, and of twenty quotes that are in no article."""
    labels = dict.fromkeys(TARGETS, "against")
    fields = {"topic": "fishing", "annotator": "S1", "unsure": True}
    context = article["text"][quote["context_start"] : quote["context_end"]]
    rows = [labelled_quote(quote["quote_id"], quote["content"], "fishers", labels, context=context, **fields)]
    for n in range(20):
        text = f"We sign {n} truces."
        rows.append(labelled_quote(f"T-{n}", text, f"scene {n}", labels, context=f"“{text}”", **fields))
    return rows
