"""The Python in README and `docs/` runs as it is on a build of the sample, with the results that the pages describe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.readme import PAGES, README, ROOT

DOCS = ROOT / "docs"
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
TESTED = {"README.md", "dataset.md", "positions.md", "retraining.md", "search.md", "shares.md"}


def blocks(page: Path) -> list[str]:
    return PYTHON.findall(page.read_text(encoding="utf-8"))


@pytest.fixture
def example(project: Path):
    """Function that runs the code of a page in the build's folder and returns its names."""

    def run(page: Path) -> dict:
        names: dict = {}
        for number, block in enumerate(blocks(page), 1):
            exec(compile(block, f"{page.name}, block {number}", "exec"), names)
        return names

    return run


def test_every_page_with_python_is_tested():
    assert {page.name for page in PAGES if blocks(page)} == TESTED


def test_the_first_example_gives_what_a_reader_expects(example, capsys):
    names = example(README)
    assert [quote.speaker for quote in names["quotes"]] == ["Nadia Sarkel", "Ilse Korvath"]
    said = capsys.readouterr().out.splitlines()
    assert said == ["Nadia Sarkel favor", "Ilse Korvath against"]
    (comment,) = re.findall(r"# (.+)", blocks(README)[0])
    assert comment.split(", ") == said


def test_the_dataset_is_read(example, capsys):
    assert example(DOCS / "dataset.md")["quotes"].num_rows > 1000
    assert len(capsys.readouterr().out.splitlines()) > 20


def test_shares_lie_in_their_intervals(example, capsys):
    names = example(DOCS / "shares.md")
    table, by_kind = names["table"], names["by_kind"]
    assert table["group_id"].is_unique
    person = by_kind.loc["person"]
    assert person["articles"] > 20
    assert 0 < person["low"] < person["favor"] < person["high"] < 1
    known = by_kind.dropna(subset=["favor"])
    assert (known["at_least"] <= known["favor"]).all()
    assert (known["favor"] <= known["at_most"]).all()
    assert by_kind["unknown"].sum() == (names["about"]["ceasefire"] == "unknown").sum() > 0
    cells = names["by_kind_and_month"]
    assert cells.loc[cells["articles"] < 3, "low"].isna().all()
    some_known = cells["quotes"] > cells["unknown"]
    assert cells.loc[(cells["articles"] >= 3) & some_known, "low"].notna().all()
    assert cells["quotes"].sum() == by_kind["quotes"].sum()
    assert "person" in capsys.readouterr().out


def test_positions_and_changes_have_their_evidence(example, capsys):
    names = example(DOCS / "positions.md")
    months, changes = names["months"], names["changes"]
    assert len(months) > 5
    assert (months["share_favor_low"] <= months["share_favor"]).all()
    assert (months["share_favor"] <= months["share_favor_high"]).all()
    assert (months["quote_ids"].str.len() == months["kept"]).all()
    assert (names["table"]["kept"] + names["table"]["unknown"] > 0).all()
    assert len(changes) > 5
    assert all(change["before_stance"] != change["after_stance"] for change in changes)
    assert all(change["before_date"] < change["after_date"] for change in changes)
    assert 0 < names["expected"] < len(changes)
    assert "real with probability" in capsys.readouterr().out


def test_the_search_finds_a_speaker_in_a_month(example, capsys):
    names = example(DOCS / "search.md")
    found = names["found"]
    assert len(found) > 3
    assert {quote["speaker"] for quote in found} == {"Dario Venn"}
    assert {quote["published_at"][:7] for quote in found} == {"2025-02"}
    assert names["search"]("nobody of this name") == []
    assert len(names["search"]("Dario Venn")) > len(found)
    assert found[0]["content"] in capsys.readouterr().out


def test_models_before_and_after_retraining_are_compared_on_the_same_rows(example, capsys):
    names = example(DOCS / "retraining.md")
    assert {row.annotator for row in names["new"]} == {names["ANNOTATOR"]}
    assert len(names["before"]) == len(names["after"]) == len(names["old"]) > 50
    allowed = set(names["targets"]["ceasefire"].labels)
    assert set(names["before"]) | set(names["after"]) <= allowed
    assert (names["before"] != names["after"]).any()
    assert names["low"] <= names["high"]
    assert "difference" in capsys.readouterr().out
