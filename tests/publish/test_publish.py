"""Cards and rows of the published folder, on small tables."""

import pytest
import yaml

from pipeline.errors import DataError
from pipeline.publish import features
from pipeline.publish.card import Config, card
from pipeline.publish.run import _check_offsets, _write

LABELS = {"ceasefire": ("favor", "against")}


def speaker(name, n=1):
    row = {"speaker_id": f"person:{name}", "name": name, "kind": "person", "qid": None, "country": None, "role": None}
    return {**row, "members": [], "affiliation": None, "aliases": [], "n_quotes": n}


def test_the_digest_follows_the_content_alone(tmp_path):
    one = _write(tmp_path / "a", "speakers", features.speakers(), [speaker("Ada"), speaker("Ben")])
    same = _write(tmp_path / "b", "speakers", features.speakers(), [speaker("Ada"), speaker("Ben")])
    other = _write(tmp_path / "c", "speakers", features.speakers(), [speaker("Ada"), speaker("Ben", 2)])
    assert one.digest == same.digest != other.digest
    assert one.rows == 2


def test_an_unknown_class_is_refused(tmp_path):
    with pytest.raises(ValueError, match="robot"):
        _write(tmp_path / "a", "speakers", features.speakers(), [{**speaker("Ada"), "kind": "robot"}])


def test_the_card_names_each_column_and_leaves_out_what_has_no_rows():
    configs = [Config("quotes", features.quotes(LABELS), 3, 100, "abc")]
    text = card("Mine", "cc-by-4.0", configs, features.about(LABELS), "Body.\n")
    head = yaml.safe_load(text.split("---\n")[1])
    assert [c["config_name"] for c in head["configs"]] == ["quotes"]
    assert head["configs"][0]["description"] == "content abc"
    assert head["dataset_info"][0]["splits"][0]["num_examples"] == 3
    assert all(f"| `{column}` |" in text for column in features.quotes(LABELS))


def test_a_wrong_offset_is_not_published():
    row = {"quote_id": "q", "content": "No", "parts": [{"start": 0, "end": 2}], "cue": None, "cue_start": None}
    row |= {"cue_end": None, "source": "Ada", "source_start": 4, "source_end": 7}
    _check_offsets(row, "No, Ada said")
    with pytest.raises(DataError, match="`source`"):
        _check_offsets({**row, "source_start": 5}, "No, Ada said")
