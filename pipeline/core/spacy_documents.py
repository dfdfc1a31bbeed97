"""spaCy documents: the model, and documents as bytes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import spacy
from spacy.attrs import IS_SPACE
from spacy.language import Language as Pipeline
from spacy.tokens import Doc, DocBin
from spacy.util import compile_infix_regex, get_package_path, is_package
from spacy.vocab import Vocab
from thinc.api import NumpyOps, set_current_ops

from pipeline.core.errors import ConfigError, DataError
from pipeline.core.paths import PARSES

STORED_ATTRIBUTES = ["LEMMA", "POS", "TAG", "DEP", "HEAD", "SENT_START", "ENT_IOB", "ENT_TYPE", "MORPH"]
# Marks glued to the word before or after them are tokens of their own: `said,“Look`.
GLUED_MARKS = r"[“”„«»\"]|''|``|[.,!?;:](?=[“”„«»\"]|''|``)|(?<=[a-zA-Z,.!?])‘(?=[a-zA-Z])"


@Pipeline.component("line_breaks")
def start_sentence_after_line_break(doc: Doc) -> Doc:
    """Start a sentence after every line break: headlines and list items have no full stop."""
    for i in line_break_tokens(doc):
        if i + 1 < len(doc):
            doc[i + 1].is_sent_start = True
    return doc


def line_break_tokens(doc: Doc) -> list[int]:
    """Tokens with a line break in them."""
    spaces = np.flatnonzero(doc.to_array([IS_SPACE])).tolist() if "\n" in doc.text else []
    return [i for i in spaces if "\n" in doc[i].text]


def choose_model(models: list[str]) -> str:
    """First of `models` that is installed.

    Raises
    ------
    ConfigError
        When none is.
    """
    for name in models:
        if is_package(name):
            return name
    raise ConfigError(
        f"none of the spaCy models {', '.join(models)} is installed", fix="run `make venv`, or name another model"
    )


@lru_cache(maxsize=4)
def load_model(name: str) -> Pipeline:
    """Load a model with the marks and line breaks of news in its tokenizer and sentence splitter."""
    # Outputs are the same token by token, in two thirds of the time (blis loses on small matrices).
    set_current_ops(NumpyOps(use_blis=False))
    nlp = spacy.load(name)
    infixes = [*(nlp.Defaults.infixes or []), GLUED_MARKS]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer  # type: ignore[union-attr]
    nlp.add_pipe("line_breaks", before="parser")
    return nlp


@lru_cache(maxsize=4)
def model_fingerprint(name: str) -> str:
    """Name, version and hash of a model's files: changes when its parses could."""
    digest = hashlib.sha256()
    root = Path(get_package_path(name))
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return f"{name} {spacy.util.get_package_version(name)} {digest.hexdigest()[:12]}"


def doc_to_bytes(doc: Doc) -> bytes:
    """One document as a DocBin."""
    return DocBin(attrs=STORED_ATTRIBUTES, docs=[doc]).to_bytes()


def doc_from_bytes(data: bytes, vocab: Vocab) -> Doc:
    """Read one document back; `vocab` is shared by all documents of a run.

    Raises
    ------
    DataError
        When the bytes are not those of a document.
    """
    try:
        return next(iter(DocBin().from_bytes(data).get_docs(vocab)))
    except Exception as error:  # broken bytes break spaCy in many ways
        fix = f"delete {PARSES} and run `dvc repro`"
        raise DataError("a stored parse is damaged", where=str(PARSES), why=repr(error), fix=fix) from None


def new_vocab(code: str) -> Vocab:
    """A vocabulary with the lexical attributes of a language, for reading documents without a model."""
    return spacy.blank(code).vocab
