"""Parse texts with spaCy; named entities are recognised only in lines that may name a speaker."""

from collections.abc import Iterable, Iterator

import spacy
from spacy.tokens import Doc
from threadpoolctl import threadpool_limits

from pipeline.core.errors import ParleyError
from pipeline.core.language import Language
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model, model_fingerprint
from pipeline.parse.attribute_ruler import fast_components
from pipeline.parse.entity_recognition import add_entities

# To be raised when the code here changes what a parse looks like, so that stored parses are made again.
VERSION = "1"
BATCH_DOCUMENTS = 16  # the arrays of more do not fit the processor's caches
BATCH_CHARACTERS = 150_000  # about 200 of them, more where words are short, take a megabyte of memory


class Parser:
    """Parses texts of one language.

    The first of the language's `models` that is installed is loaded; without models, a blank pipeline splits sentences.
    `fingerprint` identifies the model and the code around it: a stored parse with another one is out of date.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        if language.models:
            name = choose_spacy_model(language.models)
            self.nlp, self.fingerprint = load_spacy_model(name), f"{model_fingerprint(name)} parley-{VERSION}"
        else:
            self.nlp, self.fingerprint = spacy.blank(language.code), f"blank {spacy.__version__} parley-{VERSION}"
            self.nlp.add_pipe("sentencizer")
        self.fast_components = fast_components(self.nlp)

    def pipe(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Yield the parsed documents of texts in order; a text above the model's `max_length` is a ParleyError."""
        texts = map(self._check_length, texts)
        with threadpool_limits(1, "blas"):
            for batch in split_into_batches(texts):
                docs = list(self.nlp.pipe(batch, batch_size=BATCH_DOCUMENTS, disable=["ner", *self.fast_components]))
                for doc in docs:
                    for component in self.fast_components.values():
                        component(doc)
                if "ner" in self.nlp.pipe_names:
                    add_entities(docs, self.nlp.get_pipe("ner"), self.language.named_beside)
                yield from docs

    def _check_length(self, text: str) -> str:
        if len(text) > self.nlp.max_length:
            why = f"at most {self.nlp.max_length:,} are read at once"
            raise ParleyError(f"a text of {len(text):,} characters", why=why, fix="divide it into its articles")
        return text


def split_into_batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield texts in lists of `BATCH_DOCUMENTS`, fewer if they are long: a batch is held in memory as a whole."""
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
