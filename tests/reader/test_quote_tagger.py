"""The windows in which an article is read, and the weights that come with Parley."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reader.quote_tagger import LONGEST, MAX_PIECES, OUTSIDE, load_tagger, split_text, windows_of
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces

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


def test_each_piece_has_the_probabilities_of_its_tags():
    text = "Ilse Korvath said on Monday that it was late."
    tags = load_tagger().read(text)
    words = np.array([text[slice(*span)] for span in tags.text.spans])
    content, source, cue, _ = (list(dict.fromkeys(words[of < 0.5])) for of in tags.shares[:, :, OUTSIDE].T)
    assert content[:3] == ["it", "was", "late"]
    assert (source[:2], cue[0]) == (["Ilse", "Korvath"], "said")


def test_a_text_that_is_no_article_is_left_to_the_rules():
    assert load_tagger().read("( " * (LONGEST + 1)) is None
