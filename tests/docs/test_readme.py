"""README is short and correct: its generated parts and those of the pages are up to date, and no link is dead."""

from __future__ import annotations

import re
from contextlib import nullcontext

import pytest

from tests.docs.readme import PAGES, README, ROOT, build_parts, draw_stages, replace_parts

TEXT = README.read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Phrases that nobody understood.
RIDDLES = ("its characters in the article", "are figures of training", "name it by no term", "ten articles more")


def test_it_has_at_most_650_words():
    assert len(TEXT.split()) <= 650


def test_it_lists_every_page():
    linked = {target for _, target in LINK.findall(TEXT)}
    assert {f"docs/{page.name}" for page in DOCS} - linked == set()


def test_the_graph_is_that_of_the_pipeline():
    assert draw_stages(ROOT) in (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parts():
    if not (ROOT / "data/published").exists():
        pytest.skip("needs a build: make repro")
    return build_parts()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_generated_parts_are_those_of_the_build_here(page, parts):
    text = page.read_text(encoding="utf-8")
    assert_alike(replace_parts(text, parts), text)


def assert_alike(made, committed):
    """Assert that two texts are the same but for numbers that are as near as builds on other processors can be."""
    assert NUMBER.sub("N", made) == NUMBER.sub("N", committed), "run `make readme`"
    for one, other in zip(NUMBER.findall(made), NUMBER.findall(committed), strict=True):
        assert abs(float(one) - float(other)) <= max(1.0, 0.02 * abs(float(other))), "run `make readme`"


@pytest.mark.parametrize(
    ("made", "committed", "are_alike"),
    [
        ("85.2 of 108", "85.3 of 107", True),
        ("1,024 rows", "1,024 rows", True),
        ("85.2 of 108", "87.2 of 108", False),
        ("85.2 of 108", "85.2 in 108", False),
        ("85.2 of 108", "85.2", False),
    ],
)
def test_only_the_last_digits_may_differ(made, committed, are_alike):
    with nullcontext() if are_alike else pytest.raises(AssertionError):
        assert_alike(made, committed)


def test_every_part_is_on_a_page(parts):
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in parts if f"<!-- {name} -->" not in text] == []


def find_dead_links(page) -> list[str]:
    """Return the links of a page to files and headings of this checkout that are not there."""
    dead = []
    for image, target in LINK.findall(page.read_text(encoding="utf-8")):
        place, _, heading = target.partition("#")
        if "://" in place or (image and not (ROOT / "docs/images").exists()):
            continue
        file = (page.parent / place) if place else page
        names = HEADING.findall(file.read_text(encoding="utf-8")) if heading and file.exists() else []
        if not file.exists() or (heading and heading not in [re.sub(r"\W+", "-", n.lower()).strip("-") for n in names]):
            dead.append(target)
    return dead


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_no_link_is_dead(page):
    assert find_dead_links(page) == []


def test_a_dead_link_is_found(tmp_path):
    (tmp_path / "a.md").write_text("# One thing\n[a](b.md) [b](#one-thing) [c](#another) [d](https://example.org)\n")
    assert find_dead_links(tmp_path / "a.md") == ["b.md", "#another"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_speaks_in_riddles(page):
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert [words for words in RIDDLES if words in text] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_a_page_has_one_title(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.match(r"# \S", text)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
