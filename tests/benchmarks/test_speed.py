"""The table of the speed benchmark, and the texts it reads."""

import json

from benchmarks.speed import format_times, read_texts

SECONDS = {"stock spaCy": 10.0, "Extractor.pipe": 6.0, "parse": 4.0, "extract": 1.0, "resolve": 0.5, "read": 2.0}
SECONDS |= {f"wall {name}": 2 * cpu for name, cpu in SECONDS.items()} | {"quotes": 100, "targets": 0}


def test_table_has_shares_of_stock_spacy_and_of_the_parse():
    table = list(format_times(SECONDS, 5, 2000, 1))
    assert table[3].split() == ["Extractor.pipe", "6.00", "12.00", "333", "0.60"]
    assert table[5].split() == ["extract", "1.00", "2.00", "2000", "0.10", "0.25"]
    assert table[-3] == "extract, read, resolve together: 0.88 of the parse"
    assert table[-2] == "read: 0.40 s CPU an article"
    assert "not measured" in table[-1]


def test_table_has_labelling_time_per_quote():
    table = list(format_times(SECONDS | {"label": 0.5, "wall label": 0.5, "targets": 2}, 5, 2000, 1))
    assert table[-3] == "extract, read, resolve, label together: 1.00 of the parse"
    assert table[-1] == "label: 5.00 ms CPU a quote for 2 targets"


def test_read_texts_of_a_jsonl_file(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in ("One.", "Two.")), encoding="utf-8")
    assert read_texts(path) == ["One.", "Two."]
