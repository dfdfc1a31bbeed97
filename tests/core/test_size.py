"""The table of sizes in CONTRIBUTING holds: nothing grows past its budget, and a budget falls with what it is for."""

import re

import pytest

from pipeline.core.config import ROOT

# Lines that a budget may leave free: with more, it is lowered, so that what was deleted does not come back unseen.
SLACK = 0.03
# Where budgets begin; they may only fall.
START = {"pipeline": 44_000, "tests": 27_500, "benchmarks and training": 6_900, "words of docs": 36_000}
ROW = re.compile(r"^\| ([^|]+?) \| ([\d,]+) \| ([\d,]*) \|", re.MULTILINE)


def read_budgets() -> dict[str, tuple[int, int | None]]:
    """Return the budgets of lines (or words) and of files by name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("## Size")[2].partition("\n## ")[0]
    rows = ROW.findall(table)
    return {name: (int(lines.replace(",", "")), int(files) if files else None) for name, lines, files in rows}


def measure(name: str) -> tuple[int, int]:
    """Return the lines of Python (or the words of docs) below what a row names, and the number of files."""
    if name == "words of docs":
        pages = [*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
        return sum(len(page.read_text(encoding="utf-8").split()) for page in pages), len(pages)
    places = [
        ROOT / folder if (ROOT / folder).exists() else ROOT / "pipeline" / folder for folder in name.split(" and ")
    ]
    files = [file for place in places for file in place.rglob("*.py")]
    return sum(file.read_text(encoding="utf-8").count("\n") for file in files), len(files)


BUDGETS = read_budgets()


@pytest.mark.parametrize("name", BUDGETS)
def test_it_keeps_to_its_budget(name):
    lines, files = measure(name)
    most, most_files = BUDGETS[name]
    assert lines <= most, f"{name} has {lines}: delete what this change makes needless"
    assert most_files is None or files <= most_files


@pytest.mark.parametrize("name", BUDGETS)
def test_a_budget_falls_with_what_it_is_for(name):
    lines, _ = measure(name)
    assert BUDGETS[name][0] * (1 - SLACK) <= lines + 50, f"lower the budget of {name} to {lines}"


def test_every_package_has_a_budget():
    packages = {file.parent.name for file in (ROOT / "pipeline").glob("*/*.py")}
    assert packages - set(BUDGETS) == set()
    assert all(BUDGETS[name][0] <= start for name, start in START.items())
