"""The source of a cue, that is the mention of its speaker: subject, agent, owner, or the noun after a fixed phrase."""

from __future__ import annotations

from collections.abc import Container, Iterator

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.noun_phrases import expand_mention
from pipeline.extract.rules.token_spans import skip_dateline
from pipeline.extract.rules.unparsed_documents import find_adjacent_source, is_unparsed

_SUBJECTS = ("nsubj", "csubj")
_CLIMBED_LABELS = {"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "parataxis", "relcl", "aux", "acomp"}
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM"}


def find_source(
    view: DocumentView, cue: Cue, content: list[TokenRange], cue_heads: Container[int] = (), name_only: bool = True
) -> TokenRange | None:
    """Return the tokens of the speaker mention, None when the sentence has none.

    Parameters
    ----------
    view, cue : DocumentView, Cue
        The document, and the words that report.
    content : list of (int, int)
        What is reported; the speaker is not looked for in it.
    cue_heads : container of int
        Heads of all cues: `X said A and called for B` has one speaker.
    name_only : bool
        Whether the mention in `its spokesman, Ben Lind,` is the name alone, or the role with it.
    """
    # Nor inside the cue: of "was quoted by the agency as saying", the agency is not the speaker.
    excluded = {i for first, last in [*content, (cue.first, cue.last)] for i in range(first, last + 1)}
    if is_unparsed(view):
        return find_adjacent_source(view, cue, excluded)
    for head in _find_heads(view, cue, cue_heads, excluded):
        if head is None or head in excluded:
            continue
        if head >= skip_dateline(view, view.paragraphs[view.paragraph[head]][0], cue.first):
            return expand_mention(view, head, cue, excluded, name_only)
    return None


def _find_heads(
    view: DocumentView, cue: Cue, cue_heads: Container[int], excluded: Container[int]
) -> Iterator[int | None]:
    """Yield the head of the mention that each rule finds, in the order of the rules."""
    yield _find_after_phrase(view, cue)
    yield _find_agent(view, cue)
    yield _find_shared_subject(view, cue, cue_heads)
    yield _find_subject(view, cue, excluded)
    yield _find_beside_verb(view, cue)


def is_impersonal(view: DocumentView, cue: Cue) -> bool:
    """Return whether nobody is named as the speaker: `it was said that A`."""
    return any(view.word_in(k, "impersonal") for k in view.children(cue.head, "nsubjpass"))


def _find_after_phrase(view: DocumentView, cue: Cue) -> int | None:
    """Return the noun after a fixed phrase: `according to X`."""
    if cue.kind != "phrase":
        return None
    noun = view.child(cue.last, "pobj")
    if noun is not None:
        return noun
    i = cue.last + 1
    while i < view.n and i < cue.last + 8 and view.pos[i] not in _NOMINAL:
        i += 1
    if i >= view.n or view.pos[i] not in _NOMINAL:
        return None
    while view.dep[i] in ("compound", "amod", "poss", "nmod", "nummod") and i < view.head[i] < cue.last + 15:
        i = view.head[i]
    return i


def _find_agent(view: DocumentView, cue: Cue) -> int | None:
    """Return the agent of a passive verb: `was announced by X`."""
    agent = view.child(cue.head, "agent")
    return view.child(agent, "pobj") if agent is not None and cue.kind == "verb" else None


def _find_shared_subject(view: DocumentView, cue: Cue, cue_heads: Container[int]) -> int | None:
    """Return the subject of the reporting verb before: `X said A and called for B`, `X said A, adding B`."""
    if cue.kind != "verb" or view.child(cue.head, "nsubj", "nsubjpass", "csubj") is not None:
        return None
    before = cue.first - 1
    while before > 0 and view.pos[before] == "ADV":
        before -= 1
    participle = view.tag_in(cue.head, "participle") and view.word[before] in (",", "—", "–")
    finite = view.tag_in(cue.head, "finite") and view.pos[before] == "CCONJ"
    if not participle and not finite:
        return None
    start = view.sentences[view.sentence[cue.head]][0]
    for i in range(before - 1, start - 1, -1):
        if i not in cue_heads or view.in_marks(i):
            continue
        if view.tag_in(i, "finite") and (participle or view.tag[i] == view.tag[cue.head]):
            subject = view.child(i, "nsubj")
            if subject is not None:
                return _resolve_relative(view, i, subject)
    return None


def _find_subject(view: DocumentView, cue: Cue, excluded: Container[int]) -> int | None:
    """Return the subject of a verb, else of the verb that it depends on."""
    if cue.kind not in ("verb", "saying"):
        return None
    i = cue.head
    for _ in range(6):
        subject = _own_subject(view, i, cue)
        if subject is not None:
            return None if subject in excluded else _resolve_relative(view, i, subject)
        if view.dep[i] == "acl" and view.pos[view.head[i]] in _NOMINAL:
            return view.head[i]
        if view.dep[i] not in _CLIMBED_LABELS or view.head[i] == i:
            return None
        if view.dep[i] == "ccomp" and view.head[i] in excluded:
            return None
        i = view.head[i]
    return None


def _own_subject(view: DocumentView, i: int, cue: Cue) -> int | None:
    """Return the subject of a verb; that of a passive only where it speaks: `X was quoted`, `X is expected to say`."""
    subject = view.child(i, *_SUBJECTS)
    if subject is None and (i != cue.head or view.lower[cue.first] != view.lower[cue.head]):
        subject = view.child(i, "nsubjpass")
    if subject is None and i == cue.head and view.lemma_in(i, "passive_report"):
        subject = view.child(i, "nsubjpass")
    if subject is not None and view.word_in(subject, "expletive") and view.child(i, "expl") is not None:
        return None
    return subject


def _resolve_relative(view: DocumentView, verb: int, subject: int) -> int:
    """Return the noun that a relative pronoun stands for: `X, who said`."""
    if view.tag_in(subject, "relative") and view.dep[verb] == "relcl":
        return view.head[verb]
    return subject


def _find_beside_verb(view: DocumentView, cue: Cue) -> int | None:
    """Return the noun right beside a verb that has no subject in the parse: `“No,” said the mayor`."""
    if cue.kind != "verb" or (view.pos[cue.head] in ("VERB", "AUX") and not view.tag_in(cue.head, "tensed")):
        return None
    i = cue.last + 1
    if i < view.n and view.pos[i] in ("DET", "PROPN", "PRON", "ADJ") and not view.in_marks(i):
        while i + 1 < view.n and view.pos[i] not in _NOMINAL and i < cue.last + 5:
            i += 1
        while view.dep[i] in ("compound", "amod", "poss", "nmod") and i < view.head[i] < i + 8:
            i = view.head[i]
        return i if view.pos[i] in _NOMINAL else None
    i = cue.first - 1
    while i > 0 and view.pos[i] in ("ADV", "AUX", "PART"):
        i -= 1
    outside = i >= 0 and not view.in_marks(i) and view.paragraph[i] == view.paragraph[cue.head]
    return i if outside and view.pos[i] in _NOMINAL else None
