"""The words that show a stance: terms of the target, and stance cues near them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.config import ROOT
from pipeline.core.errors import ConfigError
from pipeline.core.targets import load_targets
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.config import load_stance_config, read_stance_words
from pipeline.stance.stance_evidence import EvidenceWords, evidence_words, find_evidence
from tests.worlds.project import change_config, copy_configs

CONFIG = load_stance_config(ROOT)
CUES = [word for name, words in CONFIG.stance_cues.items() if name not in CONFIG.not_evidence for word in words]
COMMON = {
    *read_stance_words()["stop_words"],
    "truce", "harbour", "said", "ceasefire", "peace", "cede", "asked", "nobody", "end",
}  # fmt: skip
CEASEFIRE, CONCESSION = (EvidenceWords(of.relevance_terms, CUES, COMMON, {"US"}) for of in load_targets().values())


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
    ("They want to be halted", "", "", ["want", "halted"]),
    ("We want gunships and untrucelike lullabies", "", "", ["want", "lullabies"]),
    # War alone is no term.
    ("The war is long and we want bread", "", "", []),
    ("Wheat is cheap", "Wheat is cheap, they said.", "said", []),
    ("", "", "", []),
])  # fmt: skip
def test_evidence_for_a_ceasefire(text, context, cue, expected):
    assert marked(text, context, cue) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("They recognise the independence of Kestria.", ["recognise the independence"]),
    ("We must return to Kestria Bay soon", ["must return to Kestria Bay"]),
    ("The US wants the transfer of Old Kestria now", ["wants", "transfer of Old Kestria"]),
    ("It is a part of life", []),
    ("We will never cede an inch", ["will never cede", "inch"]),
])  # fmt: skip
def test_evidence_for_a_concession(text, expected):
    assert marked(text, words=CONCESSION) == expected


def test_places_decide_between_two_occurrences():
    context = "“No truce,” he said. She wants a truce."
    start = context.rindex("truce")
    places = [(start, start + 5)]
    assert marked("truce", context) == ["No truce"]
    assert marked("truce", context, content=places) == ["wants", "truce"]


def test_a_quote_in_parts_is_found():
    context = "“We want,” said Orla Venn, “a truce with all.” It rained."
    assert marked("We want a truce with all.", context, "said") == ["want", "truce"]
    assert marked("snow", context) == ["want", "truce"]  # not there: the whole paragraph
    assert marked("a truce", words=EvidenceWords([], CUES)) == []
    assert marked("We want a truce", words=EvidenceWords(["truce*"], [])) == ["truce"]


def test_words_of_a_fitted_model():
    texts = ["we want a truce with Renn", "no truce, ever", "a truce is what we want", "we will never stop"]
    parameters = {"relevance_terms": ["truce*"], "stance_cues": {"want": ["want"], "we": ["we"], "name": ["NAME"]}}
    model = StanceClassifier(mask_names=True, **parameters).fit(texts, ["favor", "against"] * 2)
    item = ClassifierInput("we want Renn at a truce")
    found = [[item.text[a:b] for a, b in find_evidence(item, evidence_words(model, out))] for out in ((), ("we",))]
    assert found == [["we want", "truce"], ["want", "truce"]]


def test_only_signs_can_be_no_evidence(tmp_path):
    copy_configs(tmp_path, "stance.yaml")
    change_config(tmp_path / "configs/stance.yaml", not_evidence=["we", "weather"])
    with pytest.raises(ConfigError, match="unknown stance cue `weather`"):
        load_stance_config(tmp_path)


PIECES = st.sampled_from([
    "truce", "ceasefire", "want", "no", "never", "Renn", "US", ".", ". ", ",", "“", "”", "\n", "İ", "😀", "e\u0301",
    "-",
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map(lambda pieces: " ".join(pieces))


@given(TEXTS, TEXTS, st.sampled_from(["", "said", "want", "no"]), st.booleans())
def test_spans_are_in_the_text_sorted_and_disjoint(text, around, cue, inside):
    context = f"{around} {text} {around}" if inside else around
    whole = context or text
    spans = find_evidence(ClassifierInput(text, context, cue), CEASEFIRE)
    edges = [edge for span in spans for edge in span]
    assert all(0 <= start < end <= len(whole) for start, end in spans)
    assert edges == sorted(set(edges))
    assert all(whole[start:end] == whole[start:end].strip() for start, end in spans)
