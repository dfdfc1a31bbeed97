"""Corrections on the page: the form on a card, the file that it gives, and what is said of a corrected stance."""

from __future__ import annotations

import pytest

from pipeline.core import paths
from pipeline.core.corrections import COLUMNS, StanceCorrections, read_correction_rows
from pipeline.core.schema.data_tables import QUOTES
from pipeline.core.schema.stance_tables import stances as stance_table
from pipeline.core.storage import tables
from tests.report import chromium
from tests.report.browsing import open_project, wait_for_view
from tests.worlds.page_project import quote_id_of, write_project
from tests.worlds.rows import LABELS, TARGETS

chromium.skip_without_chromium()


def open_form(open_page, title="No inch"):
    page = open_page("#quote/" + quote_id_of(title))
    page.locator(".correct summary").focus()
    page.keyboard.press("Enter")
    return page, page.get_by_role("form", name="Correct this quote")


def fill(form, speaker=None, stance=None, by="=Ada", note=""):
    if speaker is not None:
        form.get_by_label("Speaker (empty: nobody)").fill(speaker)
    if stance:
        form.get_by_label("Stance: Ceasefire").select_option(stance)
    form.get_by_label("Who says so").fill(by)
    form.get_by_label("Note").fill(note)
    form.get_by_label("Note").press("Enter")


def test_the_file_of_the_page_is_one_of_corrections(open_page, tmp_path):
    page, form = open_form(open_page)
    fill(form, speaker="", stance="against")
    quote = quote_id_of("No inch")
    shown = page.locator(".made pre").inner_text().splitlines()
    assert shown == [f"{quote},,,,,,'=Ada,", f"{quote},,,,ceasefire,against,'=Ada,"]
    fill(form, stance="favor", note='he says "yes", twice')  # counts in place of the first
    page.goto(page.url.split("#")[0] + "#quote/" + quote_id_of("Kestria ready to sign"))
    page.locator(".correct summary").click()
    assert page.get_by_label("Who says so").input_value() == "=Ada"
    fill(form, speaker="Teo Marl", by="Ben")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save 3 corrections as a file").click()
    assert download.value.suggested_filename == "corrections.csv"
    download.value.save_as(tmp_path / "corrections.csv")
    rows = read_correction_rows(tmp_path / "corrections.csv", TARGETS)
    assert [(row.speaker, row.label, row.by) for row in rows] == [
        ("", "", "=Ada"),
        ("", "favor", "=Ada"),
        ("Teo Marl", "", "Ben"),
    ]
    assert rows[1].note == 'he says "yes", twice'
    assert StanceCorrections(rows).of_quote(quote, "")["ceasefire"].label == "favor"


def test_what_is_left_as_it_is_gives_no_row_and_a_name_is_needed(open_page):
    page, form = open_form(open_page)
    fill(form)
    assert page.locator("#said").inner_text() == "Nothing is changed in this form."
    fill(form, stance="favor", by=" ")
    assert page.locator("#said").inner_text() == "Say who corrects it."
    assert page.locator(".made pre").count() == 0
    assert page.locator("#corrections-made").is_hidden()
    options = form.get_by_label("Stance: Ceasefire").locator("option").all_inner_texts()
    assert options == ["as it is: neutral", *(label.replace("_", " ") for label in LABELS)]


@pytest.fixture
def corrected(tmp_path):
    """Write a project in which Ada has corrected a stance and Ben a speaker."""
    root = write_project(tmp_path)
    of, other = quote_id_of("No inch"), quote_id_of("Thirty ferries")
    by_hand = {"label": "against", "abstained": False, "corrected_by": "Ada <b>Wrede"}
    stances = [
        row | by_hand if (row["quote_id"], row["target"]) == (of, "ceasefire") else row
        for row in tables.iterate_rows(root / paths.STANCES)
    ]
    tables.write(stance_table(LABELS), stances, root / paths.STANCES)
    quotes = tables.read(root / paths.QUOTES)
    tables.write(
        QUOTES, [q | {"corrected_by": "Ben"} if q["quote_id"] == other else q for q in quotes], root / paths.QUOTES
    )
    return root


def test_a_corrected_stance_is_named_as_one_and_counted(page, corrected):
    open_project(page, corrected, "#quote/" + quote_id_of("No inch"))
    fact = page.locator(".fact").first.inner_text()
    assert "against (corrected)" in fact
    assert "Corrected by Ada <b>Wrede; the program finds neutral most probable, with " in fact
    assert "gives this a probability" not in fact
    page.goto(page.url.split("#")[0] + "#overview")
    wait_for_view(page, "overview")
    line = page.locator("#corrected").inner_text()
    assert line == "Corrected by hand: 1 speaker and 1 stance (Ada <b>Wrede 1, Ben 1)."


def test_nothing_is_said_where_nothing_was_corrected(open_page):
    page = open_page("")
    page.locator("#pictures figcaption").first.wait_for()
    assert page.locator("#corrected").is_hidden()
    assert ",".join(COLUMNS) not in page.locator("body").inner_text()
