"""A project of war news, as the stages before `report` leave it, and the page written from it."""

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from pipeline.core import paths
from pipeline.core.schema.data_tables import SPEAKERS
from pipeline.core.schema.position_tables import changes as change_table
from pipeline.core.storage import tables
from pipeline.report import run
from tests.worlds.news import war_news
from tests.worlds.project import Story, change_config, copy_configs, write_tables
from tests.worlds.rows import LABELS, TARGETS, Row, row, speakers

# Every text may be passed on.
FREE = {"licenses": [{"license": "cc0-1.0"}], "redistributable": ["cc0-1.0"]}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="white"/></svg>'

# For whom the speakers of the news speak.
SIDES = {"Ilse Korvath": "Kestria", "Anton Gavrel": "Velmora", "Vuk": "Velmora"}
ALIASES = {"Ilse Korvath": ["the Foreign Minister"]}


def metrics(articles: int, quotes: int) -> dict:
    """Return invented values of `reports/scores.json`, as far as the page needs them."""
    score = {"f1": 0.5, "low": 0.4, "high": 0.6}
    interval = {"value": 0.61, "low": 0.52, "high": 0.73}
    stance = {"on": {"quotes": 77}, "model": {"f1_favor_against": interval, "accuracy": interval}}
    stance |= {"per_label": {"favor": {"gold": 8, "given": 5, "right": 4}}}
    counts = {"articles": articles, "rejects": {"empty": 1}, "quotes": {"direct": quotes}, "quotes_with_speaker": 1}
    counts |= {"speakers": {"person": 4}, "stances": {target: {"favor": 3} for target in TARGETS}}
    counts |= {"unknown": dict.fromkeys(TARGETS, 7)}
    extraction = {"on": {"articles": 5, "quotes": 44}}
    extraction |= dict.fromkeys(("content_match", "content_exact", "speaker"), score)
    return {"counts": counts, "extraction": extraction, "stance": dict.fromkeys(TARGETS, stance)}


def write_project(root: Path, sample: bool = False, labels: Sequence[str] = LABELS, **settings: object) -> Path:
    """Write tables, configs and reports; `labels` go to `configs/targets.yaml`, `settings` to `publish.yaml`."""
    stories = war_news()
    for story in stories if sample else ():
        story.article["raw_path"] = "sample/" + story.article["raw_path"]
    for quote, stances in (pair for story in stories for pair in story.quotes):
        quote["side"] = SIDES.get(quote["speaker"])
        quote["side_by"] = quote["side"] and "state"
        if quote["speaker"] == "Ilse Korvath":
            start = quote["parts"][0]["start"] + quote["content"].index("sign")
            stances[0]["evidence"] = [{"start": start, "end": start + len("sign the truce")}]
    quotes = write_tables(root, stories, labels)
    write_speakers(root, quotes)
    write_changes(root, stories, labels)
    copy_configs(root, "targets.yaml")
    change_config(root / "configs/targets.yaml", labels=dict.fromkeys(labels, "what it means"))
    tables.write_text(
        root / "configs/publish.yaml",
        yaml.safe_dump({"name": "Invented & Sons", "invented": ["sample/*"], **FREE, **settings}),
    )
    tables.write_text(root / "reports/scores.json", json.dumps(metrics(len(stories), len(quotes))))
    tables.write_text(root / "reports/figures/calibration.svg", SVG)
    return root


def write_speakers(root: Path, quotes: Sequence[Row]) -> None:
    rows = [
        {**speaker, "side": SIDES.get(speaker["name"]), "aliases": ALIASES.get(speaker["name"], [])}
        for speaker in speakers(quotes)
    ]
    tables.write(SPEAKERS, rows, root / paths.SPEAKERS)


def write_changes(root: Path, stories: Sequence[Story], labels: Sequence[str]) -> None:
    """Write one change: Velmora on a ceasefire, in favor by Vuk, then neutral by Anton Gavrel."""
    table = change_table(tuple(TARGETS), tuple(label for label in labels if label != "unrelated"))
    pairs = {quote["speaker"]: quote for story in stories for quote, _ in story.quotes}
    values: Row = {"change_id": "c1", "holder_kind": "side", "holder_id": "Velmora", "holder": "Velmora"}
    values |= {"target": "ceasefire", "probability_real": 0.62, "before_stance": "favor", "after_stance": "neutral"}
    for when, speaker in (("before", "Vuk"), ("after", "Anton Gavrel")):
        values[f"{when}_quote_id"] = pairs[speaker]["quote_id"]
    tables.write(table, [row(table, **values)], root / paths.CHANGES)


def write_page(root: Path, **settings: object) -> str:
    """Write the project and its pages; return the HTML of the local page."""
    run.run(write_project(root, **settings))  # type: ignore[arg-type]
    return (root / "reports/index.html").read_text(encoding="utf-8")


def write_public_page(root: Path, **settings: object) -> str:
    """Write the project and its pages; return the HTML of the page for others."""
    write_page(root, **settings)
    return (root / "reports/public.html").read_text(encoding="utf-8")


def article_id_of(title: str) -> str:
    return next(story.article["article_id"] for story in war_news() if story.article["title"] == title)


def quote_id_of(title: str) -> str:
    """Return the id of the first quote of the article with this title."""
    return next(story.quotes[0][0]["quote_id"] for story in war_news() if story.article["title"] == title)
