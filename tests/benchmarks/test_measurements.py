"""Speed, costs and synthetic articles; the fuzzer of whole builds, whose checks see what is wrong."""

import gzip
import json
import sys
from itertools import permutations

import pytest
import yaml

from benchmarks import fuzz_repro as fuzz
from benchmarks.fuzz_cases import MARK, Case, write_good
from benchmarks.fuzz_repro import Run, run_watched
from benchmarks.results_table import format_forecast, format_report
from benchmarks.scale import ROOT, STAGES
from benchmarks.synthetic_articles import MAX_PARAGRAPH_WORDS, generate_article, read_corpus
from tests.robust.invariants import ingest_and_check
from tests.worlds.rows import write_json_lines

PARAGRAPHS = [
    f"The {one} was closed after the {other} had been flooded, said the warden of Sorrin, who expects that {one} and "
    f"{other} will open again before the autumn rains of the northern province begin in the second week of October."
    for one, other in permutations(("harbour", "council", "railway", "orchard", "library", "granary"), 2)
]


def test_costs_per_article_and_a_forecast_without_the_costs_of_starting(tmp_path):
    def size(number):
        stage = {"wall": 1.0, "cpu": 7.0 + 0.036 * number, "peak": 300 + number // 100, "last_line": []}
        return {"words": 100 * number, "disk": {"parses": 0.002 * number}, "stages": {"parse": stage}}

    results = {"sizes": {str(number): size(number) for number in (1000, 5000, 20000)}}
    forecast = "".join(format_forecast(results, [1_000_000], 400))
    assert "rates of the runs of 5,000 and 20,000 articles" in forecast
    assert "| parse | 40 | 40 |" in forecast
    assert "| 1,000,000 | 8 |" in forecast
    first, second = ({"wall": wall, "cpu": 8.0, "stages": {"parse": 7.0}} for wall in (9.0, 1.5))
    results["one_more"] = {"articles": 5000, "first": first, "second": second}
    (tmp_path / "scale.json").write_text(json.dumps(results))
    (tmp_path / "page.md").write_text("| a |\n")
    report = format_report(tmp_path)
    assert "| 5,000 | 500,000 | 1 | 187 | 37.4 | 350 | 10 |" in report
    assert "9.0 s of wall, 8.0 s of CPU" in report
    assert report.endswith("`python -m benchmarks.page_speed`\n\n| a |\n")
    assert report.count("Not measured.") == 1


def test_every_stage_is_measured_after_those_that_it_needs():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert set(STAGES) == stages.keys() - {"train"}  # its models are copied
    outs = {out if isinstance(out, str) else next(iter(out)): name for name in STAGES for out in stages[name]["outs"]}
    for number, name in enumerate(STAGES):
        deps = tuple(stages[name]["deps"])
        needed = {made_by for out, made_by in outs.items() if f"{out}/".startswith(deps)}
        assert needed - {name} <= set(STAGES[:number])


def test_a_generated_article_depends_on_its_seed_alone(tmp_path):
    rows = [{"text": "\n\n".join(PARAGRAPHS[start::9])} for start in range(9)]
    corpus = read_corpus(write_json_lines(tmp_path / "real.jsonl", rows))
    articles = [generate_article(corpus, 80, f"1 {k}") for k in range(60)]
    assert all(80 <= len(row["text"].split()) <= 80 + MAX_PARAGRAPH_WORDS for row in articles)
    assert generate_article(corpus, 40, "1 4") == generate_article(corpus, 40, "1 4")
    assert generate_article(corpus, 40, "2 4") != generate_article(corpus, 40, "1 4")


PAGE = '<script type="application/json">{"q": "\\u003cfuzz-mark>"}</script><p>&lt;fuzz-mark onfuzz=1></p>'
REJECT = {"raw_path": "a.txt", "row": None, "reason": "empty", "detail": "no text"}


def test_every_good_file_is_whole_and_gives_its_articles(tmp_path):
    cases = write_good(tmp_path)
    assert gzip.decompress((tmp_path / "a-good/story.txt.gz").read_bytes()).endswith(b"Velmora.\n")
    found = ingest_and_check(tmp_path)
    assert found.rejects == []
    assert len(found.articles) == sum(case.documents for case in cases)


@pytest.mark.parametrize(("documents", "articles", "rejects", "expected"), [
    (1, ["a.txt"], [], ""),
    (1, [], [REJECT], ""),
    (1, [], [], "a.txt (cut): lost"),
    (3, ["a.txt"], [REJECT | {"row": 2}], "a.txt (cut): 1 articles and 1 rejects of 3"),
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
