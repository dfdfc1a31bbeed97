"""Main clauses that go on with a reporting verb after a relative clause that reports too: `X, who said A, conceded B`.

The parse often takes the second verb for a part of A, or B for the main clause.
"""

from __future__ import annotations

from collections.abc import Container

from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import sentence_range


def find_resumed_verb(view: DocumentView, verb: int, cues: Container[int]) -> int | None:
    """Return the token `conceded` of `X, who said A, conceded B` for the token `said`; None in other sentences.

    It is one of `cues` and follows a comma at once, and X belongs to nothing before it.
    """
    noun = view.head[verb]
    if view.dep[verb] != "relcl" or noun >= verb or not _has_relative_subject(view, verb):
        return None
    for i in range(verb + 2, sentence_range(view, verb)[1]):
        if view.word[i - 1] == "," and not view.in_marks(i) and i in cues and _is_past_or_present(view, i):
            return i if view.dep[noun] in ("nsubj", "ROOT") and not noun < view.head[noun] < i else None
    return None


def find_resumed_verbs(view: DocumentView, cues: Container[int]) -> dict[int, int]:
    """Return `find_resumed_verb` of each verb for which there is one."""
    pairs = ((verb, find_resumed_verb(view, verb, cues)) for verb, dep in enumerate(view.dep) if dep == "relcl")
    return {verb: resumed for verb, resumed in pairs if resumed is not None}


def opens_resumed_clause(view: DocumentView, lexicon: Lexicon, verb: int, i: int) -> bool:
    """Return whether a token is `conceded` of `X, who said A, conceded B`, and `verb` is `said`."""
    if view.word[i - 1] != "," or view.dep[verb] != "relcl" or view.lemma[i] not in lexicon.verbs:
        return False
    cues = {k for k in range(verb + 1, i + 1) if view.lemma[k] in lexicon.verbs}
    return find_resumed_verb(view, verb, cues) == i


def _has_relative_subject(view: DocumentView, verb: int) -> bool:
    return any(view.tag_in(k, "relative") for k in view.children(verb, "nsubj"))


def _is_past_or_present(view: DocumentView, i: int) -> bool:
    """Return whether a token is a verb with a tense, or of the past form that is also a participle."""
    if view.pos[i] != "VERB" or view.tag_in(i, "infinitive"):
        return False
    return view.tag_in(i, "tensed") or not (view.tag_in(i, "participle") or view.children(i, "aux", "auxpass"))
