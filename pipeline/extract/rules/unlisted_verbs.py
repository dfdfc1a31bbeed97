"""Verbs that no list holds and that report all the same: `“Soup again,” groused a corporal`, `X radioed that A`.

The marks tell: a pair that ends in a comma waits for its reporting clause. Where nothing is in marks, a clause with its
conjunction right behind a verb that has a subject of its own, and is none of thinking or knowing.
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.extract.rules.document_view import TERMINAL, Quoted, View
from pipeline.extract.rules.lexicon import Lexicon

_NAME = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART"}
_LONGEST_SUBJECT = 9  # tokens
_LEAST_WORDS = 2
_NO_REPORT: frozenset[str] = frozenset()


def frames_of_unseen(view: View, i: int, lexicon: Lexicon) -> frozenset[str]:
    """Frames of a verb without any in the lexicon: `direct` beside marks, `clause` before a clause; else none."""
    if view.pos[i] != "VERB" or not view.tagged(i, "finite") or view.mark[i] >= 0 or view.lemma[i] in lexicon.unspoken:
        return _NO_REPORT
    if _behind_pair(view, i) or _before_pair(view, i):
        return frozenset(("direct",))
    return frozenset(("clause",)) if _before_clause(view, i) else _NO_REPORT


def disguised(view: View, i: int, lexicon: Lexicon) -> bool:
    """True for a reporting verb that the tagger takes for another word: `“A,” mutters X` as a plural noun."""
    if view.pos[i] not in ("NOUN", "ADJ", "PROPN") or not (view.mark[i - 1] >= 0 > view.mark[i]):
        return False
    stems = {view.lemma[i], *(view.low[i].removesuffix(ending) for ending in lexicon.verb_endings)}
    known = any(lexicon.verbs.get(stem, _NO_REPORT) & {"clause", "direct"} for stem in stems)
    return known and _behind_pair(view, i)


def _behind_pair(view: View, i: int) -> bool:
    """`“A,” VERB X`, `“A,” X VERB`: nothing but the speaker beside the verb."""
    k = bisect_left(view.lasts, i) - 1
    if k < 0 or view.quoted[k].paragraph != view.paragraph[i]:
        return False
    pair = view.quoted[k]
    gap = view.words(pair.last + 1, i - 1)
    if not pair.closed or not _waits(view, pair) or len(view.words(pair.inner_first, pair.inner_last)) < _LEAST_WORDS:
        return False
    if not gap:
        return _speaker(view, i + 1)
    if len(gap) > _LONGEST_SUBJECT or any(view.pos[j] not in _NAME and view.pos[j] != "ADP" for j in gap):
        return False
    return _speaker(view, gap[0]) and all(view.is_word(j) for j in range(gap[0], i))


def _waits(view: View, pair: Quoted) -> bool:
    """True for a pair that opens its sentence and ends in a comma, or in a question or exclamation mark before a small
    letter: its sentence goes on."""
    begins = view.sentences[view.sentence[pair.first]][0]
    if any(view.mark[j] < 0 for j in view.words(begins, pair.first)):
        return False
    following = view.word[pair.last + 1] if pair.last + 1 < view.n else ""
    inner = view.word[pair.inner_last]
    return "," in (inner, following) or (inner in ("?", "!") and following[:1].islower())


def _speaker(view: View, i: int) -> bool:
    """True where a noun phrase starts."""
    return i < view.n and view.mark[i] < 0 and view.pos[i] in ("DET", "PROPN", "PRON", "NOUN", "ADJ")


def _before_pair(view: View, i: int) -> bool:
    """`X VERB: “A.”`: the verb, the colon, and a pair that is whole."""
    k = bisect_left(view.firsts, i)
    if k >= len(view.quoted) or i + 1 >= view.n or view.word[i + 1] != ":" or not _own_subject(view, i):
        return False
    pair = view.quoted[k]
    near = pair.paragraph == view.paragraph[i] and not view.words(i + 1, pair.first - 1)
    return near and (view.word[pair.inner_last] in TERMINAL or not pair.closed)


def _own_subject(view: View, i: int) -> bool:
    subject = view.child(i, "nsubj")
    return subject is not None and subject < i and not view.of(subject, "dummy") and view.pos[subject] != "SYM"


def _before_clause(view: View, i: int) -> bool:
    """`X VERB that A`, the clause right behind the verb."""
    if i + 2 >= view.n or not view.of(i + 1, "that") or not _own_subject(view, i):
        return False
    clause = view.head[i + 1]
    return view.dep[i + 1] == "mark" and view.dep[clause] == "ccomp" and view.head[clause] == i
