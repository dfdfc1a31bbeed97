"""Contents of acts of speech: the infinitive, object, complement or prepositional object that a verb reports."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import TokenRange, balanced_part


def find_infinitive(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`X vowed to A`; `X urged somebody to A`, the content from the somebody on; `X declined to comment on A`."""
    if not cue.frames & {"to", "person_to"}:
        return []
    if view.lemma_in(cue.head, "refusal") and cue.last > cue.head:
        kid = view.child(cue.head, "xcomp")
        return balanced_part(view, cue.last + 1, view.right_edge[kid]) if kid is not None else []
    for kid in view.children(cue.head, "xcomp", "ccomp", "advcl"):
        if kid < cue.head or not any(view.tag_in(k, "to") for k in view.dependents[kid]):
            continue
        if view.lemma_in(kid, "inner_report") and view.child(kid, "ccomp") is not None:
            return []
        whom = view.child(cue.head, "dobj")
        named = (whom is not None and cue.last < whom < kid) or view.child(kid, "nsubj") is not None
        if "person_to" in cue.frames and named:
            start = cue.last + 1 if whom is None else view.left_edge[whom]
            return balanced_part(view, start + 1 if view.word_in(start, "for") else start, view.right_edge[kid])
        if "to" in cue.frames and whom is None:
            return balanced_part(view, max(view.left_edge[kid], cue.last + 1), view.right_edge[kid])
    return []


def find_object_as(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`X described A as B`, `X called A B`: the object and what it is called."""
    if not cue.frames & {"as", "name"}:
        return []
    whom = view.child(cue.head, "dobj")
    # "was cited as saying A": the verb behind has a content of its own.
    preps = [k for k in view.children(cue.head, "prep") if view.word_in(k, "as") and view.child(k, "pcomp") is None]
    prep = preps[0] if preps else None
    if "as" in cue.frames and prep is not None and prep > cue.head:
        named = whom is not None and cue.head < whom < prep and view.pos[whom] != "PRON"
        return balanced_part(view, view.left_edge[whom] if named and whom is not None else prep, view.right_edge[prep])
    kid = view.child(cue.head, "oprd", "ccomp", "xcomp") if "name" in cue.frames else None
    if kid is None or kid < cue.head or view.pos[kid] in ("VERB", "AUX"):
        return []
    first = view.left_edge[kid] if whom is None or whom < cue.head else min(view.left_edge[kid], view.left_edge[whom])
    return balanced_part(view, max(cue.last + 1, first), _cut_time_phrase(view, kid, view.right_edge[kid], lexicon))


def find_prepositional_object(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`X called for A`; `X accused somebody of A`, the content from the somebody on."""
    if "preposition" not in cue.frames:
        return []
    wanted = lexicon.prepositions[view.lemma[cue.head]]
    for kid in view.children(cue.head, "prep"):
        if kid > cue.head and view.lower[kid] in wanted and kid - cue.last < 12 and view.right_edge[kid] > kid:
            whom = view.child(cue.head, "dobj")
            named = whom is not None and cue.last < whom < kid and view.pos[whom] != "PRON"
            start = view.left_edge[whom] if named and whom is not None else kid + 1
            return balanced_part(view, start, _extend_over_infinitive(view, cue, view.right_edge[kid]))
    return []


def _extend_over_infinitive(view: DocumentView, cue: Cue, end: int) -> int:
    """`called on Quenda to deliver the island`: on to the end of the infinitive."""
    for kid in view.children(cue.head, "xcomp", "advcl", "ccomp"):
        if view.left_edge[kid] == end + 1 and view.tag_in(end + 1, "to"):
            return view.right_edge[kid]
    return end


def _cut_time_phrase(view: DocumentView, first: int, last: int, lexicon: Lexicon) -> int:
    """`the truce void on Sunday`: without the day."""
    for i in range(last, max(first, last - 4), -1):
        if view.word_in(i, "time_preposition") and view.pos[i] == "ADP" and i > first:
            return i - 1 if any(view.lower[k].rstrip(".") in lexicon.times for k in range(i + 1, last + 1)) else last
    return last - 1 if last > first and view.lower[last] in lexicon.times and view.dep[last] == "npadvmod" else last


def find_object(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """`X rejected A`, `A was rejected by X`."""
    if "object" not in cue.frames:
        return []
    kid = view.child(cue.head, "dobj", "ccomp", "xcomp")
    if kid is None and view.child(cue.head, "agent") is not None:
        return _find_passive_subject(view, cue)
    if kid is None or kid < cue.head or (view.right_edge[kid] == kid and view.word_in(kid, "reflexive")):
        return []
    end = view.right_edge[kid]
    for prep in view.children(cue.head, "prep"):
        if prep == end + 1 and view.word_in(prep, "runs_on"):
            end = view.right_edge[prep]
    return balanced_part(view, max(view.left_edge[kid], cue.last + 1), _cut_time_phrase(view, kid, end, lexicon))


def _find_passive_subject(view: DocumentView, cue: Cue) -> list[TokenRange]:
    kid = view.child(cue.head, "nsubjpass")
    if kid is None or view.pos[kid] not in ("NOUN", "PROPN") or view.right_edge[kid] >= cue.first:
        return []
    return balanced_part(view, view.left_edge[kid], view.right_edge[kid])
