"""The open gold: annotations that stand off their text, the scores on it, and what rules and word lists earn there."""

import json
from itertools import count

import pytest
from click.testing import CliRunner

from benchmarks.ablate import Outcome, format_row
from benchmarks.ablate import main as ablate
from benchmarks.join_gold import join_texts, main, split_off_text
from benchmarks.open_gold import compare_article, format_rules, split_sentences
from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.quote import Quote
from pipeline.extract.rules.extraction_rules import switched_off
from pipeline.resolve.gazetteer import read_gazetteer
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
    with pytest.raises(DataError, match="not inside one paragraph"):
        split_off_text(TEXT, [quote([TEXT.index("“the pier"), len(TEXT) - 2])])
    stored = json.dumps(article())
    assert not [word for word in ("mayor", "pier", "reopen", "Harbour news") if word in stored]
    assert "Ada Brandt of Renn" in stored  # not in the text as it stands


@pytest.mark.parametrize("copies", [
    [TEXT],
    ["SHARE THIS\n" + TEXT + "\nMore from the harbour"],
    list(reversed(TEXT.split("\n"))),
    [TEXT.replace("  ", " ").replace("\u00a0", " ")],
])  # fmt: skip
def test_quotes_find_their_words_in_any_copy_with_these_paragraphs(copies):
    (joined,) = join_texts([article()], copies)
    words = [[joined["text"][a:b] for a, b in q["content"] + q["cue"] + q["source"]] for q in joined["quotes"]]
    assert words == [["“the pier is shut.”", "said", "Ada Brandt"], ["it will reopen in May", "added", "She"]]
    assert [q["speaker"] for q in joined["quotes"]] == ["Ada Brandt", "Ada Brandt of Renn"]
    assert [q["type"] for q in joined["quotes"]] == ["direct", "indirect"]


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
    assert "harbour.example" not in join(TEXT.replace("in May", "in June"), OTHER).output
    told = join(TEXT.replace("in May", "in June"), OTHER, options=["--verbose"]).output
    for words in ("1 of 2 articles, 1 quote", "1 of 3 paragraphs", "https://harbour.example/7"):
        assert words in told


@pytest.mark.parametrize(("content", "out", "message"), [
    (TEXT, "0.txt", "0.txt"),
    (TEXT, "data/annotations/open_quotes.jsonl", "open_quotes.jsonl"),
    (TEXT, "data/annotations/new.jsonl", "new.jsonl"),
    ("It rained.", "out.jsonl", "no article of the open gold"),
    ('{"body": "It rained."}', "out.jsonl", "no `text`"),
])  # fmt: skip
def test_an_error_leaves_all_files_as_they_were(join, tmp_path, content, out, message):
    annotations = (tmp_path / paths.ANNOTATIONS / "open_quotes.jsonl").read_bytes()
    done = join(content, out=out)
    assert done.exit_code == 1
    assert message in done.output
    assert next(tmp_path.glob("0.*")).read_text(encoding="utf-8") == content
    assert (tmp_path / paths.ANNOTATIONS / "open_quotes.jsonl").read_bytes() == annotations
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


PIER_TEXT = "Dr. Ada Brandt said the pier was shut. She hopes the ferry will sail."
PIER = (PIER_TEXT.index("the pier"), PIER_TEXT.index(". She"))
FERRY = (PIER_TEXT.index("the ferry"), len(PIER_TEXT) - 1)


@pytest.fixture(scope="module")
def compare():
    """Function that compares annotated quotes with predicted ones; returns pairs and the number of predictions."""
    gazetteer = read_gazetteer(CONFIGS / "speakers.csv", load_language("en"))

    def run(gold_quotes, predicted, profile="speech"):
        return compare_article({"text": PIER_TEXT, "quotes": gold_quotes}, predicted, profile, gazetteer)

    return run


def annotated(span, **changed):
    row = {"content": [list(span)], "speaker": "Ada Brandt", "kind": "person", "act": "speech", "optional": False}
    return {**row, **changed}


