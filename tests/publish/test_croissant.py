"""Croissant metadata lists every file with its hash and every column with its type; `mlcroissant` validates it."""

from __future__ import annotations

import hashlib
import json

import pytest

from pipeline.core import paths
from pipeline.publish.folder_check import read_features
from pipeline.publish.run import run
from tests.worlds.news import harbour_articles
from tests.worlds.published_project import write_project


@pytest.fixture
def values(published) -> dict:
    return json.loads((published / paths.PUBLISHED / "croissant.json").read_text(encoding="utf-8"))


def test_every_parquet_file_is_listed_with_its_hash(published, values):
    folder = published / paths.PUBLISHED
    told = {part["contentUrl"]: part["sha256"] for part in values["distribution"] if part["@type"] == "cr:FileObject"}
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.parquet")}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_every_column_is_listed_with_its_type(published, values):
    for records in values["recordSet"]:
        fields = {field["name"]: field for field in records["field"]}
        columns = read_features(published / paths.PUBLISHED, records["name"])
        assert list(fields) == list(columns)
        assert all(field["description"] for field in fields.values())
    quotes = {f["name"]: f for r in values["recordSet"] if r["name"] == "quotes" for f in r["field"]}
    assert quotes["content"]["dataType"] == "sc:Text"
    assert quotes["cue_start"]["dataType"] == "sc:Integer"
    assert quotes["confidence"]["dataType"] == "sc:Float"
    assert quotes["excerpt"]["dataType"] == "sc:Boolean"
    assert [part["name"] for part in quotes["parts"]["subField"]] == ["start", "end"]
    assert "0 favor, 1 against" in quotes["ceasefire"]["description"]


def test_url_and_date_are_listed_if_known(values, tmp_path):
    assert "url" not in values
    assert "datePublished" not in values
    told = {"url": "https://hub.example/amsel/quotes", "published_on": "2025-03-01"}
    root = write_project(tmp_path, harbour_articles(3), **told)
    run(root)
    known = json.loads((root / paths.PUBLISHED / "croissant.json").read_text(encoding="utf-8"))
    assert (known["url"], known["datePublished"]) == tuple(told.values())
    assert known["inLanguage"] == ["en"]


def test_names_are_unique(values):
    ids = [part["@id"] for part in values["distribution"]]
    ids += [field["@id"] for records in values["recordSet"] for field in records["field"]]
    assert len(ids) == len(set(ids))


def test_mlcroissant_validates_the_metadata_and_reads_the_records(published):
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    dataset = mlcroissant.Dataset(str(published / paths.PUBLISHED / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    rows = list(dataset.records("quotes"))
    assert len(rows) == 24
    assert [len(row["quotes/parts"]) for row in rows] == [2] * 24
