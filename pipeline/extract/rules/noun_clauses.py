"""Contents of nouns that report: `X's claim that A`, `a warning by X that A`, `a pledge to A`."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.source_mentions import find_owner, find_verb_above, is_impersonal
from pipeline.extract.rules.span_candidate import is_that_conjunction
from pipeline.extract.rules.token_spans import balanced_part

_MAX_DISTANCE = 8
_RELATIVE_LABELS = ("dobj", "nsubj", "nsubjpass", "pobj", "attr")


def find_noun_clause(view: DocumentView, cue: Cue, lexicon: Lexicon) -> list[TokenRange]:
    """Return A of `X's promise that A`, `a pledge to A`."""
    if cue.kind != "noun":
        return []
    clause = _find_that_clause(view, cue)
    with_that = clause is not None
    # "in order to", "at pains to": a noun right after a preposition is no speech act.
    if clause is None and view.pos[cue.head - 1] != "ADP":
        clause = _find_attached_clause(view, cue)
    if clause is None or (lexicon.uttered_only and not _is_voiced(view, cue, with_that)):
        return []
    return balanced_part(view, max(clause[0], cue.last + 1), clause[1])


def _is_voiced(view: DocumentView, cue: Cue, with_that: bool) -> bool:
    """Return whether somebody utters a noun: its owner, whoever `issued a warning`; not whoever `rejected claims`."""
    if is_impersonal(view, cue) or find_owner(view, cue.head) is not None:
        return True
    verb = find_verb_above(view, cue.head)
    if verb is None:
        return False
    # "to make claims that A", "will issue a warning": not uttered yet.
    if view.lemma_in(verb, "voicing") and not view.tag_in(verb, "infinitive"):
        return True
    above = view.head[cue.head]
    return with_that and view.word_in(above, "within") and view.head[above] == verb


def _find_attached_clause(view: DocumentView, cue: Cue) -> TokenRange | None:
    """Return the clause or infinitive that the parse attaches to a noun."""
    for verb in view.children(cue.head, "acl", "ccomp", "xcomp", "relcl"):
        openers = [k for k in view.children(verb, "mark", "aux") if view.tag_in(k, "to") or _is_question(view, k)]
        if verb < cue.head or not openers or not cue.head < openers[0] < cue.head + _MAX_DISTANCE:
            continue
        if view.tag_in(openers[0], "conjunction") or view.tag_in(openers[0], "to"):
            return view.left_edge[verb], view.right_edge[verb]
    return None


def _is_question(view: DocumentView, i: int) -> bool:
    return view.word_in(i, "question") or is_that_conjunction(view, i)


def _find_that_clause(view: DocumentView, cue: Cue) -> TokenRange | None:
    """Return the clause that `that` opens behind a noun or its owner, wherever the parse attaches it."""
    for i in range(cue.head + 1, min(cue.head + _MAX_DISTANCE, view.n)):
        if view.word_in(i, "that"):
            verb = view.head[i]
            surely = is_impersonal(view, cue)  # "there was news that A"
            return (i, view.right_edge[verb]) if verb > i and _is_complement(view, i, verb, surely) else None
        if view.in_marks(i) or not view.is_word(i) or view.is_finite_verb(i):
            return None
        if i == cue.head + 1 and not (view.word_in(i, "owner") or view.word_in(i, "time_preposition")):
            return None
    return None


def _is_complement(view: DocumentView, that: int, verb: int, surely: bool) -> bool:
    """Return whether `that` opens what is claimed, not a relative clause: `the letter that she sent`.

    The parser often takes it for a relative pronoun. A modal verb or a negation after a subject speaks against that.
    """
    subject = view.child(verb, "nsubj", "nsubjpass", "csubj", "expl")
    if subject is None or subject <= that:
        return False
    if view.dep[that] == "mark" or surely:
        return True
    modal = any(view.tag_in(k, "finite") and not view.tag_in(k, "tensed") for k in view.children(verb, "aux"))
    return view.dep[that] in _RELATIVE_LABELS and (modal or view.child(verb, "neg") is not None)
