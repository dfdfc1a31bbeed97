"""Rejects: which column is read, what a reject says, none is lost; duplicates and near duplicates."""

import csv
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_inputs import STORY, Project, json_rows

from pipeline.core import paths
from pipeline.core.errors import is_used_up
from pipeline.core.text import article_id
from pipeline.evaluate.run_counts import _count_rejects
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.column_mapping import document_from_row
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.deduplication import SKETCH_SIZE, Deduplicator, jaccard_index, sketch_text
from pipeline.ingest.formats import read_file
from pipeline.ingest.raw_document import RawDocument, Reject, summarise_rejects

BAD, EMPTY = Reject("bad_row", "broken"), Reject("empty", "no text")


@pytest.mark.parametrize(("documents", "expected"), [
    ([], []),
    ([("a", BAD), ("a", BAD)], [("a", "bad_row", 1), ("a", "bad_row", 1)]),
    ([("a", BAD)] * 5, [("a", "bad_row", 1), ("a", "bad_row", 1), ("a", "bad_row", 3)]),
    ([("a", BAD), ("a", EMPTY)] * 3 + [("b", BAD)],
     [("a", "bad_row", 1), ("a", "empty", 1)] * 3 + [("b", "bad_row", 1)]),
    ([("a", Reject("bad_row", "counted before", count=4))] * 3, [("a", "bad_row", 4)] * 3),
])  # fmt: skip
def test_of_each_file_and_reason_two_are_listed(documents, expected):
    found = list(summarise_rejects(documents, 2))
    assert [(path, reject.reason, reject.count) for path, reject in found] == expected
    assert sum(reject.count for _, reject in found) == sum(reject.count for _, reject in documents)


def test_rows_without_end(project: Project) -> None:
    project.config["max_listed_rejects"] = 3
    project.add("a.jsonl", "1\n" * 500 + "".join(f'{{"text": "{number}"}}\n' for number in range(200)))
    project.add("b.txt", STORY)
    assert project.run() == {"articles": 1, "rejected": 700}
    counts = [(row["row"], row["reason"], row["count"]) for row in project.rejects]
    listed = [(row + n, reason, 1) for reason, row in (("bad_row", 1), ("too_short", 501)) for n in range(3)]
    assert counts == [*listed, (None, "bad_row", 497), (None, "too_short", 197)]
    assert _count_rejects(project.root / paths.REJECTS) == {"bad_row": 500, "too_short": 200}


@pytest.mark.parametrize(("row", "fields", "reason", "says"), [
    (7, {"text": " "}, "empty", "the text is empty; delete it, or name the column"),
    # A file that is no table is told of no column.
    (None, {"text": " "}, "empty", "the text is empty; put the text of the article into the file, or delete it"),
    (7, {"text": "It rained."}, "too_short", "the text has 2 words ('It rained.'); `min_words` is 30: lower it"),
    (7, {"text": f"{STORY} {'x' * 100}", "title": "x " * 100}, None, ""),
    (7, {"text": f"{STORY} {'x' * 101}"}, "long_word", "text or title has 101 characters without a space"),
    (7, {"text": STORY, "title": "x " * 101}, "bad_row", "`title` has 202 characters; `max_field_characters` is"),
    (7, {"text": STORY, "author": "x " * 101}, "bad_row", "`author` has 202 characters; `max_field_characters`"),
    (7, {"text": f"{STORY} {', ' * 300}"}, "too_long", "`max_tokens`"),
    (7, {"text": STORY * 60}, "too_long", "characters; `max_characters` is 2000: split it"),
])  # fmt: skip
def test_what_is_wrong_with_an_article_and_what_to_do(row, fields, reason, says):
    limits = {"max_word_characters": 100, "max_tokens": 350, "max_field_characters": 200, "max_characters": 2000}
    found = ArticleCleaner(IngestConfig(**limits)).clean(RawDocument(row, **fields))
    assert isinstance(found, Reject) == bool(reason)
    if reason:
        assert (found.reason, found.row) == (reason, row)
        assert says in found.detail


FORMATS = ("a.csv", "a.parquet")


