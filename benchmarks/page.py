"""The page with many quotes: time to build it, its size, first paint, and how long a filter takes in Chromium.

python -m benchmarks.page [--quotes 20000]
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.core.storage import tables
from pipeline.report import run
from tests.report import chromium
from tests.worlds.page_project import FREE, SVG, metrics
from tests.worlds.project import Story, copy_configs, write_tables
from tests.worlds.rows import LABELS, article, quote, stances

QUOTES_AN_ARTICLE = 14
WORDS = """the truce line ferry harbour basin guns council wheat river border monitors talks treaty villages
island winter crossing armistice bridge fishermen ministers land proposal mediators lease would never soon hold cede"""
FIRST = "Ada Bram Clara Dario Elin Farouk Greta Henrik Ilse Jonas Katja Luk Milena Nadia Oana Pavlo Rustam"
LAST = "Auer Brodin Dahl Feld Gavrel Halvane Krajec Lunde Maric Odei Pell Reyk Sarkel Tarr Vail Wrede"
# What a reader does, one step after the other: a field of the form and its new value.
STEPS = (
    ("first search", "q", "ferry treaty"),
    ("second search", "q", "armistice"),
    ("search for nothing", "q", ""),
    ("speaker", "speaker", "Nadia Sarkel"),
    ("all speakers", "speaker", ""),
    ("label", "t.ceasefire", "favor"),
    ("certainty", "sure", "80"),
    ("period", "from", "2024-06-01"),
)
FILTER = """async ([name, value]) => {
  const field = document.getElementById("filter").elements[name];
  const start = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
VIEW = """async (hash) => {
  const start = performance.now();
  location.hash = hash;
  await new Promise((done) => addEventListener("hashchange", done, { once: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
# The scripts of the page have run when its document counts as loaded.
FILLED = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def made(total: int, seed: int = 1) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Invented articles with their quotes: words drawn by lot, in order of the article's id."""
    drawn = random.Random(seed)
    articles = []
    for number in range(-(-total // QUOTES_AN_ARTICLE)):
        many = min(QUOTES_AN_ARTICLE, total - number * QUOTES_AN_ARTICLE)
        said = [(f"“{' '.join(drawn.choices(WORDS.split(), k=18))} {n},”", _name(drawn)) for n in range(many)]
        body = "\n\n".join(
            f"{' '.join(drawn.choices(WORDS.split(), k=9))}. {q} {who} said in Lorne." for q, who in said
        )
        day = f"{drawn.randint(2023, 2025)}-{drawn.randint(1, 12):02d}-{drawn.randint(1, 28):02d}"
        row = article(f"Talks, day {number}\n\n{body}", source=f"Paper {number % 40}", published_at=day)
        quotes = [quote(row, words, cue="said", source=who, speaker=who) for words, who in said]
        articles.append((row, quotes))
    return iter(sorted(articles, key=lambda pair: pair[0]["article_id"]))


def _name(drawn: random.Random) -> str:
    return f"{drawn.choice(FIRST.split())} {drawn.choice(LAST.split())}"


def project(root: Path, total: int) -> None:
    """Tables, configs and reports of the invented articles, below `root`."""
    drawn = random.Random(2)
    stories = []
    for row, row_quotes in made(total):
        labels = [(drawn.choice(LABELS), drawn.choice(LABELS), drawn.uniform(0.4, 1)) for _ in row_quotes]
        pairs = [(q, stances(q, *both, p=p)) for q, (*both, p) in zip(row_quotes, labels, strict=True)]
        stories.append(Story(row, pairs))
    quotes = write_tables(root, stories)
    copy_configs(root, "targets.yaml")
    tables.write_text(root / "configs/publish.yaml", json.dumps({"name": "Synthetic", **FREE}))
    tables.write_text(root / "reports/metrics.json", json.dumps(metrics(len(stories), len(quotes))))
    tables.write_text(root / "reports/figures/labels.svg", SVG)


@click.command()
@click.option("--quotes", default=20_000, show_default=True, help="How many quotes the page shall hold.")
def main(quotes: int) -> None:
    """Print the figures, times in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        project(root, quotes)
        start = time.perf_counter()
        counts = run.run(root)
        print(f"{'build':<28}{1000 * (time.perf_counter() - start):8.0f} ms  {counts}")
        page = root / "reports/index.html"
        print(f"{'size':<28}{page.stat().st_size / 1e6:8.1f} MB")
        if chromium.path() is None:
            raise click.ClickException("no Chromium on this machine: the page was not opened")
        with chromium.launched() as browser:
            for what, milliseconds in tried(browser.new_page(), page.as_uri()):
                print(f"{what:<28}{milliseconds:8.0f} ms")


def tried(page: Any, address: str) -> Iterator[tuple[str, float]]:
    """What is done in the browser, and how long until it is painted."""
    for view in ("overview", "quotes"):
        page.goto("about:blank")
        page.goto(f"{address}#{view}")
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
        yield f"first paint of {view}", page.evaluate(PAINT)
        yield f"{view} filled", page.evaluate(FILLED)
    for what, field, value in STEPS:
        yield f"filter: {what}", page.evaluate(FILTER, [field, value])
    for view in ("speakers", "sides", "articles", "quotes"):
        yield f"view: {view}, all quotes", page.evaluate(VIEW, f"#{view}")


if __name__ == "__main__":
    main()
