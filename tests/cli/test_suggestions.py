"""A command or option that does not exist: close names are suggested."""

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
    last = CliRunner().invoke(main, arguments).stderr.splitlines()[-1]
    assert "Did you mean" in last
    assert repr(suggested) in last
