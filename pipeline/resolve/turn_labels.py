"""Rules for transcripts and interviews: `NAME:` before what is said, `Q:` before a question."""

from __future__ import annotations

import re

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import abbreviates, initials
from pipeline.resolve.name_titles import strip_name
from pipeline.resolve.named_mentions import PLACES, find_person
from pipeline.resolve.source_mention import AntecedentCandidate, Resolution, SourceMention

_BRACKETS = "()[]"
_LABEL = re.compile(r"([^\W\d_][^:\n]{1,40}):\s")
_LABEL_BEHIND_SENTENCE = re.compile(r"[.!?]\s*([^\W\d_][^:.!?\n]{1,40}):\s")
# Labels with more letters are initials.
_LETTERS_OF_A_WORD = 2


def resolve_question(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve the label `Q:` to the interviewer, or to nobody where the article does not name one."""
    if source.normalised not in article.vocabulary.question_labels:
        return None
    name = article.interviewer
    return Resolution(name, "person" if name else "unknown")


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
    candidates = []
    for first, end in article.paragraphs:
        is_cross_head = article.text[end - 1].isalnum()
        label = (is_cross_head and _LABEL_BEHIND_SENTENCE.search(article.text, first, end)) or _LABEL.match(
            article.text, first, end
        )
        start = label.start(1) if label else first
        person = find_person(article, strip_name(label.group(1), article.vocabulary), start) if label else None
        if person is not None:
            candidates.append(
                AntecedentCandidate(start, person.name, person.kind, person.gender, is_subject=True, is_source=True)
            )
    return candidates


def _starts_turn(article: ArticleContext, source: SourceMention) -> bool:
    """Return True for a source mention between the start of a paragraph and a colon, or in brackets there."""
    start = source.start - len(article.text[: source.start]) + len(article.text[: source.start].rstrip(_BRACKETS))
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
    words = {name for name in names if len(letters) == _LETTERS_OF_A_WORD and abbreviates(letters, name)}
    return next(iter(words)) if len(words) == 1 else ""
