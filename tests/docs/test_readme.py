"""README is short and correct: its generated parts and those of the pages are up to date, and no link is dead."""

import re

import pytest

from tests.docs.readme import PAGES, README, ROOT, build_parts, draw_stages, replace_parts

TEXT = README.read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def test_it_is_short_and_lists_every_page():
    assert len(TEXT.split()) <= 650
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


def test_only_the_last_digits_may_differ():
    assert_alike("85.2 of 108, 1,024 rows", "85.3 of 107, 1,024 rows")
    for committed in ("87.2 of 108", "85.2 in 108", "85.2"):
        with pytest.raises(AssertionError):
            assert_alike("85.2 of 108", committed)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_no_link_is_dead(page):
    """Of those to files and headings of this checkout."""
    dead = []
    for image, target in LINK.findall(page.read_text(encoding="utf-8")):
        place, _, heading = target.partition("#")
        if "://" in place or (image and not (ROOT / "docs/images").exists()):
            continue
        file = (page.parent / place) if place else page
        names = HEADING.findall(file.read_text(encoding="utf-8")) if heading and file.exists() else []
        if not file.exists() or (heading and heading not in [re.sub(r"\W+", "-", n.lower()).strip("-") for n in names]):
            dead.append(target)
    assert dead == []
