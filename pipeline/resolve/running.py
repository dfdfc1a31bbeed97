"""Rules for quotes without a source beside them: the running speaker."""

from __future__ import annotations

from pipeline.quote import Quote
from pipeline.resolve.article import Article, Mention, Trace, Verdict
from pipeline.resolve.names import plain


def own_subject(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A cue without a source: the subject its verb shares with the verb it is joined to; nobody in the passive."""
    if mention is not None or quote.cue is None:
        return None
    span = article.doc.char_span(*quote.cue, alignment_mode="expand")
    if span is None:
        return Verdict(None)
    verb = span.root
    if verb.tag_ == "VBN" and not any(child.dep_ == "aux" for child in verb.children):
        return Verdict(None)
    for _ in range(5):
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if subject is not None:
            found = _trace_in(article, subject.left_edge.idx, subject.right_edge.idx + 1, quote)
            return Verdict(found.speaker, found.kind) if found else running_speaker(article, quote, mention)
        if any(child.dep_ == "auxpass" for child in verb.children):
            return Verdict(None)
        if verb.head is verb:
            break
        verb = verb.head
    return running_speaker(article, quote, mention)


def _trace_in(article: Article, start: int, end: int, quote: Quote) -> Trace | None:
    return next((t for t in article.traces if start <= t.offset < end), None)


def _subject_between(article: Article, start: int, end: int) -> Trace | None:
    """The last person who is the subject of a sentence between two offsets, outside quotations."""
    found = [
        t
        for t in article.traces
        if start <= t.offset < end
        and t.subject
        and t.kind in ("person", "anonymous")
        and not article.inside(t.offset, article.direct)
        and not article.inside(t.offset, article.indirect)
    ]
    return max(found, key=lambda t: t.offset, default=None)


def running_speaker(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A floating quote: the subject of a sentence just before it, else who spoke last in this paragraph or the one before."""
    if mention is not None:
        return None
    start = quote.content[0][0]
    here = article.paragraph(start)
    last = next(((q, t) for q, t in reversed(article.spoken) if _anchor_before(q, t, start)), None)
    floor = article.paragraphs[here][0]
    if last is not None and article.paragraph(last[0].content[-1][1] - 1) == here:
        between = _subject_between(article, max(last[0].content[-1][1], last[1].offset + 1), start)
        found = (
            between
            if between and article.sentence(start) - article.sentence(between.offset) <= 1 and _colon(article, start)
            else last[1]
        )
        return Verdict(found.speaker, found.kind)
    ahead = _subject_between(article, floor, start) or _next_sentence(article, quote)
    if ahead is not None:
        return Verdict(ahead.speaker, ahead.kind)
    if last is not None and here - article.paragraph(last[0].content[-1][1] - 1) <= 2:
        return Verdict(last[1].speaker, last[1].kind)
    before = _subject_between(article, article.paragraphs[max(here - 1, 0)][0], start)
    return Verdict(before.speaker, before.kind) if before else None


def _anchor_before(quote: Quote, trace: Trace, start: int) -> bool:
    return quote.content[0][0] < start or trace.offset < start


def _colon(article: Article, start: int) -> bool:
    return article.text[:start].rstrip().endswith(":")


def _next_sentence(article: Article, quote: Quote) -> Trace | None:
    """The person a sentence right after the quote, in the same paragraph, is about."""
    end = quote.content[-1][1]
    close = article.paragraphs[article.paragraph(quote.content[0][0])][1]
    sentence = article.sentence(end)
    found = [
        t
        for t in article.traces
        if end <= t.offset < close
        and t.subject
        and t.kind in ("person", "anonymous")
        and article.sentence(t.offset) - sentence <= 1
        and not article.inside(t.offset, article.direct)
    ]
    return min(found, key=lambda t: t.offset, default=None)


def headline_speaker(article: Article, quote: Quote) -> Verdict | None:
    """A quote of the headline: who says the same words in the text, else the first person to speak there."""
    if article.paragraph(quote.content[0][0]) > 0:
        return None
    words = set(plain(quote.quoted).split())
    best, found = 0.0, None
    for other in article.quotes:
        if other is quote or other.speaker is None:
            continue
        shared = len(words & set(plain(other.quoted).split())) / max(len(words), 1)
        if shared > best:
            best, found = shared, other
    return Verdict(found.speaker, found.kind) if found is not None and best >= 0.5 else None


RULES = (own_subject, running_speaker)
