"""Configs, targets, and what may be published: each wrong key or value is an error that names the file."""

import os
import shutil
from dataclasses import field
from typing import Annotated

import pytest
import yaml
from pydantic import Field
from pydantic.dataclasses import dataclass

from pipeline.core import config as config_files
from pipeline.core import paths
from pipeline.core.config import CONFIGS, STRICT, build_config, load_config, read_yaml
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.language import Language, load_language
from pipeline.core.publish_config import Limit, PublishConfig, cut_excerpt, load_publish_config, measure
from pipeline.core.quote_similarity import similarity_settings
from pipeline.core.targets import LabelRoles, Target, load_targets, shared_roles
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.lexicon import build_lexicon
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.parse.config import ParseConfig
from pipeline.reader.config import ReadConfig
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.vocabulary import build_vocabulary
from pipeline.stance.config import load_stance_config, load_stance_cues, load_stance_words
from tests.robust.damaged_values import places, replaced


@dataclass(frozen=True, config=STRICT)
class Example:
    name: str
    words: Annotated[int, Field(ge=1)] = 3
    share: float = 0.5
    strip: bool = True
    columns: list[str] = field(default_factory=list)


@pytest.mark.parametrize(("yaml", "says"), [
    ("name: a\nwrods: 4", "unknown key `wrods`.*did you mean `words`. known keys: name, words"),
    ("words: 4", "key `name` is missing"), ("name: a\nwords: many", "`words` is 'many'.*integer"),
    ("name: on", "`name` is True.*put the word in quotes"), ("name: a\ncolumns: text", "`columns` is 'text'"),
    ("- a", "`key: value` lines"), ("name: [", "not a YAML file"),
    ("name: " + "[" * 900 + "]" * 900, "lists in lists"),
    ("name: a\nwords: 4\nname: b", "not a YAML file.*line 3: `name` is given twice"),
    ("name: 2024-13-45", r"not a YAML file \(month must be in 1..12"),
    ("words: !!bool 4\nname: !!timestamp x", "not a YAML file"),
])  # fmt: skip
def test_errors(tmp_path, yaml, says):
    path = tmp_path / "example.yaml"
    path.write_text(yaml)
    with pytest.raises(ConfigError, match=f"(?s)example.yaml.*{says}"):
        load_config(Example, path)


