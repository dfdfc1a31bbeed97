"""The window around a quote, what the pointings say, and the weights that come with Parley."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reader.speaker_pointer import MAX_PIECES, Pointing, load_pointer, split_text, window
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces
from tests.cases.marked_text import parse_quotes

PIECES = WordPieces([*SPECIAL, GAP, "a", "##a", "b", "said", "reyk", ".", ","])
NAMES = list(PIECES.numbers)


def words_of(text: str, content: list[tuple[int, int]]) -> str:
    return " ".join(NAMES[number] for number in window(split_text(text, PIECES), content, PIECES).pieces)


@pytest.mark.parametrize(
    ("text", "content", "expected"),
    [
        ("a, said Reyk.", [(0, 1)], "<s> [unused1] a [unused2] , said reyk . </s>"),
        ("Reyk said aa.", [(10, 12)], "<s> reyk said [unused1] a ##a [unused2] . </s>"),
        # A quote of two parts reaches from the first to the last.
        ("a, said Reyk, b.", [(0, 1), (14, 15)], "<s> [unused1] a , said reyk , b [unused2] . </s>"),
    ],
)
def test_a_quote_stands_between_two_marks(text, content, expected):
    assert words_of(text, content) == expected


def test_of_a_long_article_the_beginning_and_what_stands_around_the_quote_are_read():
    text = f"Reyk {'b ' * 900}a {'b ' * 900}"
    start = text.index("a ")
    words = words_of(text, [(start, start + 1)]).split()
    assert len(words) <= MAX_PIECES
    assert words[1] == "reyk"
    assert words.index("reyk") < words.index("[unused3]") < words.index("[unused1]")
    assert words[words.index("[unused1]") : words.index("[unused2]") + 1] == ["[unused1]", "a", "[unused2]"]


@given(st.text("ab.,\n “”é", max_size=900), st.integers(0, 900), st.integers(1, 900))
def test_any_quote_of_any_text_has_a_window(text, start, size):
    part = window(split_text(text, PIECES), [(start, start + size)], PIECES)
    assert len(part.pieces) == len(part.spans) <= MAX_PIECES
    names = [NAMES[number] for number in part.pieces]
    assert names.count("[unused1]") == 1
    assert all(text[span[0] : span[1]].strip() for span in part.spans if span)


def test_a_name_is_as_probable_as_its_mentions_together():
    pointing = Pointing({0: 0.5, 30: 0.3}, {4: 0.5, 34: 0.3}, 0.1)
    assert pointing.probability([(0, 4), (30, 34)]) == pytest.approx(0.8)
    assert pointing.probability([(7, 9)]) == 0
    assert pointing.best_span() == (0, 4)
    assert Pointing({0: 0.2}, {4: 0.2}, 0.7).best_span() is None


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("⟦“We will not stop,”⟧ ‹said› Nadia Sarkel, who met Ilse Korvath in Lorne.", "Nadia Sarkel"),
        ("Nadia Sarkel met Ilse Korvath in Lorne. ⟦“We will not stop,”⟧ Korvath ‹said› after it.", "Ilse Korvath"),
        ("Tomas Reyk spoke of Nadia Sarkel. ⟦“She only buys time,”⟧ he ‹added›.", "Tomas Reyk"),
        ("Ilse Korvath ‹said› in Lorne that ⟦Tomas Reyk had promised to leave⟧.", "Ilse Korvath"),
    ],
)
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
