"""The speaker beside a cue: subject, agent, possessor or the noun phrase after a fixed phrase."""

from __future__ import annotations

from collections.abc import Container

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.token_spans import skip_dateline
from pipeline.extract.rules.unparsed_documents import find_adjacent_source, is_unparsed

_SUBJECTS = ("nsubj", "csubj")
_CLIMBED_LABELS = {"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "parataxis", "relcl", "aux", "acomp"}
_NOT_FIRST = {"CCONJ", "ADP", "SCONJ"}
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM"}


def find_source(
    view: DocumentView, cue: Cue, content: list[tuple[int, int]], reporting: Container[int] = (), name_only: bool = True
) -> tuple[int, int] | None:
    """Tokens of the speaker mention, None when the sentence names none.

    Parameters
    ----------
    view, cue : DocumentView, Cue
        The document, and the words that report.
    content : list of (int, int)
        What is reported; the speaker is not looked for in it.
    reporting : container of int
        Heads of all cues: `X said A and called for B` has one speaker.
    name_only : bool
        Whether `its spokesman, Ben Lind,` gives the name alone, or the role with it.
    """
    # Nor inside the cue: of "was quoted by the agency as saying", the agency is not the speaker.
    held = {i for first, last in [*content, (cue.first, cue.last)] for i in range(first, last + 1)}
    if is_unparsed(view):
        return find_adjacent_source(view, cue, held)
    for rule in (
        _find_after_phrase,
        _find_agent,
        _find_shared_subject,
        _find_subject,
        _find_noun_owner,
        _find_beside_verb,
    ):
        head = rule(view, cue, reporting) if rule is _find_shared_subject else rule(view, cue, held)
        if head is not None and head not in held and not _is_in_dateline(view, head, cue):
            return expand_mention(view, head, cue, held, name_only)
    return None


def is_impersonal(view: DocumentView, cue: Cue) -> bool:
    """True for `it was said that A`, `there were claims that A`: reported, and by nobody named."""
    if cue.kind == "noun":
        up = view.head[cue.head]
        return view.dep[cue.head] == "attr" and any(view.word_in(k, "impersonal") for k in view.children(up, "expl"))
    return any(view.word_in(k, "impersonal") for k in view.children(cue.head, "nsubjpass"))


def _is_in_dateline(view: DocumentView, head: int, cue: Cue) -> bool:
    return head < skip_dateline(view, view.paragraphs[view.paragraph[head]][0], cue.first)


def expand_mention(view: DocumentView, head: int, cue: Cue, held: set[int], name_only: bool) -> tuple[int, int]:
    """The mention around a head; `its spokesman, Ben Lind,` has its name in an apposition."""
    first, last = expand_noun_phrase(view, head, cue, held)
    if view.pos[head] != "NOUN":
        return first, last
    for kid in view.children(head, "appos"):
        beside = kid == last + 2 or (view.left_edge[kid] == last + 2 and view.word[last + 1] == ",")
        if beside and view.pos[kid] == "PROPN" and kid not in held:
            name = expand_noun_phrase(view, kid, cue, held)
            return name if name_only else (first, name[1])
    return first, last


def _find_shared_subject(view: DocumentView, cue: Cue, reporting: Container[int]) -> int | None:
    """`X said A and called for B`, `X said A, adding B`: the subject of the nearest reporting verb before."""
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
        if i not in reporting or view.quoted_at[i] >= 0:
            continue
        if view.tag_in(i, "finite") and (participle or view.tag[i] == view.tag[cue.head]):
            subject = view.child(i, "nsubj")
            if subject is not None:
                return _resolve_relative(view, i, subject)
    return None


def expand_noun_phrase(
    view: DocumentView, head: int, cue: Cue | None = None, held: Container[int] = ()
) -> tuple[int, int]:
    """Title and name, pronoun or noun phrase around a head, without appositions and clauses after a comma."""
    first, last = view.left_edge[head], view.right_edge[head]
    for kid in view.dependents[head]:
        clause = view.dep[kid] in ("parataxis", "advcl")
        aside = view.dep[kid] in ("relcl", "appos", "cc", "acl", "ccomp") and _is_after_comma(view, kid)
        if kid > head and (clause or aside):
            last = min(last, view.left_edge[kid] - 1)
    for i in range(head + 1, last + 1):
        if view.word[i] in (",", ":", ";", "(") and not _list_goes_on(view, head, i):
            last = i - 1
            break
    if cue is not None:
        first, last = _exclude(first, last, head, range(cue.first, cue.last + 1))
    if held:
        first, last = _exclude(first, last, head, held)
    while last + 2 < view.n and view.word[last + 1] == "-" and _joins_double_name(view, last + 1):
        last += 2
    while last > head and (not view.is_word(last) or view.word_in(last, "as")):
        last -= 1
    for i in range(head - 1, first - 1, -1):
        if view.word[i] in (":", ";", "—", "–", "--") or "\n" in view.word[i]:
            first = i + 1
            break
    while first < head and (not view.is_word(first) or view.pos[first] in _NOT_FIRST or _is_hour(view, first)):
        first += 1
    if first < head and view.word_in(first, "focus"):
        first += 1
    # Arcs of a parse may cross: a clause that hangs on the head then begins before it.
    return min(first, head), max(last, head)


def _joins_double_name(view: DocumentView, i: int) -> bool:
    """True for the hyphen of a double name."""
    return 0 < i < view.n - 1 and view.end[i - 1] == view.start[i] and view.end[i] == view.start[i + 1]


def _is_hour(view: DocumentView, i: int) -> bool:
    return view.word[i][:1].isdigit() and i == view.paragraphs[view.paragraph[i]][0] and "." in view.word[i]


def _exclude(first: int, last: int, head: int, held: Container[int]) -> tuple[int, int]:
    """Cut a range so that it holds the head and nothing of `held`."""
    for i in range(head, first - 1, -1):
        if i in held:
            first = i + 1
            break
    for i in range(head, last + 1):
        if i in held:
            last = i - 1
            break
    return first, last


def _is_after_comma(view: DocumentView, kid: int) -> bool:
    i = view.left_edge[kid] - 1
    return (i >= 0 and view.word[i] in (",", "(", "—", "–", "--")) or (
        view.word[i] == "-" and not _joins_double_name(view, i)
    )


def _list_goes_on(view: DocumentView, head: int, comma: int) -> bool:
    """True for the comma of "the army, the navy and the police"."""
    later = [k for k in view.dependents[head] if view.dep[k] == "conj" and k > comma]
    joined = any(view.dep[k] == "cc" for k in view.dependents[head])
    return any(joined or view.left_edge[k] == comma + 1 for k in later)


def _find_after_phrase(view: DocumentView, cue: Cue, held: set[int]) -> int | None:
    if cue.kind != "phrase":
        return None
    kid = view.child(cue.last, "pobj")
    if kid is not None:
        return kid
    i = cue.last + 1
    while i < view.n and i < cue.last + 8 and view.pos[i] not in _NOMINAL:
        i += 1
    if i >= view.n or view.pos[i] not in _NOMINAL:
        return None
    while view.dep[i] in ("compound", "amod", "poss", "nmod", "nummod") and i < view.head[i] < cue.last + 15:
        i = view.head[i]
    return i


def _find_agent(view: DocumentView, cue: Cue, held: set[int]) -> int | None:
    """`was announced by X`."""
    agent = view.child(cue.head, "agent")
    return view.child(agent, "pobj") if agent is not None and cue.kind == "verb" else None


def _find_subject(view: DocumentView, cue: Cue, held: set[int]) -> int | None:
    """Subject of the verb, else of the verb it hangs on."""
    if cue.kind not in ("verb", "saying"):
        return None
    i = cue.head
    for _ in range(6):
        kid = _subject_of(view, i, cue)
        if kid is not None and kid not in held:
            return _resolve_relative(view, i, kid)
        if kid is not None:
            return None
        if view.dep[i] in ("acl",) and view.pos[view.head[i]] in _NOMINAL:
            return view.head[i]
        if view.dep[i] not in _CLIMBED_LABELS or view.head[i] == i or (view.head[i] in held and view.dep[i] == "ccomp"):
            return None
        i = view.head[i]
    return None


def _subject_of(view: DocumentView, i: int, cue: Cue) -> int | None:
    kid = view.child(i, *_SUBJECTS)
    if kid is None and (i != cue.head or view.lower[cue.first] != view.lower[cue.head]):
        kid = view.child(i, "nsubjpass")
    if kid is None and i == cue.head and view.lemma_in(i, "passive_report"):
        kid = view.child(i, "nsubjpass")
    if kid is not None and view.word_in(kid, "expletive") and view.child(i, "expl") is not None:
        return None
    return kid


def _resolve_relative(view: DocumentView, verb: int, subject: int) -> int:
    """The noun before `who said`."""
    if view.tag_in(subject, "relative") and view.dep[verb] == "relcl":
        return view.head[verb]
    return subject


def _find_noun_owner(view: DocumentView, cue: Cue, held: set[int]) -> int | None:
    """`X's promise`, `a promise by X`, `X made a promise`."""
    if cue.kind != "noun":
        return None
    owner = view.child(cue.head, "poss")
    if owner is not None:
        return owner
    for prep in view.children(cue.head, "prep"):
        if view.word_in(prep, "owner") and (kid := view.child(prep, "pobj")) is not None:
            return kid
    i = cue.head
    for _ in range(4):
        i, dep = view.head[i], view.dep[i]
        if dep in ("nsubj", "nsubjpass"):
            return None
        kid = view.child(i, "nsubj")
        if kid is not None and view.pos[i] in ("VERB", "AUX"):
            return kid
        if view.head[i] == i:
            return None
    return None


def _find_beside_verb(view: DocumentView, cue: Cue, held: set[int]) -> int | None:
    """The noun phrase right beside the verb, where the parse gives it no subject: `“No,” said the mayor`."""
    if cue.kind != "verb" or (view.pos[cue.head] in ("VERB", "AUX") and not view.tag_in(cue.head, "tensed")):
        return None
    i = cue.last + 1
    if i < view.n and view.pos[i] in ("DET", "PROPN", "PRON", "ADJ") and view.quoted_at[i] < 0:
        while i + 1 < view.n and view.pos[i] not in _NOMINAL and i < cue.last + 5:
            i += 1
        while view.dep[i] in ("compound", "amod", "poss", "nmod") and i < view.head[i] < i + 8:
            i = view.head[i]
        return i if view.pos[i] in _NOMINAL else None
    i = cue.first - 1
    while i > 0 and view.pos[i] in ("ADV", "AUX", "PART"):
        i -= 1
    outside = i >= 0 and view.quoted_at[i] < 0 and view.paragraph[i] == view.paragraph[cue.head]
    return i if outside and view.pos[i] in _NOMINAL else None
