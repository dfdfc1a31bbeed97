"""Projects of one's own: a new target needs an entry and labelled rows; articles, from `parley init` to the page."""

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
from tests.worlds.rows import labelled_sayings, write_json_lines

pytestmark = pytest.mark.long  # a build of its own

ENTRY = """
  prisoner_exchange:
    question: Does the speaker want prisoners to be exchanged?
    labels: [favor, against, conditional, neutral, unrelated]
    relevance_terms: [prisoner*, captive*, exchange*]
"""
SAYINGS = {
    "favor": ["Let the {} prisoners come home, all for all.", "We ask for an exchange of the captives of {}."],
    "against": ["No prisoner from {} will be exchanged.", "We refuse to trade captives with {}."],
    "conditional": ["Prisoners of {} will be exchanged once lists are signed.", "An exchange with {} only after rain."],
    "neutral": ["They spoke of the prisoners held in {}.", "The exchange with {} was on the agenda."],
    "unrelated": ["The ferry to {} sails on Monday.", "Wheat from {} is cheap this year."],
}
PLACES = ("Renn", "Tolvar", "Ostry", "Lorne", "Zales", "Quenda")
ARTICLE = (
    "Prisoners of Ostry\n\n“Let the prisoners come home, all for all,” said Nadia Sarkel. “The ferry sails on Monday,” "
    "she said. It rained all day in the harbour of Port Amsel, where the pilots waited for the barges and for news."
)


# The same labels for the two targets that are there, so that each can be trained.
ROWS = labelled_sayings(SAYINGS, PLACES, ("ceasefire", "territorial_concession", "prisoner_exchange"))


def test_the_dataset_has_the_columns_of_a_third_target_and_the_report_its_section(tmp_path):
    folder = project.copy(tmp_path)
    targets = folder / "configs/targets.yaml"
    targets.write_text(targets.read_text(encoding="utf-8").rstrip("\n") + ENTRY, encoding="utf-8")
    write_json_lines(folder / "data/annotations/stance.jsonl", ROWS)
    # One article in place of the sample: only that the test be quick.
    (folder / "configs/ingest.yaml").write_text("input: data/mine\n", encoding="utf-8")
    (folder / "data/mine").mkdir()
    write_json_lines(folder / "data/mine/mine.jsonl", [{"text": ARTICLE}])
    order = project.ran(project.repro(folder))
    # What only reports need comes last: the first results are there as soon as they can be.
    assert all(order.index("label") < order.index(name) for name in ("behaviours", "evaluate"))
    quotes = pq.read_table(folder / "data/interim/quotes").to_pylist()
    (asked,) = [row["quote_id"] for row in quotes if "come home" in row["content"]]
    rows = pq.read_table(folder / "data/published/quotes").to_pylist()
    (home,) = [row for row in rows if row["quote_id"] == asked]
    assert home["prisoner_exchange_predicted_label"] == "favor"
    published = "unknown" if home["prisoner_exchange_abstained"] else "favor"
    assert home["prisoner_exchange"] == published
    assert sum(home[f"prisoner_exchange_p_{label}"] for label in SAYINGS) == pytest.approx(1, abs=1e-4)
    assert "\n### prisoner exchange\n" in (folder / "reports/stance.md").read_text(encoding="utf-8")
    metrics = json.loads((folder / "reports/scores.json").read_text(encoding="utf-8"))
    assert metrics["stance"]["prisoner_exchange"]["on"]["quotes"] == len(ROWS)
    assert "prisoner_exchange" in metrics["counts"]["stances"]


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
