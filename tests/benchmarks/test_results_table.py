"""The report of the benchmarks and the forecast of costs."""

import json

from benchmarks.results_table import format_forecast, format_report

STAGE = {"wall": 20.0, "cpu": 10.0, "peak": 300, "last_line": []}
RESULTS = {
    "sizes": {"5000": {"words": 500000, "disk": {"articles": 4.0, "parses": 6.0}, "stages": {"parse": STAGE}}},
    "one_more": {
        "articles": 5000,
        "first": {"wall": 9.0, "cpu": 8.0, "stages": {"before": 2.0, "parse": 7.0}},
        "second": {"wall": 1.5, "cpu": 1.4, "stages": {"before": 1.5}},
    },
}


def test_report_has_the_costs_per_article(tmp_path):
    (tmp_path / "scale.json").write_text(json.dumps(RESULTS))
    (tmp_path / "page.md").write_text("| a |\n")
    text = format_report(tmp_path)
    assert "| 5,000 | 500,000 | 20 | 10 | 2.0 | 300 | 10 |" in text
    assert "| parse | 2.00 (300) |" in text
    assert "9.0 s of wall, 8.0 s of CPU" in text
    assert text.endswith("`python -m benchmarks.page_speed`\n\n| a |\n")
    assert text.count("Not measured.") == 1


def test_forecast_leaves_out_the_costs_of_starting():
    def size(number):
        stage = {"wall": 1.0, "cpu": 7.0 + 0.036 * number, "peak": 300 + 0.01 * number}
        return {"words": 100 * number, "disk": {"parses": 0.002 * number}, "stages": {"parse": stage}}

    results = {"sizes": {str(number): size(number) for number in (1000, 5000, 20000)}}
    text = "".join(format_forecast(results, [1_000_000], 400))
    assert "rates of the runs of 5,000 and 20,000 articles" in text
    assert "| parse | 40 | 40 |" in text
    assert "| 1,000,000 | 8 |" in text
