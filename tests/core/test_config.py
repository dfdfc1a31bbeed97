"""Reading configs: each wrong key or value is an error that names the file."""

import os
from dataclasses import field
from typing import Annotated

import pytest
from pydantic import Field
from pydantic.dataclasses import dataclass

from pipeline.core.config import CONFIGS, STRICT, build_config, load_config, read_yaml
from pipeline.core.errors import ConfigError


@dataclass(frozen=True, config=STRICT)
class Example:
    name: str
    words: Annotated[int, Field(ge=1)] = 3
    share: float = 0.5
    strip: bool = True
    columns: list[str] = field(default_factory=list)


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("name: a\nwrods: 4", "unknown key `wrods`.*did you mean `words`. known keys: name, words"),
        ("words: 4", "key `name` is missing"),
        ("name: a\nwords: many", "`words` is 'many'.*integer"),
        ("name: a\nwords: true", "`words` is True"),
        ("name: a\nwords: 0", "`words` is 0.*greater than or equal to 1"),
        ("name: on", "`name` is True.*put the word in quotes"),
        ("name: a\ncolumns: text", "`columns` is 'text'"),
        ("- a", "`key: value` lines"),
        ("name: [", "not a YAML file"),
        ("name: " + "[" * 900 + "]" * 900, "lists in lists"),
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


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="no such config file"):
        load_config(Example, tmp_path / "none.yaml")


def test_a_file_is_parsed_once_and_what_a_caller_changes_is_its_own(tmp_path, monkeypatch):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    for path in (first, second):
        path.write_text("words: [a] # in this test")
    read_yaml(first)["words"].append("b")
    with monkeypatch.context() as patched:
        patched.setattr("yaml.load", None)
        assert read_yaml(first) == read_yaml(second) == {"words": ["a"]}
    second.write_text("words: [c] # in this test")
    assert read_yaml(second) == {"words": ["c"]}


def test_dvc_reads_every_config_as_parley_does() -> None:
    from ruamel.yaml import YAML  # as DVC does, which is stricter: `[hours?]` needs quotation marks

    for path in sorted(CONFIGS.rglob("*.yaml")):
        assert YAML(typ="safe").load(path.read_text(encoding="utf-8")) == read_yaml(path)


def test_a_value_of_a_few_bytes_that_stands_for_gigabytes_is_cut(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    path = tmp_path / "example.yaml"
    path.write_text("\n".join([*lines, "name: *a9"]))
    with pytest.raises(ConfigError, match="`name` is") as error:
        build_config(Example, {"name": read_yaml(path)["name"]})
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize("text", ["input: a\nmodel: b\ninput: c\n", "outer:\n  input: a\n  input: b\n"])
def test_a_key_given_twice_is_refused(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"a.yaml: not a YAML file.*line 3: `input` is given twice"):
        read_yaml(tmp_path / "a.yaml")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(ConfigError, match="this is no file"):
        read_yaml(tmp_path / "a.yaml")
