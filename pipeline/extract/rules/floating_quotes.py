"""Quotes without a reporting clause: a sentence or paragraph that is all in quotation marks."""

from __future__ import annotations

from pipeline.extract.rules import quoted_contents
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.source_mentions import expand_noun_phrase
from pipeline.extract.rules.span_candidate import SpanCandidate

_MAX_SIGNATURE_TOKENS = 12  # tokens


def find_floating_quotes(view: DocumentView, chosen: list[SpanCandidate], least_words: int) -> list[SpanCandidate]:
    """Pairs that are whole sentences and belong to no quote yet; a paragraph that a quote runs on into joins it."""
    used = {k for found in chosen for first, last in found.parts for k in _pairs_in(view, first, last)}
    floating = []
    k = 0
    while k < len(view.quoted_spans):
        if k in used or not _is_floating(view, k, least_words):
            k += 1
            continue
        pairs = [k]
        while (following := quoted_contents.find_continuations(view, pairs[-1], None, {})[1:2]) and following[
            0
        ] not in used:
            pairs += following
        parts = [(view.quoted_spans[n].first, view.quoted_spans[n].last) for n in pairs]
        source = _find_source_before_colon(view, k) or find_signature(view, pairs[-1])
        floating.append(SpanCandidate(parts, "floating" if source is None else "colon", None, source))
        k = pairs[-1] + 1
    return floating


def _find_source_before_colon(view: DocumentView, k: int) -> tuple[int, int] | None:
    """The subject of the sentence that ends in the colon before a pair: `Her ministry issued a denial: “No.”`."""
    i = view.quoted_spans[k].first - 1
    while i > 0 and view.word[i].isspace():
        i -= 1
    if i < 1 or view.word[i] != ":" or view.quoted_at[i - 1] >= 0:
        return None
    start = view.sentences[view.sentence[i]][0]
    subjects = [j for j in range(start, i) if view.dep[j] in ("nsubj", "nsubjpass") and view.quoted_at[j] < 0]
    if not subjects:
        names = [j for j in range(start, i) if view.pos[j] == "PROPN" and view.head[j] == j]
        return expand_noun_phrase(view, names[0]) if names else None
    return None if view.word_in(subjects[0], "dummy") else expand_noun_phrase(view, subjects[0])


def find_signature(view: DocumentView, k: int) -> tuple[int, int] | None:
    """The name behind a dash that ends the paragraph: `“No more sons.” — Osk Dembrin, ferryman`."""
    i, end = view.quoted_spans[k].last + 1, view.paragraphs[view.quoted_spans[k].paragraph][1]
    while i < end and view.word[i].isspace():
        i += 1
    if i >= end or view.word[i] not in DASHES or end - i > _MAX_SIGNATURE_TOKENS:
        return None
    last = i
    while (
        last < end and view.is_word(last + 1) and (view.word[last + 1][:1].isupper() or view.pos[last + 1] == "PROPN")
    ):
        last += 1
    closed = last == end or not view.is_word(last + 1)
    return (i + 1, last) if last > i and closed else None


def _opens_headline(view: DocumentView, k: int) -> bool:
    """`‘We want our sons’: a march in Ostry`: a headline that opens with somebody's words."""
    pair = view.quoted_spans[k]
    first, last = view.paragraphs[0]
    return pair.first == first and pair.last < last and view.word[pair.last + 1] == ":"


def _pairs_in(view: DocumentView, first: int, last: int) -> set[int]:
    return {view.quoted_at[i] for i in range(first, last + 1) if view.quoted_at[i] >= 0}


def _is_floating(view: DocumentView, k: int, least_words: int) -> bool:
    pair = view.quoted_spans[k]
    size = len(view.words_in(pair.inner_first, pair.inner_last))
    if (
        size < least_words and (not size or _find_source_before_colon(view, k) is None)
    ) or not quoted_contents.opens_sentence(view, pair):
        return False
    if size >= least_words and (find_signature(view, k) is not None or _opens_headline(view, k)):
        return True
    i = pair.last + 1
    inner = view.word[pair.inner_last]
    at_end = i >= view.n or view.paragraph[min(i, view.n - 1)] != pair.paragraph
    if inner in SENTENCE_ENDS or not pair.closed or at_end:
        return at_end or not view.word[i][:1].islower()
    return view.word[i] in SENTENCE_ENDS
