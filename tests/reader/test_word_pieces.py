import pytest

from pipeline.reader.word_pieces import SPECIAL, WordPieces

PIECES = WordPieces([*SPECIAL, "truce", "tr", "##uce", "##s", "s", "a", "##a", ",", "cafe"])
NAMES = list(PIECES.numbers)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["truce"], ["truce"]),
        (["truces", ","], ["truce", "##s", ","]),
        (["trsuce"], ["tr", "##s", "##uce"]),
        (["aaa"], ["a", "##a", "##a"]),
        (["café"], ["cafe"]),
        (["truce", "xyz"], ["truce", "[UNK]"]),
        (["trxuce"], ["[UNK]"]),
        ([], []),
    ],
)
def test_the_longest_piece_comes_first(words, expected):
    assert [NAMES[number] for number in PIECES.encode(words)] == expected
