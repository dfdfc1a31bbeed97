"""`reports/benchmarks.md` from what the benchmark scripts have left in a folder.

python -m benchmarks.table benchmarks/results > reports/benchmarks.md

`scale.json` comes from `benchmarks.scale --out`, `inputs.md` from `benchmarks.bad_input --markdown`; `speed.md` and
`page.md` are what their scripts print, between two lines of ```. A script that was not run has a line that says so.
`--forecast 1000000,100000000` prints instead what so many articles would take, which `docs/scaling.md` quotes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

SECTIONS = {
    "scale": ("By number of articles", "python -m benchmarks.scale"),
    "speed": ("Beside bare stock spaCy", "python -m benchmarks.speed"),
    "inputs": ("Bad inputs", "python -m benchmarks.bad_input"),
    "page": ("The page", "python -m benchmarks.page"),
}
HEAD = """# Benchmarks

Written by `python -m benchmarks.table`. Times are those of one run; what they depend on most is the machine, which is
why none is named and why ratios and CPU seconds matter more than seconds of wall.
"""


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table, numbers to the right."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (head, marks, *rows))


def scale(results: Mapping[str, Any]) -> Iterator[str]:
    """What `benchmarks.scale` has measured: totals by size, then stage by stage, then one article more."""
    sizes = {int(number): figures for number, figures in results.get("sizes", {}).items()}
    if sizes:
        head = ["articles", "words", "wall, s", "CPU, s", "CPU an article, ms", "largest process, MB", "disk, MB"]
        yield table(head, [_size(number, sizes[number]) for number in sorted(sizes)]) + "\n"
        yield "CPU by stage, in ms an article; in brackets the peak memory of its largest process, in MB:\n\n"
        stages = list(next(iter(sizes.values()))["stages"])
        rows = [[name, *(_stage(number, sizes[number]["stages"][name]) for number in sorted(sizes))] for name in stages]
        yield table(["stage", *(f"{number:,} articles" for number in sorted(sizes))], rows)
    if more := results.get("one_more"):
        first, second = more["first"], more["second"]
        yield f"\nOne article more on {more['articles']:,}, the whole `dvc repro`: {first['wall']:.1f} s of wall, "
        yield f"{first['cpu']:.1f} s of CPU; the next `dvc repro`, which runs no stage: {second['wall']:.1f} s, "
        yield f"{second['cpu']:.1f} s of CPU. Seconds from the start of each stage to that of the next:\n\n"
        yield table(["stage", "wall, s"], [[name, f"{wall:.1f}"] for name, wall in first["stages"].items()])


def _size(number: int, figures: Mapping[str, Any]) -> list[str]:
    stages = figures["stages"].values()
    wall, cpu = (sum(stage[kind] for stage in stages) for kind in ("wall", "cpu"))
    peak, disk = max(stage["peak"] for stage in stages), sum(figures["disk"].values())
    values = (figures["words"], wall, cpu)
    return [f"{number:,}", *(f"{v:,.0f}" for v in values), f"{1000 * cpu / number:.1f}", f"{peak:,}", f"{disk:,.0f}"]


def _stage(number: int, stage: Mapping[str, Any]) -> str:
    return f"{1000 * stage['cpu'] / number:.2f} ({stage['peak']:,})"


def forecast(results: Mapping[str, Any], numbers: Iterable[int], words: int) -> Iterator[str]:
    """What many articles of so many words would take: growth from the smaller to the larger of the two largest runs.

    Start costs drop out of the difference; all else is taken to grow with the words. Memory is that of one process.
    """
    sizes = {int(number): figures for number, figures in results["sizes"].items()}
    small, large = sorted(sizes)[-2:]
    longer = words * large / sizes[large]["words"]
    stages = [name for name in sizes[large]["stages"] if name in sizes[small]["stages"]]
    head = ["stage", *(f"{n:,}: {what}" for n in numbers for what in ("CPU hours", "memory, GB"))]

    def growth(of: Callable[[Mapping[str, Any]], float]) -> float:
        return max(0.0, (of(sizes[large]) - of(sizes[small])) / (large - small)) * longer

    cpu = {name: growth(lambda figures, name=name: figures["stages"][name]["cpu"]) for name in stages}
    peak = {name: growth(lambda figures, name=name: figures["stages"][name]["peak"]) for name in stages}
    rows = [[s, *(v for n in numbers for v in (_few(n * cpu[s] / 3600), _few(n * peak[s] / 1000)))] for s in stages]
    rows.append(["together", *(v for n in numbers for v in (_few(n * sum(cpu.values()) / 3600), ""))])
    yield f"Articles of {words} words; rates of the runs of {small:,} and {large:,} articles.\n\n"
    yield table(head, rows) + "\n"
    disk = growth(lambda figures: sum(figures["disk"].values()))
    yield table(["articles", "disk, GB"], [[f"{n:,}", _few(n * disk / 1000)] for n in numbers])


def _few(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def page(folder: Path) -> Iterator[str]:
    """The whole file, piece by piece."""
    yield HEAD
    for name, (title, command) in SECTIONS.items():
        yield f"\n## {title}\n\n`{command}`\n\n"
        if (folder / f"{name}.json").exists():
            yield from scale(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        elif (folder / f"{name}.md").exists():
            yield (folder / f"{name}.md").read_text(encoding="utf-8").strip() + "\n"
        else:
            yield "Not measured.\n"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--forecast", "numbers", default="", help="Print instead what so many articles would take: 1000000,...")
@click.option("--words", default=400, show_default=True, help="Words of an article of the forecast.")
def main(folder: Path, numbers: str, words: int) -> None:
    """Print `reports/benchmarks.md`."""
    if not numbers:
        click.echo("".join(page(folder)), nl=False)
        return
    results = json.loads((folder / "scale.json").read_text(encoding="utf-8"))
    click.echo("".join(forecast(results, [int(number) for number in numbers.split(",")], words)), nl=False)


if __name__ == "__main__":
    main()
