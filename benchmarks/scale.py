"""Measure time and memory of each stage by number of articles, and the cost of one more article.

python -m benchmarks.scale --articles REAL.jsonl [--sizes 1000,5000,20000] [--words 100] --out results.json
python -m benchmarks.scale --articles REAL.jsonl --more 5000 --out results.json
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from benchmarks.synthetic_articles import Corpus, generate_article, read_corpus
from pipeline.core.storage import tables

ROOT = Path(__file__).resolve().parent.parent
COPIED_PATHS = (
    *(".dvc/config", ".dvc/plots", ".dvcignore", "dvc.yaml", "configs", "pipeline", "data/annotations"),
    *("benchmarks/results/real_quotes.json", "data/models", "data/raw/sample"),
)
# Those of `dvc.yaml`, in an order in which they can run; without `train`, whose models are copied.
STAGES = ("inputs", "ingest", "parse", "extract", "read", "resolve", "label", "behaviours", "evaluate", "positions",
          "publish", "report")  # fmt: skip
ARTICLES_FOLDER = Path("data/raw/generated")


def copy_project(root: Path, corpus: Corpus, number: int, words: int) -> None:
    """Copy the project with its models and sample, and add generated articles, 1,000 to a file."""
    for part in COPIED_PATHS:
        origin, target = ROOT / part, root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, target)
    for start in range(0, number, 1000):
        rows = (generate_article(corpus, words, f"1 {k}") for k in range(start, min(start + 1000, number)))
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        tables.write_text(root / ARTICLES_FOLDER / f"{start:06d}.jsonl", lines)


def measure_command(root: Path, *command: str) -> tuple[dict[str, float], list[tuple[float, str]]]:
    """Run a command with the code of the copy; return its costs, and its output, each line with its second.

    The costs are wall and CPU seconds, those of the processes that it starts too, and MB of its largest process.
    """
    env = {**os.environ, "PYTHONPATH": str(root), "DVC_NO_ANALYTICS": "1"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = [(time.perf_counter() - start, line) for line in child.stdout or ()]
    _, status, used = os.wait4(child.pid, 0)
    wall, child.returncode = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise click.ClickException(f"{' '.join(command)}\n{''.join(line for _, line in lines)}")
    cpu = used.ru_utime + used.ru_stime
    return {"wall": round(wall, 2), "cpu": round(cpu, 2), "peak": round(used.ru_maxrss / 1024)}, lines


def run_stages(root: Path) -> dict[str, dict[str, Any]]:
    """Run each stage in its own process and return its costs."""
    costs = {}
    for stage in STAGES:
        costs[stage], lines = measure_command(root, sys.executable, "-m", "pipeline.stage", stage)
        click.echo(f"{stage:<10}{costs[stage]['wall']:9.1f} s{costs[stage]['cpu']:9.1f} s CPU"
                   f"{costs[stage]['peak']:7.0f} MB  {lines[-1][1].strip()[:60] if lines else ''}")  # fmt: skip
    return costs


def measure_disk(root: Path) -> dict[str, float]:
    """Return the MB on disk of each table and of the page."""
    paths = [*(root / "data/interim").iterdir(), root / "data/published", root / "reports/index.html"]
    sizes = {
        p.name: sum(f.stat().st_size for f in ([p] if p.is_file() else p.rglob("*")) if f.is_file()) for p in paths
    }
    return {name: round(size / 1e6, 2) for name, size in sorted(sizes.items())}


def count_words(root: Path) -> int:
    """Count the words of all articles that were ingested."""
    return sum(len(row["text"].split()) for row in tables.iterate_rows(root / "data/interim/articles", ["text"]))


def measure_one_more_article(root: Path, corpus: Corpus, words: int) -> dict[str, Any]:
    """Time `dvc repro` after one more article, and the next one, which runs no stage."""
    for command in (("git", "init", "-q"), ("dvc", "commit", "-f", "-q"), ("dvc", "repro", "-q")):
        measure_command(root, *command)
    row = generate_article(corpus, words, "one more")
    (root / "data/raw/one.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return {"first": time_repro(root), "second": time_repro(root)}


def time_repro(root: Path) -> dict[str, Any]:
    """Time `dvc repro`: wall and CPU seconds of all of it, and wall seconds of each stage."""
    costs, lines = measure_command(root, "dvc", "repro")
    starts = [(0.0, "before")]
    starts += [(second, line.split("'")[1]) for second, line in lines if line.startswith("Running stage")]
    ends = [*(second for second, _ in starts[1:]), costs["wall"]]
    stages = {name: round(end - start, 2) for (start, name), end in zip(starts, ends, strict=True)}
    return {"wall": costs["wall"], "cpu": costs["cpu"], "stages": stages}


@click.command()
@click.option("--articles", "path", required=True, type=click.Path(exists=True, path_type=Path), help="JSON lines.")
@click.option("--sizes", default="1000,5000,20000", show_default=True, help="Numbers of articles; empty for none.")
@click.option("--more", default=0, help="Add one article to so many by `dvc repro`.")
@click.option("--words", default=100, show_default=True, help="Least number of words of a generated article.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="JSON file to which the results are added.")
def main(path: Path, sizes: str, more: int, words: int, out: Path) -> None:
    """Measure the stages and add the results to a file, for `python -m benchmarks.results_table`."""
    corpus = read_corpus(path)
    results = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        for number in sorted({*map(int, filter(None, sizes.split(","))), *([more] if more else [])}):
            root = Path(folder) / f"{number}"
            copy_project(root, corpus, number, words)
            costs = run_stages(root)
            figures = {"words": count_words(root), "disk": measure_disk(root), "stages": costs}
            results.setdefault("sizes", {})[str(number)] = figures
            if number == more:
                results["one_more"] = {"articles": more, **measure_one_more_article(root, corpus, words)}
            tables.write_text(out, json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
