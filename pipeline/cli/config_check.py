"""Find problems in the config files of a project, for `parley check`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import build_config, read_yaml
from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.language import Language, load_language
from pipeline.core.publish_config import PublishConfig, load_publish_config
from pipeline.core.targets import load_targets
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.lexicon import PROFILES, build_lexicon
from pipeline.ingest.boilerplate_rules import BoilerplatePatterns, load_boilerplate
from pipeline.ingest.config import IngestConfig
from pipeline.parse.config import ParseConfig
from pipeline.resolve.config import ResolveConfig
from pipeline.stance.config import StanceConfig, load_stance_config, load_stance_words

# The settings of each stage; every key has a default, so that each can be checked alone.
_KINDS: dict[str, type[Any]] = {
    "ingest.yaml": IngestConfig,
    "parse.yaml": ParseConfig,
    "extract.yaml": ExtractConfig,
    "resolve.yaml": ResolveConfig,
    "stance.yaml": StanceConfig,
    "publish.yaml": PublishConfig,
}


def find_config_problems(root: Path) -> Iterator[ParleyError]:
    """Yield an error for each key of a stage's config that is not valid, and for each file that cannot be read.

    What belongs together (keys of one file, a language and its files) is checked where each key alone is valid.
    """
    configs = root / paths.CONFIGS
    problems = [problem for name, kind in _KINDS.items() for problem in _find_key_problems(kind, configs / name)]
    yield from problems
    yield from _failures([lambda: load_targets(configs)])
    if not problems:
        yield from _failures(
            [
                lambda: load_publish_config(configs),
                lambda: load_stance_config(root),
                lambda: load_stance_words(root),
            ]
        )
        yield from _find_language_problems(configs)


def _find_key_problems(kind: type[Any], path: Path) -> Iterator[ParleyError]:
    """Yield an error for each key that is unknown or has a wrong value."""
    try:
        values = read_yaml(path)
    except ParleyError as error:
        yield error
        return
    yield from _failures(partial(build_config, kind, {key: value}, str(path)) for key, value in values.items())


def _find_language_problems(configs: Path) -> Iterator[ParleyError]:
    """Yield an error for each file of a language that a stage reads and that is not valid."""
    values = {name: read_yaml(configs / name) for name in _KINDS}
    codes = {str(of.get("language", "en")) for name, of in values.items() if "language" in _fields(name)}
    profile = str(values["extract.yaml"].get("profile", ExtractConfig.profile))
    if profile not in PROFILES:
        where, fix = str(configs / "extract.yaml"), f"use one of {', '.join(PROFILES)}"
        yield ConfigError(f"unknown profile `{profile}`", where=where, fix=fix)
    for code in sorted(codes):
        broken = list(_failures([partial(load_language, code, configs)]))
        yield from broken or _find_word_problems(load_language(code, configs), configs)


def _fields(name: str) -> Collection[str]:
    return _KINDS[name].__dataclass_fields__


def _find_word_problems(language: Language, configs: Path) -> Iterator[ParleyError]:
    """Yield an error for words and patterns of a language that the stages `ingest` and `extract` cannot use."""
    code, folder = language.code, configs / "languages"
    checks: dict[str, Callable[[], Any]] = {
        f"{code}_boilerplate.yaml": lambda: BoilerplatePatterns(load_boilerplate(code, configs), language.dates),
        f"{code}.yaml": lambda: [build_lexicon(language, profile) for profile in PROFILES],
    }
    for name, check in checks.items():
        for error in _failures([check]):
            yield ConfigError(error.what, where=error.where or str(folder / name), why=error.why, fix=error.fix)


def _failures(checks: Iterable[Callable[[], Any]]) -> Iterator[ParleyError]:
    """Yield the error of each check that has one."""
    for check in checks:
        try:
            check()
        except ParleyError as error:
            yield error
