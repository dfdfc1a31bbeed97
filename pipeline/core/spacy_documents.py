"""Load spaCy models as Parley uses them, and convert parsed documents to bytes and back."""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import spacy
from spacy.attrs import IS_SPACE
from spacy.language import Language as SpacyPipeline
from spacy.tokens import Doc, DocBin
from spacy.util import compile_infix_regex, get_package_path, is_package
from spacy.vocab import Vocab, create_vocab
from thinc.api import NumpyOps, set_current_ops

from pipeline.core.code_hash import files_below
from pipeline.core.errors import SET_UP_ANEW, ConfigError, DataError
from pipeline.core.paths import PARSES

STORED_ATTRIBUTES = ["LEMMA", "POS", "TAG", "DEP", "HEAD", "SENT_START", "ENT_IOB", "ENT_TYPE", "MORPH"]
# Quotation marks (of any language) without a space before or after are tokens of their own: `said,“Look`.
GLUED_MARKS = r"[“”„«»\"]|''|``|[.,!?;:](?=[“”„«»\"]|''|``)|(?<=[a-zA-Z,.!?])‘(?=[a-zA-Z])"


@SpacyPipeline.component("line_breaks")
def start_sentence_after_line_break(doc: Doc) -> Doc:
    """Start a sentence after each line break, because headlines and list items end without a full stop."""
    for i in line_break_tokens(doc):
        if i + 1 < len(doc):
            doc[i + 1].is_sent_start = True
    return doc


def line_break_tokens(doc: Doc) -> list[int]:
    """Return the indices of the tokens that contain a line break."""
    spaces = np.flatnonzero(doc.to_array([IS_SPACE])).tolist() if "\n" in doc.text else []
    return [i for i in spaces if "\n" in doc[i].text]


def choose_spacy_model(models: list[str]) -> str:
    """Return the first of `models` that is installed."""
    if not (installed := list(filter(is_package, models))):
        what = f"none of the spaCy models {', '.join(models)} is installed"
        raise ConfigError(what, fix=f"{SET_UP_ANEW}, or name another model")
    return installed[0]


@lru_cache(maxsize=4)
def load_spacy_model(name: str) -> SpacyPipeline:
    """Load a spaCy model whose tokenizer splits off quotation marks and whose sentences end at line breaks."""
    # Without blis, outputs are the same token by token in two thirds of the time: it is slower on small matrices.
    set_current_ops(NumpyOps(use_blis=False))
    nlp = spacy.load(name)
    infixes = [*(nlp.Defaults.infixes or []), GLUED_MARKS]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer  # type: ignore[union-attr]
    nlp.add_pipe("line_breaks", before="parser")
    return nlp


@lru_cache(maxsize=4)
def model_fingerprint(name: str) -> str:
    """Return the name, version and file hash of a model, which change whenever its parses could change."""
    digest = hashlib.sha256()
    for path in files_below(Path(get_package_path(name))):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{name} {spacy.util.get_package_version(name)} {digest.hexdigest()[:12]}"


def doc_to_bytes(doc: Doc) -> bytes:
    """Return a document as the bytes of a DocBin."""
    return DocBin(attrs=STORED_ATTRIBUTES, docs=[doc]).to_bytes()


def doc_from_bytes(data: bytes, vocab: Vocab) -> Doc:
    """Read a document back from bytes; `vocab` is shared by all documents of a run."""
    try:
        return next(iter(DocBin().from_bytes(data).get_docs(vocab)))
    except Exception as error:  # damaged bytes make spaCy raise many kinds of errors
        fix = f"delete {PARSES} and run `dvc repro`"
        raise DataError("a stored parse is damaged", where=str(PARSES), why=repr(error), fix=fix) from None


@lru_cache(maxsize=4)
def shared_vocab(code: str) -> Vocab:
    """Return a language's vocabulary, to read documents without a model; `spacy.blank` would also make a tokenizer."""
    return create_vocab(code, spacy.util.get_lang_class(code).Defaults)
