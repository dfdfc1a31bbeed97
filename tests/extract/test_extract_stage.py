"""Stage `extract` and its rules: order, valid offsets, linear time, pairs of quotation marks, names of rules."""

import shutil
import time
from collections import Counter
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core import paths
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.quote import ANNOUNCED, Quote
from pipeline.core.schema.data_tables import ARTICLES, PARSES
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.extract import run as stage
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_table import quote_rows
from pipeline.extract.rules.quotation_marks import pair_marks
from pipeline.extract.rules.rule_extractor import CONTENT_RULES, RuleExtractor
from pipeline.extract.rules.span_candidate import RuleName
from pipeline.parse import run as parse
from pipeline.parse.parser import Parser
from tests.worlds.rows import article

TEXTS = [
    f"Notes from day {n}\n\n“We will not stop on day {n},” said Nadia Sarkel. “Not now.”\n\n"
    f"Renn said the army had {n} shells left.\n\n“It is late and the road is bad.”"
    for n in range(2, 8)
]


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLEY_PROCESSES", "1")
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    rows = [article(text, raw_path="a.jsonl") for text in TEXTS]
    tables.write_sorted(ARTICLES, rows, tmp_path / paths.ARTICLES)
    parse.run(tmp_path)
    return tmp_path


def test_rows_of_the_table(root):
    counts = stage.run(root)
    rows = tables.read(root / paths.RULED)
    assert counts == {"quotes": len(rows), "articles read now": len(TEXTS)}
    texts = {article_id(text): text for text in TEXTS}
    assert [row["article_id"] for row in rows] == [name for name in sorted(texts) for _ in range(3)]
    first = rows[0]
    assert (first["cue"], first["source"], len(first["parts"])) == ("said", "Nadia Sarkel", 2)
    text = texts[first["article_id"]]
    assert first["quote_id"] == f"{first['article_id']}-{text.index('“')}"
    assert text[first["context_start"] : first["context_end"]].startswith("“We will")
    assert Counter(row["type"] for row in rows) == {"direct": 12, "indirect": 6}
    assert (rows[2]["cue"], rows[2]["cue_start"], rows[2]["source"]) == (None, None, None)
    for row in rows:
        text = texts[row["article_id"]]
        assert row["content"] == " ".join(text[part["start"] : part["end"]] for part in row["parts"])


def test_a_missing_parse_and_a_wrong_offset_are_errors(root):
    tables.write(PARSES, tables.read(root / paths.PARSES)[1:], root / paths.PARSES)
    with pytest.raises(DataError, match="no parse of this article"):
        stage.run(root)
    with pytest.raises(DataError, match="does not give back"):
        quote_rows("a", "“No,” he said.", [Quote("“No,” he said.", [(0, 5)], "direct", cue=(9, 99))])


def test_a_new_article_is_read_alone_and_a_changed_profile_extracts_again_without_parsing(root):
    articles, parses = (tables.read(root / place) for place in (paths.ARTICLES, paths.PARSES))
    for start, number in ((1, len(TEXTS) - 1), (0, 1)):
        tables.write(ARTICLES, articles[start:], root / paths.ARTICLES)
        tables.write(PARSES, parses[start:], root / paths.PARSES)
        assert stage.run(root)["articles read now"] == number
    language = root / paths.CONFIGS / "languages/en.yaml"
    language.write_text(language.read_text(encoding="utf-8").replace("  sayings:", "  sayings: # more", 1), "utf-8")
    assert stage.run(root)["articles read now"] == 0, "a comment changes nothing"
    config = root / paths.CONFIGS / "extract.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("profile: speech", "profile: attribution"), "utf-8")
    assert parse.run(root)["parsed now"] == 0
    assert stage.run(root)["articles read now"] == len(TEXTS)


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


@pytest.mark.parametrize("line", [["“", "a", "”", "said", "x", ","], ["“", "said", "x"], ["said", "that", "x", ","]])
def test_long_lines_take_linear_time(rules, line):
    words = line * (10_000 // len(line))
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
    assert time.process_time() - start < 4


RULE_NAMES = get_args(RuleName)


def test_names_are_unique_and_those_of_the_settings() -> None:
    config = load_config(ExtractConfig, CONFIGS / "extract.yaml")
    assert len(set(RULE_NAMES)) == len(RULE_NAMES)
    assert set(CONTENT_RULES) < set(RULE_NAMES) == {*config.confidence, ANNOUNCED}


ENGLISH = load_language("en")
MARKS = ENGLISH.marks
ALPHABET = "ab s.,\n" + "".join(sorted({char for pair in MARKS for mark in pair for char in mark}))


@pytest.mark.parametrize("marked", [
    "[“No,”] she said.", '["No,"] she said. ["Yes."]', "['No,'] she said.", "[‘The boys’ school is shut,’] she said.",
    "[“He said ‘no’ and left,”] she said.", "[''No,''] she said.", "[``No,''] she said.", "[«No,»] he said, [„ja“].",
    '[“No,"] she said.', "It's the miners' strike of the '90s.", 'A pipe of 6" burst.', "[“One.]\n\n[“Two.”]",
    "He crossed the “line and went home.", "“ [“No,”] she said.", "Rock ’n’ roll at the drivers’ club.",
    "[‘‘No,’’] she said.", "[’’No,’’] she said.", "[,,No,''] she said.", "He came,, and left,, and so did I.",
    '[We are late,"] she said.', '- [We are late , "] she said.', 'He left. We are late," she said.',
    'The pipe was 6" wide, she said.', "",
])  # fmt: skip
def test_pairs(marked):
    text = marked.replace("[", "").replace("]", "")
    out = text
    for pair in reversed(pair_marks(text, MARKS, ENGLISH.apostrophe_after)):
        out = out[: pair.start] + "[" + out[pair.start : pair.end] + "]" + out[pair.end :]
    assert out == marked


def test_an_apostrophe_at_the_end_of_a_word_is_a_matter_of_the_language():
    text = "‘The boys’ school is shut,’ she said."
    assert [text[pair.start : pair.end] for pair in pair_marks(text, MARKS)] == ["‘The boys’"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60))
def test_pairs_are_apart_and_stay_in_their_paragraph(text):
    pairs = pair_marks(text, MARKS, ENGLISH.apostrophe_after)
    for pair in pairs:
        assert pair.start <= pair.inner_start <= pair.inner_end <= pair.end  # an opening mark may be missing
        assert "\n" not in text[pair.start : pair.end]
    assert all(a.end <= b.start for a, b in pairwise(pairs))


@pytest.mark.parametrize("mark", ["“", "”", '"', "'", "‘", "’", "«", "''"])
def test_many_marks_take_linear_time(mark):
    start = time.process_time()
    pair_marks(f" {mark}a" * 40_000, MARKS, ENGLISH.apostrophe_after)
    assert time.process_time() - start < 3
