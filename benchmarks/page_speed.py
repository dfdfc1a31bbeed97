"""Measure the HTML page with many quotes: time to build, size, first paint, time of each filter and view.

Times in the browser are medians of five loads of the page.

python -m benchmarks.page_speed [--quotes 20000]
"""

import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import click

from pipeline.core.storage import tables
from pipeline.report import run
from tests.report import chromium
from tests.worlds.page_project import FREE, SVG, metrics
from tests.worlds.project import Story, copy_configs, write_tables
from tests.worlds.rows import LABELS, article, quote, stances

QUOTES_PER_ARTICLE = 14
VOCABULARY = """the truce line ferry harbour basin guns council wheat river border monitors talks treaty villages
island winter crossing armistice bridge fishermen ministers land proposal mediators lease would never soon hold cede"""
FIRST_NAMES = "Ada Bram Clara Dario Elin Farouk Greta Henrik Ilse Jonas Katja Luk Milena Nadia Oana Pavlo Rustam"
LAST_NAMES = "Auer Brodin Dolm Feld Gavrel Halvane Krajec Lunde Maric Odei Pell Reyk Sarkel Tarr Vail Wrede"
SIDES = ("Velmora", "Kestria", "Tamrah", "Quenda", "Alvenia", "Marovia", "Zubria", "Upper Dren", None)
REPEATS = 5
# Steps of a reader, in order: field of the form and its new value; "" and the view that is opened.
STEPS = (
    ("q", "ferry treaty"), ("q", "armistice"), ("q", ""), ("speaker", "Nadia Sarkel"), ("speaker", ""),
    ("side", "Velmora"), ("side", ""), ("show", "all"), ("t.ceasefire", "favor"), ("sure", "80"),
    ("from", "2024-06-01"), ("", "overview"), ("", "overview?by=speaker"), ("", "speakers"), ("", "side/Velmora"),
    ("", "compare"), ("", "changes"), ("", "articles"), ("", "counts"), ("", "quotes"),
)  # fmt: skip
STEP_SCRIPT = """async ([name, value]) => {
  const start = performance.now();
  if (name) {
    const field = document.getElementById("filter").elements[name];
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    location.hash = value;
    await new Promise((done) => addEventListener("hashchange", done, { once: true }));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
# Notes when the first elements of these are there, and the frame after it is painted.
FILLED = {
    "overview": {"first picture": "#picture-0 .strip", "filled": "#latest li"},
    "quotes": {"filled": "#quote-list li"},
}
NOTE_SCRIPT = """window.painted = {};
new MutationObserver(() => {
  for (const selector of %s) {
    if (selector in painted || !document.querySelector(selector)) continue;
    painted[selector] = null;
    const painter = new MessageChannel();
    painter.port1.onmessage = () => { painted[selector] = performance.now(); };
    requestAnimationFrame(() => painter.port2.postMessage(0));
  }
}).observe(document, { childList: true, subtree: true });"""
PAINT_SCRIPT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def generate_stories(total: int) -> Iterator[Story]:
    """Generate articles of random words with their quotes and stances."""
    rng = random.Random(1)

    def words(number: int) -> str:
        return " ".join(rng.choices(VOCABULARY.split(), k=number))

    for number in range(-(-total // QUOTES_PER_ARTICLE)):
        count = min(QUOTES_PER_ARTICLE, total - number * QUOTES_PER_ARTICLE)
        names = [f"{rng.choice(FIRST_NAMES.split())} {rng.choice(LAST_NAMES.split())}" for _ in range(count)]
        pairs = [(f"“{words(18)} {n},”", name) for n, name in enumerate(names)]
        body = "\n\n".join(f"{words(9)}. {content} {name} said in Lorne." for content, name in pairs)
        day = f"{rng.randint(2023, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        of = article(f"Talks, day {number}\n\n{body}", source=f"Paper {number % 40}", published_at=day)
        quotes = []
        for content, name in pairs:
            side = SIDES[sum(map(ord, name)) % len(SIDES)]
            row = quote(of, content, cue="said", source=name, speaker=name, side=side, side_by=side and "state")
            labels = rng.choice(LABELS), rng.choice(LABELS)
            quotes.append((row, _with_evidence(row, stances(row, *labels, p=rng.uniform(0.4, 1)))))
        yield Story(of, quotes)


def write_project(root: Path, total: int) -> None:
    """Write tables, configs and reports of generated articles below `root`."""
    stories = list(generate_stories(total))
    quotes = write_tables(root, stories)
    copy_configs(root, "targets.yaml")
    tables.write_text(root / "configs/publish.yaml", json.dumps({"name": "Synthetic", **FREE}))
    tables.write_text(root / "reports/scores.json", json.dumps(metrics(len(stories), len(quotes))))
    tables.write_text(root / "reports/figures/labels.svg", SVG)


def _with_evidence(of: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each stance of a quote its first two words as evidence."""
    start = of["parts"][0]["start"] + 1
    middle, end = (start + len(" ".join(of["content"][1:].split(" ")[:n])) for n in (1, 2))
    words = [{"start": start, "end": middle}, {"start": middle + 1, "end": end}]
    return [{**each, "evidence": [] if each["label"] == "unrelated" else words} for each in rows]


@click.command()
@click.option("--quotes", default=20_000, show_default=True, help="Number of quotes on the page.")
def main(quotes: int) -> None:
    """Print the measurements, times in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_project(root, quotes)
        start = time.perf_counter()
        counts = run.run(root)
        print(f"{'build':<28}{1000 * (time.perf_counter() - start):8.0f} ms  {counts}")
        page = root / "reports/index.html"
        print(f"{'size':<28}{page.stat().st_size / 1e6:8.1f} MB")
        if chromium.find_chromium() is None:
            raise click.ClickException("no Chromium on this machine: the page is not opened")
        with chromium.launch_chromium() as browser:
            times: dict[str, list[float]] = {}
            for _ in range(REPEATS):
                tab = browser.new_page()
                tab.add_init_script(NOTE_SCRIPT % json.dumps([s for of in FILLED.values() for s in of.values()]))
                for step, milliseconds in time_interactions(tab, page.as_uri()):
                    times.setdefault(step, []).append(milliseconds)
                tab.close()
            for step, values in times.items():
                print(f"{step:<28}{median(values):8.0f} ms")


def time_interactions(page: Any, address: str) -> Iterator[tuple[str, float]]:
    """Yield each step in the browser and the milliseconds until its result is painted."""
    for view in ("overview", "quotes"):
        page.goto("about:blank")
        page.goto(f"{address}#{view}")
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
        yield f"first paint of {view}", page.evaluate(PAINT_SCRIPT)
        for step, selector in FILLED[view].items():
            painted = page.wait_for_function("selector => window.painted[selector]", arg=selector).json_value()
            yield f"{view}: {step}", painted
    for field, value in STEPS:
        name = f"filter: {field}={value}" if field else f"view: {value}"
        yield name, page.evaluate(STEP_SCRIPT, [field, value])


if __name__ == "__main__":
    main()
