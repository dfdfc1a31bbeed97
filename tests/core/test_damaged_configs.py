"""Each key of each config with a value that it cannot have or rarely has: it is read, or the error says which it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.core import config as config_files
from pipeline.core import paths
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ParleyError
from pipeline.core.language import Language, load_language
from pipeline.core.publish_config import Limit, load_publish_config
from pipeline.core.quote_similarity import similarity_settings
from pipeline.core.targets import load_targets
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.lexicon import build_lexicon
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.parse.config import ParseConfig
from pipeline.reader.config import ReadConfig
from pipeline.resolve.config import ResolveConfig
from pipeline.resolve.vocabulary import build_vocabulary
from pipeline.stance.config import load_stance_config, load_stance_words
from tests.robust.damaged_values import places, replaced

ARTICLE = {"raw_path": "a.txt", "source": "b"}
VALUES = [None, "", [], {}, -1, 10**30, True, float("inf"), "x", [None], [[1]], {"a": None}, {None: "a"}, "\0"]
QUICK = [None, [], {"a": None}]


def read_language(root: Path) -> None:
    language = load_config(Language, root / paths.CONFIGS / "languages/en.yaml")
    _ = language.word_sets, language.tag_sets, similarity_settings(language)
    for profile in ("speech", "attribution"):
        build_lexicon(language, profile)
    build_vocabulary(language)


def read_ingest(root: Path) -> None:
    ArticleCleaner(load_config(IngestConfig, root / paths.CONFIGS / "ingest.yaml"), root / paths.CONFIGS)


def read_stance(root: Path) -> None:
    load_stance_config(root)
    load_stance_words(root)


def read_publish(root: Path) -> None:
    config = load_publish_config(root / paths.CONFIGS)
    config.leaves_out(ARTICLE)
    config.is_invented(ARTICLE)
    config.allows_text(config.licence_of(ARTICLE))
    Limit(100, 600).share(config.excerpt_share)


def read_of_language(kind: type[Any], name: str) -> Callable[[Path], None]:
    """Return a function that reads a config with a key `language`, and the language."""

    def read(root: Path) -> None:
        load_language(load_config(kind, root / paths.CONFIGS / name).language, root / paths.CONFIGS)

    return read


READERS: dict[str, Callable[[Path], None]] = {
    "extract.yaml": read_of_language(ExtractConfig, "extract.yaml"),
    "ingest.yaml": read_ingest,
    "languages/en.yaml": read_language,
    "languages/en_boilerplate.yaml": read_ingest,
    "languages/en_stance.yaml": read_stance,
    "parse.yaml": read_of_language(ParseConfig, "parse.yaml"),
    "publish.yaml": read_publish,
    "read.yaml": lambda root: load_config(ReadConfig, root / paths.CONFIGS / "read.yaml") and None,
    "resolve.yaml": read_of_language(ResolveConfig, "resolve.yaml"),
    "stance.yaml": read_stance,
    "targets.yaml": lambda root: load_targets(root / paths.CONFIGS) and None,
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
                READERS[name](tmp_path)
            except ParleyError as error:
                refused += 1
                if not error.where and not any(f"`{key}`" in str(error) for key in place):
                    tracebacks.append((place, value, str(error)))
            except Exception as error:
                tracebacks.append((place, value, repr(error)[:100]))
    assert not tracebacks, "\n".join(f"{place} = {value!r}: {error}" for place, value, error in tracebacks)
    assert refused > 10
