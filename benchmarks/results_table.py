"""Write `reports/benchmarks.md` from the results that the other benchmarks have left in a folder.

python -m benchmarks.results_table benchmarks/results > reports/benchmarks.md

`scale.json` comes from `benchmarks.scale --out`; `speed.md` and `page.md` are the output of `benchmarks.speed` and
`benchmarks.page_speed` between two lines of ```. A benchmark without results is listed as not measured.
`--forecast 1000000,100000000` prints instead the costs of so many articles, for `docs/cluster.md`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from markupsafe import Markup

from pipeline.core.markdown import render

TEMPLATE = Path(__file__).with_name("results.md.j2")


def format_table(header: list[str], rows: list[list[Any]]) -> str:
    """Return a Markdown table with numbers aligned to the right."""
    alignment = ["---", *["---:"] * (len(header) - 1)]
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (header, alignment, *rows))


def format_forecast(results: Mapping[str, Any], numbers: Iterable[int], words: int = 400) -> Iterator[str]:
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


def format_report(folder: Path) -> str:
    """Return the report."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()}
    results = json.loads(texts.get("scale.json", "{}"))
    sizes = {int(number): results["sizes"][number] for number in sorted(results.get("sizes", {}), key=int)}
    others = {name: Markup(texts.get(f"{name}.md", "Not measured.").strip()) for name in ("speed", "page")}
    return render(TEMPLATE, sizes=sizes, more=results.get("one_more"), **others)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--forecast", "numbers", default="", help="Print instead the costs of so many articles: 1000000,...")
def main(folder: Path, numbers: str) -> None:
    """Print `reports/benchmarks.md`."""
    if not numbers:
        click.echo(format_report(folder), nl=False)
        return
    results = json.loads((folder / "scale.json").read_text(encoding="utf-8"))
    click.echo("".join(format_forecast(results, [int(number) for number in numbers.split(",")])), nl=False)


if __name__ == "__main__":
    main()
