"""Configs: every wrong key and value is named with its file."""

from dataclasses import dataclass, field

import pytest

from pipeline.core.config import load_config
from pipeline.core.errors import ConfigError


@dataclass(frozen=True)
class Example:
    name: str
    words: int = 3
    share: float = 0.5
    strip: bool = True
    columns: list = field(default_factory=list)


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("name: a\nwrods: 4", "unknown key `wrods`.*known keys: name, words"),
        ("words: 4", "key `name` is missing"),
        ("name: a\nwords: many", "`words` is 'many'.*a int is wanted"),
        ("name: a\nwords: true", "`words` is True"),
        ("name: a\ncolumns: text", "`columns` is 'text'"),
        ("- a", "`key: value` lines"),
        ("name: [", "not a YAML file"),
    ],
)
def test_errors(tmp_path, yaml, says):
    path = tmp_path / "example.yaml"
    path.write_text(yaml)
    with pytest.raises(ConfigError, match=f"(?s)example.yaml.*{says}"):
        load_config(Example, path)


def test_defaults_and_whole_numbers_for_shares(tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text("name: a\nshare: 1")
    assert load_config(Example, path) == Example("a", share=1)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="no such config file"):
        load_config(Example, tmp_path / "none.yaml")
