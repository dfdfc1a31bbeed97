"""Progress is shown on a terminal only, with the remaining time where the number of items is known."""

import io

import pytest

from pipeline.core.progress import with_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shown(monkeypatch):
    """Function that goes through items and returns what standard error got."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")

    def run(items, expected, error, **options):
        monkeypatch.setattr("sys.stderr", error)
        assert list(with_progress(items, "parsing", **options)) == expected
        return error.getvalue()

    return run


@pytest.mark.parametrize(
    ("items", "total", "says"),
    [([1, 2, 3], None, "3 of 3, about"), (iter([1, 2, 3]), 3, "3 of 3, about"), (iter([1, 2, 3]), None, "0:00:00")],
)
def test_a_terminal_sees_how_far_it_is(shown, items, total, says):
    text = shown(items, [1, 2, 3], Terminal(), total=total)
    assert "parsing" in text
    assert says in text
    assert ("left" in text) == ("of 3" in says)


def test_a_file_gets_nothing(shown):
    assert shown([1, 2], [1, 2], io.StringIO()) == ""
