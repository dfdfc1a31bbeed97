"""The stage `read`: articles and windows that are read, nothing twice; quotes of network and rules; its weights."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from pipeline.reader.quote_tagger import LONGEST, MAX_PIECES, OUTSIDE, TAGGED, Tags, load_tagger, split_text, windows_of
from pipeline.reader.run import read_pointings, run
from pipeline.reader.speaker_pointer import MAX_PIECES as MOST_PIECES
from pipeline.reader.speaker_pointer import Pointing, load_pointer
from pipeline.reader.speaker_pointer import split_text as split_around
from pipeline.reader.speaker_pointer import window as window_around
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


def test_source_and_cue_are_the_nearest_and_beliefs_are_quotes_of_one_profile_alone():
    text = f"Korvath announced nothing.\n{TEXT}"
    contents = ["it was late", "It rained all day"]
    tags = tags_of(text, content=contents, source=["Korvath", "Reyk"], cue=["announced", "said"])
    late, rain = find_quotes(tags, [], text)
    assert (late.words(late.source), late.words(late.cue)) == ("Reyk", "said")
    assert (rain.type, rain.words(rain.source), rain.words(rain.cue)) == ("indirect", "Reyk", "said")
    tags = tags_of(text, content=["It rained all day"], source=["Reyk"], cue=["he said"])
    assert [quote.source for quote in find_quotes(tags, [], text)] == [None]
    tags = tags_of(TEXT, attitude=["it was late"], cue=["said"])
    assert find_quotes(tags, [], TEXT) == []
    assert [quote.quoted for quote in find_quotes(tags, [], TEXT, attitudes=True)] == ["it was late"]


@pytest.mark.parametrize("line", [
    "Ilse Korvath ‹said› on Monday that ⟦it was late⟧.", "⟦“We will not stop until May,”⟧ Nadia Sarkel ‹said›.",
    "It rained in Lorne all day, and the road to the coast was shut.",
])  # fmt: skip
def test_the_network_alone_finds_quotes(line):
    text, expected = parse_quotes(line)
    found, pointings = make_reader(ReadConfig(reader="all"), "en", "speech", load_targets()).read(text, [])
    assert [quote.content for quote in found] == [quote.content for quote in expected]
    assert set(pointings) == {tuple(quote.content) for quote in expected}


FEW_PIECES = WordPieces([*SPECIAL, GAP, "a", "##a", "b", "said", "reyk", ".", ","])
PIECE_NAMES = list(FEW_PIECES.numbers)


def test_of_a_long_article_the_beginning_is_read_again_and_a_window_ends_with_a_paragraph():
    text = f"Reyk {'b ' * 900}"
    windows = windows_of(split_text(text, FEW_PIECES), FEW_PIECES)
    names = [PIECE_NAMES[number] for number in windows[-1].pieces]
    assert names[:2] == ["<s>", "reyk"]
    assert names.count(GAP) == 1
    assert windows[-1].first in windows[-1].places[-300:]
    text = "\n".join(["b " * 150] * 6)
    assert {window.first % 150 for window in windows_of(split_text(text, FEW_PIECES), FEW_PIECES)} == {0}


@given(st.text("ab.,\n “”é", max_size=3_000), st.integers(250, MAX_PIECES))
def test_each_piece_of_any_text_is_read_once(text, largest):
    pieces = split_text(text, FEW_PIECES)
    windows = windows_of(pieces, FEW_PIECES, largest)
    assert [i for window in windows for i in range(window.first, window.last)] == list(range(len(pieces.pieces)))
    for window in windows:
        assert len(window.pieces) == len(window.places) <= largest
        assert set(range(window.first, window.last)) <= set(window.places)
        inside = [place for place in window.places if place >= 0]
        assert inside == sorted(set(inside))


def test_each_piece_has_the_probabilities_of_its_tags_but_not_of_what_is_no_article():
    text = "Ilse Korvath said on Monday that it was late."
    tags = load_tagger().read(text)
    words = np.array([text[slice(*span)] for span in tags.text.spans])
    content, source, cue, _ = (list(dict.fromkeys(words[of < 0.5])) for of in tags.shares[:, :, OUTSIDE].T)
    assert content[:3] == ["it", "was", "late"]
    assert (source[:2], cue[0]) == (["Ilse", "Korvath"], "said")
    assert load_tagger().read("( " * (LONGEST + 1)) is None


def pieces_around(text: str, content: list[tuple[int, int]]) -> str:
    part = window_around(split_around(text, FEW_PIECES), content, FEW_PIECES)
    return " ".join(PIECE_NAMES[number] for number in part.pieces)


@pytest.mark.parametrize(("text", "content", "expected"), [
    ("a, said Reyk.", [(0, 1)], "<s> [unused1] a [unused2] , said reyk . </s>"),
    ("Reyk said aa.", [(10, 12)], "<s> reyk said [unused1] a ##a [unused2] . </s>"),
    # A quote of two parts reaches from the first to the last.
    ("a, said Reyk, b.", [(0, 1), (14, 15)], "<s> [unused1] a , said reyk , b [unused2] . </s>"),
])  # fmt: skip
def test_a_quote_stands_between_two_marks(text, content, expected):
    assert pieces_around(text, content) == expected


def test_of_a_long_article_the_beginning_and_what_stands_around_the_quote_are_read():
    text = f"Reyk {'b ' * 900}a {'b ' * 900}"
    start = text.index("a ")
    words = pieces_around(text, [(start, start + 1)]).split()
    assert len(words) <= MOST_PIECES
    assert words[1] == "reyk"
    assert words.index("reyk") < words.index("[unused3]") < words.index("[unused1]")
    assert words[words.index("[unused1]") : words.index("[unused2]") + 1] == ["[unused1]", "a", "[unused2]"]


@given(st.text("ab.,\n “”é", max_size=900), st.integers(0, 900), st.integers(1, 900))
def test_any_quote_of_any_text_has_a_window(text, start, size):
    part = window_around(split_around(text, FEW_PIECES), [(start, start + size)], FEW_PIECES)
    assert len(part.pieces) == len(part.spans) <= MOST_PIECES
    names = [PIECE_NAMES[number] for number in part.pieces]
    assert names.count("[unused1]") == 1
    assert all(text[span[0] : span[1]].strip() for span in part.spans if span)


def test_a_name_is_as_probable_as_its_mentions_together():
    pointing = Pointing({0: 0.5, 30: 0.3}, {4: 0.5, 34: 0.3}, 0.1)
    assert pointing.probability([(0, 4), (30, 34)]) == pytest.approx(0.8)
    assert pointing.probability([(7, 9)]) == 0
    assert pointing.best_span() == (0, 4)
    assert Pointing({0: 0.2}, {4: 0.2}, 0.7).best_span() is None


@pytest.mark.parametrize(("line", "speaker"), [
    ("⟦“We will not stop,”⟧ ‹said› Nadia Sarkel, who met Ilse Korvath in Lorne.", "Nadia Sarkel"),
    ("Nadia Sarkel met Ilse Korvath in Lorne. ⟦“We will not stop,”⟧ Korvath ‹said› after it.", "Ilse Korvath"),
    ("Tomas Reyk spoke of Nadia Sarkel. ⟦“She only buys time,”⟧ he ‹added›.", "Tomas Reyk"),
    ("Ilse Korvath ‹said› in Lorne that ⟦Tomas Reyk had promised to leave⟧.", "Ilse Korvath"),
])  # fmt: skip
def test_it_points_to_the_speaker(line, speaker):
    text, (quote,) = parse_quotes(line)
    (pointing,) = load_pointer().read(text, [tuple(quote.content)]).values()
    start, end = pointing.best_span()
    assert text[start:end] == speaker


def test_a_pointing_does_not_depend_on_the_other_quotes():
    text, quotes = parse_quotes("Ilse Korvath ‹said› ⟦it was late⟧. ⟦“We will not stop,”⟧ ‹said› Nadia Sarkel.")
    contents = [tuple(quote.content) for quote in quotes]
    alone = [load_pointer().read(text, [content])[content] for content in contents]
    assert list(load_pointer().read(text, contents).values()) == alone
