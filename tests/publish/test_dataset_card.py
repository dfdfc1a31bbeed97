"""The card, the shards and the offsets of the published folder, on small tables."""

import json

import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.core.errors import DataError
from pipeline.core.publish_config import PublishConfig
from pipeline.publish import dataset_card, dataset_features, parquet_shards
from pipeline.publish.card_text import describe_topic, find_worst_label, render_card_text
from pipeline.publish.withheld_text import check_offsets
from tests.worlds.rows import ROOT, TARGETS

LABELS = {"ceasefire": ("favor", "against")}
SPEAKERS = dataset_features.build_speaker_features()
METRICS = json.loads((ROOT / "reports/metrics.json").read_text(encoding="utf-8"))


def speaker(name, n=1):
    row = dict.fromkeys(SPEAKERS)
    lists = {"members": [], "aliases": []}
    return {**row, **lists, "speaker_id": f"person:{name}", "name": name, "kind": "person", "n_quotes": n}


def write(folder, rows, split="train"):
    return parquet_shards.write_config(
        folder / "speakers",
        dataset_features.build_speaker_features(),
        ((split, row) for row in rows),
        ["train", "test"],
    )


def test_the_digest_follows_content_and_split_alone(tmp_path, monkeypatch):
    one = write(tmp_path / "a", [speaker("Ada"), speaker("Ben")])
    monkeypatch.setattr(parquet_shards, "SHARD_ROWS", 1)
    same = write(tmp_path / "b", [speaker("Ada"), speaker("Ben")])
    other = write(tmp_path / "c", [speaker("Ada"), speaker("Ben", 2)])
    elsewhere = write(tmp_path / "d", [speaker("Ada"), speaker("Ben")], "test")
    assert one.digest == same.digest
    assert len({one.digest, other.digest, elsewhere.digest}) == 3
    assert one.rows == 2


@pytest.mark.parametrize(("group", "shard", "sizes"), [(2, 3, [4, 3]), (1, 3, [3, 3, 1]), (5, 5, [5, 2])])
def test_shards_are_bounded_and_rows_come_back_in_order(tmp_path, monkeypatch, group, shard, sizes):
    """A shard is closed with the first row group that fills it."""
    monkeypatch.setattr(parquet_shards, "GROUP_ROWS", group)
    monkeypatch.setattr(parquet_shards, "SHARD_ROWS", shard)
    rows = [speaker(f"Ada {n}") for n in range(7)]
    write(tmp_path, rows)
    files = parquet_shards.list_split_files(tmp_path / "speakers", "train")
    assert [pq.read_metadata(path).num_rows for path in files] == sizes
    assert list(parquet_shards.read_split(tmp_path / "speakers", "train", SPEAKERS)) == rows


def test_an_unknown_class_is_refused(tmp_path):
    with pytest.raises(ValueError, match="robot"):
        write(tmp_path, [{**speaker("Ada"), "kind": "robot"}])


def test_the_card_names_each_column_and_leaves_out_what_has_no_rows():
    columns = dataset_features.build_quote_features(LABELS)
    config = PublishConfig(name="Mine", excerpt_words=7)
    written = [parquet_shards.WrittenConfig("quotes", columns, {"train": parquet_shards.SplitSize(3, 100)}, "abc")]
    descriptions, licences = dataset_features.describe_columns(LABELS), {"unknown": (4, False)}
    body = render_card_text(config, written, descriptions, TARGETS, METRICS, licences, sample=False)
    text = dataset_card.format_card(dataset_card.build_metadata(config, written, ["en"]), body)
    head = yaml.safe_load(text.split("---\n")[1])
    assert [c["config_name"] for c in head["configs"]] == ["quotes"]
    assert head["configs"][0]["description"] == "content abc"
    assert head["configs"][0]["data_files"] == [{"split": "train", "path": "quotes/train-*.parquet"}]
    assert head["dataset_info"][0]["splits"][0]["num_examples"] == 3
    assert all(f"| `{column}` |" in text for column in columns)
    assert "title = {Mine}" in text
    assert "| `unknown` | 4 | kept back |" in text
    assert "at most 7, and" in text
    assert "`gold`" not in text.split("## Load it")[0]


@pytest.mark.parametrize(
    ("rows", "category"), [(0, "n<1K"), (1_000, "1K<n<10K"), (2_000_000, "1M<n<10M"), (10**8, "n>10M")]
)
def test_size_categories_are_those_of_the_hub(rows, category):
    assert dataset_card.find_size_category(rows) == category


def test_a_wrong_offset_is_not_published():
    row = {"quote_id": "q", "content": "No", "parts": [{"start": 0, "end": 2}], "cue": None, "cue_start": None}
    row |= {"cue_end": None, "source": "Ada", "source_start": 4, "source_end": 7}
    check_offsets(row, "No, Ada said")
    with pytest.raises(DataError, match="`source`"):
        check_offsets({**row, "source_start": 5}, "No, Ada said")
    with pytest.raises(DataError, match="`content`"):
        check_offsets({**row, "content": "Yes"}, "No, Ada said")


@pytest.mark.parametrize("name", ["\x85", "a\u2028b", "Łódź – “news”", "a: b # c"])
def test_the_yaml_of_a_card_is_read_as_it_was_written(tmp_path, name):
    text = dataset_card.format_card({"pretty_name": name, "configs": []}, "text")
    (tmp_path / dataset_card.FILE).write_text(text, encoding="utf-8")
    assert dataset_card.read_card(tmp_path)[0]["pretty_name"] == name


@pytest.mark.parametrize(
    ("targets", "expected"), [("a", "a a"), ("ab", "a a or a b"), (["a_c", "b", "d"], "a a c, a b or a d")]
)
def test_the_topic_names_all_targets(targets, expected):
    assert describe_topic(dict.fromkeys(targets)) == expected


def test_the_worst_label_and_what_it_is_confused_with():
    scores = {name: {"f1": f1, "gold": 10, "right": right} for name, f1, right in (("a", 0.9, 9), ("b", 0.2, 2))}
    figures = {"per_label": {**scores, "c": {"f1": 0.0, "gold": 0, "right": 0}}}
    worst = {"label": "b", "right": 2, "gold": 10, "confused_with": None, "confused": None}
    assert find_worst_label(figures, ["a", "b", "c"]) == worst
    figures["confusion"] = [[9, 1, 0], [5, 2, 3], [0, 0, 0]]
    assert find_worst_label(figures, ["a", "b", "c"]) == worst | {"confused_with": "a", "confused": 5}
    assert find_worst_label({"per_label": {}}, []) is None
