"""Recognise named entities (spaCy's `ner`) in the lines that may name a speaker, of several articles at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, IS_QUOTE, LOWER, NORM, ORTH, SENT_START, SPACY
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span

from pipeline.core.spacy_documents import line_break_tokens
from pipeline.parse.entity_decoding import Entity, EntityDecoder, is_supported

# A line with a quotation mark, a clause that is the object of a verb, or "according" may name a speaker. The dependency
# labels decide, not the cue list, so that the articles need not be parsed again when the cue list changes.
REPORTED_CLAUSES = ("ccomp", "parataxis")
BATCH_LINES = 256  # for spaCy's own component; more are no faster
Line = tuple[int, int]


def add_entities(docs: Sequence[Doc], ner: Any, speaker_words: Iterable[str]) -> None:
    """Set the entities of the lines that may name a speaker; a line with one of `speaker_words` is among them."""
    words = [get_string_id(word) for word in speaker_words]
    lines_by_doc = [_lines_with_speakers(doc, words) for doc in docs]
    line_docs = [line for doc, lines in zip(docs, lines_by_doc, strict=True) for line in _lines_as_docs(doc, lines)]
    recognised = iter(_recognise(line_docs, ner))
    for doc, lines in zip(docs, lines_by_doc, strict=True):
        entities = []
        for start, _ in lines:
            entities += [Span(doc, start + first, start + end, label=label) for first, end, label in next(recognised)]
        if lines:
            doc.set_ents(entities)


def _recognise(lines: list[Doc], ner: Any) -> list[list[Entity]]:
    """Return the entities of each line."""
    if is_supported(ner):
        return EntityDecoder(ner)(lines)
    docs = ner.pipe(lines, batch_size=BATCH_LINES)
    return [[(entity.start, entity.end, entity.label_) for entity in doc.ents] for doc in docs]


def split_lines(doc: Doc) -> list[Line]:
    """Return the token ranges (end excluded) of lines, the line breaks left out."""
    breaks = line_break_tokens(doc)
    starts, ends = [0, *(i + 1 for i in breaks)], [*breaks, len(doc)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _lines_with_speakers(doc: Doc, words: list[int]) -> list[Line]:
    """Return the lines with a quotation mark, a reported clause or one of some words."""
    if not len(doc):
        return []
    table: Any = doc.to_array([IS_QUOTE, DEP, LOWER])
    is_quote, dep, lower = table.reshape(len(doc), 3).T
    clause_labels = _id_array(map(get_string_id, REPORTED_CLAUSES))
    is_sign = (is_quote > 0) | np.isin(dep, clause_labels) | np.isin(lower, _id_array(words))
    count = np.concatenate([[0], np.cumsum(is_sign)]).tolist()
    return [(start, end) for start, end in split_lines(doc) if count[end] > count[start]]


def _id_array(ids: Iterable[int]) -> NDArray[np.uint64]:
    return np.array(list(ids), dtype=np.uint64)


def _lines_as_docs(doc: Doc, lines: list[Line]) -> Iterable[Doc]:
    """Yield lines as documents with what `ner` reads: words, norms, sentence starts (`Span.as_doc` copies more)."""
    if not lines:
        return
    table: Any = doc.to_array([ORTH, SPACY, NORM, SENT_START]).reshape(len(doc), 4)
    for start, end in lines:
        rows = table[start:end]
        rows[0, 3] = 1
        line = Doc(doc.vocab, words=rows[:, 0].tolist(), spaces=rows[:, 1].tolist())
        line.from_array([NORM, SENT_START], rows[:, 2:])
        yield line
