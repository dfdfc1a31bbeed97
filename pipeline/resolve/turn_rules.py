"""Rules for turns: labels of transcripts and interviews, and quotes that go on without a source."""

import re

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import (
    AntecedentCandidate,
    ArticleContext,
    Resolution,
    SourceMention,
    is_plural,
    resolution_to,
)
from pipeline.resolve.name_forms import abbreviates, initials
from pipeline.resolve.name_rules import PLACES, find_person
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import strip_name

_BRACKETS = "()[]"
_LABEL = re.compile(r"([^\W\d_][^:\n]{1,40}):\s")
_LABEL_BEHIND_SENTENCE = re.compile(r"[.!?]\s*([^\W\d_][^:.!?\n]{1,40}):\s")
# Labels with more letters are initials.
_LETTERS_OF_A_WORD = 2


@speaker_rule("question", 10, "no source", "Q: Will you stay?")
def resolve_question(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve the label `Q:` to nobody."""
    return Resolution(None) if source.normalised in article.vocabulary.question_labels else None


@speaker_rule("turn", 20, "name", "REYK: We will stay.", is_form=True)
def resolve_turn(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a label such as `REYK:` or `((REYK))` to the person of that name, or with these initials."""
    if not _starts_turn(article, source):
        return None
    label = source.text.strip(_BRACKETS)
    person = find_person(article, strip_name(label, article.vocabulary), source.start)
    if person is not None:
        return Resolution(person.name, person.kind)
    name = _name_by_initials(article, label) if label.isupper() and len(label) > 1 else ""
    return Resolution(name, next((p.kind for p in article.people if p.name == name), "unknown")) if name else None


def labelled_speakers(article: ArticleContext) -> list[AntecedentCandidate]:
    """Return the people before a colon at the start of a paragraph as speakers, also where no quote was found there."""
    speakers: list[AntecedentCandidate] = []
    for start, end in article.paragraphs:
        is_cross_head = article.text[end - 1].isalnum()  # there a label may come after a sentence
        label = _LABEL_BEHIND_SENTENCE.search(article.text, start, end) if is_cross_head else None
        if (label := label or _LABEL.match(article.text, start, end)) is None:
            continue
        # The person whose name the label ends with, else whom the whole label may mean.
        named = next((m for m in article.mentions if m.end == label.end(1)), None)
        person = article.person_of(named) if named is not None else None
        person = person or find_person(article, strip_name(label.group(1), article.vocabulary), label.start(1))
        if person is not None:
            known = (person.name, person.kind, person.gender)
            speakers.append(AntecedentCandidate(label.start(1), *known, is_subject=True, is_source=True))
    return speakers


def _starts_turn(article: ArticleContext, source: SourceMention) -> bool:
    """Return True for a source mention between the start of a paragraph and a colon, or in brackets there."""
    start = len(article.text[: source.start].rstrip(_BRACKETS))
    if not any(first == start for first, _ in article.paragraphs):
        return False
    behind = article.text[source.end - 1 : source.end + 1]
    is_bracketed = article.text[start] in _BRACKETS and any(mark in _BRACKETS for mark in behind)
    return is_bracketed or article.text[source.end : source.end + 1] == ":"


def _name_by_initials(article: ArticleContext, label: str) -> str:
    """Return the one person with these initials, else the one name of one word with these letters; or nothing."""
    letters = label.casefold()
    people = sorted({p.name for p in article.people if len(p.words) > 1 and initials(p.name) == letters})
    if people:
        return people[0] if len(people) == 1 else ""
    names = {m.name for m in article.mentions if m.name.isalpha() and not m.name.isupper() and m.label not in PLACES}
    names -= {m.name for m in article.mentions if (word := article.tokens.get(m.start)) and is_plural(word)}
    words = {name for name in names if len(letters) == _LETTERS_OF_A_WORD and abbreviates(letters, name)}
    return next(iter(words)) if len(words) == 1 else ""


# A floating quote continues a speaker at most this many paragraphs back.
_MAX_PARAGRAPHS_BACK = 2
_MAX_CROSS_HEAD_WORDS = 12
_MARKS = "“”\"'‘’«» "


@speaker_rule("own_subject", 20, "nobody", "It was reported that Korvath left.", takes="quote")
def reject_unknown_subject(_: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a cue without a source to nobody: the words between do not tell ("it was reported that")."""
    return Resolution(None) if quote.cue is not None else None


@speaker_rule(
    "running_speaker",
    30,
    "no source",
    "“We will wait. ...” A quote without a verb, beside or after one of Korvath.",
    takes="quote",
)
def resolve_running_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a floating quote to the subject of a sentence beside it, else to who spoke last; no cross-head."""
    start = quote.content[0][0]
    paragraph = article.paragraph_number(start)
    # A quote that is all of a short line without a full stop: words of somebody further down.
    line = article.text[slice(*article.paragraphs[paragraph])].strip(_MARKS)
    is_whole = line == article.text[start : quote.content[-1][1]].strip(_MARKS)
    if is_whole and line[-1:].isalnum() and len(line.split()) <= _MAX_CROSS_HEAD_WORDS:
        return Resolution(None)
    before = (pair for pair in reversed(article.resolved_quotes) if pair[0].content[0][0] < start)
    last_speaker: AntecedentCandidate | None = None
    if (last := next(before, None)) is not None:
        end, last_speaker = last[0].content[-1][1], last[1]
        paragraphs_back = paragraph - article.paragraph_number(end - 1)
        if paragraphs_back == 0:
            subject = _last_subject(article, max(end, last_speaker.offset + 1), start)
            # A colon gives the quote to a subject shortly before it.
            sentence_of = article.sentence_number
            is_near = subject is not None and sentence_of(start) - sentence_of(subject.offset) < 2
            is_introduced = is_near and article.text[:start].rstrip().endswith(":")
            return resolution_to(subject if is_introduced else last_speaker)
        if paragraphs_back > _MAX_PARAGRAPHS_BACK:
            last_speaker = None
    return resolution_to(
        _last_subject(article, article.paragraphs[paragraph][0], start)
        or last_speaker
        or _last_subject(article, article.paragraphs[max(paragraph - 1, 0)][0], start)
    )


def _last_subject(article: ArticleContext, start: int, end: int) -> AntecedentCandidate | None:
    """Return the last person between two offsets who is a subject outside all quotes."""
    subjects = [
        candidate
        for candidate in article.candidates
        if start <= candidate.offset < end
        and candidate.is_subject
        and candidate.kind in ("person", "anonymous")
        and not any(article.in_quotes(candidate.offset))
    ]
    # Of several at one offset the one that was added last.
    return max(reversed(subjects), key=lambda candidate: candidate.offset, default=None)
