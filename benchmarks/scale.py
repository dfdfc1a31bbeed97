"""Time, CPU and peak memory of each stage by number of articles, and what one article more costs.

python -m benchmarks.scale --articles REAL.jsonl [--sizes 1000,5000,20000] [--words 100] --out results.json
python -m benchmarks.scale --articles REAL.jsonl --more 5000 --out results.json
"""

from __future__ import annotations

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

from benchmarks import articles, table
from pipeline.core.storage import tables

ROOT = Path(__file__).resolve().parent.parent
COPIED = (".dvc/config", ".dvc/plots", ".dvcignore", "dvc.yaml", "configs", "pipeline", "data/annotations",
          "data/models", "data/raw/sample")  # fmt: skip
STAGES = ("ingest", "parse", "extract", "resolve", "label", "probe", "evaluate", "publish", "report")
MADE = Path("data/raw/made")


def project(root: Path, source: articles.Source, number: int, words: int) -> None:
    """A copy of the project with its models, its sample and so many made articles, 1,000 to a file."""
    for part in COPIED:
        origin, target = ROOT / part, root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, target)
    (root / MADE).mkdir()
    lines = [json.dumps(row) for row in articles.made(source, number, words)]
    for start in range(0, number, 1000):
        (root / MADE / f"{start:06d}.jsonl").write_text("\n".join(lines[start : start + 1000]) + "\n", encoding="utf-8")


def environment(root: Path) -> dict[str, str]:
    """Variables for a command in the copy: its own code, no analytics."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(root), "PATH": path, "DVC_NO_ANALYTICS": "1"}


def measured(root: Path, *command: str) -> dict[str, Any]:
    """Run a command: seconds of wall and of CPU (its processes too), MB of memory of the largest process, last line."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=root, env=environment(root), stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if child.returncode:
        raise click.ClickException(f"{' '.join(command)}\n{said}")
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return {"wall": round(wall, 2), "cpu": round(cpu, 2), "peak": round(peak), "said": said.strip().splitlines()[-1:]}


def run_stages(root: Path, stages: tuple[str, ...] = STAGES) -> dict[str, dict[str, Any]]:
    """Each stage in a process of its own; what was measured before in this folder is not measured again."""
    told = root / "scale.json"
    done = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    for stage in stages:
        if stage not in done:
            done[stage] = measured(root, sys.executable, "-m", "pipeline.stage", stage)
            tables.write_text(told, json.dumps(done, indent=1))
            click.echo(f"{stage:<10}{done[stage]['wall']:9.1f} s{done[stage]['cpu']:9.1f} s CPU"
                       f"{done[stage]['peak']:7.0f} MB  {' '.join(done[stage]['said'])[:60]}")  # fmt: skip
    return done


def disk(root: Path) -> dict[str, float]:
    """MB on disk of each table and of the page."""
    places = [*(root / "data/interim").iterdir(), root / "data/published", root / "reports/index.html"]
    sizes = {
        p.name: sum(f.stat().st_size for f in ([p] if p.is_file() else p.rglob("*")) if f.is_file()) for p in places
    }
    return {name: round(size / 1e6, 2) for name, size in sorted(sizes.items())}


def words_of(root: Path) -> int:
    """Words of all articles that were taken."""
    return sum(len(row["text"].split()) for row in tables.iterate_rows(root / "data/interim/articles", ["text"]))


def one_more(root: Path, source: articles.Source, words: int) -> dict[str, Any]:
    """Seconds of `dvc repro` by stage after one article more, and of the next, which runs no stage."""
    for command in (("git", "init", "-q"), ("dvc", "commit", "-f", "-q"), ("dvc", "repro", "-q")):
        measured(root, *command)
    row = articles.one(source, words, "one more")
    (root / "data/raw/one.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    first, second = repro(root), repro(root)
    return {"first": first, "second": second}


def repro(root: Path) -> dict[str, Any]:
    """Seconds of `dvc repro`: of all of it, and from the start of each stage to the next."""
    child = subprocess.Popen(
        ["dvc", "repro"], cwd=root, env=environment(root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    start = time.perf_counter()
    at, marks, said = "before", [(start, "")], []
    for line in child.stdout or ():
        said.append(line)
        if line.startswith("Running stage"):
            marks.append((time.perf_counter(), at))
            at = line.split("'")[1]
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    end = time.perf_counter()
    if child.returncode:
        raise click.ClickException("".join(said))
    times = [*marks[1:], (end, at)]
    stages = {name: round(moment - before, 2) for (before, _), (moment, name) in zip(marks, times, strict=True)}
    return {"wall": round(end - start, 2), "cpu": round(used.ru_utime + used.ru_stime, 2), "stages": stages}


@click.command()
@click.option(
    "--articles", "given", required=True, type=click.Path(exists=True, path_type=Path), help="JSONL or folder."
)
@click.option("--sizes", default="1000,5000,20000", show_default=True, help="Numbers of articles; empty for none.")
@click.option("--more", default=0, help="Add one article to so many, by `dvc repro`.")
@click.option("--words", default=100, show_default=True, help="Least words of a made article.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Folder for the copies, kept; without it they are removed."
)
@click.option("--stages", default=",".join(STAGES), help="Stages to run; those measured before are not run again.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="JSON file for the results, added to.")
@click.option("--markdown", is_flag=True, help="Print the results as Markdown, as `reports/benchmarks.md` has them.")
def main(
    given: Path, sizes: str, more: int, words: int, keep: Path | None, stages: str, out: Path, markdown: bool
) -> None:
    """Measure, print, and add the results to a file, of which `python -m benchmarks.table` makes a table."""
    source = articles.read(given)
    results = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        for number in sorted({*map(int, filter(None, sizes.split(","))), *([more] if more else [])}):
            root = (keep or Path(folder)) / f"{number}"
            if not root.exists():
                project(root, source, number, words)
            done = run_stages(root, tuple(stages.split(",")))
            if set(done) == set(STAGES):
                figures = {"words": words_of(root), "disk": disk(root), "stages": done}
                results.setdefault("sizes", {})[str(number)] = figures
            if number == more:
                results["one_more"] = {"articles": more, **one_more(root, source, words)}
            tables.write_text(out, json.dumps(results, indent=1) + "\n")
    if markdown:
        click.echo("".join(table.scale(results)), nl=False)


if __name__ == "__main__":
    main()
