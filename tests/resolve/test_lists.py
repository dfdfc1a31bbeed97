"""Word lists that come from the language file."""

from __future__ import annotations

import pytest

from pipeline.core.errors import ConfigError
from pipeline.resolve.name_lists import lists_of


def test_a_list_holds_those_it_stands_beside():
    lists = lists_of({"offices": ["mayor"], "descriptions": ["tycoon"], "people": ["spy"]})
    assert lists.descriptions == {"mayor", "tycoon"}
    assert lists.people == {"mayor", "tycoon", "spy"}
    assert lists.offices == {"mayor"}
    assert lists.body == frozenset()


@pytest.mark.parametrize("names", [{"ofices": ["mayor"]}, {"offices": "mayor"}, {"place_before": ["in", True]}])
def test_what_is_no_list_is_named(names):
    with pytest.raises(ConfigError, match=next(iter(names))):
        lists_of(names, where="languages/xx.yaml")
