"""What a licence withholds is not in the folder; the offsets of a row select the text that it had."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.quote_rows import row_parts
from pipeline.core.storage import tables
from pipeline.core.text import join_parts
from pipeline.publish import dataset_card
from pipeline.publish.dataset_rows import check_evidence, check_offsets, sha256
from pipeline.publish.folder_check import read_features
from pipeline.publish.parquet_shards import read_split

CONFIGS = ("quotes", "articles", "speakers", "gold")
# Columns that are no text of the article, and the headline, which is passed on as its title.
DATA = {"title", "article_title", "url", "article_url", "content_sha256", "text_sha256"}


def rows(folder: Path, config: str) -> list[dict]:
    (found,) = (c for c in dataset_card.read_card(folder)[0]["configs"] if c["config_name"] == config)
    columns = read_features(folder, config)
    splits = dataset_card.list_splits(found)
    return [{**row, "split": split} for split in splits for row in read_split(folder / config, split, columns)]


@pytest.mark.parametrize("config", CONFIGS)
def test_withheld_texts_are_not_in_the_folder(published, config):
    articles = tables.read(published / paths.ARTICLES)
    texts = {a["article_id"]: a["text"] for a in articles if a["raw_path"].startswith("mine/")}
    kept_back = [row for row in rows(published / paths.PUBLISHED, config) if row.get("article_id") in texts]
    assert len(kept_back) == (0 if config == "speakers" else 8)
    for row in kept_back:
        for name, value in row.items():
            if isinstance(value, str) and name not in DATA:
                assert len(value.removesuffix("…").split()) <= 15, name
        assert row.get("text") is None
        assert row.get("context") is None
        assert row.get("cue") is None
        if "parts" in row:  # whoever has the article can cut the words from it
            assert sha256(join_parts(texts[row["article_id"]], row_parts(row))) == row["content_sha256"]


def test_rows_say_what_is_withheld(published):
    folder = published / paths.PUBLISHED
    assert {(row["license"], row["text"] is None) for row in rows(folder, "articles")} == {
        ("cc-by-4.0", False),
        ("unknown", True),
    }
    for row in rows(folder, "quotes"):
        assert row["excerpt"] == (row["article_license"] == "unknown") == row["content"].endswith(" …")
        assert row["cue_start"] is not None


def test_a_row_with_a_wrong_offset_is_not_published():
    row = {"quote_id": "q", "content": "No", "parts": [{"start": 0, "end": 2}], "cue": None, "cue_start": None}
    row |= {"cue_end": None, "source": "Ada", "source_start": 4, "source_end": 7}
    check_offsets(row, "No, Ada said")
    with pytest.raises(DataError, match="`source`"):
        check_offsets({**row, "source_start": 5}, "No, Ada said")
    with pytest.raises(DataError, match="`content`"):
        check_offsets({**row, "content": "Yes"}, "No, Ada said")


@pytest.mark.parametrize(
    ("spans", "right"),
    [
        ([], True),
        ([(5, 6), (6, 9)], True),
        ([(4, 6)], False),  # before the paragraph
        ([(6, 10)], False),  # behind it
        ([(6, 6)], False),
        ([(7, 8), (5, 6)], False),
        ([(5, 7), (6, 8)], False),
    ],
)
def test_evidence_is_in_order_in_the_paragraph(spans, right):
    row = {"quote_id": "q", "context_start": 5, "context_end": 9}
    evidence = [{"start": start, "end": end} for start, end in spans]
    if right:
        check_evidence(row, "peace", evidence)
    else:
        with pytest.raises(DataError, match="q: the evidence for `peace` is not in the paragraph"):
            check_evidence(row, "peace", evidence)
