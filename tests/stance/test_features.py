import pytest

from pipeline.errors import DataError
from pipeline.quote import Quote
from pipeline.stance.features import RELEVANCE, columns, term_pattern
from pipeline.stance.items import Item, as_item, as_items


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
    ],
)
def test_term_pattern(terms, text, found):
    assert len(term_pattern(terms).findall(text)) == found


@pytest.mark.parametrize(
    ("item", "flags"),
    [
        (Item("a truce"), "any content"),
        (Item("a truce is a truce"), "any content content_twice"),
        (Item("never", context="Asked about a truce: never"), "any context"),
        (Item("a truce", context="a truce"), "any content"),
        (Item("never", cue="rejects a truce"), "any content"),
        (Item("wheat"), "any"),
    ],
)
def test_relevance_flags(item, flags):
    assert columns([item], set(), ["truce*"])[0, RELEVANCE] == flags


def test_no_items_and_no_terms():
    assert columns([], set(), []).shape == (0, 3)
    assert columns([Item("a truce")], set(), [])[0, RELEVANCE] == "any"


def test_items_of_every_kind_say_the_same():
    text = "First.\n\n“Stop now,” said Renn."
    quote = Quote(text, [(8, 19)], "direct", cue=(20, 24), speaker="Pavlo Renn")
    mapping = {"text": "“Stop now,”", "cue": "said", "speaker": "Pavlo Renn", "context": text[8:]}
    assert as_item(quote) == as_item(mapping) == Item("“Stop now,”", text[8:], "said", "Pavlo Renn")
    assert as_item("x") == as_item({"text": "x", "cue": None}) == Item("x")


@pytest.mark.parametrize(
    "given", [[3], [{"cue": "said"}], [{"text": None}], [{"text": "x", "cue": 1}], "x", {"text": "x"}]
)
def test_what_is_no_list_of_quotes_is_refused(given):
    with pytest.raises(DataError, match="→"):
        as_items(given)
