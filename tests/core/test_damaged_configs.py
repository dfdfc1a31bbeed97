"""Each key of each config with a value that it cannot have or rarely has: it is read, or the error says which it is."""

import shutil

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
    config.leaves_out(ARTICLE)
    config.is_invented(ARTICLE)
    config.allows_text(config.licence_of(ARTICLE))
    Limit(100, 600).share(config.excerpt_share)


def of_language(kind, name):
    """Return a function that reads a config with a key `language`, and the language."""
    return lambda configs: load_language(load_config(kind, configs / name).language, configs)


READERS = {
    "extract.yaml": of_language(ExtractConfig, "extract.yaml"),
    "ingest.yaml": read_ingest,
    "languages/en.yaml": read_language,
    "languages/en_boilerplate.yaml": read_ingest,
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
