"""The fuzzer of whole builds: its files depend on the seed alone, and its checks see what is wrong."""

import gzip
import sys
from random import Random

import pytest

from benchmarks import fuzz_repro as fuzz
from benchmarks.fuzz_cases import MARK, MUTATIONS, Case, write_good
from benchmarks.fuzz_repro import Run, run_watched
from tests.robust.invariants import ingest_and_check

PAGE = '<script type="application/json">{"q": "\\u003cfuzz-mark>"}</script><p>&lt;fuzz-mark onfuzz=1></p>'
REJECT = {"raw_path": "a.txt", "row": None, "reason": "empty", "detail": "no text"}


def test_every_good_file_is_whole_and_gives_its_articles(tmp_path):
    cases = write_good(tmp_path)
    assert gzip.decompress((tmp_path / "a-good/story.txt.gz").read_bytes()).endswith(b"Velmora.\n")
    found = ingest_and_check(tmp_path)
    assert found.rejects == []
    assert len(found.articles) == sum(case.documents for case in cases)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_a_mutation_depends_on_its_seed_alone(mutate):
    one, again, other = (mutate(Random(seed), seed) for seed in ("1:7", "1:7", "1:8"))
    assert one == again
    assert one != other


@pytest.mark.parametrize(("documents", "articles", "rejects", "expected"), [
    (1, ["a.txt"], [], ""),
    (1, [], [REJECT], ""),
    (1, [], [], "a.txt (cut): lost"),
    (None, [], [], "a.txt (cut): lost"),
    (3, ["a.txt"], [REJECT | {"row": 2}], "a.txt (cut): 1 articles and 1 rejects of 3"),
    (3, ["a.txt"], [REJECT | {"reason": "bad_file"}], ""),
    (1, ["a.txt", "a.txt"], [], "a.txt (cut): 2 articles and 0 rejects of 1"),
    (1, ["a.txt"], [REJECT | {"raw_path": "b.txt"}], "not there: ['b.txt']"),
    (1, [], [REJECT | {"reason": "bad"}], "without a known reason"),
])  # fmt: skip
def test_nothing_is_lost(documents, articles, rejects, expected):
    found = list(fuzz.account([Case("a.txt", "cut", documents)], articles, rejects))
    assert len(found) == bool(expected)
    assert expected in "".join(found)


@pytest.mark.parametrize(("run", "expected"), [
    (Run(0, 5, 900, "done\n"), []),
    (Run(-9, 600, 900, "", late=True), ["hang: ended after 600 s"]),
    (Run(-6, 5, 900, ""), ["ended by signal 6"]),
    (Run(1, 5, 900, "x\nTraceback (most recent call last):\n"), ["exit status 1", "a traceback in the output"]),
    (Run(0, 5, 1501, ""), ["memory: 1501 MB, 1500 allowed"]),
    (Run(0, 5, 900, "a\x1b[31m.txt"), ["a control character '\\x1b' in the output"]),
])  # fmt: skip
def test_what_is_wrong_with_a_run(run, expected):
    assert list(fuzz.check_run(run, 1500)) == expected


def test_markup_of_the_input_and_changed_good_articles_are_found():
    for page in (PAGE, f"<p>{MARK}</p>"):
        assert list(fuzz.check_page(page)) == []
    attribute, script = '<p title="" onfuzz=\'1\' fuzz-mark">', f'<script>"<!--<script>{MARK}"</script>'
    for page in (PAGE.replace("\\u003c", "<"), attribute, script):
        assert len(list(fuzz.check_page(page))) == 1
    good = {"a-good/a.txt": [{"text": "x", "quotes": []}]}
    assert list(fuzz.check_good(good, good)) == []
    for changed in ({}, {"a-good/a.txt": [{"text": "y", "quotes": []}]}):
        assert len(list(fuzz.check_good(good, changed))) == 1


def test_a_run_is_watched(tmp_path):
    code = "import time; x = b'1' * 90_000_000; x = None; time.sleep(1); print('held'); raise SystemExit(3)"
    held = run_watched([sys.executable, "-c", code], tmp_path, 60)
    assert (held.status, held.output, held.late) == (3, "held\n", False)
    assert 90 < held.megabytes < 400
    slow = run_watched([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, 0.5)
    assert slow.late
    assert slow.seconds < 30
