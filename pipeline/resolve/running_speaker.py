"""Rules for quotes without a source mention: the subject of the reporting verb, or the running speaker."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS
from pipeline.resolve.source_mention import AntecedentCandidate, Resolution, resolution_to
from pipeline.resolve.speaker_rules import speaker_rule

# A floating quote continues a speaker at most this many paragraphs back.
_MAX_PARAGRAPHS_BACK = 2
_MIN_SHARED_WORDS = 0.5
_MAX_CROSS_HEAD_WORDS = 12
_MARKS = "“”\"'‘’«» "
# From a verb to the verb whose subject it may share, so many verbs up.
_SHARING_RELATIONS = ("advcl", "conj", "xcomp", "dep")
_MAX_VERBS = 5


@speaker_rule(
    "own_subject", order=20, kind="no source", example="Korvath left, adding that it was late.", takes="quote"
)
def resolve_shared_subject(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a cue without a source to the subject that its verb shares with a verb before; else to nobody.

    Nobody speaks in a passive ("it was reported that"), where the subject is no one known (`posts on a channel read`),
    and where no verb before has a subject.
    """
    if quote.cue is None:
        return None
    cue = article.doc.char_span(*quote.cue, alignment_mode="expand")
    if cue is None:
        return Resolution(None)
    verb = cue.root
    if verb.tag_ == "VBN" and not any(child.dep_ == "aux" for child in verb.children):
        return Resolution(None)
    for _ in range(_MAX_VERBS):
        subject = next((c for c in verb.children if c.dep_ in SUBJECT_RELATIONS), None)
        candidate = _candidate_at(article, subject) if subject is not None else None
        if candidate is not None or (subject is not None and verb.dep_ != "ccomp"):
            return resolution_to(candidate) or Resolution(None)
        if any(child.dep_ == "auxpass" for child in verb.children):
            return Resolution(None)
        if verb.head is verb or (subject is None and verb.dep_ not in _SHARING_RELATIONS):
            break
        verb = verb.head
    return Resolution(None)


def _candidate_at(article: ArticleContext, subject: Token) -> AntecedentCandidate | None:
    """Return the candidate whose words are the head of a subject: nobody for `wife` of "Korvath's wife"."""
    for candidate in article.candidates:
        if subject.left_edge.idx <= candidate.offset <= subject.idx:
            between = article.doc[subject.left_edge.i : subject.i]
            if not any(t.dep_ == "poss" and t.idx >= candidate.offset for t in between):
                return candidate
    return None


@speaker_rule(
    "running_speaker",
    order=30,
    kind="no source",
    example="“We will wait. ...” A quote without a verb, beside or after one of Korvath.",
    takes="quote",
)
def resolve_running_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a floating quote to the subject of a sentence beside it, else to who spoke last; no cross-head."""
    if _is_cross_head(article, quote):
        return Resolution(None)
    start = quote.content[0][0]
    paragraph = article.paragraph_number(start)
    before = (pair for pair in reversed(article.resolved_quotes) if pair[0].content[0][0] < start)
    last_speaker: AntecedentCandidate | None = None
    if (last := next(before, None)) is not None:
        end, last_speaker = last[0].content[-1][1], last[1]
        paragraphs_back = paragraph - article.paragraph_number(end - 1)
        if paragraphs_back == 0:
            subject = _last_subject(article, max(end, last_speaker.offset + 1), start)
            is_introduced = subject is not None and _introduces_with_colon(article, subject.offset, start)
            return resolution_to(subject if is_introduced else last_speaker)
        if paragraphs_back > _MAX_PARAGRAPHS_BACK:
            last_speaker = None
    return resolution_to(
        _last_subject(article, article.paragraphs[paragraph][0], start)
        or _subject_after(article, quote)
        or last_speaker
        or _last_subject(article, article.paragraphs[max(paragraph - 1, 0)][0], start)
    )


def _subjects(article: ArticleContext, start: int, end: int) -> list[AntecedentCandidate]:
    """Return the people who are subjects outside direct speech between two offsets, in order."""
    subjects = [
        candidate
        for candidate in article.candidates
        if start <= candidate.offset < end
        and candidate.is_subject
        and candidate.kind in ("person", "anonymous")
        and not article.is_inside(candidate.offset, article.direct_spans)
    ]
    return sorted(subjects, key=lambda candidate: candidate.offset)


def _last_subject(article: ArticleContext, start: int, end: int) -> AntecedentCandidate | None:
    """Return the last subject outside all quotes between two offsets."""
    subjects = _subjects(article, start, end)
    outside = [c for c in subjects if not article.is_inside(c.offset, article.indirect_spans)]
    return outside[-1] if outside else None


def _subject_after(article: ArticleContext, quote: Quote) -> AntecedentCandidate | None:
    """Return the subject of the sentence directly after a quote, in the same paragraph."""
    end = quote.content[-1][1]
    paragraph_end = article.paragraphs[article.paragraph_number(quote.content[0][0])][1]
    sentence = article.sentence_number(end)
    subjects = _subjects(article, end, paragraph_end)
    return next((c for c in subjects if article.sentence_number(c.offset) - sentence <= 1), None)


def _introduces_with_colon(article: ArticleContext, offset: int, start: int) -> bool:
    """Return True when a colon before a quote gives the quote to a subject shortly before it."""
    is_near = article.sentence_number(start) - article.sentence_number(offset) <= 1
    return is_near and article.text[:start].rstrip().endswith(":")


def _is_cross_head(article: ArticleContext, quote: Quote) -> bool:
    """Return True for a quote that is all of a short line without a full stop: words of somebody further down."""
    start, end = article.paragraphs[article.paragraph_number(quote.content[0][0])]
    line = article.text[start:end].strip(_MARKS)
    is_whole = line == article.text[quote.content[0][0] : quote.content[-1][1]].strip(_MARKS)
    return is_whole and line[-1:].isalnum() and len(line.split()) <= _MAX_CROSS_HEAD_WORDS


@speaker_rule(
    "headline_speaker",
    order=10,
    kind="no source",
    example="Words of the headline that the text gives to Korvath.",
    takes="headline",
)
def resolve_headline_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote of a headline or cross-head to the speaker of a quote that has half of its words or more."""
    if article.paragraph_number(quote.content[0][0]) > 0 and not _is_cross_head(article, quote):
        return None
    words = set(normalise(quote.quoted).split())

    def share(other: Quote) -> float:
        return len(words & set(normalise(other.quoted).split())) / max(len(words), 1)

    resolved = [other for other in article.quotes if other is not quote and other.speaker is not None]
    best = max(resolved, key=share, default=None)
    return Resolution(best.speaker, best.kind) if best is not None and share(best) >= _MIN_SHARED_WORDS else None
