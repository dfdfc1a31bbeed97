"""The language and the gazetteer that the cases of speakers are resolved with."""

from collections.abc import Callable

import pytest

from pipeline.core.language import Language, load_language
from pipeline.core.quote import Quote
from pipeline.parse.parser import Parser
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer
from pipeline.resolve.vocabulary import Vocabulary, build_vocabulary
from tests.cases.marked_text import CASES, parse_quotes


@pytest.fixture(scope="session")
def language() -> Language:
    return load_language("en")


@pytest.fixture(scope="session")
def parser(language: Language) -> Parser:
    return Parser(language)


@pytest.fixture(scope="session")
def vocabulary(language: Language) -> Vocabulary:
    return build_vocabulary(language)


@pytest.fixture(scope="session")
def gazetteer(language: Language) -> Gazetteer:
    return read_gazetteer(CASES / "speakers/gazetteer.csv", language)


@pytest.fixture(scope="session")
def resolve_text(parser: Parser, gazetteer: Gazetteer) -> Callable[[str], list[Quote]]:
    def resolve_quotes(line: str) -> list[Quote]:
        text, quotes = parse_quotes(line)
        (doc,) = parser.pipe([text])
        return resolve(doc, quotes, gazetteer)

    return resolve_quotes
