"""Cues that report nothing: what was not said or will be said; acts that are done, not said; `according to plan`."""

from __future__ import annotations

from pipeline.extract.rules.cues import find_withholding
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon

_MAX_PHRASE_TOKENS = 12


def is_non_reporting(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """Return whether the head of a cue reports nothing.

    In every profile `according to plan`, `is called A`; where only uttered words count, also `did not say A`,
    `neither side announced A`, `will announce A`, `welcomed A with a fair`, `asked not to be named`,
    `declined to comment`.
    """
    if view.word_in(i, "phrase_start"):
        return _names_measure(view, i)
    if view.lemma_in(i, "naming") and _is_passive(view, i) and view.child(i, "agent") is None:
        return True
    if not lexicon.uttered_only or view.pos[i] not in ("VERB", "AUX"):
        return False
    if view.lemma_in(i, "negated") and is_negated(view, i):
        return True
    if view.lemma_in(i, "deed") and _is_done_with_tool(view, i):
        return True
    if _asks_for_anonymity(view, i) or _withholds_nothing(view, i):
        return True
    return view.lemma_in(i, "foretold") and any(view.word_in(k, "future") for k in view.children(i, "aux"))


def _is_passive(view: DocumentView, i: int) -> bool:
    """Return whether a verb is in the passive: `is called`, `a fair called A`."""
    if view.child(i, "auxpass") is not None:
        return True
    inflected = view.tag_in(i, "tensed") or view.tag_in(i, "infinitive") or view.tag_in(i, "participle")
    heads_clause = view.dep[i] in ("ROOT", "ccomp", "conj") or view.child(i, "nsubj", "aux") is not None
    return not inflected and not heads_clause and i > 0 and view.pos[i - 1] in ("NOUN", "PROPN", "ADJ")


def is_future(view: DocumentView, head: int) -> bool:
    """Return whether a cue reports words still to come: `will offer`, `is to urge`; not `I will say that ...`."""
    subject = view.child(head, "nsubj")
    if subject is not None and view.word_in(subject, "speaking"):
        return False
    if any(view.word_in(k, "future") and k < head for k in view.children(head, "aux")):
        return True
    above = view.head[head]
    return view.tag_in(head - 1, "to") and above < head and view.lemma_in(above, "expected")


def is_negated(view: DocumentView, i: int) -> bool:
    """Return whether a verb is negated, itself or by its subject: `did not say`, `nobody said`."""
    subject = view.child(i, "nsubj")
    if subject is not None and any(view.word_in(k, "nobody") for k in (subject, *view.dependents[subject])):
        return True
    return view.child(i, "neg") is not None and find_withholding(view, i) is None


def _asks_for_anonymity(view: DocumentView, i: int) -> bool:
    """Return whether a verb is that of `asked not to be named`."""
    wish = view.child(i, "xcomp")
    if wish is None or not view.lemma_in(wish, "identifying"):
        return False
    return view.child(wish, "auxpass") is not None and view.child(wish, "neg") is not None


def _withholds_nothing(view: DocumentView, i: int) -> bool:
    """Return whether a refusal does not say what is withheld: `declined to comment`, not `declined to comment on A`."""
    withheld = view.child(i, "xcomp") if view.lemma_in(i, "refusal") else None
    return withheld is not None and view.lemma_in(withheld, "withheld") and view.right_edge[withheld] == withheld


def _is_done_with_tool(view: DocumentView, i: int) -> bool:
    """Return whether a verb has a tool and is no speech act: `rejected the ball with his knee`; not `with contempt`."""
    for node in (i, *view.children(i, "dobj")):
        for preposition in view.dependents[node]:
            thing = view.child(preposition, "pobj") if view.word_in(preposition, "means") else None
            if thing is not None and view.child(thing, "det", "poss") is not None:
                return True
    return False


def _names_measure(view: DocumentView, i: int) -> bool:
    """Return whether the noun after a fixed phrase is a measure or rule and no speaker: `according to size`."""
    end = view.sentences[view.sentence[i]][1]
    for k in range(i + 2, min(i + _MAX_PHRASE_TOKENS, end + 1)):
        if view.pos[k] in ("NOUN", "PROPN") and view.dep[k] not in ("compound", "poss"):
            return view.lemma[k] in view.language.measures
        if not view.is_word(k):
            return False
    return False
