"""The fuzzer of whole builds: its files depend on the seed alone, and its checks see what is wrong."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from benchmarks import fuzz_repro as fuzz
from benchmarks.fuzz_cases import MARK, MUTATIONS, Case, write_broken, write_good
from benchmarks.fuzz_repro import Run, run_watched
from tests.robust.invariants import ingest_and_check

PAGE = '<script type="application/json">{"q": "\\u003cfuzz-mark>"}</script><p>&lt;fuzz-mark onfuzz=1></p>'
REJECT = {"raw_path": "a.txt", "row": None, "reason": "empty", "detail": "no text"}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_good_file_gives_its_articles(tmp_path):
    cases = write_good(tmp_path)
    found = ingest_and_check(tmp_path)
    assert found.rejects == []
    assert len(found.articles) == sum(case.documents for case in cases)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_a_mutation_depends_on_its_seed_alone(mutate):
    from random import Random

    one, again, other = (mutate(Random(seed), seed) for seed in ("1:7", "1:7", "1:8"))
    assert one == again
    assert one != other


def test_a_round_is_the_same_again(tmp_path):
    folders = [tmp_path / name for name in ("one", "again")]
    rounds = []
    for folder in folders:
        folder.mkdir()
        rounds.append(write_broken(folder, "2:1", files=6, odd_files=False))
    assert rounds[0] == rounds[1]
    assert contents(folders[0]) == contents(folders[1])


def test_odd_files_are_made_and_a_name_is_shown_as_the_tables_have_it(tmp_path):
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        cases = write_broken(folder, f"1:{seed}", files=0, odd_files=True)
        assert all((folder / case.path).is_symlink() or (folder / case.path).exists() for case in cases)
    assert Case("b/\udcff.txt", "odd").shown == "b/\\xff.txt"


ACCOUNTS = [
    ([Case("a.txt", "cut", 1)], ["a.txt"], [], ""),
    ([Case("a.txt", "cut", 1)], [], [REJECT], ""),
    ([Case("a.txt", "cut", 1)], [], [], "a.txt (cut): lost"),
    ([Case("a.csv", "cut")], [], [], "a.csv (cut): lost"),
    ([Case("a.txt", "cut", 3)], ["a.txt"], [REJECT | {"row": 2}], "a.txt (cut): 1 articles and 1 rejects of 3"),
    ([Case("a.txt", "cut", 3)], ["a.txt"], [REJECT | {"reason": "bad_file"}], ""),
    ([Case("a.txt", "cut", 1)], ["a.txt", "a.txt"], [], "a.txt (cut): 2 articles and 0 rejects of 1"),
    ([Case("a.txt", "cut", 1)], ["a.txt"], [REJECT | {"raw_path": "b.txt"}], "not there: ['b.txt']"),
    ([Case("a.txt", "cut", 1)], [], [REJECT | {"reason": "bad"}], "without a known reason"),
]


@pytest.mark.parametrize(("cases", "articles", "rejects", "expected"), ACCOUNTS)
def test_nothing_is_lost(cases, articles, rejects, expected):
    found = list(fuzz.account(cases, articles, rejects))
    assert len(found) == bool(expected)
    assert expected in "".join(found)


RUNS = [
    (Run(0, 5, 900, "done\n"), []),
    (Run(-9, 600, 900, "", late=True), ["hang: ended after 600 s"]),
    (Run(-6, 5, 900, ""), ["ended by signal 6"]),
    (Run(1, 5, 900, "x\nTraceback (most recent call last):\n"), ["exit status 1", "a traceback in the output"]),
    (Run(0, 5, 1501, ""), ["memory: 1501 MB, 1500 allowed"]),
    (Run(0, 5, 900, "a\x1b[31m.txt"), ["a control character '\\x1b' in the output"]),
]


@pytest.mark.parametrize(("run", "expected"), RUNS)
def test_what_is_wrong_with_a_run(run, expected):
    assert list(fuzz.check_run(run, 1500)) == expected


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (PAGE, 0),
        (f"<p>{MARK}</p>", 0),
        (PAGE.replace("\\u003c", "<"), 1),
        ('<p title="" onfuzz=\'1\' fuzz-mark">', 1),
        (f'<script>"<!--<script>{MARK}"</script>', 1),
    ],
)
def test_markup_of_the_input_is_found(page, found):
    assert len(list(fuzz.check_page(page))) == found


@pytest.mark.parametrize(
    ("text", "live"),
    [("![fuzz-mark](http://x)", True), ("![fuzz\\-mark](http://x)", True), (r"\!\[fuzz\-mark\](http://x)", False)],
)
def test_live_markdown_is_found(text, live):
    assert (fuzz._MARKDOWN.search(text) is not None) == live


def test_a_changed_or_missing_good_article_is_found():
    before = {"a-good/a.txt": [{"text": "x", "quotes": []}]}
    assert list(fuzz.check_good(before, before)) == []
    assert len(list(fuzz.check_good(before, {}))) == 1
    assert len(list(fuzz.check_good(before, {"a-good/a.txt": [{"text": "y", "quotes": []}]}))) == 1


def test_a_run_is_watched(tmp_path):
    held = run_watched(
        [
            sys.executable,
            "-c",
            "import time; x = b'1' * 90_000_000; x = None; time.sleep(1); print('held'); raise SystemExit(3)",
        ],
        tmp_path,
        60,
    )
    assert (held.status, held.output, held.late) == (3, "held\n", False)
    assert 90 < held.megabytes < 400
    slow = run_watched([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, 0.5)
    assert slow.late
    assert slow.seconds < 30


def test_what_is_trained_is_taken_from_this_checkout():
    assert "data/models" in fuzz.trained_outputs()


def test_packed_good_files_are_whole(tmp_path):
    write_good(tmp_path)
    packed = tmp_path / "a-good/story.txt.gz"
    assert gzip.decompress(packed.read_bytes()).endswith(b"Velmora.\n")
