"""Suggest only close names where a command or option does not exist: click offers `restore` for `report`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

# Least similarity (`difflib`, from 0 to 1) of names without their dashes: one wrong, missing or swapped letter of four.
MIN_SIMILARITY = 0.75


@contextmanager
def only_close_names() -> Iterator[None]:
    """Leave out of a usage error the suggestions that are not close to what was typed."""
    try:
        yield
    except click.UsageError as error:
        told = vars(error)
        typed = told.get("option_name") or told.get("command_name") or ""
        if suggested := told.get("possibilities"):
            told["possibilities"] = [name for name in suggested if _is_close(typed.strip("-"), name.strip("-"))]
        raise


def _is_close(typed: str, name: str) -> bool:
    """Return whether one name is the beginning of the other, or they differ in little."""
    from difflib import SequenceMatcher

    begins = typed.startswith(name) or name.startswith(typed)
    return begins or SequenceMatcher(None, name, typed).ratio() >= MIN_SIMILARITY
