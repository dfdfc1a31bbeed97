"""Figures as SVG, drawn by Altair without a browser; labels never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert

INK, BLUE = "#333333", "#2b6a99"
# Panels side by side.
PANELS = 2
# Names of targets and numbers of quotes are long.
LEGEND = alt.Legend(labelLimit=400, orient="bottom", direction="vertical")


Bins = Mapping[str, Sequence[tuple[float, float, float]]]
Curves = Mapping[str, Sequence[tuple[float, float]]]


def reliability(sets: Mapping[str, Bins]) -> alt.ConcatChart:
    """Probability given against share right, and a calibrated model's diagonal: a panel per set, a line per target.

    Parameters
    ----------
    sets : mapping of str to mapping
        By name of the set and target: mean probability, share right and share of the quotes of each bin.
    """
    return alt.concat(*[_reliability(points, name) for name, points in sets.items()], columns=PANELS)


def _reliability(points: Bins, name: str) -> alt.LayerChart:
    rows = [{"target": t, "p": p, "right": r, "share": w} for t, bins in points.items() for p, r, w in bins]
    ideal = alt.Chart(alt.Data(values=[{"p": 0, "right": 0}, {"p": 1, "right": 1}]))
    axis = alt.Axis(format="%", grid=False)
    x = alt.X("p:Q", scale=alt.Scale(domain=[0, 1]), title="mean probability of the label given", axis=axis)
    y = alt.Y("right:Q", scale=alt.Scale(domain=[0, 1]), title="share right", axis=axis)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, strokeDash=alt.StrokeDash("target:N", legend=None))
    marks = alt.Shape("target:N", title="target", legend=LEGEND)
    dots = base.mark_point(filled=True, size=60, color=BLUE).encode(shape=marks)
    diagonal = ideal.mark_line(color="#bbbbbb", strokeWidth=1).encode(x=x, y=y)
    return (diagonal + base.mark_line(color=BLUE) + dots).properties(
        width=320, height=320, title=f"Calibration, {name}"
    )


def risk_coverage(sets: Mapping[str, Curves], stated: float) -> alt.ConcatChart:
    """Share kept against share wrong of it, with the error that the config states: a panel per set, a line per target.

    Parameters
    ----------
    sets : mapping of str to mapping
        By name of the set and target: pairs of `selective.curve`.
    stated : float
        The error, 0 to 1.
    """
    return alt.concat(*[_risk_coverage(curves, name, stated) for name, curves in sets.items()], columns=PANELS)


def _risk_coverage(curves: Curves, name: str, stated: float) -> alt.LayerChart:
    rows = [{"target": t, "kept": k, "wrong": w} for t, pairs in curves.items() for k, w in pairs]
    axis = alt.Axis(format="%", grid=False)
    x = alt.X("kept:Q", scale=alt.Scale(domain=[0, 1]), title="share of the quotes kept", axis=axis)
    y = alt.Y("wrong:Q", title="share wrong of the kept", axis=axis)
    dash = alt.StrokeDash("target:N", title="target", legend=LEGEND)
    lines = alt.Chart(alt.Data(values=rows)).mark_line(color=BLUE).encode(x=x, y=y, strokeDash=dash)
    rule = alt.Chart(alt.Data(values=[{"wrong": stated}])).mark_rule(color="#bbbbbb").encode(y=y)
    return (rule + lines).properties(width=320, height=240, title=f"Risk and coverage, {name}")


def confusion(matrices: Mapping[str, Sequence[Sequence[int]]], labels: Sequence[str]) -> alt.ConcatChart:
    """A panel per matrix of numbers of quotes, rows gold and columns given; the shade is the share of the row."""
    return alt.concat(*[_confusion(matrix, name, labels) for name, matrix in matrices.items()], columns=PANELS)


def _confusion(matrix: Sequence[Sequence[int]], name: str, labels: Sequence[str]) -> alt.LayerChart:
    rows = [
        {"gold": gold, "given": given, "quotes": n, "share": n / max(1, sum(counts))}
        for gold, counts in zip(labels, matrix, strict=True)
        for given, n in zip(labels, counts, strict=True)
    ]
    x = alt.X("given:N", sort=list(labels), title="label given", axis=alt.Axis(labelAngle=0))
    y = alt.Y("gold:N", sort=list(labels), title="gold label")
    shade = alt.Color(
        "share:Q", scale=alt.Scale(domain=[0, 1], range=["#ffffff", BLUE], interpolate="rgb"), legend=None
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    ink = alt.condition("datum.share > 0.6", alt.value("#ffffff"), alt.value(INK))
    numbers = base.mark_text().encode(text="quotes:Q", color=ink)
    cells = base.mark_rect(stroke="#dddddd").encode(color=shade)
    return (cells + numbers).properties(width=350, height=220, title=name)


def learning(curves: Mapping[str, Mapping[str, Mapping[str, Any]]], name: str) -> alt.LayerChart:
    """Training quotes against the mean F1 of favor and against with its 95 % interval, a line per target.

    Parameters
    ----------
    curves : mapping
        By target, of `learned.curve`.
    name : str
        What it was measured on.
    """
    rows = [
        {"target": target, "trained": figures["trained_on"], **figures["f1_favor_against"]}
        for target, curve in curves.items()
        for figures in curve.values()
    ]
    x = alt.X("trained:Q", title="labelled quotes trained on", axis=alt.Axis(grid=False))
    y = alt.Y("value:Q", title="mean F1 of favor and against", axis=alt.Axis(format="%", grid=False))
    y = y.scale(zero=False)
    dash = alt.StrokeDash("target:N", legend=None)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x)
    lines = base.mark_line(color=BLUE).encode(y=y, strokeDash=dash)
    marks = alt.Shape("target:N", title="target", legend=LEGEND)
    dots = base.mark_point(filled=True, size=60, color=BLUE).encode(y=y, shape=marks)
    ends = base.mark_rule(color=BLUE, opacity=0.5).encode(y="low:Q", y2="high:Q")
    return (ends + lines + dots).properties(width=420, height=280, title=f"Learning curve, {name}, 95 % intervals")


def label_shares(counts: Mapping[str, Mapping[str, int]], labels: Sequence[str]) -> alt.FacetChart:
    """Quotes by label, a panel per target."""
    rows = [{"target": t, "label": k, "quotes": by.get(k, 0)} for t, by in counts.items() for k in labels]
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("label:N", sort=list(labels), title=None)
    bars = base.mark_bar(color=BLUE).encode(x=alt.X("quotes:Q", axis=alt.Axis(grid=False)), y=y)
    text = base.mark_text(align="left", dx=4, color=INK).encode(x="quotes:Q", y=y, text="quotes:Q")
    panel = alt.layer(bars, text).properties(width=260, height=130)
    return panel.facet(column=alt.Column("target:N", title=None, sort=list(counts)))


def svg(chart: alt.TopLevelMixin) -> str:
    """A chart as SVG."""
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.1")) + "\n"