def read_table(path: Path, names: list[str], *rows: list[str]) -> list[RawDocument | Reject]:
    """Write a table as the format that the ending of its path names, and read it."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([names, *rows])
    else:
        pq.write_table(pa.table([pa.array(values) for values in zip(*rows, strict=True)], names=names), path)
    return list(read_file(path, IngestConfig()))


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize(("names", "values", "text"), [
    (["text", "TEXT", "Text"], ["a", "b", "c"], "a"),
    (["Text", "TEXT", "text"], ["a", "b", "c"], "c"),
    (["Text", "TEXT", "text"], ["a", "b", " "], "a"),
    (["TEXT", "Text", "title"], ["a", "b", "c"], "a"),
    (["BODY", "TEXT", "title"], ["a", "b", "c"], "b"),
])  # fmt: skip
def test_the_spelling_of_the_config_is_tried_first(tmp_path, file, names, values, text):
    (document,) = read_table(tmp_path / file, names, values)
    assert isinstance(document, RawDocument)
    assert document.text == text


@pytest.mark.parametrize(("tried", "record", "text"), [
    (["Doc.Text"], {"doc": {"text": "a"}, "Doc": {"TEXT": "b", "Text": "c"}}, "c"),
    (["doc.text"], {"Doc": 1, "DOC": {"text": "a"}}, "a"),
    (["doc.text"], {"doc.text": "a", "doc": {"text": "b"}}, "a"),
    (["TEXT", "text"], {"text": "a", "TEXT": "b"}, "b"),
])  # fmt: skip
def test_the_key_of_an_object(tried: list[str], record: dict, text: str) -> None:
    document = document_from_row(record, {"text": tried}, 1)
    assert isinstance(document, RawDocument)
    assert document.text == text
    found = document_from_row({"Body": ["a", 1]}, COLUMNS, 3)
    assert isinstance(found, Reject)
    assert found.detail == "`body`, the text, is a list, no string; convert the column"


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize("twice", ["text", "date", "Site", "note"])
def test_two_columns_of_one_name_are_a_reject_if_they_are_read(tmp_path: Path, file: str, twice: str) -> None:
    names = list(dict.fromkeys(["text", twice]))
    (found,) = read_table(tmp_path / file, [*names, twice], ["a"] * (len(names) + 1))
    if twice == "note":
        assert isinstance(found, RawDocument)
    else:
        assert isinstance(found, Reject)
        assert (found.reason, f"2 columns are called `{twice}`" in found.detail) == ("bad_file", True)


LONG = "\n\n".join(
    f"On day {n} the monitors at post {n * 7} counted {n * 13} shots and {n % 5} flares." for n in range(60)
)
PLACE = "https://northwire.example/a"


@pytest.mark.parametrize(("second", "reason"), [
    (LONG, "duplicate"),
    (LONG.replace("day 30 the", "day 30 all the"), "near_duplicate"),
    ("Reprinted from the Courier. " + LONG.upper(), "near_duplicate"),
    (LONG[: len(LONG) * 9 // 10], "near_duplicate"),
    # Another report from the same template, a longer later version, another story.
    (LONG.replace("1", "4").replace("7", "2"), None),
    (LONG + " " + LONG.replace("On day", "By night").replace("shots", "shells").replace(",", " and"), None),
    (STORY, None),
])  # fmt: skip
def test_near_duplicate_pairs(second: str, reason: str | None) -> None:
    seen = Deduplicator(0.8)
    first, other = (
        {"article_id": article_id(text), "text": text, "row": row} for text, row in ((LONG, 2), (second, 3))
    )
    assert seen.add(first, ("Northwire", None), "a.csv") is None
    reject = seen.add(other, ("Courier", None), "b.txt")
    assert (reject and reject.reason) == reason
    if reject:
        assert reject.row == 3
        assert f"article {first['article_id']} (a.csv, row 2), which stays because it is read first" in reject.detail


@pytest.mark.parametrize(("changes", "newest"), [
    # Which of the versions is the newest: by the time, of one time or without one the longest; whatever is read first.
    ([{"date": "2025-03-04T18:00:00Z"}, {"date": "2025-03-04T09:00:00Z"}], 0),
    ([{"date": "2025-03-04T09:00:00+02:00"}, {"date": "2025-03-04T08:00:00Z"}], 1),
    ([{"date": "2025-03-04"}, {"date": ""}, {"date": "2025-03-06"}], 2),
    ([{}, {"end": " Nobody was hurt."}], 1),
    ([{"end": " Nobody was hurt."}, {}], 0),
    # At one address a longer update is one too; on another day both stay, and neither is.
    ([{"url": PLACE}, {"url": PLACE, "word": "shells"}], 1), ([{"url": PLACE}, {"word": "shells"}], -1),
    ([{"url": PLACE}, {"url": PLACE, "word": "shells", "date": "2025-04-04"}], -1),
    # Another outlet, and other days: no versions.
    ([{}, {"source": "Harbour Post"}], None),
    ([{"url": "https://northwire.example/a"}, {"url": "https://harbour.example/a"}], None),
    ([{"date": "2025-03-04"}, {"date": "2025-03-08"}], None),
])  # fmt: skip
def test_versions_of_a_story_name_the_newest(project, changes: list[dict[str, str]], newest: int | None) -> None:
    usual = {"source": "Northwire", "date": "2025-03-04"}
    texts = [LONG.replace(f"day 3{n}", f"night 3{n}") + change.get("end", "") for n, change in enumerate(changes)]
    texts = [t.replace("shots", change.get("word", "shots"), 25) for t, change in zip(texts, changes, strict=True)]
    project.add("rows.jsonl", json_rows(*({**usual, **change, "text": texts[n]} for n, change in enumerate(changes))))
    project.run()
    ids = [article_id(text) for text in texts]
    found = {row["article_id"]: row["newest_version"] for row in project.articles}
    assert found == ({ids[0]: None} if newest is None else dict.fromkeys(ids, ids[newest] if newest >= 0 else None))
    assert project.reasons() == ([] if newest is not None else [("rows.jsonl", 2, "near_duplicate")])


def test_similarity_of_long_texts_is_estimated() -> None:
    words = [f"w{n}" for n in range(6000)]
    one, other = (sketch_text(" ".join(part), 10_000) for part in (words[:5000], words[1000:]))
    exact = len(np.intersect1d(one, other)) / len(np.union1d(one, other))
    assert jaccard_index(one, other) == pytest.approx(exact, abs=0.04)
    assert jaccard_index(one[:SKETCH_SIZE], other[:SKETCH_SIZE]) == pytest.approx(exact, abs=0.06)


def search(sketches: list[np.ndarray], threshold: float) -> list[int | None]:
    """Return for each text which earlier one it repeats, by its place in the list."""
    seen = Deduplicator(threshold)
    articles = [{"article_id": f"{n}", "row": None} for n in range(len(sketches))]
    rejects = [seen.add(article, (f"{n}", None), "a.csv", sketches[n]) for n, article in enumerate(articles)]
    return [int(reject.detail.split("article ")[1].split()[0]) if reject else None for reject in rejects]


def search_all_pairs(sketches: list[np.ndarray], threshold: float) -> list[int | None]:
    kept: list[int] = []
    results = []
    for n, sketch in enumerate(sketches):
        first = next((k for k in kept if jaccard_index(sketch, sketches[k]) >= threshold), None)
        results.append(first)
        if first is None:
            kept.append(n)
    return results


def changed_copies(seed: int, size: int, number: int) -> list[np.ndarray]:
    """Return sketches of texts that share much: some hashes are replaced by common ones, some by new ones."""
    chance = Random(seed)
    base = chance.sample(range(2**32), size)
    common = chance.sample(range(2**32), 20)
    sketches = []
    for _ in range(number):
        share = chance.choice([0.02, 0.1, 0.12, 0.2, 0.4])
        values = {h if chance.random() > share else chance.choice([*common, chance.randrange(2**32)]) for h in base}
        values |= set(chance.sample(range(2**32), chance.randrange(size // 2 + 1)))
        sketches.append(np.array(sorted(values), np.uint32)[:SKETCH_SIZE])
    return sketches


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([1, 4, 30, 150, 1100]), st.sampled_from([0.3, 0.5, 0.8, 0.9]))
def test_the_decisions_are_those_of_comparing_all_pairs(seed: int, size: int, threshold: float) -> None:
    sketches = changed_copies(seed, size, 40)
    assert search(sketches, threshold) == search_all_pairs(sketches, threshold)


def test_a_full_disk_is_no_reject() -> None:
    seen = Deduplicator(0.8)
    seen._texts.execute("PRAGMA max_page_count = 1")
    rows = [{"article_id": f"id{n}", "row": n + 1} for n in range(200)]
    given = zip(rows, changed_copies(1, 150, 200), strict=True)
    with pytest.raises(OSError, match="disk is full") as raised:
        [seen.add(row, (None, None), "reports.jsonl", sketch) for row, sketch in given]
    assert is_used_up(raised.value)
