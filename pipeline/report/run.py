"""Stage `report`: `reports/index.html`, one page without a network, from the tables and metrics of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from pipeline import joins, paths, tables
from pipeline.config import read_yaml
from pipeline.targets import load_targets

MOST_QUOTES = 2_000
FIGURES = {
    "calibration.svg": "Probability of the label given against the share right, out of fold.",
    "labels.svg": "Quotes of this run by label.",
}


def run(root: Path) -> dict[str, int]:
    """Write the page; quotes beyond the first 2,000 are left to the dataset, and the page says so."""
    metrics = json.loads((root / paths.REPORTS / "metrics.json").read_text(encoding="utf-8"))
    targets = load_targets(root / paths.CONFIGS)
    quotes = [_shown(*row) for row in islice(joins.quotes(root, len(targets)), MOST_QUOTES)]
    raw_paths = (row["raw_path"] for row in tables.iterate(root / paths.ARTICLES, ["raw_path"]))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, keep_trailing_newline=True
    )
    page = environment.get_template("index.html.j2").render(
        name=read_yaml(root / paths.CONFIGS / "publish.yaml")["name"],
        counts=metrics["counts"],
        invented=sum(path.startswith("sample/") for path in raw_paths),
        trust=list(_trust(metrics)),
        labels=next(iter(targets.values())).labels,
        targets=list(targets),
        speakers=sorted({q["speaker"] for q in quotes if q["speaker"]}),
        quotes=quotes,
        total=sum(metrics["counts"]["quotes"].values()),
        figures=[{"svg": _svg(root, name), "caption": caption} for name, caption in FIGURES.items()],
    )
    tables.write_text(root / paths.REPORTS / "index.html", page)
    return {"quotes on the page": len(quotes)}


def _shown(quote: Mapping[str, Any], article: Mapping[str, Any], opinions: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page says of one quote."""
    return {
        "speaker": quote["speaker"],
        "cue": quote["cue"],
        "type": quote["type"],
        "date": (article["published_at"] or "no date")[:10],
        "title": article["title"],
        "publisher": article["source"],
        "url": article["url"] if (article["url"] or "").startswith(("http://", "https://")) else None,
        "pieces": _pieces(article["text"], quote),
        "stances": {opinion["target"]: _opinion(opinion) for opinion in opinions},
    }


def _opinion(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": row["label"], "p": f"{row['p_' + row['label']]:.2f}", "abstained": row["abstained"]}


def _pieces(text: str, quote: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The paragraph cut at the parts of the quote, so that these can be marked."""
    at, pieces = quote["context_start"], []
    for part in quote["parts"]:
        pieces += [{"text": text[at : part["start"]], "marked": False}]
        pieces += [{"text": text[part["start"] : part["end"]], "marked": True}]
        at = part["end"]
    return [piece for piece in (*pieces, {"text": text[at : quote["context_end"]], "marked": False}) if piece["text"]]


def _trust(metrics: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    found = metrics["extraction"]
    on = f"{found['on']['quotes']} gold quotes of {found['on']['articles']} articles, seen in training"
    names = {"content_match": "quotes found, IoU ≥ 0.5 (F1)", "content_exact": "quotes found exactly (F1)"}
    names["speaker"] = "quotes found with the right speaker (F1)"
    for key, what in names.items() if found["on"]["quotes"] else ():
        yield _row(what, found[key], "f1", on)
    for target, figures in metrics["stance"].items():
        on = f"{figures['on']['quotes']} gold quotes, out of fold"
        yield _row(f"{target}: mean F1 of favor and against", figures["model"]["f1_favor_against"], "value", on)
        yield _row(f"{target}: accuracy", figures["model"]["accuracy"], "value", on)


def _row(what: str, figures: Mapping[str, float], key: str, on: str) -> dict[str, str]:
    value, low, high = (f"{100 * figures[k]:.1f}" for k in (key, "low", "high"))
    return {"what": what, "value": value, "interval": f"{low} to {high}", "on": on}


def _svg(root: Path, name: str) -> Markup:
    # Our own figures: the only markup that enters the page unescaped.
    return Markup((root / paths.REPORTS / "figures" / name).read_text(encoding="utf-8"))
