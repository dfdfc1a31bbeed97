"""Contents of speech acts: the infinitive, object, complement or prepositional object of a cue."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.token_spans import balanced_part

_MAX_PREPOSITION_DISTANCE = 11


def find_infinitive(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X vowed to A`, `X declined to comment on A`; of `X urged Y to A` the words from Y on."""
    if not cue.frames & {"to", "person_to"}:
        return []
    if view.lemma_in(cue.head, "refusal") and cue.last > cue.head:
        refused = view.child(cue.head, "xcomp")
        return balanced_part(view, cue.last + 1, view.right_edge[refused]) if refused is not None else []
    for verb in view.children(cue.head, "xcomp", "ccomp", "advcl"):
        if verb < cue.head or not any(view.tag_in(k, "to") for k in view.dependents[verb]):
            continue
        if view.lemma_in(verb, "inner_report") and view.child(verb, "ccomp") is not None:
            return []
        whom = view.child(cue.head, "dobj")
        named = (whom is not None and cue.last < whom < verb) or view.child(verb, "nsubj") is not None
        if "person_to" in cue.frames and named:
            start = cue.last + 1 if whom is None else view.left_edge[whom]
            return balanced_part(view, start + 1 if view.word_in(start, "for") else start, view.right_edge[verb])
        if "to" in cue.frames and whom is None:
            return balanced_part(view, max(view.left_edge[verb], cue.last + 1), view.right_edge[verb])
    return []


def find_object_as(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return the object and what it is called: `A as B` of `X described A as B`, `A B` of `X called A B`."""
    if not cue.frames & {"as", "name"}:
        return []
    thing = view.child(cue.head, "dobj")
    # "was cited as saying A": the second verb has a content of its own.
    prepositions = [
        k for k in view.children(cue.head, "prep") if view.word_in(k, "as") and view.child(k, "pcomp") is None
    ]
    preposition = prepositions[0] if prepositions else None
    if "as" in cue.frames and preposition is not None and preposition > cue.head:
        named = thing is not None and cue.head < thing < preposition and view.pos[thing] != "PRON"
        start = view.left_edge[thing] if named and thing is not None else preposition
        return balanced_part(view, start, view.right_edge[preposition])
    name = view.child(cue.head, "oprd", "ccomp", "xcomp") if "name" in cue.frames else None
    if name is None or name < cue.head or view.pos[name] in ("VERB", "AUX"):
        return []
    first = view.left_edge[name]
    if thing is not None and thing >= cue.head:
        first = min(first, view.left_edge[thing])
    return balanced_part(view, max(cue.last + 1, first), view.right_edge[name])


def find_prepositional_object(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X called for A`; of `X accused Y of A` the words from Y on."""
    if "preposition" not in cue.frames or _is_passive_participle(view, cue.head):
        return []
    wanted = lexicon.prepositions[view.lemma[cue.head]]
    for preposition in _prepositions(view, cue):
        near = cue.head < preposition <= cue.last + _MAX_PREPOSITION_DISTANCE
        if near and view.lower[preposition] in wanted and view.right_edge[preposition] > preposition:
            whom = view.child(cue.head, "dobj")
            named = whom is not None and cue.last < whom < preposition and view.pos[whom] != "PRON"
            if not _is_said(view, cue.head, whom if named else None):
                continue
            start = view.left_edge[whom] if named and whom is not None else preposition + 1
            return balanced_part(view, start, _extend_over_infinitive(view, cue, view.right_edge[preposition]))
    return []


def _prepositions(view: DocumentView, cue: Cue) -> list[int]:
    """Return the prepositions of a verb; one that needs them has those that the parse attaches to its object too."""
    own = view.children(cue.head, "prep", "dative")
    thing = view.child(cue.head, "dobj")
    if thing is None or not (cue.frames == {"preposition"} or view.lemma_in(cue.head, "counting")):
        return own
    return [*own, *view.children(thing, "prep")]


def _is_passive_participle(view: DocumentView, i: int) -> bool:
    """Return whether a verb is a past participle without an auxiliary: `the clerk, accused of theft, was at home`."""
    active = view.tag_in(i, "tensed") or view.tag_in(i, "infinitive") or view.tag_in(i, "participle")
    return not active and view.dep[i] in ("acl", "amod", "advcl") and view.child(i, "aux", "auxpass") is None


def _is_said(view: DocumentView, verb: int, thing: int | None) -> bool:
    """Return whether an act on an object is one of speech: `put the toll at A`; not `put it at A`."""
    if view.lemma_in(verb, "counting"):
        return thing is not None and view.lemma_in(thing, "quantity")
    return thing is not None or not view.lemma_in(verb, "comparing")


def _extend_over_infinitive(view: DocumentView, cue: Cue, end: int) -> int:
    """Extend an object over an infinitive that follows it: `called on Quenda to deliver the island`."""
    for verb in view.children(cue.head, "xcomp", "advcl", "ccomp"):
        if view.left_edge[verb] == end + 1 and view.tag_in(end + 1, "to"):
            return view.right_edge[verb]
    return end


def find_object(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X rejected A`, `A was rejected by X`."""
    if "object" not in cue.frames:
        return []
    thing = view.child(cue.head, "dobj", "ccomp", "xcomp")
    if thing is None and view.child(cue.head, "agent") is not None:
        return _find_passive_subject(view, cue)
    if thing is None or thing < cue.head or (view.right_edge[thing] == thing and view.word_in(thing, "reflexive")):
        return []
    end = view.right_edge[thing]
    for preposition in view.children(cue.head, "prep"):
        if preposition == end + 1 and view.word_in(preposition, "runs_on"):
            end = view.right_edge[preposition]
    start = max(view.left_edge[thing], cue.last + 1)
    return balanced_part(view, start, end)


def _find_passive_subject(view: DocumentView, cue: Cue) -> list[TokenRange]:
    """Return A of `A was rejected by X`."""
    subject = view.child(cue.head, "nsubjpass")
    if subject is None or view.pos[subject] not in ("NOUN", "PROPN") or view.right_edge[subject] >= cue.first:
        return []
    return balanced_part(view, view.left_edge[subject], view.right_edge[subject])