def found(span, speaker=None, rule=""):
    return Quote(PIER_TEXT, [span], "indirect", speaker=speaker, resolved_by=rule)


@pytest.mark.parametrize(("changed", "profile", "expected"), [
    ({}, "speech", (2, 2, 2)),
    ({"optional": True}, "speech", (1, 1, 1)),  # neither found nor wrong
    ({"act": "attitude"}, "speech", (1, 2, 1)),
    ({"act": "attitude"}, "attribution", (2, 2, 2)),
])  # fmt: skip
def test_which_quotes_count(compare, changed, profile, expected):
    pairs, predicted = compare([annotated(PIER), annotated(FERRY, **changed)], [found(PIER), found(FERRY)], profile)
    assert (len(pairs), predicted, sum(pair.predicted is not None for pair in pairs)) == expected


def test_names_and_rules_of_speakers(compare):
    names = {"Ada Brandt": (True, True), "Dr. Brandt": (True, False), "Ben Brandt": (False, False)}
    for speaker, expected in (names | {None: (False, False)}).items():
        (pair,), _ = compare([annotated(PIER)], [found(PIER, speaker)])
        assert (pair.has_speaker, pair.has_name) == expected
    predicted = [found(PIER, "Ada Brandt", "full_name"), found(FERRY, "Ben Brandt", "surname")]
    pairs, _ = compare([annotated(PIER), annotated(FERRY)], predicted)
    assert list(format_rules(pairs))[1:] == ["| full_name | 1 | 1 |", "| surname | 1 | 0 |"]


@pytest.mark.parametrize(("text", "expected"), [
    ("“It sank,” said Mr. Brandt. “We swam.”", 2),
    ("“It sank,” said Brandt (“Ada”). “We swam.”", 2),
    ("“It sank,” said Mr. Brandt, “and we swam.”", 1),
    ("“It sank.\nSo we swam.”", 1),
    ("“It sank,” said Brandt.\n“We swam.”", 1),
])  # fmt: skip
def test_a_part_that_begins_a_sentence_of_the_paragraph_is_split_off(text, expected):
    first, last = text.index("It"), max(text.rfind("W"), text.rfind("S"), text.rfind("and"))
    interrupted = Quote(text, [(first, first + 7), (last, len(text) - 1)], "direct", speaker="Ada Brandt")
    parts = split_sentences(interrupted)
    assert len(parts) == expected
    assert [span for part in parts for span in part.content] == interrupted.content
    assert {part.speaker for part in parts} == {"Ada Brandt"}


BRIDGE_TEXT = "Nadia Sarkel said that the bridge was open. It rained in Port Amsel all day."
BRIDGE_QUOTE = {"content": [[23, 42]], "cue": [[13, 17]], "source": [[0, 12]]}


def test_a_rule_that_finds_the_only_quote_earns_one(tmp_path):
    row = {"doc_id": "1", "text": BRIDGE_TEXT, "use": "train", "quotes": [BRIDGE_QUOTE]}
    path = write_json_lines(tmp_path / "gold.jsonl", [row])
    done = CliRunner().invoke(ablate, ["extraction", str(path), "--only", "clause_after", "--only", "inserted"])
    assert done.exit_code == 0, done.output
    rows = [line.split(" | ") for line in done.output.splitlines()[4:]]
    assert [row[0] for row in rows] == ["| inserted", "| clause_after"]
    assert [row[2:6] for row in rows] == [["0", "0", "0", "0"], ["1", "0", "1", "1"]]
    assert switched_off == set()


def test_gains_and_losses_are_counted_by_quote():
    before = [Outcome(frozenset({(0, "X"), (1, "X")}), frozenset({0}), rules=("role", "role")),
              Outcome(frozenset({(0, "Y")}), frozenset({0}), frozenset("f"), rules=("role",))]  # fmt: skip
    after = [Outcome(frozenset({(0, None), (1, "Z")}), frozenset({1})), Outcome(frozenset({(0, None)}), frozenset())]
    assert format_row("role", before, after, 9).startswith("| role | 3 | 3 | 2 | 2 | 0 | ")
