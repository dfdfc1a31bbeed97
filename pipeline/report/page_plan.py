"""What of a run may stand on its page: which articles, and of whose text no more than an excerpt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.report.article_sample import Chosen, choose

SAMPLE = "sample/"


@dataclass(frozen=True)
class Plan:
    """What goes on the page.

    Attributes
    ----------
    chosen : Chosen
        The articles.
    articles, left_out, invented : int
        How many may be shown at all, how many `leave_out` names, how many of those shown are the sample's.
    excerpts : dict of str to int
        Articles of the page whose licence does not allow to pass the text on, with the most words of each of their
        quotes that may be shown.
    """

    chosen: Chosen
    articles: int
    left_out: int
    invented: int
    excerpts: dict[str, int]


def plan(root: Path, config: PublishConfig) -> Plan:
    """Read which articles there are, and what `configs/publish.yaml` says of them.

    Parameters
    ----------
    root : path
        The project's folder.
    config : PublishConfig
        What holds for the dataset holds for the page.
    """
    quotes = Counter(row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"]))
    sizes, excerpts, invented, left_out = [], {}, set(), 0
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "text"]):
        article_id = row["article_id"]
        if config.leaves_out(row):
            left_out += 1
            continue
        if row["raw_path"].startswith(SAMPLE):
            invented.add(article_id)
        limit = config.excerpt_limit(config.licence_of(row), len(row["text"].split()), quotes[article_id])
        if limit is not None:
            excerpts[article_id] = limit
        sizes.append((article_id, quotes[article_id], len(row["text"]) if limit is None else 0))
    chosen = choose(sizes)
    held = {article_id: words for article_id, words in excerpts.items() if article_id in chosen.articles}
    return Plan(chosen, len(sizes), left_out, len(invented & chosen.articles), held)
