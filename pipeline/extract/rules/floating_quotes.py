"""Quotes without a reporting clause: a sentence or paragraph all in quotation marks."""

from __future__ import annotations

from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, TokenRange
from pipeline.extract.rules.noun_phrases import expand_noun_phrase
from pipeline.extract.rules.quoted_contents import next_pair, opens_sentence, pair_ranges
from pipeline.extract.rules.rule_names import RuleName
from pipeline.extract.rules.span_candidate import SpanCandidate

_MAX_SIGNATURE_TOKENS = 12
_MAX_HEADING_TOKENS = 16


def find_floating_quotes(view: DocumentView, chosen: list[SpanCandidate], min_words: int) -> list[SpanCandidate]:
    """Return pairs of marks that are whole sentences and in no chosen quote, with the pairs that continue them."""
    tokens = (i for candidate in chosen for first, last in candidate.parts for i in range(first, last + 1))
    used = {view.quoted_at[i] for i in tokens if view.in_marks(i)}
    floating = []
    k = 0
    while k < len(view.quoted_spans):
        if k in used or not _is_floating(view, k, min_words):
            k += 1
            continue
        pairs = [k]
        while (following := next_pair(view, pairs[-1], None)) is not None and following not in used:
            pairs.append(following)
        source = _find_source_before_colon(view, k) or _find_heading(view, k) or find_signature(view, pairs[-1])
        rule: RuleName = "floating" if source is None else "colon"
        floating.append(SpanCandidate(pair_ranges(view, pairs), rule, None, source))
        k = pairs[-1] + 1
    return floating


def _find_source_before_colon(view: DocumentView, k: int) -> TokenRange | None:
    """Return the subject of a sentence that ends in a colon before a pair: `Her ministry issued a denial: “No.”`."""
    i = view.quoted_spans[k].first - 1
    while i > 0 and view.word[i].isspace():
        i -= 1
    if i < 1 or view.word[i] != ":" or view.in_marks(i - 1):
        return None
    start = view.sentences[view.sentence[i]][0]
    subjects = [j for j in range(start, i) if view.dep[j] in ("nsubj", "nsubjpass") and not view.in_marks(j)]
    if not subjects:
        names = [j for j in range(start, i) if view.pos[j] == "PROPN" and view.head[j] == j]
        return expand_noun_phrase(view, names[0]) if names else _find_giver(view, start, i)
    return None if view.word_in(subjects[0], "dummy") else expand_noun_phrase(view, subjects[0])


def _find_heading(view: DocumentView, k: int) -> TokenRange | None:
    """Return the speaker whom the paragraph before a pair names: `From the desk of Ada Lind, analyst.`"""
    pair = view.quoted_spans[k]
    p = pair.paragraph
    opens = p > 0 and pair.first == view.paragraphs[p][0]
    return _find_giver(view, *view.paragraphs[p - 1]) if opens else None


def _find_giver(view: DocumentView, first: int, last: int) -> TokenRange | None:
    """Return the name in a heading without a verb: `And from Ada Lind:`."""
    if first < last and view.word_in(first, "starter"):
        first += 1
    if not view.word_in(first, "owner") or last - first > _MAX_HEADING_TOKENS:
        return None
    if any(view.is_finite_verb(j) or view.in_marks(j) for j in range(first, last + 1)):
        return None
    name = next((j for j in range(first, last + 1) if view.pos[j] == "PROPN" and view.dep[j] != "compound"), None)
    return None if name is None else expand_noun_phrase(view, name)


def find_signature(view: DocumentView, k: int) -> TokenRange | None:
    """Return the name after a pair and a dash that ends the paragraph: `“No more sons.” — Osk Dembrin, ferryman`."""
    pair = view.quoted_spans[k]
    i, end = pair.last + 1, view.paragraphs[pair.paragraph][1]
    while i < end and view.word[i].isspace():
        i += 1
    if i >= end or view.word[i] not in DASHES or end - i > _MAX_SIGNATURE_TOKENS:
        return None
    last = i
    while last < end and _is_name_word(view, last + 1):
        last += 1
    complete = last == end or not view.is_word(last + 1)
    return (i + 1, last) if last > i and complete else None


def _is_name_word(view: DocumentView, i: int) -> bool:
    return view.is_word(i) and (view.word[i][:1].isupper() or view.pos[i] == "PROPN")


def _opens_headline(view: DocumentView, k: int) -> bool:
    """Return whether a headline opens with a pair and a colon: `‘We want our sons’: a march in Ostry`."""
    pair = view.quoted_spans[k]
    first, last = view.paragraphs[0]
    return pair.first == first and pair.last < last and view.word[pair.last + 1] == ":"


def _is_floating(view: DocumentView, k: int, min_words: int) -> bool:
    """Return whether a pair is a whole sentence that is long enough or follows a colon and its speaker."""
    pair = view.quoted_spans[k]
    if not opens_sentence(view, pair):
        return False
    words = len(view.words_in(pair.inner_first, pair.inner_last))
    if words < min_words and (not words or _find_source_before_colon(view, k) is None):
        return False
    if words >= min_words and (find_signature(view, k) is not None or _opens_headline(view, k)):
        return True
    i = pair.last + 1
    at_end = i >= view.n or view.paragraph[i] != pair.paragraph
    if view.word[pair.inner_last] in SENTENCE_ENDS or not pair.closed or at_end:
        return at_end or not view.word[i][:1].islower()
    return view.word[i] in SENTENCE_ENDS
