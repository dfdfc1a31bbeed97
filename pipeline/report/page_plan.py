"""What of a run may stand on its page: which articles, and of whose text no more than an excerpt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.licences import build_licences
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


def plan(root: Path, settings: Mapping[str, Any]) -> Plan:
    """Read which articles there are, and what `configs/publish.yaml` says of them.

    Parameters
    ----------
    root : path
        The project's folder.
    settings : mapping
        `configs/publish.yaml`: what holds for the dataset holds for the page.
    """
    licences = build_licences(settings.get("licenses") or [], settings.get("redistributable") or [])
    quotes = Counter(row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"]))
    sizes, excerpts, invented, left_out = [], {}, set(), 0
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "text"]):
        article_id = row["article_id"]
        if any(fnmatch(row["raw_path"], pattern) for pattern in settings.get("leave_out") or ()):
            left_out += 1
            continue
        if row["raw_path"].startswith(SAMPLE):
            invented.add(article_id)
        whole = licences.allow(licences.of(row))
        if not whole:
            excerpts[article_id] = most_words(row["text"], quotes[article_id], settings)
        sizes.append((article_id, quotes[article_id], len(row["text"]) if whole else 0))
    chosen = choose(sizes)
    held = {article_id: words for article_id, words in excerpts.items() if article_id in chosen.articles}
    return Plan(chosen, len(sizes), left_out, len(invented & chosen.articles), held)


def most_words(text: str, quotes: int, settings: Mapping[str, Any]) -> int:
    """Words of each quote of an article that may be shown without its text: `excerpt_words`, and all together no more
    than `excerpt_share` of the article."""
    share = settings.get("excerpt_share", 0) * len(text.split()) / max(1, quotes)
    return int(min(settings.get("excerpt_words", 0), share))
