"""The published folder: all configs and splits load, rebuilt rows replace cached ones, and its numbers add up."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from datasets import disable_progress_bars, load_dataset

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.schema.stance_tables import stances
from pipeline.core.storage import tables
from pipeline.publish import dataset_card
from pipeline.publish.dataset_rows import build_features
from pipeline.publish.run import run
from tests.worlds.news import harbour_articles
from tests.worlds.published_project import write_project
from tests.worlds.rows import LABELS, ROOT, TARGETS

disable_progress_bars()


def load(root: Path, config: str, cache: Path):
    return load_dataset(str(root / paths.PUBLISHED), config, split="train", cache_dir=str(cache))


def test_rows_of_an_article_are_in_its_split_in_every_config(published):
    splits_of: dict[str, set[str]] = {}
    for config in ("quotes", "articles", "gold"):
        for row in tables.iterate_rows(published / paths.PUBLISHED / config):
            splits_of.setdefault(row["article_id"] or row["group"], set()).add(row["split"])
    assert len(splits_of) == 24 + 20
    assert {tuple(splits) for splits in splits_of.values()} == {("train",), ("validation",), ("test",)}


def test_changes_without_rows_have_a_file_with_their_columns(published):
    """`load_dataset` itself has no datasets without rows, unless they are streamed."""
    folder = published / paths.PUBLISHED
    assert tables.read(folder / "changes") == []
    assert pq.read_schema(folder / "changes/train-00000.parquet").names == list(build_features(TARGETS)["changes"])
    assert list(load_dataset(str(folder), "changes", split="train", streaming=True)) == []


def test_a_changed_label_is_not_served_from_the_cache(tmp_path):
    root = write_project(tmp_path / "p", harbour_articles(6))
    run(root)
    before = load(root, "quotes", tmp_path / "cache")
    rows = tables.read(root / paths.STANCES)
    changed = before[0]["quote_id"]
    for row in rows:
        if row["quote_id"] == changed and row["target"] == "ceasefire":
            row["label"] = "favor"
    tables.write(stances(LABELS), rows, root / paths.STANCES)
    run(root)
    after = load(root, "quotes", tmp_path / "cache")
    names = after.features["ceasefire"].names
    assert names[before[0]["ceasefire"]] == "against"
    assert names[after[0]["ceasefire"]] == "favor"


def published_files(root: Path) -> dict[str, bytes]:
    files = sorted((root / paths.PUBLISHED).rglob("*.*"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


CHANGED = {"splits": {"train": 1, "held": 1}, "redistributable": [], "excerpt_words": 2, "leave_out": ["mine/b*"]}


@pytest.mark.parametrize("changed", [{}, CHANGED], ids=["damaged", "changed"])
def test_a_second_run_writes_the_same_folder_as_a_first_one(tmp_path, changed):
    twice = write_project(tmp_path / "twice", harbour_articles(9))
    run(twice)
    for name in [name for name in published_files(twice) if name.startswith("data/published/gold/")]:
        (twice / name).write_bytes(b"PAR1")
    once, twice = (write_project(tmp_path / name, harbour_articles(6), **changed) for name in ("once", "twice"))
    run(twice)
    run(once)
    assert published_files(twice) == published_files(once)


def test_gold_names_its_annotators(published, tmp_path):
    rows = {row["quote_id"]: row for row in load(published, "gold", tmp_path)}
    labels = LABELS
    own = rows["T-1"]
    assert (own["article_id"], own["parts"], own["stance_annotator"], own["annotator"]) == (None, None, "S1", None)
    assert [labels[own[f"ceasefire{side}"]] for side in ("", "_first", "_second")] == ["against", "favor", "against"]
    assert rows["T-2"]["ceasefire_first"] is None
    both = next(row for row in rows.values() if row["group"] == "fishers")
    assert (both["annotator"], both["stance_annotator"]) == ("A1", "S1")
    spans_alone = [row for row in rows.values() if row["stance_annotator"] is None]
    assert len(spans_alone) == 23
    assert all(row["ceasefire"] is None and row["annotator"] == "A1" for row in spans_alone)


@pytest.mark.parametrize("gold", [{}, {"gold": 4 + 20}])
def test_gold_and_articles_can_be_left_out(tmp_path, gold):
    root = write_project(tmp_path, harbour_articles(6), gold=bool(gold), leave_out=["mine/*"])
    counts = {"quotes": 4, "articles": 4, "speakers": 4, "positions": 8, "changes": 0, **gold}
    assert run(root) == counts
    assert [c["config_name"] for c in dataset_card.read_card(root / paths.PUBLISHED)[0]["configs"]] == list(counts)


def test_the_full_dataset_has_every_article_whole_and_in_the_split_of_the_published_one(tmp_path):
    articles = harbour_articles(9)
    articles[4]["raw_path"] = "interviews/x.txt"
    root = write_project(tmp_path, articles, gold=False, leave_out=["interviews/*"])
    run(root)
    published, full = (tables_by_id(root / place) for place in (paths.PUBLISHED, paths.FULL))
    assert full.keys() > published.keys()
    assert (len(full), len(published)) == (9, 8)
    assert all(text for _, text in full.values())
    assert [text for _, text in published.values()].count(None) > 0
    assert all(full[key][0] == split for key, (split, _) in published.items())


def tables_by_id(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Return split and text of each article of a dataset."""
    return {row["article_id"]: (row["split"], row["text"]) for row in tables.iterate_rows(folder / "articles")}