def test_a_missing_file_is_an_error_and_a_pipe_is_not_waited_for(tmp_path):
    with pytest.raises(ConfigError, match="no such config file"):
        load_config(Example, tmp_path / "none.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ConfigError, match="this is no file"):
        load_config(Example, tmp_path / "pipe.yaml")


def test_a_file_is_parsed_once_and_what_a_caller_changes_is_its_own(tmp_path, monkeypatch):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    for path in (first, second):
        path.write_text("words: [a] # in this test")
    read_yaml(first)["words"].append("b")
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.core.config._Loader", None)
        assert read_yaml(first) == read_yaml(second) == {"words": ["a"]}
    second.write_text("words: [c] # in this test")
    assert read_yaml(second) == {"words": ["c"]}


def test_dvc_reads_every_config_as_parley_does() -> None:
    from ruamel.yaml import YAML  # as DVC does, which is stricter: `[hours?]` needs quotation marks

    for path in sorted(CONFIGS.rglob("*.yaml")):
        assert YAML(typ="safe").load(path.read_text(encoding="utf-8")) == read_yaml(path)


def test_whole_numbers_are_shares_and_a_value_of_a_few_bytes_that_stands_for_gigabytes_is_cut(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    path = tmp_path / "example.yaml"
    path.write_text("\n".join([*lines, "name: *a9"]))
    assert build_config(Example, {"name": "a", "share": 1}) == Example("a", share=1.0)
    with pytest.raises(ConfigError, match="`name` is") as error:
        build_config(Example, {"name": read_yaml(path)["name"]})
    assert len(str(error.value)) < 1000


GOOD = "targets:\n  one: {question: Why, labels: [yea, nay], relevance_terms: [a*]}\n"


def read(tmp_path, text):
    (tmp_path / "targets.yaml").write_text(text)
    return load_targets(tmp_path)


def test_terms_of_all_meanings_are_joined(tmp_path):
    target = read(tmp_path, GOOD.replace("[a*]", "{halt: [truce*, end * war], go_on: [fight on]}"))["one"]
    assert target.relevance_terms == ["truce*", "end * war", "fight on"]
    assert target.meanings == {"halt": ["truce*", "end * war"], "go_on": ["fight on"]}
    more = "  zebra: {question: Why, labels: [yea, nay]}\n  ant: {question: Why, labels: [yea, nay]}\n"
    meanings = {name: target.meanings for name, target in read(tmp_path, GOOD + more).items()}
    assert list(meanings.items()) == [("one", {}), ("zebra", {}), ("ant", {})]


@pytest.mark.parametrize(("text", "says"), [
    ("other: 1", "no targets"), ("targets: {one: 3}", "targets.one: a target is a mapping"),
    ("targets: {One: {question: Why}}", "'One' cannot name"), (GOOD.replace("Why", "''"), "question is empty"),
    (GOOD.replace("nay", "yea"), "labels are"), (GOOD.replace("nay", "unknown"), "no label can be named `unknown`"),
    (GOOD.replace("nay", "on-off"), "'on-off' cannot name"),
    (GOOD.replace("relevance_terms", "meanings"), "unknown key `meanings`"),
    (GOOD.replace("[a*]", "{Not A Name: [a*]}"), "cannot name"),
    (GOOD.replace("[a*]", "{halt: truce}"), "`halt` is 'truce'"),
    (GOOD.replace("a*", "no"), "`relevance_terms.0` is False"), (GOOD.replace("a*", "'*'"), "is no word"),
    (GOOD.replace("a*", "a*b*c*d*"), "'a*b*c*d*' is no word"),
    (GOOD.replace("a*", "a*a*a*b"), "'a*a*a*b' is no word"),
    (GOOD + "  two: {question: Why, labels: [nay, yea]}\n", "labels of `two` differ"),
    (GOOD + "labels: [yea, nay]\n", "`labels` has no descriptions"),
    (GOOD + "label_roles: yea\n", "`label_roles` is 'yea'"),
    (GOOD + "label_roles: {for: yea}\n", "unknown key `for`"),
    (GOOD + "label_roles: {favor: yes it is}\n", "role `favor` has unknown label 'yes it is'"),
])  # fmt: skip
def test_errors_of_targets(tmp_path, text, says):
    with pytest.raises(ConfigError, match=r"targets\.yaml") as caught:
        read(tmp_path, text)
    assert says in str(caught.value)


def test_labels_of_all_targets_and_their_roles(tmp_path):
    text = GOOD.replace("labels: [yea, nay], ", "") + "labels: {pro: is for it, silent: says nothing of it}\n"
    target = read(tmp_path, text + "label_roles: {favor: pro, unrelated: silent, neutral: null}\n")["one"]
    assert target.labels == ["pro", "silent"]
    assert target.descriptions["silent"] == "says nothing of it"
    assert target.roles == LabelRoles("pro", None, None, None, "silent")
    assert Target("Why", ["neutral", "mixed", "favor"]).roles == LabelRoles("favor", None, None, "neutral", None)
    assert shared_roles(load_targets()) == LabelRoles()


RULES = [
    {"path": "sample/*", "license": "cc-by-4.0"},
    {"source": "Harbour Post", "license": "all-rights-reserved"},
    {"path": "gov/*", "source": "Citadel*", "license": "public-domain"},
]


def test_the_first_matching_rule_applies_and_a_wrong_one_is_named(tmp_path):
    config = PublishConfig(licenses=RULES, redistributable=["cc-by-4.0"])
    licences = {
        "cc-by-4.0": [("sample/deep/a.txt", None), ("sample/a.txt", "Harbour Post")],
        "all-rights-reserved": [("mine/a.txt", "Harbour Post")],
        "public-domain": [("gov/a.txt", "Citadel Press Office")],
        "unknown": [("gov/a.txt", "Radio Elin"), ("gov/a.txt", None), ("samples/a.txt", None)],
    }
    for licence, articles in licences.items():
        assert {config.licence_of({"raw_path": path, "source": source}) for path, source in articles} == {licence}
        assert config.allows_text(licence) == (licence == "cc-by-4.0")
    config = load_publish_config()  # of the sample
    for path, allowed in (("sample/txt/a.txt", True), ("mine.jsonl", False)):
        assert config.allows_text(config.licence_of({"raw_path": path, "source": "Harbour Post"})) is allowed
    (tmp_path / "publish.yaml").write_text("licenses:\n  - {path: a}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"publish\.yaml, licenses, entry 1"):
        load_publish_config(tmp_path)


@pytest.mark.parametrize(("text", "words", "characters", "expected"), [
    ("We will sign no truce", 5, 1_000, "We will sign no truce"),
    ("We will  sign no truce", 3, 1_000, "We will sign …"), ("We\n will  sign", 2, 1_000, "We will …"),
    ("We will sign", 0, 1_000, "…"), ("", 3, 1_000, ""), ("Wewillsignnotruce today", 3, 10, "…"),
    ("🕊" * 100, 3, 10, "…"), ("“We will,” she said", 3, 10, "“We will,” …"),
])  # fmt: skip
def test_an_excerpt_has_at_most_so_many_words_and_characters(text, words, characters, expected):
    assert cut_excerpt(text, Limit(words, characters)) == expected


@pytest.mark.parametrize(("text", "words"), [
    ("We don't sign", 3), ("We-will—sign–no‑truce", 5), ("We\u200bwill\u00adsign_no.truce", 5), ("停火协议", 4),
    ("ทหาร", 4), ("Ça va, l’été", 4), ("हिन्दी में", 2), ("…!—", 0),
])  # fmt: skip
def test_nothing_joins_words(text, words):
    assert measure(text) == (words, len(text.replace(" ", "")))
    if words > 2:
        assert measure(cut_excerpt(text, Limit(2, 1_000))).words == 2


OWN = {"raw_path": "a.txt", "source": "b"}
VALUES = [None, "", [], {}, -1, 10**30, True, float("inf"), "x", [None], [[1]], {"a": None}, {None: "a"}, "\0"]
QUICK = [None, [], {"a": None}]


def read_language(configs):
    language = load_config(Language, configs / "languages/en.yaml")
    _ = language.word_sets, language.tag_sets, similarity_settings(language)
    for profile in ("speech", "attribution"):
        build_lexicon(language, profile)
    build_vocabulary(language)


def read_ingest(configs):
    ArticleCleaner(load_config(IngestConfig, configs / "ingest.yaml"), configs)


def read_stance(configs):
    load_stance_config(configs.parent)
    load_stance_words(configs.parent)


def read_publish(configs):
    config = load_publish_config(configs)
    config.leaves_out(OWN)
    config.is_invented(OWN)
    config.allows_text(config.licence_of(OWN))
    Limit(100, 600).share(config.excerpt_share)


def of_language(kind, name):
    return lambda configs: load_language(load_config(kind, configs / name).language, configs)


READERS = {
    "extract.yaml": of_language(ExtractConfig, "extract.yaml"),
    "ingest.yaml": read_ingest,
    "languages/en.yaml": read_language,
    "languages/en_boilerplate.yaml": read_ingest,
    "languages/en_evidence.yaml": lambda configs: load_stance_cues(configs.parent),
    "languages/en_stance.yaml": read_stance,
    "parse.yaml": of_language(ParseConfig, "parse.yaml"),
    "publish.yaml": read_publish,
    "read.yaml": lambda configs: load_config(ReadConfig, configs / "read.yaml"),
    "resolve.yaml": of_language(ResolveConfig, "resolve.yaml"),
    "stance.yaml": read_stance,
    "targets.yaml": load_targets,
}


def test_every_config_is_read_here():
    assert set(READERS) == {path.relative_to(CONFIGS).as_posix() for path in CONFIGS.rglob("*.yaml")}


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_config_is_read_or_refused_in_words(tmp_path, monkeypatch, name):
    shutil.copytree(CONFIGS, tmp_path / paths.CONFIGS)
    written = (CONFIGS / name).read_text(encoding="utf-8")
    parse = config_files._parse_yaml
    sound = yaml.safe_load(written)
    monkeypatch.setattr(config_files, "_parse_yaml", lambda text: changed if text == written else parse(text))
    monkeypatch.setattr(config_files, "deepcopy", lambda loaded: loaded)  # nothing here changes what it reads
    tracebacks, refused = [], 0
    # Reading the vocabulary of a language takes a while, and every word list of it is read in the same way.
    for place in places(sound, depth=2 if name == "languages/en.yaml" else 4):
        for value in QUICK if name == "languages/en.yaml" and len(place) > 1 else VALUES:
            changed = replaced(sound, place, value)
            try:
                READERS[name](tmp_path / paths.CONFIGS)
            except ParleyError as error:
                refused += 1
                if not error.where and not any(f"`{key}`" in str(error) for key in place):
                    tracebacks.append((place, value, str(error)))
            except Exception as error:
                tracebacks.append((place, value, repr(error)[:100]))
    assert not tracebacks, "\n".join(f"{place} = {value!r}: {error}" for place, value, error in tracebacks)
    assert refused > 10
