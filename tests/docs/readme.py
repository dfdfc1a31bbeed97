"""The generated parts of README.md: `python -m tests.docs.readme` updates them, a test compares them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from pipeline.cli.run_summary import format_summary
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_roles
from pipeline.publish.card_text import render_score_table

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
SHOWN = ("quote_id", "type", "content", "cue", "source", "speaker", "speaker_kind", "published_at", "article_title")


def blocks(root: Path = ROOT) -> dict[str, str]:
    """Text of each marked part, from the build in `root`."""
    metrics = json.loads((root / "reports/metrics.json").read_text(encoding="utf-8"))
    summary = "\n".join(line[2:] for line in format_summary(root)).strip("\n")
    return {
        "summary": f"```\n{summary}\n```",
        "excerpt": f"```json\n{excerpt(root)}\n```",
        "trust": render_score_table(metrics, shared_roles(load_targets(root / "configs"))).strip(),
        "dag": dag(root),
    }


def excerpt(root: Path) -> str:
    """The first mixed quote of a person with a condition or a refusal, as its row says it."""
    wanted = {"type": ("mixed",), "ceasefire": ("against", "conditional"), "speaker_kind": ("person",)}
    row = next(r for r in _rows(root) if all(r[name] in values for name, values in wanted.items()))
    shown = {name: row[name] for name in SHOWN}
    for target in ("ceasefire", "territorial_concession"):
        shown[target] = row[target]
        shown[f"{target}_p_{row[target]}"] = round(row[f"{target}_p_{row[target]}"], 2)
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _rows(root: Path):
    import pyarrow.parquet as pq
    from datasets import Features

    folder = root / "data/published/quotes"
    features = Features.from_arrow_schema(pq.read_schema(tables.shard_paths(folder)[0]))
    for row in tables.iterate_rows(folder):
        for target in ("type", "speaker_kind", "ceasefire", "territorial_concession"):
            row[target] = features[target].int2str(row[target])
        yield row


def dag(root: Path) -> str:
    """The graph of the stages as DVC draws it."""
    command = [str(Path(sys.executable).parent / "dvc"), "dag", "--md", "--collapse-foreach-matrix"]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def filled(text: str, parts: dict[str, str]) -> str:
    """README text with its marked parts replaced."""
    for name, part in parts.items():
        marks = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(f"{marks[0]}.*?{marks[1]}", re.DOTALL)
        text = pattern.sub(lambda _, m=marks, p=part: f"{m[0]}\n{p}\n{m[1]}", text)
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8"), blocks()), encoding="utf-8")
