"""Corrections on the page: the form on a card, the file that it gives, and what is said of a corrected stance."""

from pipeline.core import paths
from pipeline.core.corrections import StanceCorrections, read_correction_rows
from tests.report.browsing import see, texts, walk
from tests.worlds.page_project import quote_id_of
from tests.worlds.rows import LABELS, TARGETS

NO_INCH = quote_id_of("No inch")


def fill(page, speaker=None, stance=None, by="=Ada", note=""):
    """Fill the form of the card, and add the correction."""
    form = page.get_by_role("form", name="Correct this quote")
    if speaker is not None:
        form.get_by_label("Speaker (empty: nobody)").fill(speaker)
    if stance:
        form.get_by_label("Stance: Ceasefire").select_option(stance)
    form.get_by_label("Who says so").fill(by)
    form.get_by_label("Note").fill(note)
    form.get_by_label("Note").press("Enter")


def test_the_file_of_the_page_is_one_of_corrections(open_page, tmp_path):
    page = open_page("#quote/" + NO_INCH)
    page.locator(".correct summary").focus()
    page.keyboard.press("Enter")
    fill(page, speaker="", stance="against")
    shown = page.locator(".made pre").inner_text().splitlines()
    assert shown == [f"{NO_INCH},,,,,,'=Ada,", f"{NO_INCH},,,,ceasefire,against,'=Ada,"]
    fill(page, stance="favor", note='he says "yes", twice')  # counts in place of the first
    walk(page, "go #quote/" + quote_id_of("Kestria ready to sign"), ".correct summary")
    assert page.get_by_label("Who says so").input_value() == "=Ada"
    fill(page, speaker="Teo Marl", by="Ben")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save 3 corrections as a file").click()
    assert download.value.suggested_filename == "corrections.csv"
    download.value.save_as(tmp_path / "corrections.csv")
    rows = read_correction_rows(tmp_path / "corrections.csv", TARGETS)
    found = [(row.speaker, row.label, row.by) for row in rows]
    assert found == [("", "", "=Ada"), ("", "favor", "=Ada"), ("Teo Marl", "", "Ben")]
    assert rows[1].note == 'he says "yes", twice'
    assert StanceCorrections(rows).of_quote(NO_INCH, "")["ceasefire"].label == "favor"


def test_what_is_left_as_it_is_gives_no_row_and_a_name_is_needed(open_page):
    page = open_page("#quote/" + NO_INCH)
    page.locator(".correct summary").click()
    fill(page)
    see(page, "#said", "Nothing is changed in this form.")
    fill(page, stance="favor", by=" ")
    walk(page, "see #said = Say who corrects it.", "no .made pre", "no #corrections-made")
    options = page.get_by_label("Stance: Ceasefire").locator("option").all_inner_texts()
    assert options == ["as it is: neutral", *(label.replace("_", " ") for label in LABELS)]


def test_a_corrected_stance_is_named_as_one_and_counted(open_page, open_project):
    by_hand = {"label": "against", "abstained": False, "corrected_by": "Ada <b>Wrede"}
    other = quote_id_of("Thirty ferries")
    changes = {
        paths.STANCES: lambda row: by_hand if (row["quote_id"], row["target"]) == (NO_INCH, "ceasefire") else {},
        paths.QUOTES: lambda row: {"corrected_by": "Ben"} if row["quote_id"] == other else {},
    }
    page = open_project("#quote/" + NO_INCH, changes)
    said = "Corrected by Ada <b>Wrede; the program finds neutral most probable, with"
    see(page, ".fact", "against (corrected)", said)
    assert "gives this a probability" not in texts(page, ".fact")[0]
    walk(page, "go #overview")
    see(page, "#corrected", "Corrected by hand: 1 speaker and 1 stance (Ada <b>Wrede 1, Ben 1).")
    walk(open_page(), "see #pictures figcaption", "no #corrected")
