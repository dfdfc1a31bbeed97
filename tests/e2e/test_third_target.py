"""A new target needs an entry in `configs/targets.yaml` and labelled rows."""

import json

import pyarrow.parquet as pq
import pytest

from tests.e2e import project
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a built small copy of the project with a third target."""
    folder = project.copy(tmp_path_factory.mktemp("third"))
    targets = folder / "configs/targets.yaml"
    targets.write_text(targets.read_text(encoding="utf-8").rstrip("\n") + ENTRY, encoding="utf-8")
    write_json_lines(folder / "data/annotations/stance.jsonl", ROWS)
    # One article in place of the sample: only that the test be quick.
    (folder / "configs/ingest.yaml").write_text("input: data/mine\n", encoding="utf-8")
    (folder / "data/mine").mkdir()
    write_json_lines(folder / "data/mine/mine.jsonl", [{"text": ARTICLE}])
    order = project.ran(project.repro(folder))
    (folder / "order.json").write_text(json.dumps(order))
    return folder


def test_quotes_have_their_labels_before_anything_is_measured(folder):
    """What only reports need comes last: the first results are there as soon as they can be."""
    order = json.loads((folder / "order.json").read_text())
    assert all(order.index("label") < order.index(name) for name in ("behaviours", "evaluate"))


def test_the_dataset_has_its_columns(folder):
    quotes = pq.read_table(folder / "data/interim/quotes").to_pylist()
    (asked,) = [row["quote_id"] for row in quotes if "come home" in row["content"]]
    rows = pq.read_table(folder / "data/published/quotes").to_pylist()
    (home,) = [row for row in rows if row["quote_id"] == asked]
    assert home["prisoner_exchange_predicted_label"] == "favor"
    published = "unknown" if home["prisoner_exchange_abstained"] else "favor"
    assert home["prisoner_exchange"] == published
    assert sum(home[f"prisoner_exchange_p_{label}"] for label in SAYINGS) == pytest.approx(1, abs=1e-4)


def test_the_report_has_its_section(folder):
    assert "\n### prisoner exchange\n" in (folder / "reports/stance.md").read_text(encoding="utf-8")
    metrics = json.loads((folder / "reports/scores.json").read_text(encoding="utf-8"))
    assert metrics["stance"]["prisoner_exchange"]["on"]["quotes"] == len(ROWS)
    assert "prisoner_exchange" in metrics["counts"]["stances"]
