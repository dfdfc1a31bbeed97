"""Generate parts of README.md and `docs/` from a build: `python -m tests.docs.readme` updates them.

A test compares them. A part stands between the comments `<!-- NAME -->` and `<!-- /NAME -->`.
"""

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.cli.result_commands import format_summary
from pipeline.core import paths
from pipeline.core.markdown import render
from pipeline.core.number_format import percent, with_interval
from pipeline.core.stance_headlines import count_given_stances, stance_headlines, target_words
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_roles
from pipeline.ingest.formats import READERS

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
TRUST = Path(__file__).parent / "scores.md.j2"
UNREAD_TEXT = ROOT / "benchmarks/results/unread_text.json"
SHOWN = ("quote_id", "type", "content", "cue", "source", "speaker", "speaker_kind", "published_at", "article_title")


def build_parts(root: Path = ROOT) -> dict[str, str]:
    """Return the text of each generated part, from the build in `root`."""
    metrics, roles = tables.read_json(root / paths.SCORES), shared_roles(load_targets(root / "configs"))
    with contextlib.chdir(root):  # the summary names places from the current folder: as a user sees it in the project
        summary = "\n".join(line[2:] for line in format_summary(Path())).strip("\n")
    return {
        "summary": f"```\n{summary}\n```",
        "excerpt": f"```json\n{format_excerpt(root)}\n```",
        "rows": "\n".join(format_rows(root)),
        "scores": "\n".join(format_scores(metrics)),
        "trust": render(TRUST, metrics=metrics, headlines=stance_headlines(metrics, roles)).strip(),
        "formats": ", ".join(f"`{suffix}`" for suffix in READERS),
        "dag": draw_stages(root),
    }


def format_rows(root: Path) -> Iterator[str]:
    """Yield a table of three short quotes of people, one with each stance toward a ceasefire."""
    rows = [
        row | {"words": row["content"].strip(" “”‘’\"',.")}
        for row in tables.iterate_rows(root / paths.PUBLISHED / "quotes")
    ]
    whole = [row for row in rows if re.fullmatch('[^"“”]{20,75}', row["words"]) and row["certainty"] >= 0.95]
    yield "|speaker|quote|ceasefire|concession|\n|-|-|-|-|"
    for wanted in (("direct", "person", label) for label in ("favor", "conditional", "against")):
        row = next(row for row in whole if (row["type"], row["speaker_kind"], row["ceasefire"]) == wanted)
        yield f"|{row['speaker']}|{row['words']}|{row['ceasefire']}|{row['territorial_concession']}|"


def format_scores(metrics: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the one table of README: what was measured on real text, and on small changes of it."""
    yield "| figure | measured on | % |"
    yield "|---|---|---|"
    for row in json.loads(UNREAD_TEXT.read_text(encoding="utf-8"))["rows"]:
        score = percent(row["score"]) if row["low"] is None else with_interval(row, "score")
        yield f"| {row['what']} | {row['on']} | {score} |"
    for real in metrics["real_quotes"]:
        right = ", ".join(
            f"{target_words(target)} {with_interval(of['stances_kept_right'])} of {count_given_stances(of)}"
            for target, of in real["targets"].items()
        )
        found = ", ".join(
            f"{target_words(t)} {percent(of['stances_found']['value'])}" for t, of in real["targets"].items()
        )
        number = max(of["quotes"] for of in real["targets"].values())
        yield f"| given stances right | {number} real quotes, {real['name'].lower()} | {right} |"
        yield f"| stances found | the same | {found} |"
    rates = {target: of["kinds"]["direction"] for target, of in metrics["behaviours"].items()}
    shares = ", ".join(f"{target_words(target)} {with_interval(of['share'])}" for target, of in rates.items())
    on = "unread, invented pairs each: a negation, a condition, whose position it is"
    yield f"| both stances right | {max(of['items'] for of in rates.values())} {on} | {shares} |"


def format_excerpt(root: Path) -> str:
    """Return as JSON the first mixed quote of a person that is conditional or against a ceasefire."""
    wanted = {"type": ("mixed",), "ceasefire": ("against", "conditional"), "speaker_kind": ("person",)}
    rows = tables.iterate_rows(root / paths.PUBLISHED / "quotes")
    row = next(row for row in rows if all(row[name] in values for name, values in wanted.items()))
    shown = {name: row[name] for name in SHOWN}
    for target in ("ceasefire", "territorial_concession"):
        shown[target], predicted = row[target], row[f"{target}_predicted_label"]
        if predicted != row[target]:
            shown[f"{target}_predicted_label"] = predicted
        shown[f"{target}_p_{predicted}"] = round(row[f"{target}_p_{predicted}"], 2)
    return json.dumps(shown, indent=1, ensure_ascii=False)


def draw_stages(root: Path) -> str:
    """Return the graph of the stages, drawn by DVC."""
    command = [str(Path(sys.executable).parent / "dvc"), "dag", "--md"]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def replace_parts(text: str, parts: dict[str, str]) -> str:
    """Return a README text with the generated parts between its comments replaced."""
    for name, part in parts.items():
        marks = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(f"{marks[0]}.*?{marks[1]}", re.DOTALL)
        text = pattern.sub(lambda _, m=marks, p=part: f"{m[0]}\n{p}\n{m[1]}", text)
    return text


if __name__ == "__main__":
    parts = build_parts()
    for page in PAGES:
        page.write_text(replace_parts(page.read_text(encoding="utf-8"), parts), encoding="utf-8")
