"""Rows of `configs/corrections.csv` that correct stances: what is an error, and which quotes they are of."""

import pytest

from pipeline.core.corrections import COLUMNS, StanceCorrections, read_correction_rows
from pipeline.core.errors import ConfigError
from tests.worlds.rows import TARGETS

ID, WORDS = "0123456789abcdef-17", "“We will sign, once the guns have left.”"


def read(tmp_path, *rows: str) -> StanceCorrections:
    path = tmp_path / "corrections.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return StanceCorrections(read_correction_rows(path, TARGETS))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (f"{ID},,,,truce,favor,me,", r"row 2: target is 'truce'(?s:.*)one of ceasefire, "),
        (f"{ID},,,,ceasefire,yes,me,", r"row 2: label is 'yes'(?s:.*)one of favor, "),
        (f"{ID},,,,ceasefire,unknown,me,", "label is 'unknown'"),
        (f"{ID},,,,ceasefire,,me,", "label is ''"),
        (f"{ID},,,,,favor,me,", "target is ''"),
        (f"{ID},,,,ceasefire,favor,,", "`by` is empty"),
        (f"{ID},,Teo Marl,,ceasefire,favor,me,", "a speaker or a stance"),
        (",Teo Marl,,,ceasefire,favor,me,", "a speaker or a stance"),
        ("“…”,,,,ceasefire,favor,me,", "no words"),
        (f"{ID},,,,ceasefire,favor,me,\n{ID},,,,ceasefire,against,me,", "row 3: .* is corrected in .*row 2 too"),
    ],
)
def test_a_row_that_is_not_valid_is_named(tmp_path, row, says):
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, row)


def test_a_row_is_of_a_quote_id_or_of_all_words_of_a_quote(tmp_path):
    for quote in (ID, WORDS, "we will SIGN  once the guns have left"):
        corrections = read(tmp_path, f'"{quote}",,,,ceasefire,favor,me,')
        assert {target: row.label for target, row in corrections.of_quote(ID, WORDS).items()} == {"ceasefire": "favor"}
        assert corrections.warnings() == []
    for quote in ("0123456789abcdef-18", "We will sign", "We will not sign, once the guns have left."):
        corrections = read(tmp_path, f'"{quote}",,,,ceasefire,favor,me,')
        assert corrections.of_quote(ID, WORDS) == {}
        (warning,) = corrections.warnings()
        assert "corrections.csv, row 2: not applied" in warning
        assert quote in warning


def test_an_id_counts_before_words_and_both_are_used(tmp_path):
    targets = list(TARGETS)
    rows = [f'"{WORDS}",,,,{target},favor,me,' for target in targets]
    corrections = read(tmp_path, *rows, f"{ID},,,,{targets[0]},against,me,")
    assert [row.label for row in corrections.of_quote(ID, WORDS).values()] == ["against", "favor"]
    assert corrections.warnings() == []
