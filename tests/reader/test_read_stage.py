"""Which articles the stage `read` reads, nothing twice; which quotes are kept of the network and of the rules."""

import shutil

import numpy as np
import pytest

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.quote import ANNOUNCED, Quote
from pipeline.core.schema.data_tables import ARTICLES, EXTRACTED, PARSES
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets
from pipeline.core.text import article_id
from pipeline.extract.quote_table import quote_rows
from pipeline.reader.config import ReadConfig, make_reader
from pipeline.reader.found_quotes import READER, find_quotes
from pipeline.reader.quote_tagger import TAGGED, Tags, split_text
from pipeline.reader.run import read_pointings, run
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces
from tests.cases.marked_text import parse_quotes
from tests.worlds.project import change_config
from tests.worlds.rows import article

TRUCE, LATE = "Ilse Korvath ‹said› ⟦a truce would hold⟧.", "Nadia Sarkel ‹said› ⟦it was late⟧."


@pytest.fixture
def root(tmp_path):
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    by_rules = []
    for text, (quote,) in map(parse_quotes, (TRUCE, LATE)):
        found = Quote(text, quote.content, "indirect", "clause_after", 0.83, quote.cue, quote.source)
        by_rules += quote_rows(article_id(text), text, [found])
    texts = [parse_quotes(line)[0] for line in (TRUCE, LATE, "It rained in Lorne all day.")]
    tables.write_sorted(ARTICLES, [article(text, raw_path="news.jsonl") for text in texts], tmp_path / paths.ARTICLES)
    parses = [{"article_id": article_id(text), "parser": "none", "doc": b""} for text in texts]
    tables.write(PARSES, sorted(parses, key=lambda row: row["article_id"]), tmp_path / paths.PARSES)
    tables.write_sorted(EXTRACTED, by_rules, tmp_path / paths.RULED)
    return tmp_path


def names(root):
    """Return the words that each article's quote is given to."""
    texts = {article_id(text): text for text, _ in map(parse_quotes, (TRUCE, LATE))}
    of = read_pointings(root, set(texts))
    found = {name: list(of(name).values()) for name in sorted(texts)}
    return {texts[name][slice(*one.best_span())] for name, all_of in found.items() for one in all_of}


@pytest.mark.parametrize(
    ("setting", "expected"), [("all", {"Ilse Korvath", "Nadia Sarkel"}), ("topical", {"Ilse Korvath"}), ("off", set())]
)
def test_the_setting_chooses_what_is_read(root, setting, expected):
    change_config(root / paths.CONFIGS / "read.yaml", reader=setting)
    assert run(root)["quotes"] == 2
    assert names(root) == expected
    extracted = tables.read(root / paths.EXTRACTED)
    assert {row["rule"] for row in extracted} == {"clause_after"}
    assert sum(row["speech_score"] is not None for row in extracted) == len(expected)


def test_a_second_run_reads_nothing_and_writes_the_same_bytes(root):
    first = run(root)
    before = [path.read_bytes() for path in tables.shard_paths(root / paths.POINTINGS)]
    assert (first["articles read now"], run(root)["articles read now"]) == (3, 0)
    assert [path.read_bytes() for path in tables.shard_paths(root / paths.POINTINGS)] == before
    assert len(tables.read(root / paths.POINTINGS)) == 2


TEXT = "Reyk said it was late, and the road was shut. “We wait,” he said. It rained all day."
PIECES = WordPieces([*SPECIAL, GAP])


def tags_of(text: str, **spans: list[str]) -> Tags:
    """Return tags in which the words of some spans have a probability of 0.97."""
    pieces = split_text(text, PIECES)
    shares = np.zeros((len(pieces.pieces), len(TAGGED), 3))
    shares[:, :, 0] = 1
    for name, words in spans.items():
        for each in words:
            start = text.index(each)
            own = pieces.of([(start, start + len(each))])
            shares[own, TAGGED.index(name)] = [0.03, 0, 0.97]
            shares[own[0], TAGGED.index(name)] = [0.03, 0.97, 0]
    return Tags(pieces, shares)


def by_rules(*contents: str, kind: str = "indirect", rule: str = "clause_after") -> list[Quote]:
    spans = [(TEXT.index(words), TEXT.index(words) + len(words)) for words in contents]
    return [Quote(TEXT, [span], kind, rule, 0.8) for span in spans]


@pytest.mark.parametrize(("tagged", "rules", "expected"), [
    # Both find it: the network says where it begins and ends.
    (["it was late"], by_rules("it was late, and the road"), [("it was late", "clause_after")]),
    (["We wait,"], by_rules("“We wait,”", kind="direct"), [("“We wait,”", "clause_after")]),
    ([], by_rules("“We wait,”", kind="direct"), [("“We wait,”", "clause_after")]),
    (["it was late"], [], [("it was late", READER)]),
    ([], by_rules("It rained"), []),
    (["late"], [], []),
    (["“We wait,”"], [], []),
    (["it was late"], by_rules("it was late", rule=ANNOUNCED), []),
])  # fmt: skip
def test_quotes_of_both(tagged, rules, expected):
    found = find_quotes(tags_of(TEXT, content=tagged, cue=["said"]), rules, TEXT)
    assert [(quote.quoted, quote.rule) for quote in found] == expected


def test_a_word_that_is_missed_does_not_part_a_quote_but_a_cue_does():
    for cues, expected in ((["said"], ["it was late, and the road"]), (["said", "late"], ["it was", ", and the road"])):
        tags = tags_of(TEXT, content=["it was late, and the road"], cue=cues)
        start = TEXT.index("late")
        tags.shares[tags.text.of([(start, start + 4)]), TAGGED.index("content")] = [0.9, 0, 0.1]
        assert [quote.quoted for quote in find_quotes(tags, [], TEXT)] == expected


def test_source_and_cue_are_the_nearest_of_the_paragraph():
    text = f"Korvath announced nothing.\n{TEXT}"
    contents = ["it was late", "It rained all day"]
    tags = tags_of(text, content=contents, source=["Korvath", "Reyk"], cue=["announced", "said"])
    late, rain = find_quotes(tags, [], text)
    assert (late.words(late.source), late.words(late.cue)) == ("Reyk", "said")
    assert (rain.type, rain.words(rain.source), rain.words(rain.cue)) == ("indirect", "Reyk", "said")


def test_beliefs_are_quotes_of_the_profile_attribution_alone():
    tags = tags_of(TEXT, attitude=["it was late"], cue=["said"])
    assert find_quotes(tags, [], TEXT) == []
    assert [quote.quoted for quote in find_quotes(tags, [], TEXT, attitudes=True)] == ["it was late"]


@pytest.mark.parametrize("line", [
    "Ilse Korvath ‹said› on Monday that ⟦it was late⟧.", "⟦“We will not stop until May,”⟧ ‹said› Nadia Sarkel.",
    "It rained in Lorne all day, and the road to the coast was shut.",
])  # fmt: skip
def test_the_network_alone_finds_quotes(line):
    text, expected = parse_quotes(line)
    found, pointings = make_reader(ReadConfig(reader="all"), "en", "speech", load_targets()).read(text, [])
    assert [quote.content for quote in found] == [quote.content for quote in expected]
    assert set(pointings) == {tuple(quote.content) for quote in expected}
