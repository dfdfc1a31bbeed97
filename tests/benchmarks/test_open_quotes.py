"""The open gold: annotations that stand off their text find it again in any copy with the same paragraphs."""

import json
from itertools import count

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.join_gold import hash_paragraph, join_texts, main, split_off_text
from pipeline.core import paths
from pipeline.core.errors import DataError
from tests.worlds.rows import write_json_lines

TEXT = (
    "Harbour news\n\nThe  mayor,\u00a0Ada Brandt, said “the pier is shut.”  \n\tShe added that it will reopen in May.\n"
)
OTHER = "The mayor said the ferry was late."


def span(words, text=TEXT):
    return [text.index(words), text.index(words) + len(words)]


def quote(content, cue=(), source=(), speaker=None):
    row = {"content": [content], "cue": list(cue), "source": list(source), "speaker": speaker}
    return {**row, "kind": "person", "act": "speech", "optional": False}


QUOTES = [
    quote(span("“the pier is shut.”"), [span("said")], [span("Ada Brandt")], "Ada Brandt"),
    quote(span("it will reopen in May"), [span("added")], [span("She")], "Ada Brandt of Renn"),
]


def article(text=TEXT, quotes=QUOTES, doc_id="7"):
    paragraphs, stored = split_off_text(text, quotes)
    row = {"source": "harbour", "doc_id": doc_id, "url": f"https://harbour.example/{doc_id}", "date": "2024-05-01"}
    row |= {"licence": "CC BY 2.5", "use": "train", "annotators": ["A1"], "attitudes": False}
    return {**row, "paragraphs": paragraphs, "quotes": stored}


def test_no_words_of_the_text_are_stored_but_names_that_it_lacks():
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
def test_quotes_find_their_words_in_any_copy_with_these_paragraphs(copies):
    (joined,) = join_texts([article()], copies)
    words = [[joined["text"][a:b] for a, b in q["content"] + q["cue"] + q["source"]] for q in joined["quotes"]]
    assert words == [["“the pier is shut.”", "said", "Ada Brandt"], ["it will reopen in May", "added", "She"]]
    assert [q["speaker"] for q in joined["quotes"]] == ["Ada Brandt", "Ada Brandt of Renn"]
    assert [q["type"] for q in joined["quotes"]] == ["direct", "indirect"]


@given(
    st.lists(st.text(alphabet="ab \t\u00a0", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4),
    st.data(),
)
def test_every_word_keeps_its_place(lines, data):
    text = "\n".join(lines)
    line = data.draw(st.sampled_from(lines))
    word = data.draw(st.sampled_from(line.split()))
    start = text.index(line) + line.index(word)
    (joined,) = join_texts([article(text, [quote([start, start + len(word)])])], [text])
    ((a, b),) = joined["quotes"][0]["content"]
    assert joined["text"][a:b] == word
    assert joined["text"][:a].split() == text[:start].split() or text[:start][-1:].isalnum()


def test_a_span_over_two_paragraphs_is_an_error():
    with pytest.raises(DataError, match="not inside one paragraph"):
        split_off_text(TEXT, [quote([TEXT.index("“the pier"), len(TEXT) - 2])])


def test_white_space_does_not_change_the_hash_of_a_paragraph():
    assert hash_paragraph("a  b\u00a0c ") == hash_paragraph("a b c") != hash_paragraph("a b d")


@pytest.fixture
def join(tmp_path):
    """Function that runs the command on files with these contents, and returns what it says and its rows."""
    gold = [article(), article(OTHER, [quote(span("the ferry was late", OTHER))], "8")]
    write_json_lines(tmp_path / paths.ANNOTATIONS / "open_quotes.jsonl", gold)
    numbers = count()

    def run(*contents, out="out.jsonl", options=()):
        files = [tmp_path / f"{next(numbers)}.{'jsonl' if text[0] == '{' else 'txt'}" for text in contents]
        for file, text in zip(files, contents, strict=True):
            file.write_text(text, encoding="utf-8")
        arguments = [*map(str, files), "--out", str(tmp_path / out), "--root", str(tmp_path), *options]
        return CliRunner().invoke(main, arguments)

    return run


def test_articles_with_all_paragraphs_are_written(join, tmp_path):
    done = join(json.dumps({"text": TEXT}), f"Ferry news\n\n{OTHER}\n")
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert "2 of 2 articles, 3 quotes" in done.output
    assert first["text"].startswith("Harbour news\nThe mayor, Ada")
    ((start, end),) = second["quotes"][0]["content"]
    assert second["text"][start:end] == "the ferry was late"


def test_what_is_missing_is_counted_and_listed_on_request(join):
    done = join(TEXT.replace("in May", "in June"), OTHER)
    assert "1 of 2 articles, 1 quote" in done.output
    assert "harbour.example" not in done.output
    told = join(TEXT.replace("in May", "in June"), OTHER, options=["--verbose"]).output
    assert "1 of 3 paragraphs" in told
    assert "https://harbour.example/7" in told


@pytest.mark.parametrize(
    ("content", "out", "message"),
    [
        (TEXT, "0.txt", "0.txt"),
        (TEXT, "data/annotations/open_quotes.jsonl", "open_quotes.jsonl"),
        (TEXT, "data/annotations/new.jsonl", "new.jsonl"),
        ("It rained.", "out.jsonl", "no article of the open gold"),
        ('{"body": "It rained."}', "out.jsonl", "no `text`"),
    ],
)
def test_an_error_leaves_all_files_as_they_were(join, tmp_path, content, out, message):
    annotations = (tmp_path / paths.ANNOTATIONS / "open_quotes.jsonl").read_bytes()
    done = join(content, out=out)
    assert done.exit_code == 1
    assert message in done.output
    assert next(tmp_path.glob("0.*")).read_text(encoding="utf-8") == content
    assert (tmp_path / paths.ANNOTATIONS / "open_quotes.jsonl").read_bytes() == annotations
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
