"""Columns are described to the letter as the library `datasets` describes them."""

from __future__ import annotations

import json

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets.splits import SplitDict, SplitInfo

from pipeline.errors import DataError
from pipeline.publish import card, features, gold
from pipeline.publish.columns import Features, classes, names_of, numbers, of_type, value
from pipeline.publish.shards import Config, Split

LABELS = {"truce": ("favor", "against"), "border": ("favor", "against", "unrelated")}
CONFIGS = {
    "quotes": features.quotes(LABELS),
    "articles": features.articles(),
    "speakers": features.speakers(),
    "gold": gold.features(LABELS),
    "nested": Features(
        {
            "lists": of_type(pa.list_(pa.list_(pa.int64()))),
            "inside": of_type(pa.struct({"a": pa.float64(), "b": pa.list_(pa.struct({"c": pa.bool_()}))})),
            "marks": {"feature": classes(["x", "y"]), "_type": "List"},
        }
    ),
}


def theirs(columns):
    return datasets.Features.from_dict(json.loads(json.dumps(columns)))


@pytest.mark.parametrize("name", CONFIGS)
def test_schema_and_description(name):
    columns = CONFIGS[name]
    other = theirs(columns)
    assert json.dumps(other.to_dict()) == json.dumps(columns)
    assert columns.arrow_schema.equals(other.arrow_schema)
    assert columns.arrow_schema.metadata == other.arrow_schema.metadata


@pytest.mark.parametrize("name", CONFIGS)
def test_card(name):
    columns = CONFIGS[name]
    config = Config(name, columns, {"train": Split(3, 100), "held": Split(1, 40)}, "abc")
    splits = {n: SplitInfo(n, num_bytes=s.size, num_examples=s.rows) for n, s in config.splits.items()}
    told = datasets.DatasetInfo(features=theirs(columns), splits=SplitDict(splits), config_name=name)
    (found,) = card.tables([config])["dataset_info"]
    assert json.dumps(found) == json.dumps({"config_name": name, **told._to_yaml_dict()})


@pytest.mark.parametrize("name", CONFIGS)
def test_columns_of_a_file(tmp_path, name):
    path = tmp_path / "train-00000.parquet"
    pq.write_table(CONFIGS[name].arrow_schema.empty_table(), path)
    assert Features.read(path) == CONFIGS[name]
    assert datasets.Features.from_arrow_schema(pq.read_schema(path)) == theirs(CONFIGS[name])


@pytest.mark.parametrize("metadata", [None, {"huggingface": "{"}, {"huggingface": "{}"}, {"huggingface": "[]"}])
def test_a_file_that_describes_nothing(tmp_path, metadata):
    path = tmp_path / "train-00000.parquet"
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata(metadata), path)
    with pytest.raises(DataError, match=r"train-00000.*not a published file"):
        Features.read(path)


def test_names_and_numbers():
    columns = Features({"a": value("string"), "b": classes(["no", "yes"])})
    assert [names_of(feature) for feature in columns.values()] == [None, ["no", "yes"]]
    assert numbers(columns) == {"b": {"no": 0, "yes": 1}}
