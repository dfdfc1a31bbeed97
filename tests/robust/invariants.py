"""Checks that hold for every input: known reject reasons, valid articles, valid and ordered quotes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.vocab import Vocab

from pipeline import Extractor
from pipeline.api.extractor import replace_lone_surrogates
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import ARTICLES, EXTRACTED, QUOTE_TYPES, REJECT_REASONS, REJECTS, SPEAKER_KINDS
from pipeline.core.spacy_documents import doc_from_bytes, doc_to_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.text import article_id
from pipeline.extract.quote_table import quote_rows
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import MAX_DETAIL_CHARACTERS, Reject
from pipeline.ingest.run import clean_input
from pipeline.resolve.article_resolver import resolve


@dataclass
class IngestedInput:
    """The articles and rejects of an input file."""

    articles: list[dict[str, Any]]
    rejects: list[Reject]

    @property
    def reasons(self) -> list[str]:
        """Reasons of the rejects, in order."""
        return [reject.reason for reject in self.rejects]


def ingest_and_check(path: Path, config: IngestConfig | None = None) -> IngestedInput:
    """Ingest a file or folder and check each article and reject."""
    config = config or IngestConfig()
    found = IngestedInput([], [])
    for raw_path, row in clean_input(path, config):
        if isinstance(row, Reject):
            check_reject(raw_path, row)
            found.rejects.append(row)
        else:
            check_article({k: v for k, v in row.items() if k != "row"} | {"raw_path": raw_path}, config)
            found.articles.append(row)
    return found


def check_reject(raw_path: str, reject: Reject) -> None:
    """Check that a reject has a known reason and a detail of one line, and can be written."""
    assert reject.reason in REJECT_REASONS
    assert reject.reason != "failed", reject.detail
    assert reject.detail.strip()
    assert len(reject.detail) <= MAX_DETAIL_CHARACTERS
    assert len(reject.detail.splitlines()) == 1
    tables.to_arrow(REJECTS, [{"raw_path": raw_path, **vars(reject)}])


def check_article(row: dict[str, Any], config: IngestConfig) -> None:
    """Check that an article can be written, is within the limits and has the hash of its text as id."""
    tables.to_arrow(ARTICLES, [row])
    assert row["article_id"] == article_id(row["text"])
    assert config.min_words <= len(row["text"].split())
    assert len(row["text"]) <= config.max_characters
    assert max(map(len, row["text"].split())) <= config.max_word_characters
    assert not any(ord(c) < 32 and c != "\n" for c in row["text"])


def extract_and_check(extractor: Extractor, text: str) -> list[Quote]:
    """Extract the quotes of a text and their speakers, and check each step."""
    text = replace_lone_surrogates(text)
    (doc,) = extractor.parser.pipe([text])
    assert doc.text == text
    assert doc_from_bytes(doc_to_bytes(doc), _vocab(extractor.language.code)).text == text
    quotes, pointings = extractor.extract(doc)
    check_quotes(text, quotes)
    before = [(quote.content, quote.cue, quote.source) for quote in quotes]
    quotes = resolve(doc, quotes, extractor.gazetteer, pointings=pointings)
    assert [(quote.content, quote.cue, quote.source) for quote in quotes] == before
    check_speakers(text, quotes)
    return quotes


@lru_cache(maxsize=2)
def _vocab(code: str) -> Vocab:
    return shared_vocab(code)


def check_quotes(text: str, quotes: list[Quote]) -> None:
    """Check that spans are valid, parts and quotes are ordered without duplicates, and rows can be written."""
    starts = [quote.content[0][0] for quote in quotes]
    assert starts == sorted(set(starts))
    for quote in quotes:
        _check_spans(text, [*quote.content, *(span for span in (quote.cue, quote.source) if span)])
        assert all(one[1] <= other[0] for one, other in pairwise(quote.content))
        assert all(text[start:end] == text[start:end].strip() for start, end in quote.content)
        assert quote.type in QUOTE_TYPES
        assert 0 <= quote.confidence <= 1
        assert quote.rule
    tables.to_arrow(EXTRACTED, quote_rows("0" * 16, text, quotes))


def check_speakers(text: str, quotes: list[Quote]) -> None:
    """Check that speakers have a name and a known kind, and that resolution steps lie in the text."""
    for quote in quotes:
        assert quote.speaker is None or quote.speaker.strip()
        assert quote.speaker is None or quote.kind in SPEAKER_KINDS
        assert 0 <= quote.certainty <= 1
        assert quote.resolved_by
        _check_spans(text, [step.span for step in quote.steps if step.span])


def _check_spans(text: str, spans: Iterable[tuple[int, int]]) -> None:
    assert all(0 <= start < end <= len(text) for start, end in spans)
