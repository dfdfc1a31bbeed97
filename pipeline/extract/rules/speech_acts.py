"""Contents of acts of speech: the infinitive, object, complement or prepositional object that a verb reports."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import Range, whole


def infinitive(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`X vowed to A`; `X urged somebody to A`, the content from the somebody on; `X declined to comment on A`."""
    if not cue.frames & {"to", "person_to"}:
        return []
    if view.verb_of(cue.head, "refusal") and cue.last > cue.head:
        kid = view.child(cue.head, "xcomp")
        return whole(view, cue.last + 1, view.right[kid]) if kid is not None else []
    for kid in view.children(cue.head, "xcomp", "ccomp", "advcl"):
        if kid < cue.head or not any(view.tagged(k, "to") for k in view.kids[kid]):
            continue
        if view.verb_of(kid, "inner_report") and view.child(kid, "ccomp") is not None:
            return []
        whom = view.child(cue.head, "dobj")
        named = (whom is not None and cue.last < whom < kid) or view.child(kid, "nsubj") is not None
        if "person_to" in cue.frames and named:
            start = cue.last + 1 if whom is None else view.left[whom]
            return whole(view, start + 1 if view.of(start, "for") else start, view.right[kid])
        if "to" in cue.frames and whom is None:
            return whole(view, max(view.left[kid], cue.last + 1), view.right[kid])
    return []


def object_as(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`X described A as B`, `X called A B`: the object and what it is called."""
    if not cue.frames & {"as", "name"}:
        return []
    whom = view.child(cue.head, "dobj")
    # "was cited as saying A": the verb behind has a content of its own.
    preps = [k for k in view.children(cue.head, "prep") if view.of(k, "as") and view.child(k, "pcomp") is None]
    prep = preps[0] if preps else None
    if "as" in cue.frames and prep is not None and prep > cue.head:
        named = whom is not None and cue.head < whom < prep and view.pos[whom] != "PRON"
        return whole(view, view.left[whom] if named and whom is not None else prep, view.right[prep])
    kid = view.child(cue.head, "oprd", "ccomp", "xcomp") if "name" in cue.frames else None
    if kid is None or kid < cue.head or view.pos[kid] in ("VERB", "AUX"):
        return []
    first = view.left[kid] if whom is None or whom < cue.head else min(view.left[kid], view.left[whom])
    return whole(view, max(cue.last + 1, first), _without_time(view, kid, view.right[kid], lexicon))


def preposition(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`X called for A`; `X accused somebody of A`, the content from the somebody on."""
    if "preposition" not in cue.frames:
        return []
    wanted = lexicon.prepositions[view.lemma[cue.head]]
    for kid in view.children(cue.head, "prep"):
        if kid > cue.head and view.low[kid] in wanted and kid - cue.last < 12 and view.right[kid] > kid:
            whom = view.child(cue.head, "dobj")
            named = whom is not None and cue.last < whom < kid and view.pos[whom] != "PRON"
            start = view.left[whom] if named and whom is not None else kid + 1
            return whole(view, start, _with_infinitive(view, cue, view.right[kid]))
    return []


def _with_infinitive(view: View, cue: Cue, end: int) -> int:
    """`called on Quenda to deliver the island`: on to the end of the infinitive."""
    for kid in view.children(cue.head, "xcomp", "advcl", "ccomp"):
        if view.left[kid] == end + 1 and view.tagged(end + 1, "to"):
            return view.right[kid]
    return end


def _without_time(view: View, first: int, last: int, lexicon: Lexicon) -> int:
    """`the truce void on Sunday`: without the day."""
    for i in range(last, max(first, last - 4), -1):
        if view.of(i, "time_preposition") and view.pos[i] == "ADP" and i > first:
            return i - 1 if any(view.low[k].rstrip(".") in lexicon.times for k in range(i + 1, last + 1)) else last
    return last - 1 if last > first and view.low[last] in lexicon.times and view.dep[last] == "npadvmod" else last


def object_after(view: View, cue: Cue, lexicon: Lexicon) -> list[Range]:
    """`X rejected A`, `A was rejected by X`."""
    if "object" not in cue.frames:
        return []
    kid = view.child(cue.head, "dobj", "ccomp", "xcomp")
    if kid is None and view.child(cue.head, "agent") is not None:
        return _passive_subject(view, cue)
    if kid is None or kid < cue.head or (view.right[kid] == kid and view.of(kid, "reflexive")):
        return []
    end = view.right[kid]
    for prep in view.children(cue.head, "prep"):
        if prep == end + 1 and view.of(prep, "runs_on"):
            end = view.right[prep]
    return whole(view, max(view.left[kid], cue.last + 1), _without_time(view, kid, end, lexicon))


def _passive_subject(view: View, cue: Cue) -> list[Range]:
    kid = view.child(cue.head, "nsubjpass")
    if kid is None or view.pos[kid] not in ("NOUN", "PROPN") or view.right[kid] >= cue.first:
        return []
    return whole(view, view.left[kid], view.right[kid])
