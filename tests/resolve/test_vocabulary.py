"""Word lists that come from the language file."""

from __future__ import annotations

import pytest

from pipeline.core.config import build_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language
from pipeline.resolve.vocabulary import build_vocabulary


def test_a_list_holds_those_it_stands_beside():
    names = {"offices": ["mayor"], "descriptions": ["tycoon"], "people": ["spy"]}
    lists = build_vocabulary(Language("xx", names=names))
    assert lists.descriptions == {"mayor", "tycoon"}
    assert lists.people == {"mayor", "tycoon", "spy"}
    assert lists.offices == {"mayor"}
    assert lists.body == frozenset()


@pytest.mark.parametrize("names", [{"ofices": ["mayor"]}, {"offices": "mayor"}, {"place_before": ["in", True]}])
def test_what_is_no_list_is_named(names):
    with pytest.raises(ConfigError, match=next(iter(names))):
        build_vocabulary(build_config(Language, {"code": "xx", "names": names}))
