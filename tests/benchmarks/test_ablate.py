"""The ablation of rules and word lists: what it switches off, and how it counts."""

from click.testing import CliRunner

from benchmarks.ablate import Outcome, format_row, main, without_words, word_lists
from pipeline.core.language import load_language
from pipeline.extract.rules.extraction_rules import switched_off
from tests.worlds.rows import write_json_lines

TEXT = "Nadia Sarkel said that the bridge was open. It rained in Port Amsel all day."
QUOTE = {"content": [[23, 42]], "cue": [[13, 17]], "source": [[0, 12]]}


def test_a_rule_that_finds_the_only_quote_earns_one(tmp_path):
    row = {"doc_id": "1", "text": TEXT, "use": "train", "quotes": [QUOTE]}
    path = write_json_lines(tmp_path / "gold.jsonl", [row])
    done = CliRunner().invoke(main, ["extraction", str(path), "--only", "clause_after", "--only", "inserted"])
    assert done.exit_code == 0, done.output
    rows = [line.split(" | ") for line in done.output.splitlines()[4:]]
    assert [row[0] for row in rows] == ["| inserted", "| clause_after"]
    assert [row[2:6] for row in rows] == [["0", "0", "0", "0"], ["1", "0", "1", "1"]]
    assert switched_off == set()


def test_one_list_of_a_language_is_emptied():
    language = load_language("en")
    paths = dict(word_lists(language))
    assert paths["mentions", "conjunctions"] == 1
    assert paths["cues", "speech", "as"] == len(language.cues["speech"]["as"])
    assert without_words(language, ("names", "body")).names == {**language.names, "body": []}
    assert without_words(language, ("titles",)).titles == []


def test_gains_and_losses_are_counted_by_quote():
    before = [Outcome(frozenset({(0, "X"), (1, "X")}), frozenset({0}), rules=("role", "role")),
              Outcome(frozenset({(0, "Y")}), frozenset({0}), frozenset("f"), rules=("role",))]  # fmt: skip
    after = [Outcome(frozenset({(0, None), (1, "Z")}), frozenset({1})), Outcome(frozenset({(0, None)}), frozenset())]
    assert format_row("role", before, after, 9).startswith("| role | 3 | 3 | 2 | 2 | 0 | ")
