"""Cues that report nothing: what was not said, or not yet; `according to` with nobody behind it."""

from __future__ import annotations

from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon

_MAX_PHRASE_TOKENS = 12  # tokens


def is_non_reporting(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """True for the head of a cue that reports nothing, where only what was uttered counts.

    `did not say A`, `neither side announced A`, `will announce A`, `welcomed A with a fair`; in every profile
    `according to plan`, `is called A`.
    """
    if view.word_in(i, "phrase_start"):
        return _names_a_measure(view, i, lexicon)
    if view.lemma_in(i, "naming") and view.child(i, "auxpass") is not None and view.child(i, "agent") is None:
        return True
    if not lexicon.uttered_only or view.pos[i] not in ("VERB", "AUX"):
        return False
    if (view.lemma_in(i, "negated") and _is_negated(view, i)) or (
        view.lemma_in(i, "deed") and _is_physical_act(view, i)
    ):
        return True
    if _asks_for_anonymity(view, i):
        return True
    return view.lemma_in(i, "foretold") and any(view.word_in(k, "future") for k in view.children(i, "aux"))


def _is_negated(view: DocumentView, i: int) -> bool:
    subject = view.child(i, "nsubj")
    nobody = subject is not None and any(view.word_in(k, "nobody") for k in (subject, *view.dependents[subject]))
    return nobody or view.child(i, "neg") is not None


def _asks_for_anonymity(view: DocumentView, i: int) -> bool:
    """True where a source asks to stay anonymous: `asked not to be named`."""
    wish = view.child(i, "xcomp")
    if wish is None or not view.lemma_in(wish, "identifying"):
        return False
    return view.child(wish, "auxpass") is not None and view.child(wish, "neg") is not None


def _is_physical_act(view: DocumentView, i: int) -> bool:
    """True for an act with a thing: `rejected the ball with his knee`; not `rejected it with contempt`."""
    things = [view.child(k, "pobj") for k in view.dependents[i] if view.word_in(k, "means")]
    things += [
        view.child(k, "pobj") for o in view.children(i, "dobj") for k in view.dependents[o] if view.word_in(k, "means")
    ]
    return any(k is not None and view.child(k, "det", "poss") is not None for k in things)


def _names_a_measure(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """True where the noun behind the phrase is a measure or rule: `according to size`."""
    end = view.sentences[view.sentence[i]][1]
    for k in range(i + 2, min(i + _MAX_PHRASE_TOKENS, end + 1)):
        if view.pos[k] in ("NOUN", "PROPN") and view.dep[k] not in ("compound", "poss"):
            return view.lemma[k] in lexicon.measures
        if not view.is_word(k):
            return False
    return False
