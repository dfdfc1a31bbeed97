"""Time and memory of the near-duplicate search on invented reports from one template, which share three quarters.

python -m benchmarks.near_alike_reports [--sizes 1000,20000] [--before COMMIT] [--before-sizes 1000,4000]

`market` reports differ in numbers, of which each report has its own; `weather` reports have the same few words and
numbers in other combinations, so that no sequence of words is rare: there some near duplicates may be missed.
`--before` also measures the search of an older version, and counts the reports about which the two decide differently.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from pipeline.core.text import article_id

MODULE = "pipeline/ingest/deduplication.py"
_FIXED = (
    "The exchange in Harrowgate opened on time and traders in the upper hall followed the usual order of business.",
    "Grain from the Sorrin valley was offered first, as the rules of the exchange have required since it was founded.",
    "Brokers from Velmora and Kestria took part, and the clerk read the list of absent members before the first bell.",
    "The board of the exchange publishes this report every day and asks readers to send corrections to its office.",
    "All prices are in crowns, include the duty of the port, and are valid until the exchange opens again.",
    "The report is made from the entries of the clerk and has not been checked by the board or by an auditor.",
)
_GOODS = ("Wheat", "Copper", "Timber", "Salt")
_WINDS = ("north", "east", "south", "west")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday")
_SKIES = ("clear", "cloudy", "rainy", "foggy")


def market_report(n: int) -> str:
    """Return a report with numbers of its own."""
    chance = random.Random(n)
    prices = [f"{good} closed at {chance.randrange(10**6)} crowns." for good in _GOODS]
    return " ".join([*_FIXED, *prices])


def weather_report(n: int) -> str:
    """Return a report with the same few words as others."""
    chance = random.Random(n)
    skies = [
        f"{day} {chance.choice(_SKIES)}, wind {chance.choice(_WINDS)}, {chance.randrange(30)} degrees." for day in _DAYS
    ]
    return " ".join([*_FIXED, *skies])


KINDS: dict[str, Callable[[int], str]] = {"market": market_report, "weather": weather_report}


def measure(kind: str, number: int, commit: str) -> dict[str, Any]:
    """Search `number` reports in this process; return seconds, bytes of memory and the articles rejected."""
    import datasketch  # noqa: F401 - so that its import is not measured

    deduplicator = _deduplicator(commit)
    seconds, rejected = 0.0, []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for n in range(number):
        text = KINDS[kind](n)
        start = time.process_time()
        if deduplicator.add(article_id(text), text, "reports.jsonl", n):
            rejected.append(n)
        seconds += time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": round(seconds, 1), "megabytes": memory // 1024, "rejected": rejected}


def _deduplicator(commit: str) -> Any:
    module = ModuleType("deduplication")
    source = Path(MODULE).read_text(encoding="utf-8")
    if commit:
        source = subprocess.run(
            ["git", "show", f"{commit}:{MODULE}"], capture_output=True, text=True, check=True
        ).stdout
    sys.modules[module.__name__] = module
    exec(compile(source, f"{MODULE} of {commit or 'now'}", "exec"), module.__dict__)
    return module.Deduplicator(0.8)


def _measure_apart(kind: str, number: int, commit: str) -> dict[str, Any]:
    """Measure in a process of its own, whose memory nothing else has used."""
    code = (
        f"import json; from {__spec__.name} import measure; print(json.dumps(measure({kind!r}, {number}, {commit!r})))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return dict(json.loads(output))


@click.command()
@click.option("--sizes", default="1000,20000", show_default=True, help="Numbers of reports.")
@click.option("--before", default="", help="Commit whose search is measured too.")
@click.option("--before-sizes", default="1000,4000", show_default=True, help="Numbers of reports for it.")
def main(sizes: str, before: str, before_sizes: str) -> None:
    """Print seconds of CPU time and megabytes."""
    click.echo("| reports | number | version | CPU seconds | MB | rejected |\n|---|---|---|---|---|---|")
    both = {int(size) for size in (sizes + "," + before_sizes * bool(before)).split(",") if size}
    for kind in KINDS:
        for number in sorted(both):
            versions = ["", *([before] if before and str(number) in before_sizes.split(",") else [])]
            results = {version: _measure_apart(kind, number, version) for version in versions}
            for version, result in results.items():
                cells = [result["seconds"], result["megabytes"], len(result["rejected"])]
                click.echo(f"| {kind} | {number} | {version or 'now'} | " + " | ".join(map(str, cells)) + " |")
            if len(results) > 1:
                now, then = (set(result["rejected"]) for result in results.values())
                click.echo(f"{kind}, {number}: decided differently about {len(now ^ then)}")


if __name__ == "__main__":
    main()
