"""The speaker beside a cue: subject, agent, possessor or the noun phrase after a fixed phrase."""

from __future__ import annotations

from collections.abc import Container

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.token_spans import behind_dateline
from pipeline.extract.rules.unparsed_documents import find_beside, unparsed

_SUBJECTS = ("nsubj", "csubj")
_CLIMB = {"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "parataxis", "relcl", "aux", "acomp"}
_NO_START = {"CCONJ", "ADP", "SCONJ"}
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM"}


def find_source(
    view: View, cue: Cue, content: list[tuple[int, int]], reporting: Container[int] = (), name_only: bool = True
) -> tuple[int, int] | None:
    """Tokens of the speaker mention, None when the sentence names none.

    Parameters
    ----------
    view, cue : View, Cue
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
    if unparsed(view):
        return find_beside(view, cue, held)
    for rule in (_after_phrase, _agent, _shared, _subject, _noun_owner, _beside):
        head = rule(view, cue, reporting) if rule is _shared else rule(view, cue, held)
        if head is not None and head not in held and not _in_dateline(view, head, cue):
            return mention(view, head, cue, held, name_only)
    return None


def impersonal(view: View, cue: Cue) -> bool:
    """True for `it was said that A`, `there were claims that A`: reported, and by nobody named."""
    if cue.kind == "noun":
        up = view.head[cue.head]
        return view.dep[cue.head] == "attr" and any(view.of(k, "impersonal") for k in view.children(up, "expl"))
    return any(view.of(k, "impersonal") for k in view.children(cue.head, "nsubjpass"))


def _in_dateline(view: View, head: int, cue: Cue) -> bool:
    return head < behind_dateline(view, view.paragraphs[view.paragraph[head]][0], cue.first)


def mention(view: View, head: int, cue: Cue, held: set[int], name_only: bool) -> tuple[int, int]:
    """The mention around a head; `its spokesman, Ben Lind,` has its name in an apposition."""
    first, last = noun_phrase(view, head, cue, held)
    if view.pos[head] != "NOUN":
        return first, last
    for kid in view.children(head, "appos"):
        beside = kid == last + 2 or (view.left[kid] == last + 2 and view.word[last + 1] == ",")
        if beside and view.pos[kid] == "PROPN" and kid not in held:
            name = noun_phrase(view, kid, cue, held)
            return name if name_only else (first, name[1])
    return first, last


def _shared(view: View, cue: Cue, reporting: Container[int]) -> int | None:
    """`X said A and called for B`, `X said A, adding B`: the subject of the nearest reporting verb before."""
    if cue.kind != "verb" or view.child(cue.head, "nsubj", "nsubjpass", "csubj") is not None:
        return None
    before = cue.first - 1
    while before > 0 and view.pos[before] == "ADV":
        before -= 1
    participle = view.tagged(cue.head, "participle") and view.word[before] in (",", "—", "–")
    finite = view.tagged(cue.head, "finite") and view.pos[before] == "CCONJ"
    if not participle and not finite:
        return None
    start = view.sentences[view.sentence[cue.head]][0]
    for i in range(before - 1, start - 1, -1):
        if i not in reporting or view.mark[i] >= 0:
            continue
        if view.tagged(i, "finite") and (participle or view.tag[i] == view.tag[cue.head]):
            subject = view.child(i, "nsubj")
            if subject is not None:
                return _antecedent(view, i, subject)
    return None


def noun_phrase(view: View, head: int, cue: Cue | None = None, held: Container[int] = ()) -> tuple[int, int]:
    """Title and name, pronoun or noun phrase around a head, without appositions and clauses after a comma."""
    first, last = view.left[head], view.right[head]
    for kid in view.kids[head]:
        clause = view.dep[kid] in ("parataxis", "advcl")
        aside = view.dep[kid] in ("relcl", "appos", "cc", "acl", "ccomp") and _after_comma(view, kid)
        if kid > head and (clause or aside):
            last = min(last, view.left[kid] - 1)
    for i in range(head + 1, last + 1):
        if view.word[i] in (",", ":", ";", "(") and not _list_goes_on(view, head, i):
            last = i - 1
            break
    if cue is not None:
        first, last = _outside(first, last, head, range(cue.first, cue.last + 1))
    if held:
        first, last = _outside(first, last, head, held)
    while last + 2 < view.n and view.word[last + 1] == "-" and _glued(view, last + 1):
        last += 2
    while last > head and (not view.is_word(last) or view.of(last, "as")):
        last -= 1
    for i in range(head - 1, first - 1, -1):
        if view.word[i] in (":", ";", "—", "–", "--") or "\n" in view.word[i]:
            first = i + 1
            break
    while first < head and (not view.is_word(first) or view.pos[first] in _NO_START or _hour(view, first)):
        first += 1
    if first < head and view.of(first, "focus"):
        first += 1
    # Arcs of a parse may cross: a clause that hangs on the head then begins before it.
    return min(first, head), max(last, head)


def _glued(view: View, i: int) -> bool:
    """True for the hyphen of a double name."""
    return 0 < i < view.n - 1 and view.end[i - 1] == view.start[i] and view.end[i] == view.start[i + 1]


def _hour(view: View, i: int) -> bool:
    return view.word[i][:1].isdigit() and i == view.paragraphs[view.paragraph[i]][0] and "." in view.word[i]


def _outside(first: int, last: int, head: int, held: Container[int]) -> tuple[int, int]:
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


def _after_comma(view: View, kid: int) -> bool:
    i = view.left[kid] - 1
    return (i >= 0 and view.word[i] in (",", "(", "—", "–", "--")) or (view.word[i] == "-" and not _glued(view, i))


def _list_goes_on(view: View, head: int, comma: int) -> bool:
    """True for the comma of "the army, the navy and the police"."""
    later = [k for k in view.kids[head] if view.dep[k] == "conj" and k > comma]
    joined = any(view.dep[k] == "cc" for k in view.kids[head])
    return any(joined or view.left[k] == comma + 1 for k in later)


def _after_phrase(view: View, cue: Cue, held: set[int]) -> int | None:
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


def _agent(view: View, cue: Cue, held: set[int]) -> int | None:
    """`was announced by X`."""
    agent = view.child(cue.head, "agent")
    return view.child(agent, "pobj") if agent is not None and cue.kind == "verb" else None


def _subject(view: View, cue: Cue, held: set[int]) -> int | None:
    """Subject of the verb, else of the verb it hangs on."""
    if cue.kind not in ("verb", "saying"):
        return None
    i = cue.head
    for _ in range(6):
        kid = _own_subject(view, i, cue)
        if kid is not None and kid not in held:
            return _antecedent(view, i, kid)
        if kid is not None:
            return None
        if view.dep[i] in ("acl",) and view.pos[view.head[i]] in _NOMINAL:
            return view.head[i]
        if view.dep[i] not in _CLIMB or view.head[i] == i or (view.head[i] in held and view.dep[i] == "ccomp"):
            return None
        i = view.head[i]
    return None


def _own_subject(view: View, i: int, cue: Cue) -> int | None:
    kid = view.child(i, *_SUBJECTS)
    if kid is None and (i != cue.head or view.low[cue.first] != view.low[cue.head]):
        kid = view.child(i, "nsubjpass")
    if kid is None and i == cue.head and view.verb_of(i, "passive_report"):
        kid = view.child(i, "nsubjpass")
    if kid is not None and view.of(kid, "expletive") and view.child(i, "expl") is not None:
        return None
    return kid


def _antecedent(view: View, verb: int, subject: int) -> int:
    """The noun before `who said`."""
    if view.tagged(subject, "relative") and view.dep[verb] == "relcl":
        return view.head[verb]
    return subject


def _noun_owner(view: View, cue: Cue, held: set[int]) -> int | None:
    """`X's promise`, `a promise by X`, `X made a promise`."""
    if cue.kind != "noun":
        return None
    owner = view.child(cue.head, "poss")
    if owner is not None:
        return owner
    for prep in view.children(cue.head, "prep"):
        if view.of(prep, "owner") and (kid := view.child(prep, "pobj")) is not None:
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


def _beside(view: View, cue: Cue, held: set[int]) -> int | None:
    """The noun phrase right beside the verb, where the parse gives it no subject: `“No,” said the mayor`."""
    if cue.kind != "verb" or (view.pos[cue.head] in ("VERB", "AUX") and not view.tagged(cue.head, "tensed")):
        return None
    i = cue.last + 1
    if i < view.n and view.pos[i] in ("DET", "PROPN", "PRON", "ADJ") and view.mark[i] < 0:
        while i + 1 < view.n and view.pos[i] not in _NOMINAL and i < cue.last + 5:
            i += 1
        while view.dep[i] in ("compound", "amod", "poss", "nmod") and i < view.head[i] < i + 8:
            i = view.head[i]
        return i if view.pos[i] in _NOMINAL else None
    i = cue.first - 1
    while i > 0 and view.pos[i] in ("ADV", "AUX", "PART"):
        i -= 1
    outside = i >= 0 and view.mark[i] < 0 and view.paragraph[i] == view.paragraph[cue.head]
    return i if outside and view.pos[i] in _NOMINAL else None
