import pytest

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.targets import term_pattern
from pipeline.stance.classifier_input import ClassifierInput, to_input, to_inputs
from pipeline.stance.text_features import COLUMNS, RELEVANCE, build_text_columns, split_sentence


@pytest.mark.parametrize(
    ("terms", "text", "found"),
    [
        (["truce*"], "Truces hold", 1),
        (["truce"], "truces hold", 0),
        (["end the war"], "to end  the war", 1),
        (["end the war"], "to end the warning", 0),
        (["cease-fire*"], "a cease-fire, a ceasefire", 1),
        (["land"], "the island", 0),
        (["a.b"], "axb", 0),
        (["end * war"], "to end the war, end this long war", 2),
        (["end * war"], "end war", 1),
        (["", "truce"], "truce", 1),
        (["end * war"], "end it now, says a war minister", 0),
        (["halt*", "truce", "hold fire"], "They hold fire, halting the truce", 3),
        (["Ä*", "armistice", "-fire", "*stice", "5 day"], "Ära of an armistice, 5 days, a 5 day -fire", 4),
    ],
)
def test_term_pattern(terms, text, found):
    assert len(term_pattern(terms).findall(text)) == found


@pytest.mark.parametrize(
    ("item", "terms", "flags"),
    [
        (ClassifierInput("a truce"), ["truce*"], "any content"),
        (ClassifierInput("a truce is a truce"), ["truce*"], "any content content_twice"),
        (ClassifierInput("never", context="Asked about a truce. Never"), ["truce*"], "any context"),
        (ClassifierInput("a truce", context="a truce"), ["truce*"], "any content"),
        (ClassifierInput("now", cue="demands a truce"), ["truce*"], "any content"),
        (ClassifierInput("wheat"), ["truce*"], "any"),
        # A name in a term is any name.
        (ClassifierInput("we recognise Kestria"), ["recogni* NAME"], "any content"),
        (ClassifierInput("Kestria", cue="recognises"), ["recogni* NAME"], "any content"),
        (ClassifierInput("never", context="Asked about recognising Kestria: never"), ["recogni* NAME"], "any context"),
        (ClassifierInput("we recognise his name"), ["recogni* * NAME"], "any"),
        (ClassifierInput("we recognise it"), ["recogni* NAME"], "any"),
        # A term without one may be part of a name.
        (ClassifierInput("leave the Kestrian Truce Commission"), ["truce*"], "any content"),
        (ClassifierInput("a Truce with Kestria"), ["truce*", "with NAME"], "any content content_twice"),
    ],
)
def test_relevance_flags(item, terms, flags):
    assert build_text_columns([item], {"a", "truce", "we", "never", "asked"}, terms)[0, RELEVANCE] == flags


def test_no_items_and_no_terms():
    assert build_text_columns([], set(), []).shape == (0, len(COLUMNS))
    assert build_text_columns([ClassifierInput("a truce")], set(), [])[0, RELEVANCE] == "any"


def test_strings_mappings_and_quotes_give_the_same_features():
    text = "First.\n\n“Stop now,” said Renn."
    quote = Quote(text, [(8, 19)], "direct", cue=(20, 24), speaker="Pavlo Renn")
    mapping = {"text": "“Stop now,”", "cue": "said", "speaker": "Pavlo Renn", "context": text[8:]}
    assert to_input(quote) == to_input(mapping) == ClassifierInput("“Stop now,”", text[8:], "said", "Pavlo Renn")
    assert to_input("x") == to_input({"text": "x", "cue": None}) == ClassifierInput("x")


@pytest.mark.parametrize(
    "given", [[3], [{"cue": "said"}], [{"text": None}], [{"text": "x", "cue": 1}], "x", {"text": "x"}]
)
def test_invalid_input_is_an_error(given):
    with pytest.raises(DataError, match="→"):
        to_inputs(given)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (ClassifierInput("Stop it", "First. He said: Stop it, now. Last."), ("He said: ", "Stop it", ", now. ")),
        (ClassifierInput(" Stop it. ", "First. Stop it. Last."), ("", "Stop it.", " ")),
        (ClassifierInput("Stop it.", "First. Stop it. Last."), ("", "Stop it.", " ")),
        (ClassifierInput("Stop it", "Elsewhere"), ("", "Stop it", "")),
        (ClassifierInput("", "First. Last."), ("", "", "")),
    ],
)
def test_sentence_of_a_quote(item, expected):
    assert split_sentence(item) == expected
