"""The charts of a run, drawn by Altair as SVG files without a browser, and the CSV files that `dvc plots` draws.

A function with `@chart` is drawn to `reports/figures/NAME.svg` (NAME is its name), and the page shows it with the
caption. No chart tells things apart by colour alone.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

from pipeline.core.stance_headlines import calibration_sentences, target_words
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import UNKNOWN
from pipeline.evaluate.stance_scores import DIGITS

INK, BLUE, GREY = "#333333", "#2b6a99", "#bbbbbb"
VEGA_LITE = "6.1"
# Of the files for `dvc plots`, beside `target`.
PLOT_COLUMNS = {
    "calibration": ("mean_probability", "share_right", "share_of_quotes"),
    "risk_coverage": ("share_kept", "share_wrong"),
    "confusion": ("gold", "given", "quotes"),
}
PERCENT = alt.Axis(format="%", grid=False)
# Names of targets with numbers of quotes are long.
LEGEND = alt.Legend(labelLimit=400, orient="bottom", direction="vertical")


@dataclass(frozen=True)
class ChartData:
    """What charts are drawn from."""

    metrics: Mapping[str, Any]  # as in `scores.json`
    risk_coverage: Mapping[str, Sequence[tuple[float, float]]]  # of the predictions out of fold, by target
    labels: Sequence[str]

    @property
    def titles(self) -> dict[str, str]:
        """The title of each target: its name and number of quotes."""
        scores = self.metrics["stance"].items()
        return {target: f"{target_words(target)}, {of['on']['quotes']:,} quotes" for target, of in scores}


@dataclass(frozen=True)
class Chart:
    """A chart: its title in reports, its caption on the page, the function that draws it, and what the caption adds."""

    name: str
    title: str
    caption: str
    draw: Callable[[ChartData], alt.TopLevelMixin]
    finding: Callable[[ChartData], str]

    @property
    def image(self) -> Markup:
        """The Markdown that shows the chart in a report."""
        return Markup(f"![{self.title}](figures/{self.name}.svg)")


CHARTS: dict[str, Chart] = {}


def chart(
    title: str, caption: str, finding: Callable[[ChartData], str] = lambda _: ""
) -> Callable[[Callable[[ChartData], Any]], Callable[[ChartData], Any]]:
    """Add a function that draws a chart to `CHARTS`; `finding` says what it shows, after its caption."""

    def register(draw: Callable[[ChartData], Any]) -> Callable[[ChartData], Any]:
        CHARTS[draw.__name__] = Chart(draw.__name__, title, caption, draw, finding)
        return draw

    return register


def save_charts(folder: Path, data: ChartData) -> None:
    """Draw all charts into a folder, and only these; each file has its caption as the title of the SVG."""
    for path in folder.glob("*.svg"):
        if path.stem not in CHARTS:  # of an earlier version
            path.unlink()
    for name, entry in CHARTS.items():
        svg = str(vl_convert.vegalite_to_svg(entry.draw(data).to_dict(), vl_version=VEGA_LITE))
        caption = f"{entry.caption} {entry.finding(data)}".strip()
        start, end, rest = svg.partition(">")
        write_text(folder / f"{name}.svg", f"{start}{end}<title>{escape(caption)}</title>{rest}\n")


@chart(
    "Calibration",
    "Probability of the predicted label against the share right; below the grey line the model is too sure.",
    lambda data: f"Out of fold. {' '.join(calibration_sentences(data.metrics['stance']))}",
)
def calibration(data: ChartData) -> alt.LayerChart:
    """Draw the reliability diagram: a line per target, and the diagonal."""
    rows = [
        {"target": data.titles[target], "p": p, "right": right, "share": share}
        for target, of in data.metrics["stance"].items()
        for p, right, share in of["reliability"]
    ]
    ideal = alt.Chart(alt.Data(values=[{"p": 0, "right": 0}, {"p": 1, "right": 1}]))
    x = alt.X("p:Q", scale=alt.Scale(domain=[0, 1]), title="mean probability of the label given", axis=PERCENT)
    y = alt.Y("right:Q", scale=alt.Scale(domain=[0, 1]), title="share right", axis=PERCENT)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, strokeDash=alt.StrokeDash("target:N", legend=None))
    shapes = alt.Shape("target:N", title="target", legend=LEGEND)
    points = base.mark_point(filled=True, size=60, color=BLUE).encode(shape=shapes)
    diagonal = ideal.mark_line(color=GREY, strokeWidth=1).encode(x=x, y=y)
    lines = base.mark_line(color=BLUE)
    return (diagonal + lines + points).properties(width=320, height=320, title="Calibration, out of fold")


@chart("Risk and coverage", "Share of the quotes kept against the share of these that is wrong.")
def risk_coverage(data: ChartData) -> alt.LayerChart:
    """Draw risk against coverage with the error that the config allows, a line per target."""
    rows = [
        {"target": data.titles[target], "kept": kept, "wrong": wrong}
        for target, curve in data.risk_coverage.items()
        for kept, wrong in curve
    ]
    x = alt.X("kept:Q", scale=alt.Scale(domain=[0, 1]), title="share of the quotes kept", axis=PERCENT)
    y = alt.Y("wrong:Q", title="share wrong of the kept", axis=PERCENT)
    dash = alt.StrokeDash("target:N", title="target", legend=LEGEND)
    lines = alt.Chart(alt.Data(values=rows)).mark_line(color=BLUE).encode(x=x, y=y, strokeDash=dash)
    first = next(iter(data.metrics["stance"].values()))
    stated = alt.Data(values=[{"wrong": float(first["kept"]["stated"])}])
    rule = alt.Chart(stated).mark_rule(color=GREY).encode(y=y)
    return (rule + lines).properties(width=320, height=240, title="Risk and coverage, out of fold")


@chart("Confusion", "Gold labels against labels given, in numbers of quotes.")
def confusion(data: ChartData) -> alt.ConcatChart:
    """Draw a confusion matrix per target: rows gold, columns predicted; the shade is the share of the row."""
    matrices = {title: data.metrics["stance"][target]["confusion"] for target, title in data.titles.items()}
    panels = [_confusion(matrix, f"{title}, out of fold", data.labels) for title, matrix in matrices.items()]
    return alt.concat(*panels, columns=2)


def _confusion(matrix: Sequence[Sequence[int]], title: str, labels: Sequence[str]) -> alt.LayerChart:
    rows = [
        {"gold": gold, "given": given, "quotes": n, "share": n / max(1, sum(counts))}
        for gold, counts in zip(labels, matrix, strict=True)
        for given, n in zip(labels, counts, strict=True)
    ]
    x = alt.X("given:N", sort=list(labels), title="label given", axis=alt.Axis(labelAngle=0))
    y = alt.Y("gold:N", sort=list(labels), title="gold label")
    scale = alt.Scale(domain=[0, 1], range=["#ffffff", BLUE], interpolate="rgb")
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    ink = alt.condition("datum.share > 0.6", alt.value("#ffffff"), alt.value(INK))
    numbers = base.mark_text().encode(text="quotes:Q", color=ink)
    rectangles = base.mark_rect(stroke="#dddddd").encode(color=alt.Color("share:Q", scale=scale, legend=None))
    return (rectangles + numbers).properties(width=350, height=220, title=title)


@chart("Labels", "Quotes of this run by label; unknown where the model abstains.")
def labels(data: ChartData) -> alt.FacetChart:
    """Draw the number of quotes of the run by label, a panel per target."""
    counts, unknown = (data.metrics["counts"][name] for name in ("stances", "unknown"))
    labels = (*data.labels, UNKNOWN)
    rows = [
        {"target": target_words(target), "label": label, "quotes": number}
        for target, by_label in counts.items()
        for label, number in {**dict.fromkeys(data.labels, 0), **by_label, UNKNOWN: unknown[target]}.items()
    ]
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("label:N", sort=list(labels), title=None)
    bars = base.mark_bar(color=BLUE).encode(x=alt.X("quotes:Q", axis=alt.Axis(grid=False)), y=y)
    text = base.mark_text(align="left", dx=4, color=INK).encode(x="quotes:Q", y=y, text="quotes:Q")
    panel = alt.layer(bars, text).properties(width=260, height=130)
    return panel.facet(column=alt.Column("target:N", title=None, sort=[target_words(target) for target in counts]))


def save_plots(folder: Path, data: ChartData) -> None:
    """Write what `dvc plots` draws: a small CSV file per plot with the rows of all targets, out of fold."""
    plots: dict[str, list[tuple[Any, ...]]] = {plot: [("target", *columns)] for plot, columns in PLOT_COLUMNS.items()}
    for target, of in data.metrics["stance"].items():
        counts = zip(data.labels, of["confusion"], strict=True)
        pairs = [(gold, *pair) for gold, row in counts for pair in zip(data.labels, row, strict=True)]
        for rows, of_target in zip(plots.values(), (of["reliability"], data.risk_coverage[target], pairs), strict=True):
            rows += ((target_words(target), *row) for row in of_target)
    for plot, rows in plots.items():
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [round(value, DIGITS) if isinstance(value, float) else value for value in row] for row in rows
        )
        write_text(folder / f"{plot}.csv", out.getvalue())


def save_library(path: Path) -> None:
    """Write the library by which `.dvc/plots/page.html` draws plots without a network; once, as it takes seconds."""
    if not path.exists():
        # The stub asks for a snippet, which is optional.
        write_text(path, vl_convert.javascript_bundle(vl_version=VEGA_LITE))  # type: ignore[call-arg]
