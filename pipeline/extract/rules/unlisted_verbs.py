"""Verbs that are in no list and report all the same: `“Soup again,” groused a corporal`, `X radioed that A`.

Quotation marks show them: a pair that ends in a comma needs a reporting clause. Without marks, a verb with a subject of
its own and a `that` clause right after it reports, unless it is one of thinking or knowing.
"""

from __future__ import annotations

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView, QuotedSpan
from pipeline.extract.rules.lexicon import Lexicon

_NOMINAL_TAGS = {"DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART"}
_MAX_SUBJECT_TOKENS = 9
_MIN_QUOTED_WORDS = 2
_NO_FRAMES: frozenset[str] = frozenset()


def frames_of_unlisted_verb(view: DocumentView, i: int, lexicon: Lexicon) -> frozenset[str]:
    """Return the frames of a verb that the lexicon has none for: `direct` beside a quote, `clause` before a clause."""
    if view.pos[i] != "VERB" or not view.tag_in(i, "finite") or view.in_marks(i):
        return _NO_FRAMES
    if view.lemma[i] in lexicon.non_reporting_verbs:
        return _NO_FRAMES
    if _is_after_pair(view, i) or _is_before_pair(view, i):
        return frozenset(("direct",))
    return frozenset(("clause",)) if _is_before_clause(view, i) else _NO_FRAMES


def is_mistagged_verb(view: DocumentView, i: int, lexicon: Lexicon) -> bool:
    """Return whether a token is a reporting verb with a wrong tag: `mutters` in `“A,” mutters X` as a plural noun."""
    if view.pos[i] not in ("NOUN", "ADJ", "PROPN") or view.in_marks(i) or not view.in_marks(i - 1):
        return False
    stems = {view.lemma[i], *(view.lower[i].removesuffix(ending) for ending in view.language.verb_endings)}
    known = any(lexicon.verbs.get(stem, _NO_FRAMES) & {"clause", "direct"} for stem in stems)
    return known and _is_after_pair(view, i)


def _is_after_pair(view: DocumentView, i: int) -> bool:
    """Return whether a verb comes after a quote, with nothing but its subject: `“A,” VERB X`, `“A,” X VERB`."""
    k = view.span_before(i)
    if k is None or view.quoted_spans[k].paragraph != view.paragraph[i]:
        return False
    pair = view.quoted_spans[k]
    if not pair.closed or not _needs_reporting_clause(view, pair):
        return False
    if len(view.words_in(pair.inner_first, pair.inner_last)) < _MIN_QUOTED_WORDS:
        return False
    gap = view.words_in(pair.last + 1, i - 1)
    if not gap:
        return _starts_noun_phrase(view, i + 1)
    if len(gap) > _MAX_SUBJECT_TOKENS or any(view.pos[j] not in _NOMINAL_TAGS and view.pos[j] != "ADP" for j in gap):
        return False
    return _starts_noun_phrase(view, gap[0]) and all(view.is_word(j) for j in range(gap[0], i))


def _needs_reporting_clause(view: DocumentView, pair: QuotedSpan) -> bool:
    """Return whether a pair opens its sentence and the sentence goes on after it: `“A,” ...`, `“A?” asked ...`."""
    sentence_start = view.sentences[view.sentence[pair.first]][0]
    if any(not view.in_marks(j) for j in view.words_in(sentence_start, pair.first)):
        return False
    following = view.word[pair.last + 1] if pair.last + 1 < view.n else ""
    inner = view.word[pair.inner_last]
    return "," in (inner, following) or (inner in ("?", "!") and following[:1].islower())


def _starts_noun_phrase(view: DocumentView, i: int) -> bool:
    return i < view.n and not view.in_marks(i) and view.pos[i] in ("DET", "PROPN", "PRON", "NOUN", "ADJ")


def _is_before_pair(view: DocumentView, i: int) -> bool:
    """Return whether a verb, a colon and a complete quote follow each other: `X VERB: “A.”`."""
    k = view.span_from(i)
    if k is None or i + 1 >= view.n or view.word[i + 1] != ":" or not _has_speaking_subject(view, i):
        return False
    pair = view.quoted_spans[k]
    adjacent = pair.paragraph == view.paragraph[i] and not view.words_in(i + 1, pair.first - 1)
    return adjacent and (view.word[pair.inner_last] in SENTENCE_ENDS or not pair.closed)


def _has_speaking_subject(view: DocumentView, i: int) -> bool:
    """Return whether a verb has a subject before it that may be a speaker; not `it`, `there`."""
    subject = view.child(i, "nsubj")
    return subject is not None and subject < i and not view.word_in(subject, "dummy") and view.pos[subject] != "SYM"


def _is_before_clause(view: DocumentView, i: int) -> bool:
    """Return whether a reported clause comes right after a verb: `X VERB that A`."""
    if i + 2 >= view.n or not view.word_in(i + 1, "that") or not _has_speaking_subject(view, i):
        return False
    clause = view.head[i + 1]
    return view.dep[i + 1] == "mark" and view.dep[clause] == "ccomp" and view.head[clause] == i
