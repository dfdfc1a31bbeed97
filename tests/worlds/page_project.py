"""A project of war news, as the stages before `report` leave it, and the page written from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from pipeline.core.storage import tables
from pipeline.report import run
from tests.worlds.news import war_news
from tests.worlds.project import change_config, copy_configs, write_tables
from tests.worlds.rows import LABELS, TARGETS

# Every text may be passed on.
FREE = {"licenses": [{"license": "cc0-1.0"}], "redistributable": ["cc0-1.0"]}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="white"/></svg>'


def metrics(articles: int, quotes: int) -> dict:
    """Return invented values of `reports/scores.json`, as far as the page needs them."""
    score = {"f1": 0.5, "low": 0.4, "high": 0.6}
    extraction = dict.fromkeys(("content_match", "content_exact", "speaker"), score)
    interval = {"value": 0.61, "low": 0.52, "high": 0.73}
    stance = {"on": {"quotes": 77}, "model": {"f1_favor_against": interval, "accuracy": interval}}
    counts = {
        "articles": articles,
        "rejects": {"empty": 1},
        "quotes": {"direct": quotes},
        "quotes_with_speaker": 1,
    }
    counts |= {
        "speakers": {"person": 4},
        "stances": {t: {"favor": 3} for t in TARGETS},
        "unknown": dict.fromkeys(TARGETS, 7),
    }
    return {
        "counts": counts,
        "extraction": {"on": {"articles": 5, "quotes": 44}, **extraction},
        "stance": dict.fromkeys(TARGETS, stance),
    }


def write_project(root: Path, sample: bool = False, labels: Sequence[str] = LABELS, **settings: object) -> Path:
    """Write tables, configs and reports; `labels` go to `configs/targets.yaml`, `settings` to `publish.yaml`."""
    stories = war_news()
    for story in stories if sample else ():
        story.article["raw_path"] = "sample/" + story.article["raw_path"]
    quotes = write_tables(root, stories, labels)
    copy_configs(root, "targets.yaml")
    change_config(root / "configs/targets.yaml", labels=dict.fromkeys(labels, "what it means"))
    tables.write_text(root / "configs/publish.yaml", yaml.safe_dump({"name": "Invented & Sons", **FREE, **settings}))
    tables.write_text(root / "reports/scores.json", json.dumps(metrics(len(stories), len(quotes))))
    tables.write_text(root / "reports/figures/calibration.svg", SVG)
    return root


def write_page(root: Path, **settings: object) -> str:
    """Write the project and its pages; return the HTML of the local page."""
    run.run(write_project(root, **settings))  # type: ignore[arg-type]
    return (root / "reports/index.html").read_text(encoding="utf-8")


def write_public_page(root: Path, **settings: object) -> str:
    """Write the project and its pages; return the HTML of the page for others."""
    write_page(root, **settings)
    return (root / "reports/public.html").read_text(encoding="utf-8")


def article_id_of(title: str) -> str:
    """Return the id of the article with this title."""
    return next(story.article["article_id"] for story in war_news() if story.article["title"] == title)
