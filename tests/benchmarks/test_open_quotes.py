"""The open gold: annotations that stand off their text find it again in any copy with the same paragraphs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.join_gold import hash_paragraph, join_texts, split_off_text
from pipeline.core.errors import DataError
from pipeline.gold.open_quotes import read_open_quotes

TEXT = (
    "Harbour news\n\nThe  mayor,\u00a0Ada Brandt, said “the pier is shut.”  \n\tShe added that it will reopen in May.\n"
)
SAID = TEXT.index("“the pier")


def span(words: str) -> list[int]:
    return [TEXT.index(words), TEXT.index(words) + len(words)]


def quote(**changed: Any) -> dict[str, Any]:
    row = {"content": [span("“the pier is shut.”")], "cue": [span("said")], "source": [span("Ada Brandt")]}
    return {**row, "speaker": "Ada Brandt", "kind": "person", "act": "speech", "optional": False, **changed}


LATER = quote(
    content=[span("it will reopen in May")], cue=[span("added")], source=[span("She")], speaker="Ada Brandt of Renn"
)


def article(**changed: Any) -> dict[str, Any]:
    paragraphs, quotes = split_off_text(TEXT, [quote(), LATER])
    row = {"source": "harbour", "doc_id": "7", "url": "https://harbour.example/7", "date": "2024-05-01"}
    row |= {
        "licence": "CC BY 2.5",
        "use": "train",
        "annotators": ["A1"],
        "attitudes": False,
        "paragraphs": paragraphs,
        "quotes": quotes,
    }
    return {**row, **changed}


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "open_quotes.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_no_words_of_the_text_are_stored_but_names_that_it_lacks() -> None:
    stored = json.dumps(article())
    assert not [word for word in ("mayor", "pier", "reopen", "Harbour news") if word in stored]
    assert "Ada Brandt of Renn" in stored  # not in the text as it stands


@pytest.mark.parametrize(
    "copies",
    [
        [TEXT],
        ["SHARE THIS\n" + TEXT + "\nMore from the harbour"],
        list(reversed(TEXT.split("\n"))),
        [TEXT.replace("  ", " ").replace("\u00a0", " ")],
    ],
)
def test_quotes_find_their_words_in_any_copy_with_these_paragraphs(copies: list[str]) -> None:
    (joined,) = join_texts([article()], copies)
    assert not isinstance(joined, DataError)
    words = [[joined["text"][a:b] for a, b in q["content"] + q["cue"] + q["source"]] for q in joined["quotes"]]
    assert words == [["“the pier is shut.”", "said", "Ada Brandt"], ["it will reopen in May", "added", "She"]]
    assert [q["speaker"] for q in joined["quotes"]] == ["Ada Brandt", "Ada Brandt of Renn"]
    assert [q["type"] for q in joined["quotes"]] == ["direct", "indirect"]


def test_an_article_with_a_changed_paragraph_is_named_and_left_out() -> None:
    (error,) = join_texts([article()], [TEXT.replace("in May", "in June")])
    assert isinstance(error, DataError)
    assert "1 of 3 paragraphs" in str(error)
    assert "https://harbour.example/7" in str(error)


@given(
    st.lists(st.text(alphabet="ab \t\u00a0", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4),
    st.data(),
)
def test_every_word_keeps_its_place(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    line = data.draw(st.sampled_from(lines))
    word = data.draw(st.sampled_from(line.split()))
    start = text.index(line) + line.index(word)
    row = quote(content=[[start, start + len(word)]], cue=[], source=[], speaker=None)
    paragraphs, quotes = split_off_text(text, [row])
    (joined,) = join_texts([article(paragraphs=paragraphs, quotes=quotes)], [text])
    assert not isinstance(joined, DataError)
    ((a, b),) = joined["quotes"][0]["content"]
    assert joined["text"][a:b] == word
    assert joined["text"][:a].split() == text[:start].split() or text[:start][-1:].isalnum()


def test_a_span_over_two_paragraphs_is_an_error() -> None:
    with pytest.raises(DataError, match="not inside one paragraph"):
        split_off_text(TEXT, [quote(content=[[SAID, len(TEXT) - 2]])])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"use": "dev"}, "`use` is 'dev'"),
        ({"extra": 1}, "unknown key `extra`"),
        ({"licence": None}, "`licence` is None"),
        ({"doc_id": []}, r"`doc_id` is \[\]"),
        ({"paragraphs": None}, "`paragraphs` is None"),
        ({"paragraphs": [[]]}, "`paragraphs.0` is"),
        ({"quotes": None}, "`quotes` is None"),
        ({"quotes": [None]}, "`quotes.0` is None"),
        ({"quotes": [{**article()["quotes"][0], "content": None}]}, "`content` is None"),
        ({"quotes": [{**article()["quotes"][0], "source": [[0, True, 4]]}]}, "is True"),
        ({"quotes": [{**article()["quotes"][0], "act": "thought"}]}, "act` is 'thought'"),
        ({"quotes": [{**article()["quotes"][0], "kind": "robot"}]}, "kind` is 'robot'"),
        ({"quotes": [{**article()["quotes"][0], "content": []}]}, r"content` is \[\]"),
        ({"quotes": [{**article()["quotes"][0], "cue": [[9, 0, 4]]}]}, r"\[paragraph, start, end\]"),
        ({"quotes": [{**article()["quotes"][0], "cue": [[0, 4, 4]]}]}, r"\[paragraph, start, end\]"),
        ({"quotes": [{**article()["quotes"][0], "speaker": [[0, 4]]}]}, "`speaker"),
    ],
)
def test_an_invalid_row_is_an_error_with_its_line(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_open_quotes(write(tmp_path, article(doc_id="6"), article(**changed)))
    assert "line 2" in str(caught.value)


def test_an_article_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="appears twice"):
        read_open_quotes(write(tmp_path, article(), article()))


def test_white_space_does_not_change_the_hash_of_a_paragraph() -> None:
    assert hash_paragraph("a  b\u00a0c ") == hash_paragraph("a b c") != hash_paragraph("a b d")
