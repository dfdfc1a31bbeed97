"""`python -m benchmarks.ablate_extraction` on a tiny gold file."""

import json

from click.testing import CliRunner

from benchmarks.ablate_extraction import main
from pipeline.extract.rules.extraction_rules import RULES, switched_off

TEXT = "Nadia Sarkel said that the bridge was open. It rained in Port Amsel all day."
QUOTE = {"content": [[23, 42]], "cue": [[13, 17]], "source": [[0, 12]], "act": "speech", "optional": False}


def test_a_rule_that_finds_the_only_quote_earns_one(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"doc_id": "1", "text": TEXT, "use": "train", "quotes": [QUOTE]}), encoding="utf-8")
    done = CliRunner().invoke(main, [str(path), "--only", "clause_after", "--only", "inserted"])
    assert done.exit_code == 0, done.output
    rows = [line.split(" | ") for line in done.output.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == ["| `inserted`", "| `clause_after`"]
    assert [row[2:6] for row in rows] == [["0", "0", "0", "0"], ["1", "0", "1", "1"]]
    assert switched_off == set()


def test_every_rule_has_an_example_and_what_it_returns_switched_off():
    assert all(rule.example for rule in RULES.values())
    assert [rule.name for rule in sorted(RULES.values(), key=lambda rule: rule.order) if rule.is_content][:2] == [
        "after_phrase",
        "inserted",
    ]
