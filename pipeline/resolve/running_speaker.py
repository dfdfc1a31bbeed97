"""Rules for quotes without a source beside them: the running speaker."""

from __future__ import annotations

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.name_forms import plain
from pipeline.resolve.source_mention import Mention, Trace, Verdict

# A floating quote goes on with a speaker at most this many paragraphs back.
_FARTHEST = 2


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
            found = _trace_in(article, subject.left_edge.idx, subject.right_edge.idx + 1)
            return Verdict(found.speaker, found.kind) if found else running_speaker(article, quote, mention)
        if any(child.dep_ == "auxpass" for child in verb.children):
            return Verdict(None)
        if verb.head is verb:
            break
        verb = verb.head
    return running_speaker(article, quote, mention)


def _trace_in(article: Article, start: int, end: int) -> Trace | None:
    return next((t for t in article.traces if start <= t.offset < end), None)


def _subjects(article: Article, start: int, end: int) -> list[Trace]:
    """People who are the subject of something between two offsets, direct speech left out, in order."""
    found = [t for t in article.traces if start <= t.offset < end and t.subject and t.kind in ("person", "anonymous")]
    return sorted((t for t in found if not article.inside(t.offset, article.direct)), key=lambda t: t.offset)


def _before(article: Article, start: int, end: int) -> Trace | None:
    """The last subject of the narration between two offsets."""
    found = [t for t in _subjects(article, start, end) if not article.inside(t.offset, article.indirect)]
    return found[-1] if found else None


def _after(article: Article, quote: Quote) -> Trace | None:
    """The subject of the sentence right after a quote, in the same paragraph."""
    end = quote.content[-1][1]
    close = article.paragraphs[article.paragraph(quote.content[0][0])][1]
    found = [t for t in _subjects(article, end, close) if article.sentence(t.offset) - article.sentence(end) <= 1]
    return found[0] if found else None


def running_speaker(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A floating quote: the subject of a sentence beside it, else who spoke last in this paragraph or before."""
    if mention is not None:
        return None
    start = quote.content[0][0]
    here = article.paragraph(start)
    said, speaker = next(((q, t) for q, t in reversed(article.spoken) if q.content[0][0] < start), (None, None))
    back = here - article.paragraph(said.content[-1][1] - 1) if said else _FARTHEST + 1
    found: Trace | None
    if said and speaker and not back:
        named = _before(article, max(said.content[-1][1], speaker.offset + 1), start)
        found = named if named and _after_colon(article, named.offset, start) else speaker
    else:
        found = _before(article, article.paragraphs[here][0], start) or _after(article, quote)
        found = found or (speaker if back <= _FARTHEST else None)
        found = found or _before(article, article.paragraphs[max(here - 1, 0)][0], start)
    return Verdict(found.speaker, found.kind) if found else None


def _after_colon(article: Article, offset: int, start: int) -> bool:
    """True when a colon between a name and a quote gives the quote to the name."""
    near = article.sentence(start) - article.sentence(offset) <= 1
    return near and article.text[:start].rstrip().endswith(":")


def headline_speaker(article: Article, quote: Quote) -> Verdict | None:
    """A quote of the headline: who says (half of) the same words in the text."""
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
