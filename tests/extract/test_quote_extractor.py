"""Quotes of any text: valid offsets, order, no duplicates; unusual texts are processed in linear time."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language, load_language
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.lexicon import build_lexicon
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.parse.parser import Parser

PIECES = [
    "said", "Renn", "the minister", "that", ",", ".", "“", "”", '"', "‘", "’", ":", "\n\n", "according to", "Q:",
    "he", "will stop", "REYK:", "—", "?", "called for", "a truce", "and", "adding", "(", ")", ";", "told", "which",
]  # fmt: skip


@pytest.fixture(scope="module")
def parser():
    return Parser(load_language("en"))


@pytest.fixture(scope="module", params=["speech", "attribution"])
def rules(request):
    return RuleExtractor(load_language("en"), ExtractConfig(profile=request.param))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(st.sampled_from(PIECES), max_size=40))
def test_offsets_are_valid(parser, rules, words):
    text = " ".join(words)
    quotes = rules(next(parser.pipe([text])))
    starts = [quote.content[0][0] for quote in quotes]
    assert starts == sorted(set(starts))
    for quote in quotes:
        spans = [*quote.content, *(span for span in (quote.cue, quote.source) if span)]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        edges = [edge for part in quote.content for edge in part]
        assert edges == sorted(edges)
        assert quote.type in ("direct", "indirect", "mixed")
        assert all(text[start:end] == text[start:end].strip() for start, end in quote.content)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "“", "said", "“”", "Q:\n\nA:", "\u200b", "🙂 “🙂🙂🙂🙂” said 🙂."])
def test_unusual_texts(parser, rules, text):
    rules(next(parser.pipe([text])))


def test_the_same_text_gives_the_same_quotes(parser):
    text = "“We will not stop,” said Nadia Sarkel. Renn said the talks were over and called for a truce."
    config = load_config(ExtractConfig, CONFIGS / "extract.yaml")
    first, second = (RuleExtractor(load_language("en"), config)(next(parser.pipe([text]))) for _ in range(2))
    assert first == second
    assert [quote.confidence for quote in first] == sorted((quote.confidence for quote in first), reverse=True)


@pytest.mark.parametrize("line", [["“", "a", "”", "said", "x", ","], ["“", "said", "x"], ["said", "that", "x", ","]])
def test_long_lines_take_linear_time(rules, line):
    words = line * (45_000 // len(line))
    verbs = [word == "said" for word in words]
    doc = Doc(
        Vocab(),
        words=words,
        pos=["VERB" if verb else "X" for verb in verbs],
        tags=["VBD" if verb else "XX" for verb in verbs],
        lemmas=["say" if verb else word for verb, word in zip(verbs, words, strict=True)],
        heads=[0] * len(words),
        deps=["dep"] * len(words),
    )
    start = time.process_time()
    rules(doc)
    assert time.process_time() - start < 10


def test_an_unknown_profile_is_an_error():
    with pytest.raises(ConfigError, match="unknown profile"):
        build_lexicon(Language("en"), "thoughts")
