"""The windows in which tagger and pointer read an article, what the pointings say, and the weights of both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reader.quote_tagger import LONGEST, MAX_PIECES, OUTSIDE, load_tagger, split_text, windows_of
from pipeline.reader.speaker_pointer import MAX_PIECES as MOST_PIECES
from pipeline.reader.speaker_pointer import Pointing, load_pointer
from pipeline.reader.speaker_pointer import window as window_around
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces
from tests.cases.marked_text import parse_quotes

PIECES = WordPieces([*SPECIAL, GAP, "a", "##a", "b", "said", "reyk", ".", ","])
NAMES = list(PIECES.numbers)


def test_a_short_article_is_read_at_once():
    (window,) = windows_of(split_text("Reyk said aa.", PIECES), PIECES)
    assert [NAMES[number] for number in window.pieces] == ["<s>", "reyk", "said", "a", "##a", ".", "</s>"]
    assert window.places == [-1, 0, 1, 2, 3, 4, -1]


def test_of_a_long_article_the_beginning_and_what_stands_before_are_read_again():
    text = f"Reyk {'b ' * 900}"
    windows = windows_of(split_text(text, PIECES), PIECES)
    names = [NAMES[number] for number in windows[-1].pieces]
    assert names[:2] == ["<s>", "reyk"]
    assert names.count(GAP) == 1
    assert windows[-1].first in windows[-1].places[-300:]


def test_a_window_ends_with_a_paragraph():
    text = "\n".join(["b " * 150] * 6)
    assert {window.first % 150 for window in windows_of(split_text(text, PIECES), PIECES)} == {0}


@given(st.text("ab.,\n “”é", max_size=3_000), st.integers(250, MAX_PIECES))
def test_each_piece_of_any_text_is_read_once(text, largest):
    pieces = split_text(text, PIECES)
    windows = windows_of(pieces, PIECES, largest)
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


def words_of(text: str, content: list[tuple[int, int]]) -> str:
    return " ".join(NAMES[number] for number in window_around(split_text(text, PIECES), content, PIECES).pieces)


@pytest.mark.parametrize(("text", "content", "expected"), [
    ("a, said Reyk.", [(0, 1)], "<s> [unused1] a [unused2] , said reyk . </s>"),
    ("Reyk said aa.", [(10, 12)], "<s> reyk said [unused1] a ##a [unused2] . </s>"),
    # A quote of two parts reaches from the first to the last.
    ("a, said Reyk, b.", [(0, 1), (14, 15)], "<s> [unused1] a , said reyk , b [unused2] . </s>"),
])  # fmt: skip
def test_a_quote_stands_between_two_marks(text, content, expected):
    assert words_of(text, content) == expected


def test_of_a_long_article_the_beginning_and_what_stands_around_the_quote_are_read():
    text = f"Reyk {'b ' * 900}a {'b ' * 900}"
    start = text.index("a ")
    words = words_of(text, [(start, start + 1)]).split()
    assert len(words) <= MOST_PIECES
    assert words[1] == "reyk"
    assert words.index("reyk") < words.index("[unused3]") < words.index("[unused1]")
    assert words[words.index("[unused1]") : words.index("[unused2]") + 1] == ["[unused1]", "a", "[unused2]"]


@given(st.text("ab.,\n “”é", max_size=900), st.integers(0, 900), st.integers(1, 900))
def test_any_quote_of_any_text_has_a_window(text, start, size):
    part = window_around(split_text(text, PIECES), [(start, start + size)], PIECES)
    assert len(part.pieces) == len(part.spans) <= MOST_PIECES
    names = [NAMES[number] for number in part.pieces]
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
