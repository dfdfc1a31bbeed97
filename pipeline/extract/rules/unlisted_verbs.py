"""Verbs that no list holds and that report all the same: `“Soup again,” groused a corporal`, `X radioed that A`.

The marks tell: a pair that ends in a comma waits for its reporting clause. Where nothing is in marks, a clause with its
conjunction right behind a verb that has a subject of its own, and is none of thinking or knowing.
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, QuotedSpan
from pipeline.extract.rules.lexicon import Lexicon

_NOMINAL_TAGS = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART"}
_MAX_SUBJECT_TOKENS = 9  # tokens
_MIN_QUOTED_WORDS = 2
_NO_FRAMES: frozenset[str] = frozenset()


def frames_of_unlisted_verb(view: DocumentView, i: int, lexicon: Lexicon) -> frozenset[str]:
    """Frames of a verb without any in the lexicon: `direct` beside marks, `clause` before a clause; else none."""
    if (
        view.pos[i] != "VERB"
        or not view.tag_in(i, "finite")
        or view.quoted_at[i] >= 0
        or view.lemma[i] in lexicon.non_reporting_verbs
    ):
        return _NO_FRAMES
    if _is_after_pair(view, i) or _is_before_pair(view, i):
        return frozenset(("direct",))
    return frozenset(("clause",)) if _is_before_clause(view, i) else _NO_FRAMES


def is_mistagged_verb(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """True for a reporting verb that the tagger takes for another word: `“A,” mutters X` as a plural noun."""
    if view.pos[i] not in ("NOUN", "ADJ", "PROPN") or not (view.quoted_at[i - 1] >= 0 > view.quoted_at[i]):
        return False
    stems = {view.lemma[i], *(view.lower[i].removesuffix(ending) for ending in lexicon.verb_endings)}
    known = any(lexicon.verbs.get(stem, _NO_FRAMES) & {"clause", "direct"} for stem in stems)
    return known and _is_after_pair(view, i)


def _is_after_pair(view: DocumentView, i: int) -> bool:
    """`“A,” VERB X`, `“A,” X VERB`: nothing but the speaker beside the verb."""
    k = bisect_left(view.quoted_lasts, i) - 1
    if k < 0 or view.quoted_spans[k].paragraph != view.paragraph[i]:
        return False
    pair = view.quoted_spans[k]
    gap = view.words_in(pair.last + 1, i - 1)
    if (
        not pair.closed
        or not _awaits_reporting_clause(view, pair)
        or len(view.words_in(pair.inner_first, pair.inner_last)) < _MIN_QUOTED_WORDS
    ):
        return False
    if not gap:
        return _starts_noun_phrase(view, i + 1)
    if len(gap) > _MAX_SUBJECT_TOKENS or any(view.pos[j] not in _NOMINAL_TAGS and view.pos[j] != "ADP" for j in gap):
        return False
    return _starts_noun_phrase(view, gap[0]) and all(view.is_word(j) for j in range(gap[0], i))


def _awaits_reporting_clause(view: DocumentView, pair: QuotedSpan) -> bool:
    """True for a pair that opens its sentence and ends in a comma, or in a question or exclamation mark before a small
    letter: its sentence goes on."""
    begins = view.sentences[view.sentence[pair.first]][0]
    if any(view.quoted_at[j] < 0 for j in view.words_in(begins, pair.first)):
        return False
    following = view.word[pair.last + 1] if pair.last + 1 < view.n else ""
    inner = view.word[pair.inner_last]
    return "," in (inner, following) or (inner in ("?", "!") and following[:1].islower())


def _starts_noun_phrase(view: DocumentView, i: int) -> bool:
    """True where a noun phrase starts."""
    return i < view.n and view.quoted_at[i] < 0 and view.pos[i] in ("DET", "PROPN", "PRON", "NOUN", "ADJ")


def _is_before_pair(view: DocumentView, i: int) -> bool:
    """`X VERB: “A.”`: the verb, the colon, and a pair that is whole."""
    k = bisect_left(view.quoted_firsts, i)
    if k >= len(view.quoted_spans) or i + 1 >= view.n or view.word[i + 1] != ":" or not _has_speaking_subject(view, i):
        return False
    pair = view.quoted_spans[k]
    near = pair.paragraph == view.paragraph[i] and not view.words_in(i + 1, pair.first - 1)
    return near and (view.word[pair.inner_last] in SENTENCE_ENDS or not pair.closed)


def _has_speaking_subject(view: DocumentView, i: int) -> bool:
    subject = view.child(i, "nsubj")
    return subject is not None and subject < i and not view.word_in(subject, "dummy") and view.pos[subject] != "SYM"


def _is_before_clause(view: DocumentView, i: int) -> bool:
    """`X VERB that A`, the clause right behind the verb."""
    if i + 2 >= view.n or not view.word_in(i + 1, "that") or not _has_speaking_subject(view, i):
        return False
    clause = view.head[i + 1]
    return view.dep[i + 1] == "mark" and view.dep[clause] == "ccomp" and view.head[clause] == i
