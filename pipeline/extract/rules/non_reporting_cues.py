"""Cues that report nothing: what was not said, or not yet; `according to` with nobody behind it."""

from __future__ import annotations

from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.lexicon import Lexicon

_NEAR = 12  # tokens


def unsaid(view: View, i: int, lexicon: Lexicon) -> bool:
    """True for the head of a cue that reports nothing, where only what was uttered counts.

    `did not say A`, `neither side announced A`, `will announce A`, `welcomed A with a fair`; in every profile
    `according to plan`, `is called A`.
    """
    if view.of(i, "phrase_start"):
        return _nobody(view, i, lexicon)
    if view.verb_of(i, "naming") and view.child(i, "auxpass") is not None and view.child(i, "agent") is None:
        return True
    if not lexicon.voiced or view.pos[i] not in ("VERB", "AUX"):
        return False
    if (view.verb_of(i, "negated") and _negated(view, i)) or (view.verb_of(i, "deed") and _by_means(view, i)):
        return True
    if _unnamed(view, i):
        return True
    return view.verb_of(i, "foretold") and any(view.of(k, "future") for k in view.children(i, "aux"))


def _negated(view: View, i: int) -> bool:
    subject = view.child(i, "nsubj")
    nobody = subject is not None and any(view.of(k, "nobody") for k in (subject, *view.kids[subject]))
    return nobody or view.child(i, "neg") is not None


def _unnamed(view: View, i: int) -> bool:
    """True where a source asks to stay anonymous: `asked not to be named`."""
    wish = view.child(i, "xcomp")
    if wish is None or not view.verb_of(wish, "identifying"):
        return False
    return view.child(wish, "auxpass") is not None and view.child(wish, "neg") is not None


def _by_means(view: View, i: int) -> bool:
    """True for an act with a thing: `rejected the ball with his knee`; not `rejected it with contempt`."""
    things = [view.child(k, "pobj") for k in view.kids[i] if view.of(k, "means")]
    things += [view.child(k, "pobj") for o in view.children(i, "dobj") for k in view.kids[o] if view.of(k, "means")]
    return any(k is not None and view.child(k, "det", "poss") is not None for k in things)


def _nobody(view: View, i: int, lexicon: Lexicon) -> bool:
    """True where the noun behind the phrase is a measure or rule: `according to size`."""
    end = view.sentences[view.sentence[i]][1]
    for k in range(i + 2, min(i + _NEAR, end + 1)):
        if view.pos[k] in ("NOUN", "PROPN") and view.dep[k] not in ("compound", "poss"):
            return view.lemma[k] in lexicon.measures
        if not view.is_word(k):
            return False
    return False
