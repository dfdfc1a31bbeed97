"""What the linear model reads of a quote (terms, masked names), and the words that show a stance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.config import ROOT
from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.targets import load_targets, term_pattern
from pipeline.stance.classifier_input import ClassifierInput, to_input, to_inputs
from pipeline.stance.config import load_stance_cues, read_stance_words
from pipeline.stance.name_masking import MASK, find_common_words, mask_names
from pipeline.stance.stance_evidence import EvidenceWords, find_evidence
from pipeline.stance.text_features import COLUMNS, RELEVANCE, build_text_columns


@pytest.mark.parametrize(("terms", "text", "found"), [
    (["truce*"], "Truces hold", 1), (["end the war"], "to end  the war", 1),
    (["end the war"], "to end the warning", 0), (["cease-fire*"], "a cease-fire, a ceasefire", 1),
    (["end * war"], "to end the war, end this long war", 2), (["end * war"], "end war", 1),
    (["end * war"], "end it now, says a war minister", 0),
    (["halt*", "truce", "hold fire"], "They hold fire, halting the truce", 3),
    (["Ä*", "armistice", "-fire", "*stice", "5 day"], "Ära of an armistice, 5 days, a 5 day -fire", 4),
])  # fmt: skip
def test_term_pattern(terms, text, found):
    assert len(term_pattern(terms).findall(text)) == found


@pytest.mark.parametrize(("item", "terms", "flags"), [
    (ClassifierInput("a truce"), ["truce*"], "any content"),
    (ClassifierInput("a truce is a truce"), ["truce*"], "any content content_twice"),
    (ClassifierInput("never", context="Asked about a truce. Never"), ["truce*"], "any context"),
    (ClassifierInput("now", cue="demands a truce"), ["truce*"], "any content"),
    (ClassifierInput("wheat"), ["truce*"], "any"),
    # A name in a term is any name.
    (ClassifierInput("we recognise Kestria"), ["recogni* NAME"], "any content"),
    (ClassifierInput("Kestria", cue="recognises"), ["recogni* NAME"], "any content"),
    (ClassifierInput("never", context="Asked about recognising Kestria: never"), ["recogni* NAME"], "any context"),
    (ClassifierInput("we recognise his name"), ["recogni* * NAME"], "any"),
    # A term without one may be part of a name.
    (ClassifierInput("leave the Kestrian Truce Commission"), ["truce*"], "any content"),
    (ClassifierInput("a Truce with Kestria"), ["truce*", "with NAME"], "any content content_twice"),
])  # fmt: skip
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


STANCE_WORDS = read_stance_words()
TEXTS = [
    "The President said that Kestria would keep the truce. The president of Velmora will stop shooting in March.",
    "It will stop. We will march to the basin; General Wrede waits, and the general knows why.",
]


@pytest.mark.parametrize(("text", "expected"), [
    ("we saw Milena Dravic", f"we saw {MASK}"), ("Dravic-Oss will stop", f"{MASK} - {MASK} will stop"),
    ("the President said", "the president said"), ("Stop shooting", "stop shooting"),
    ("the US asked us", f"the {MASK} asked us"), ("Velmora General. General Wrede", f"{MASK} . general {MASK}"),
    ("I will, I'm the general", "i will , i ' m the general"), ("", ""),
])  # fmt: skip
def test_mask_names(text, expected):
    common = set(find_common_words(TEXTS, STANCE_WORDS["stop_words"]))
    assert " ".join(mask_names(text, common, STANCE_WORDS["uppercase_names"])[0]) == expected


def test_each_masked_word_has_its_span():
    text = "we saw Milena Dravic-Oss, İzel and “the US” 😀"
    words, spans = mask_names(text, set(find_common_words(TEXTS, [*STANCE_WORDS["stop_words"], "saw"])), ["US"])
    found = [text[start:end] for start, end in spans]
    assert found == ["we", "saw", "Milena Dravic", "-", "Oss", ",", "İzel", "and", "“", "the", "US", "”", "😀"]
    assert words == ["we", "saw", MASK, "-", MASK, ",", MASK, "and", "“", "the", MASK, "”", "😀"]


def test_common_words_are_mostly_in_small_letters_and_do_not_depend_on_order():
    assert find_common_words(["we fished at Teeth and at Teeth again, teeth bared", "a ferry, the Ferry"], []) == [
        *("a", "again", "and", "at", "bared", "ferry", "fished", "the", "we")
    ]
    common = find_common_words(TEXTS, ["so"])
    assert common == find_common_words(TEXTS[::-1], ["so"]) == sorted(common)


MEANINGS = {"halt": ["truce*", "end * war"], "go_on": ["fight on"]}


@pytest.mark.parametrize(("text", "expected"), [
    ("a truce", "a HALT"), ("to end the long war , or fight on", "to HALT , or GO_ON"), ("a halt", "a halt"),
    ("", "_"),
])  # fmt: skip
def test_terms_become_their_meanings(text, expected):
    assert build_text_columns([ClassifierInput(text)], None, [], MEANINGS)[0, COLUMNS[-1]] == expected


SIGNS = load_stance_cues(ROOT)
COMMON = {
    *read_stance_words()["stop_words"],
    "truce", "harbour", "said", "ceasefire", "peace", "cede", "asked", "nobody", "end",
}  # fmt: skip
CEASEFIRE, CONCESSION = (EvidenceWords(of.relevance_terms, SIGNS, COMMON, {"US"}) for of in load_targets().values())


def marked(text, context="", cue="", words=CEASEFIRE, **places):
    item = ClassifierInput(text, context, cue)
    return [(context or text)[start:end] for start, end in find_evidence(item, words, **places)]


@pytest.mark.parametrize(("text", "context", "cue", "expected"), [
    # Terms and the cues near them, also those of the sentence around the quote.
    ("We will sign a truce.", "", "", ["will sign", "truce"]),
    ("There will be no truce", "", "", ["will", "no truce"]),
    ("a truce", "Orla Venn called for a truce.", "called for", ["called for", "truce"]),
    ("a truce", "Orla Venn, who rejects a truce, left early. We can wait.", "", ["rejects", "truce", "left"]),
    ("End the long war", "", "", ["End the long war"]),
    ("a cease-fire, if they want it", "", "", ["cease-fire", "if", "want"]),
    # The reporting words count however far they are from the term; those that are no stance cue do not.
    ("at the end of a very long day in the old harbour it is a truce",
     "She rejected the view that at the end of a very long day in the old harbour it is a truce.", "rejected",
     ["rejected", "truce"]),
    ("a truce", "She said a truce.", "said", ["truce"]),
    # Not over the end of a clause, not further than six words.
    ("We want rain. A truce is far", "", "", ["truce"]),
    ("We want one two three four five six truce", "", "", ["truce"]),
    ("We want two three four five six truce", "", "", ["want", "truce"]),
    # The sentence counts, not the whole paragraph.
    ("a truce", "They want a truce. The truce failed.", "", ["want", "truce"]),
    # A paragraph bears a short answer, whose own cues count; those of a long one do not.
    ("Never.", "Asked about a truce, he shrugged. “Never.” It rained.", "", ["Asked", "truce", "Never"]),
    ("never in my life have I seen so many boats on so small a river",
     "Nobody spoke of a truce. “never in my life have I seen so many boats on so small a river”", "",
     ["Nobody spoke", "truce"]),
    # A term in a name is none, nor is a word that only contains one; `lull*` is a term by its beginning.
    ("We want Velmora Truce Bank to pay", "", "", []),
    ("We want gunships and untrucelike lullabies", "", "", ["want", "lullabies"]),
    # War alone is no term.
    ("The war is long and we want bread", "", "", []), ("Wheat is cheap", "Wheat is cheap, they said.", "said", []),
    ("", "", "", []),
])  # fmt: skip
def test_evidence_for_a_ceasefire(text, context, cue, expected):
    assert marked(text, context, cue) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("They recognise the independence of Kestria.", ["recognise the independence"]),
    ("We must return to Kestria Bay soon", ["must return to Kestria Bay"]),
    ("The US wants the transfer of Old Kestria now", ["wants", "transfer of Old Kestria"]),
    ("It is a part of life", []), ("We will never cede an inch", ["will never cede", "inch"]),
])  # fmt: skip
def test_evidence_for_a_concession(text, expected):
    assert marked(text, words=CONCESSION) == expected


def test_places_decide_between_two_occurrences_and_a_quote_in_parts_is_found():
    context = "“No truce,” he said. She wants a truce."
    start = context.rindex("truce")
    places = [(start, start + 5)]
    assert marked("truce", context) == ["No truce"]
    assert marked("truce", context, content=places) == ["wants", "truce"]
    context = "“We want,” said Orla Venn, “a truce with all.” It rained."
    assert marked("We want a truce with all.", context, "said") == ["want", "truce"]
    assert marked("snow", context) == ["want", "truce"]  # not there: the whole paragraph
    assert marked("a truce", words=EvidenceWords([], SIGNS)) == []
    assert marked("We want a truce", words=EvidenceWords(["truce*"], [])) == ["truce"]


PIECES = st.sampled_from([
    "truce", "ceasefire", "want", "no", "never", "Renn", "US", ".", ". ", ",", "“", "”", "\n", "İ", "😀", "e\u0301",
    "-",
])  # fmt: skip
ANY_TEXTS = st.lists(PIECES, max_size=30).map(lambda pieces: " ".join(pieces))


@given(ANY_TEXTS, ANY_TEXTS, st.sampled_from(["", "said", "want", "no"]), st.booleans())
def test_spans_are_in_the_text_sorted_and_disjoint(text, around, cue, inside):
    context = f"{around} {text} {around}" if inside else around
    whole = context or text
    spans = find_evidence(ClassifierInput(text, context, cue), CEASEFIRE)
    edges = [edge for span in spans for edge in span]
    assert all(0 <= start < end <= len(whole) for start, end in spans)
    assert edges == sorted(set(edges))
    assert all(whole[start:end] == whole[start:end].strip() for start, end in spans)
