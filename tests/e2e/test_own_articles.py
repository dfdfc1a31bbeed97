"""A project of one's own articles, from `parley init` to the page: read in full, published as far as licences allow."""

import json
import os
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.core import paths
from tests.e2e import project
from tests.project.own_articles import write_articles

pytestmark = pytest.mark.long  # a build of its own

SAID = "“We will sign no truce while"


def run(folder: Path, *command: str) -> str:
    return project.run(folder, *command, code=project.ROOT).stdout


def parley(folder: Path, *arguments: str) -> str:
    return run(folder, sys.executable, "-m", "pipeline", *arguments)


@pytest.fixture(scope="module")
def own(built_sample, tmp_path_factory) -> Path:
    """A project, built with the classifiers of the small sample: training them again would take most of the time."""
    folder = tmp_path_factory.mktemp("newsroom")
    write_articles(folder / "articles")
    parley(folder, "init", "articles", "boats", "--yes")
    root = folder / "boats"
    shutil.copy(built_sample / "data/annotations/stance.jsonl", root / "data/annotations/stance.jsonl")
    shutil.copytree(built_sample / paths.MODELS, root / paths.MODELS, ignore=shutil.ignore_patterns(".gitignore"))
    run(root, "dvc", "repro", "--single-item", "code")
    run(root, "dvc", "commit", "--force", "train")
    run(root, "dvc", "repro")
    return root


def column(root: Path, place: Path, name: str) -> list:
    return pq.read_table(root / place, columns=[name])[name].to_pylist()


def test_every_quote_is_whole_for_oneself_and_none_for_others(own):
    full, published = (column(own, place / "quotes", "content") for place in (paths.FULL, paths.PUBLISHED))
    assert len(full) == len(published) > 0
    assert any(content.startswith(SAID) for content in full)
    assert not any(content.endswith("…") for content in full)
    assert all(content.endswith("…") and len(content.split()) <= 16 for content in published)
    assert None not in column(own, paths.FULL / "articles", "text")
    assert set(column(own, paths.PUBLISHED / "articles", "text")) == {None}
    assert "of our boats lie in the channel" in (own / paths.LOCAL_PAGE).read_text(encoding="utf-8")
    assert "of our boats lie in the channel" not in (own / paths.PUBLIC_PAGE).read_text(encoding="utf-8")


def test_the_card_is_that_of_the_project(own):
    card = (own / paths.PUBLISHED / "README.md").read_text(encoding="utf-8")
    assert "# boats" in card
    assert "license: other" in card
    assert not [words for words in ("Parley sample", "cc-by-4.0", "The authors of Parley") if words in card]
    assert "No real person or state said" not in card
    assert "Not for passing on" in (own / paths.FULL / "README.md").read_text(encoding="utf-8")


def test_summary_counts_what_is_withheld(own):
    quotes = len(column(own, paths.FULL / "quotes", "quote_id"))
    (line,) = (line for line in parley(own, "summary").splitlines() if "withheld" in line)
    assert line.split() == ["quotes", "withheld", str(quotes), "licence", "unknown", str(quotes)]
    assert f"(licence unknown): 8 articles, {quotes} quotes of the last run" in parley(own, "check")


def test_git_has_nothing_of_the_articles_or_of_what_was_built(own):
    run(own, "git", "add", ".")
    names = run(own, "git", "ls-files").split()
    assert {"dvc.lock", "configs/ingest.yaml", "reports/metrics.json"} <= set(names)
    assert not [name for name in names if SAID in (own / name).read_text(encoding="utf-8", errors="replace")]
    assert not [name for name in names if name.startswith(("data/full", "data/published", "data/interim"))]


def test_a_second_run_does_nothing_and_another_version_of_the_code_runs_its_stages(own):
    assert project.ran(run(own, "dvc", "repro")) == ["code", "inputs"]
    assert os.access(own / paths.CODE_DIGESTS, os.R_OK)
    digests = json.loads((own / paths.CODE_DIGESTS).read_text(encoding="utf-8"))
    (own / paths.CODE_DIGESTS).write_text(json.dumps(digests | {"report": "another"}), encoding="utf-8")
    status = run(own, "dvc", "status", "report")
    assert "report" in status
    assert "modified" in status
