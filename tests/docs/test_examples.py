"""The Python in README and `docs/` runs as it is on a build of the sample, with the results that the pages describe."""

import re
from pathlib import Path

import pytest

from tests.docs.readme import PAGES, README, ROOT

DOCS = ROOT / "docs"
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
TESTED = {"README.md", "dataset.md", "positions.md"}


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
    (comment,) = re.findall(r"# (.+)", blocks(README)[0])
    assert comment == "Nadia Sarkel favor, Ilse Korvath against"
    # The build that the tests make is trained on a quarter of the labels, so it may be less sure than the page says.
    unsure = set() if (ROOT / "data/published").exists() else {"unknown"}
    for line, expected in zip(said, comment.split(", "), strict=True):
        assert line == expected or (line.rpartition(" ")[2] in unsure and line.split()[:2] == expected.split()[:2])


def test_the_dataset_is_read_and_a_share_lies_in_its_interval(example, capsys):
    names = example(DOCS / "dataset.md")
    assert len(names["quotes"]) > 1000
    assert names["table"]["group_id"].is_unique
    assert 0 < names["low"] < names["share"] < names["high"] < 1
    assert set(names["given"]["ceasefire"]) == {"favor", "against", "conditional", "neutral"}
    assert names["unknown"] > 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) > 20
    assert said[-1].startswith("in favor: ")


def test_positions_and_changes_have_their_evidence(example, capsys):
    names = example(DOCS / "positions.md")
    months, changes = names["months"], names["changes"]
    assert len(months) > 5
    assert (months["share_favor_low"] <= months["share_favor"]).all()
    assert (months["share_favor"] <= months["share_favor_high"]).all()
    assert (months["quote_ids"].str.len() == months["kept"]).all()
    assert (names["table"]["kept"] + names["table"]["unknown"] > 0).all()
    assert len(changes) > 5
    assert (changes["before_stance"] != changes["after_stance"]).all()
    assert (changes["before_date"] < changes["after_date"]).all()
    assert 0 < names["expected"] < len(changes)
    assert "real with probability" in capsys.readouterr().out
