"""Text to spaCy documents: tagger, parser and lemmatizer for all of it, names only where a speaker may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import spacy
from spacy.tokens import Doc, Span
from threadpoolctl import threadpool_limits

from pipeline.docs import choose_model, load_model, model_key
from pipeline.language import Language

VERSION = "1"
BATCH = 64
BATCH_CHARACTERS = 300_000  # a megabyte of memory takes about 300 of them
# A paragraph with a quotation mark, a clause that is the object of a verb, or "according" may name a speaker.
# Read off the parse, not off the cue list: a changed cue list must not ask for another parse.
REPORTING = {"ccomp", "parataxis"}


class Parser:
    """spaCy as Parley uses it.

    Parameters
    ----------
    language : Language
        Its `models` are tried in order; with none, a blank pipeline that only splits sentences.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        if language.models:
            name = choose_model(language.models)
            self.nlp, self.key = load_model(name), f"{model_key(name)} parley-{VERSION}"
        else:
            self.nlp, self.key = spacy.blank(language.code), f"blank {spacy.__version__} parley-{VERSION}"
            self.nlp.add_pipe("sentencizer")

    def pipe(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Parse texts, in order."""
        with threadpool_limits(1, "blas"):
            for batch in batches(texts):
                for doc in self.nlp.pipe(batch, batch_size=BATCH, disable=["ner"]):
                    if "ner" in self.nlp.pipe_names:
                        self._add_names(doc)
                    yield doc

    def _add_names(self, doc: Doc) -> None:
        spans = [doc[start:end] for start, end in _lines(doc) if self._may_name_a_speaker(doc[start:end])]
        if not spans:
            return
        pieces = [span.as_doc() for span in spans]
        ner: Any = self.nlp.get_pipe("ner")
        found = []
        for span, piece in zip(spans, ner.pipe(pieces, batch_size=BATCH), strict=True):
            found += [Span(doc, span.start + e.start, span.start + e.end, label=e.label) for e in piece.ents]
        doc.set_ents(found)

    def _may_name_a_speaker(self, span: Span) -> bool:
        words = self.language.named_beside
        return any(t.is_quote or t.dep_ in REPORTING or t.lower_ in words for t in span)


def batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in lists of `BATCH`, fewer of long ones: what is parsed at once is held at once."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == BATCH or size + len(text) > BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _lines(doc: Doc) -> Iterator[tuple[int, int]]:
    """Token ranges of lines, the line breaks left out."""
    start = 0
    for token in doc:
        if "\n" in token.text:
            if start < token.i:
                yield start, token.i
            start = token.i + 1
    if start < len(doc):
        yield start, len(doc)
