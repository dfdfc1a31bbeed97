"""What tests of the page in a browser do with it, and read from it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKERS
from pipeline.core.schema.position_tables import changes as change_table
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from tests.worlds.rows import LABELS, TARGETS, Row

SCHEMAS = {
    paths.ARTICLES: ARTICLES,
    paths.QUOTES: QUOTES,
    paths.SPEAKERS: SPEAKERS,
    paths.STANCES: stance_table(LABELS),
    paths.CHANGES: change_table(tuple(TARGETS), tuple(label for label in LABELS if label != "unrelated")),
}
ADDRESS = "address"  # in place of a selector: what stands behind `#` in the address


def rewrite(root: Path, place: Path, change: Callable[[Row], Row | list[Row]]) -> None:
    """Give each row of a table other values; a list of them makes as many rows of it."""
    found = []
    for row in tables.iterate_rows(root / place):
        values = change(row)
        found += [row | each for each in (values if isinstance(values, list) else [values])]
    tables.write(SCHEMAS[place], found, root / place)


def walk(page: Any, *steps: str) -> None:
    """Take steps as a reader does: `press KEYS`, `type WORDS`, `focus PLACE`, `go #VIEW`, `back`, or click on what the
    step names; `see PLACE`, `see PLACE = WORDS | WORDS` and `no PLACE` wait for what is seen."""
    for step in steps:
        what, _, rest = step.partition(" ")
        if what == "press":
            for key in rest.split():
                page.keyboard.press(key)
        elif what == "type":
            page.keyboard.type(rest)
        elif what == "focus":
            page.locator(rest).first.focus()
        elif what == "go":
            page.goto(page.url.split("#")[0] + rest)
        elif what == "back":
            page.go_back()
        elif what == "see":
            place, _, words = rest.partition(" = ")
            see(page, place, *words.split(" | "))
        elif what == "no":
            page.locator(f"{rest} >> visible=true").first.wait_for(state="hidden")
        else:
            page.locator(f"{step} >> visible=true").first.click()


def see(page: Any, place: str, *words: str) -> None:
    """Wait for the first of these words at a place, and check that the others are there too."""
    if place == ADDRESS:
        page.wait_for_function("words => location.hash.includes(words)", arg=words[0])
        return
    found = page.locator(f"{place} >> visible=true").filter(has_text=words[0] if words else "").first
    found.wait_for()
    shown = " ".join(found.inner_text().split()) if any(words) else ""
    assert [each for each in words if each not in shown] == [], f"{place}: {shown}"


def count(page: Any) -> str:
    return page.locator("#count strong").inner_text()


def active_quote(page: Any) -> str | None:
    return page.evaluate("document.activeElement.closest('[data-quote]')?.dataset.quote ?? null")


def texts(page: Any, place: str) -> list[str]:
    return page.locator(place).all_inner_texts()
