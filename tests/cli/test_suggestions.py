"""A command or option that does not exist: close names are suggested, others are not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "suggested"),
    [
        (["stance", "--taget", "x", "q"], "--target"),
        (["quotes", "--output", "x.csv", "a.txt"], "--out"),
        (["init", "--licence", "cc0", "in"], "--license"),
        (["annotate", "exprot"], "export"),
        (["--versoin"], "--version"),
        (["quote"], "quotes"),
        (["chekc"], "check"),
    ],
)
def test_a_close_name_is_suggested(arguments: list[str], suggested: str) -> None:
    assert CliRunner().invoke(main, arguments).stderr.rstrip().endswith(f"Did you mean {suggested!r}?")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stance", "--text", "q"], "option '--text'"),  # not --context, not --target
        (["init", "--folder", "in"], "option '--folder'"),  # not --date-order
        (["init", "--x", "in"], "option '--x'"),  # not --text
        (["push", "--format", "a/b"], "option '--format'"),  # not --folder
        (["publish"], "command 'publish'"),  # not push
        (["report"], "command 'report'"),  # not restore
    ],
)
def test_a_name_that_is_not_close_is_not_suggested(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert done.stderr.rstrip().endswith(f"No such {said}.")