def test_nothing_to_publish_is_an_error(tmp_path):
    root = write_project(tmp_path, harbour_articles(3), gold=False, leave_out=["*"])
    with pytest.raises(DataError, match="leave_out"):
        run(root)
    assert not (root / paths.PUBLISHED).exists()


def test_gold_with_wrong_offsets_is_not_published(tmp_path):
    root = write_project(tmp_path, harbour_articles(3))
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"text": "said"', '"text": "sang"'), encoding="utf-8")
    with pytest.raises(DataError, match="`cue`"):
        run(root)


def test_the_card_names_each_column_digest_target_and_label(published):
    values, text = dataset_card.read_card(published / paths.PUBLISHED)
    features, labels = build_features(TARGETS), "|".join(LABELS)
    described = {each["config_name"]: each["description"] for each in values["configs"]}
    for config in described:
        section = text.split(f"\n### `{config}`")[1].split("\n#")[0]
        named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^- (.*?): ", section, re.MULTILINE))))
        columns = {re.sub(rf"^({'|'.join(TARGETS)})(?=_|$)", "TARGET", name) for name in features[config]}
        columns = {re.sub(rf"(?<=_)({labels})(?=_|$)", "LABEL", name) for name in columns}
        assert named == {re.sub("^(before|after)_", "WHEN_", name) for name in columns}
        assert re.fullmatch(r"one row for each .* \(hash of the rows: [0-9a-f]{16}\)", described[config])
    for key, target in TARGETS.items():
        assert f"- `{key}`: {target.question}" in text
    assert all(re.search(rf"^\| `{label}` \| \w", text, re.MULTILINE) for label in LABELS)
    assert (values["license"], values["language"]) == ("cc-by-4.0", ["en"])


@pytest.mark.parametrize(("config", "notes"), [
    ({}, ["No real person or state said", "Texts of `gold`"]),
    ({"leave_out": ["sample/*"]}, ["Texts of `gold`"]),
    ({"leave_out": ["sample/*"], "gold": False}, []),
])  # fmt: skip
def test_the_card_says_which_articles_are_invented(tmp_path, config, notes):
    root = write_project(tmp_path, harbour_articles(4), **config)
    run(root)
    text = " ".join(dataset_card.read_card(root / paths.PUBLISHED)[1].split())
    assert [note for note in ("No real person or state said", "Texts of `gold`") if note in text] == notes


def test_the_citation_file_is_that_of_the_package():
    import pipeline

    values = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    config = yaml.safe_load((ROOT / "configs/publish.yaml").read_text(encoding="utf-8"))
    assert values["version"] == pipeline.__version__ == config["version"]
    assert [author["name"] for author in values["authors"]] == [config["creator"]]
