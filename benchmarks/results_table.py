"""Write `reports/benchmarks.md` from the results that the other benchmarks have left in a folder.

python -m benchmarks.results_table benchmarks/results > reports/benchmarks.md

`scale.json` comes from `benchmarks.scale --out`; `speed.md` and `page.md` are the output of `benchmarks.speed` and
`benchmarks.page_speed` between two lines of ```. A benchmark without results is listed as not measured.
`--forecast 1000000,100000000` prints instead the costs of so many articles, for `docs/cluster.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

SECTIONS = {
    "scale": ("By number of articles", "python -m benchmarks.scale"),
    "speed": ("Compared with stock spaCy", "python -m benchmarks.speed"),
    "page": ("The page", "python -m benchmarks.page_speed"),
}
HEADER = """# Benchmarks

Written by `python -m benchmarks.results_table`. Times are those of one run and depend most on the machine; ratios and
CPU seconds can be compared better than wall-clock seconds.
"""


def format_table(header: list[str], rows: list[list[Any]]) -> str:
    """Return a Markdown table with numbers aligned to the right."""
    alignment = ["---", *["---:"] * (len(header) - 1)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (header, alignment, *rows))


def format_scale(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the results of `benchmarks.scale`: totals by size, costs by stage, and the cost of one more article."""
    sizes = {int(number): figures for number, figures in results.get("sizes", {}).items()}
    if sizes:
        header = ["articles", "words", "wall, s", "CPU, s", "CPU an article, ms", "largest process, MB", "disk, MB"]
        yield format_table(header, [_size_row(number, sizes[number]) for number in sorted(sizes)]) + "\n"
        yield "CPU by stage, in ms an article; in brackets the peak memory of its largest process, in MB:\n\n"
        stages = list(next(iter(sizes.values()))["stages"])
        rows = [
            [name, *(_stage_cell(number, sizes[number]["stages"][name]) for number in sorted(sizes))] for name in stages
        ]
        yield format_table(["stage", *(f"{number:,} articles" for number in sorted(sizes))], rows)
    if more := results.get("one_more"):
        first, second = more["first"], more["second"]
        yield f"\nOne more article after {more['articles']:,}, the whole `dvc repro`: {first['wall']:.1f} s of wall, "
        yield f"{first['cpu']:.1f} s of CPU; the next `dvc repro`, which runs no stage: {second['wall']:.1f} s, "
        yield f"{second['cpu']:.1f} s of CPU. Seconds from the start of each stage to that of the next:\n\n"
        yield format_table(["stage", "wall, s"], [[name, f"{wall:.1f}"] for name, wall in first["stages"].items()])


def _size_row(number: int, figures: Mapping[str, Any]) -> list[str]:
    stages = figures["stages"].values()
    wall, cpu = (sum(stage[kind] for stage in stages) for kind in ("wall", "cpu"))
    peak, disk = max(stage["peak"] for stage in stages), sum(figures["disk"].values())
    values = (figures["words"], wall, cpu)
    return [f"{number:,}", *(f"{v:,.0f}" for v in values), f"{1000 * cpu / number:.1f}", f"{peak:,}", f"{disk:,.0f}"]


def _stage_cell(number: int, stage: Mapping[str, Any]) -> str:
    return f"{1000 * stage['cpu'] / number:.2f} ({stage['peak']:,})"


def format_forecast(results: Mapping[str, Any], numbers: Iterable[int], words: int) -> Iterator[str]:
    """Yield tables of the costs of `numbers` of articles, extrapolated from the two largest runs.

    The difference of the runs leaves out the costs of starting; all other costs are assumed to grow with the number of
    words. Memory is that of one process.
    """
    sizes = {int(number): figures for number, figures in results["sizes"].items()}
    small, large = sorted(sizes)[-2:]
    length_ratio = words * large / sizes[large]["words"]

    def growth(cost: Callable[[Mapping[str, Any]], float]) -> float:
        return max(0.0, (cost(sizes[large]) - cost(sizes[small])) / (large - small)) * length_ratio

    rows, together = [], 0.0
    for name in (name for name in sizes[large]["stages"] if name in sizes[small]["stages"]):
        cpu, peak = (growth(lambda of, name=name, kind=kind: of["stages"][name][kind]) for kind in ("cpu", "peak"))
        rows.append([name, *(_round(n * each) for n in numbers for each in (cpu / 3600, peak / 1000))])
        together += cpu
    rows.append(["together", *(cell for n in numbers for cell in (_round(n * together / 3600), ""))])
    yield f"Articles of {words} words; rates of the runs of {small:,} and {large:,} articles.\n\n"
    header = ["stage", *(f"{n:,}: {unit}" for n in numbers for unit in ("CPU hours", "memory, GB"))]
    yield format_table(header, rows) + "\n"
    disk = growth(lambda figures: sum(figures["disk"].values()))
    yield format_table(["articles", "disk, GB"], [[f"{n:,}", _round(n * disk / 1000)] for n in numbers])


def _round(value: float) -> str:
    """Round to two digits."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def format_report(folder: Path) -> Iterator[str]:
    """Yield the report section by section."""
    yield HEADER
    for name, (title, command) in SECTIONS.items():
        yield f"\n## {title}\n\n`{command}`\n\n"
        if (folder / f"{name}.json").exists():
            yield from format_scale(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        elif (folder / f"{name}.md").exists():
            yield (folder / f"{name}.md").read_text(encoding="utf-8").strip() + "\n"
        else:
            yield "Not measured.\n"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--forecast", "numbers", default="", help="Print instead the costs of so many articles: 1000000,...")
@click.option("--words", default=400, show_default=True, help="Words of an article, for the forecast.")
def main(folder: Path, numbers: str, words: int) -> None:
    """Print `reports/benchmarks.md`."""
    if not numbers:
        click.echo("".join(format_report(folder)), nl=False)
        return
    results = json.loads((folder / "scale.json").read_text(encoding="utf-8"))
    click.echo("".join(format_forecast(results, [int(number) for number in numbers.split(",")], words)), nl=False)


if __name__ == "__main__":
    main()
