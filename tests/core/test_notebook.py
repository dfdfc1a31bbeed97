"""Quotes in notebooks: inert HTML with marked spans, and tables for pandas and polars."""

import re

import pytest

import pipeline
from pipeline.core.quote import Quote, quote_from_row
from pipeline.core.schema import data_tables

TEXT = "Talks\n\nIt rained. “No <script>x()</script>,” said Ada & Co. “Never.” She left.\n\nElsewhere it was dry."


def span(words):
    return TEXT.index(words), TEXT.index(words) + len(words)


QUOTE = Quote(
    TEXT,
    [span("“No <script>x()</script>,”"), span("“Never.”")],
    "direct",
    "r",
    0.75,
    cue=span("said"),
    source=span("Ada & Co"),
    speaker="Ada <b>",
    kind="organisation",
)
FLOATING = Quote(TEXT, [span("it was dry")], "indirect")
TAG = re.compile(r"<[^>]*>")


def test_the_text_of_an_article_is_escaped():
    html = QUOTE._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;x()&lt;/script&gt;" in html
    assert "Ada &lt;b&gt; · direct" in html
    assert set(re.findall(r"<(/?\w+)", html)) <= {"div", "/div", "b", "/b", "br", "span", "/span", "sub", "/sub"}


def test_content_cue_and_source_are_marked_and_named_in_their_paragraph():
    html = QUOTE._repr_html_()
    marked = re.findall(r'<span style="[^"]*">(.*?)<sub[^>]*> (\w+)</sub></span>', html)
    assert [name for _, name in marked] == ["content", "cue", "source", "content"]
    assert [words for words, _ in marked][1:] == ["said", "Ada &amp; Co", "“Never.”"]
    shown = TAG.sub("", re.sub(r"<sub.*?</sub>", "", html))
    assert shown.endswith("It rained. “No &lt;script&gt;x()&lt;/script&gt;,” said Ada &amp; Co. “Never.” She left.")
    assert "Elsewhere" not in html
    assert "Talks" not in html


def test_colours_have_a_label_and_enough_contrast():
    """Backgrounds are transparent, borders of three kinds, and the text has no colour of its own."""
    styles = re.findall(r'<span style="([^"]*)"', QUOTE._repr_html_())
    assert len({style.split("border-bottom:")[1] for style in styles}) == 3
    assert all("rgba" in style and ";color" not in style for style in styles)


@pytest.mark.parametrize("quote", [FLOATING, Quote("abc", [(0, 3)], "direct", cue=(1, 2))])
def test_quotes_without_a_source_and_overlapping_spans_render(quote):
    assert quote.quoted in TAG.sub("", re.sub(r"<sub.*?</sub>", "", quote._repr_html_()))
    assert "speaker unknown" in quote._repr_html_()


def test_a_long_list_is_truncated_with_a_count():
    shown = pipeline.show([QUOTE, FLOATING, FLOATING], limit=2)
    assert shown._repr_html_().count("<div") == 2
    assert shown._repr_html_().endswith("<p>1 more.</p>")
    assert repr(shown) == "3 quotes"
    assert "more" not in pipeline.show([QUOTE])._repr_html_()


def test_a_table_has_the_columns_of_the_dataset():
    table = pipeline.table([QUOTE, FLOATING])
    types = {column.name: column.type for column in data_tables.QUOTES.columns}
    assert {name: kind for name, kind in zip(table.schema.names, table.schema.types, strict=True) if name in types} == {
        name: types[name] for name in table.schema.names if name != "speaker_kind"
    }
    row, floating = table.to_pylist()
    assert TEXT[row["cue_start"] : row["cue_end"]] == row["cue"] == "said"
    assert TEXT[row["context_start"] : row["context_end"]].startswith("It rained")
    assert (row["speaker"], row["speaker_kind"], row["confidence"]) == ("Ada <b>", "organisation", 0.75)
    assert floating["cue"] is floating["source_start"] is floating["speaker"] is None
    assert quote_from_row(row, TEXT).content == QUOTE.content


def test_no_quotes_make_an_empty_table():
    assert pipeline.table([]).num_rows == 0
    assert pipeline.table([]).schema == pipeline.table([QUOTE]).schema


def test_pandas_reads_the_table():
    frame = pipeline.table([QUOTE, FLOATING]).to_pandas()
    assert list(frame["type"]) == ["direct", "indirect"]
    assert frame["cue_start"].isna().tolist() == [False, True]


def test_polars_reads_the_table():
    polars = pytest.importorskip("polars", reason="polars is not installed; it is no dependency")
    frame = polars.from_arrow(pipeline.table([QUOTE, FLOATING]))
    assert frame["content"].to_list() == [QUOTE.quoted, FLOATING.quoted]


@pytest.mark.parametrize("function", [pipeline.show, pipeline.table])
@pytest.mark.parametrize("quotes", ["a", [QUOTE, None]])
def test_what_is_no_quote_is_refused(function, quotes):
    with pytest.raises(TypeError, match="quotes as an Extractor returns them"):
        function(quotes)
