"""Text to spaCy documents: tagger, parser and lemmatizer for all of it, names only where a speaker may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import spacy
from spacy.tokens import Doc
from threadpoolctl import threadpool_limits

from pipeline.core.language import Language
from pipeline.core.spacy_documents import choose_model, load_model, model_fingerprint
from pipeline.parse.attribute_ruler import fast_components
from pipeline.parse.entity_recognition import add_entities

VERSION = "1"
BATCH_DOCUMENTS = 16  # documents; the arrays of more do not fit the caches
BATCH_CHARACTERS = 300_000  # a megabyte of memory takes about 300 of them


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
            self.nlp, self.key = load_model(name), f"{model_fingerprint(name)} parley-{VERSION}"
        else:
            self.nlp, self.key = spacy.blank(language.code), f"blank {spacy.__version__} parley-{VERSION}"
            self.nlp.add_pipe("sentencizer")
        self.quick = fast_components(self.nlp)

    def pipe(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Parse texts, in order."""
        with threadpool_limits(1, "blas"):
            for batch in split_into_batches(texts):
                docs = list(self.nlp.pipe(batch, batch_size=BATCH_DOCUMENTS, disable=["ner", *self.quick]))
                for doc in docs:
                    for component in self.quick.values():
                        component(doc)
                if "ner" in self.nlp.pipe_names:
                    add_entities(docs, self.nlp.get_pipe("ner"), self.language.named_beside)
                yield from docs


def split_into_batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in lists of `BATCH`, fewer of long ones: what is parsed at once is held at once."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == BATCH_DOCUMENTS or size + len(text) > BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
