"""The card of a quote on the page: whose words its citation marks, and the form that corrects it."""

import json

import pytest

from pipeline.core import paths
from pipeline.core.corrections import StanceCorrections, read_correction_rows
from tests.report.browsing import see, texts, walk
from tests.worlds.page_project import article_id_of, quote_id_of
from tests.worlds.rows import LABELS, TARGETS

NO_INCH, READY = quote_id_of("No inch"), quote_id_of("Kestria ready to sign")


@pytest.mark.parametrize(("type_", "parts", "expected"), [
    ("direct", ["“We will sign.”"], "“We will sign.”"),
    ("direct", ['"If they stop, so do we,"', '"If not, not."'], '"If they stop, so do we," … "If not, not."'),
    # A paragraph that goes on has no closing mark, an excerpt may have none, and a transcript has no marks at all.
    ("direct", ["“We wait.", "“We wait long.”"], "“We wait.” … “We wait long.”"),
    ("direct", ['"We will sign the …'], '"We will sign the …"'),
    ("direct", ["We wait."], "“We wait.”"),
    ("direct", ["I am sorry. “If you stop,” she said."], "“I am sorry. ‘If you stop,’ she said.”"),
    # Marks around some of the words are inner ones: both outer ones are added at once.
    ("direct", ["“It” is over"], "“‘It’ is over”"),
    ("direct", ["'Tis over"], "“'Tis over”"),
    # Marks around all words stay, whatever is inside.
    ("direct", ["»Wir warten«", "»Vi väntar»"], "»Wir warten« … »Vi väntar»"),
    ("direct", ["“He said “no” and “yes.””"], "“He said “no” and “yes.””"),
    ("direct", ["‘The dogs’ owners don’t know.’"], "‘The dogs’ owners don’t know.’"),
    # One mark without its partner gets that alone.
    ("direct", ["»We wait.", "„We go."], "»We wait.« … „We go.”"),
    ("direct", ["We wait.»", 'It is "over" now."'], '«We wait.» … "It is "over" now."'),
    ("direct", ["“"], "“”"),
    # What the article tells in its own words is in no marks but its own.
    ("indirect", ["He is", "her ally"], "He is … her ally (reported speech)."),
    ("mixed", ["it was “a forgery,” and old"], "it was “a forgery,” and old (partly reported speech)."),
])  # fmt: skip
def test_quotation_marks_stand_around_words_that_were_said_alone(call, type_, parts, expected):
    assert call("citation.js", "return citedWords(...given);", [parts, type_]) == expected


@pytest.mark.parametrize(("of", "name", "expected", "said"), [
    (NO_INCH, "Copy citation",
     "Anton Gavrel (Velmora): 🕊️ doves would not buy one inch 🕊️ of the Basin (reported speech). Northwire, "
     f"“No inch”, 20 January 2025. Quote {NO_INCH}.", "The citation is copied."),
    (READY, "Copy citation",
     "Ilse Korvath (Kestria): “We will sign the truce on Friday,” Northwire, “Kestria ready to sign”, 1 March "
     f"2024, https://northwire.example/1. Quote {READY}.", "The citation is copied."),
    # A link to a file leads nobody else there.
    (READY, "Copy link", None, "The link is copied. It leads to a file on this computer: for others"),
])  # fmt: skip
def test_a_card_gives_its_citation_and_its_address(open_page, of, name, expected, said):
    page = open_page("#quote/" + of, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=name).click()
    see(page, "#said", said)
    assert page.evaluate("navigator.clipboard.readText()") == (expected or page.url)


def test_nothing_on_the_page_puts_reported_speech_in_marks(open_project):
    untitled = {paths.ARTICLES: lambda row: {"title": None} if row["article_id"] == article_id_of("No inch") else {}}
    page = open_project("", untitled)
    for view in (f"#quote/{NO_INCH}", "#articles?q=inch", "#speakers?q=inch", "#quotes?q=inch"):
        walk(page, f"go {view}")
        page.locator("main > section:not([hidden]) >> text=Gavrel").first.wait_for()
        shown = page.locator("main").inner_text()
        assert "inch" in shown
        assert [line for line in shown.split("\n") if "Gavrel told" in line and "“" in line] == []
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    (record,) = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert (record["type"], record["content"]) == ("indirect", "🕊️ doves would not buy one inch 🕊️ of the Basin")


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
    see(page, ".made", "in the folder of the project, run parley correct corrections.csv, then dvc repro")
    walk(page, "go #quote/" + quote_id_of("Kestria ready to sign"), ".correct summary")
    assert page.get_by_label("Who says so").input_value() == "=Ada"
    fill(page, speaker="Teo Marl", by="Ben")
    with page.expect_download() as download:
        page.locator("#corrections-made button >> text=Save 3 corrections as a file").click()
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
