"""Stage `report`: `reports/index.html`, one page without a network, from the tables and metrics of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline import joins, paths, tables
from pipeline.config import read_yaml
from pipeline.report.choose import Chosen, choose
from pipeline.report.figures import figures
from pipeline.report.html import page
from pipeline.report.payload import EXCERPT_WORDS, Payload
from pipeline.report.trust import trust
from pipeline.targets import Target, labels_of, load_targets

SAMPLE = "sample/"


def run(root: Path) -> dict[str, int]:
    """Write the page."""
    return write(root, withheld=())


def write(root: Path, withheld: Collection[str]) -> dict[str, int]:
    """Write the page of a project.

    Parameters
    ----------
    root : path
        The project's folder.
    withheld : collection of str
        Articles whose text may not be passed on: the page has of each quote an excerpt, and of the article no text.

    Returns
    -------
    dict
        Counts of what the page holds.
    """
    settings = read_yaml(root / paths.CONFIGS / "publish.yaml")
    metrics = json.loads((root / paths.REPORTS / "metrics.json").read_text(encoding="utf-8"))
    raw_paths = {
        a["article_id"]: a["raw_path"] for a in tables.iterate(root / paths.ARTICLES, ["article_id", "raw_path"])
    }
    published = {
        i: p for i, p in raw_paths.items() if not any(fnmatch(p, out) for out in settings.get("leave_out", ()))
    }
    chosen = choose(_sizes(root, published))
    targets = load_targets(root / paths.CONFIGS)
    data = gather(root, targets, chosen, withheld).data()
    html = page(
        data,
        name=settings["name"],
        counts=metrics["counts"],
        invented=sum(path.startswith(SAMPLE) for path in published.values()),
        period=period(data["articles"]),
        left_out=len(raw_paths) - len(published),
        of_articles=len(published),
        chosen=chosen,
        withheld=len(chosen.articles.intersection(withheld)),
        excerpt_words=EXCERPT_WORDS,
        trust=list(trust(metrics)),
        figures=list(figures(root / paths.REPORTS / "figures")),
    )
    tables.write_text(root / paths.REPORTS / "index.html", html)
    return {"articles on the page": len(chosen.articles), "quotes": chosen.quotes}


def gather(root: Path, targets: dict[str, Target], chosen: Chosen, withheld: Collection[str]) -> Payload:
    """Read the articles chosen, with their quotes, speakers and stances."""
    speakers = {row["speaker_id"]: row for row in tables.iterate(root / paths.SPEAKERS)}
    questions = {key: target.question for key, target in targets.items()}
    payload = Payload(list(labels_of(targets)), questions, speakers, chosen.texts)
    rows = joins.quotes(root, len(targets))
    quote, _, opinions = next(rows, ({}, {}, []))
    for article in tables.iterate(root / paths.ARTICLES):
        article_id = article["article_id"]
        if article_id in chosen.articles:
            payload.article({**article, "text": None} if article_id in withheld else article)
        while quote.get("article_id") == article_id:
            if article_id in chosen.articles:
                payload.quote(quote, opinions)
            quote, _, opinions = next(rows, ({}, {}, []))
    return payload


def period(articles: Iterable[Mapping[str, Any]]) -> tuple[str, str] | None:
    """First and last day of the articles that have one; None where none has."""
    days = sorted(article["day"] for article in articles if "day" in article)
    return (days[0], days[-1]) if days else None


def _sizes(root: Path, published: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Id, number of quotes and length of each article that is published."""
    quotes = Counter(row["article_id"] for row in tables.iterate(root / paths.QUOTES, ["article_id"]))
    articles = tables.iterate(root / paths.ARTICLES, ["article_id", "text"])
    return [
        (a["article_id"], quotes[a["article_id"]], len(a["text"])) for a in articles if a["article_id"] in published
    ]
