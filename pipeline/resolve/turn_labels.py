"""Rules for transcripts and interviews: `NAME:` before what is said, `Q:` before a question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_forms import abbreviates, initials
from pipeline.resolve.name_titles import strip_name
from pipeline.resolve.named_mentions import PLACES, find_person
from pipeline.resolve.source_mention import AntecedentCandidate, Resolution, SourceMention, is_plural
from pipeline.resolve.speaker_rules import speaker_rule

_BRACKETS = "()[]"
_LABEL = re.compile(r"([^\W\d_][^:\n]{1,40}):\s")
_LABEL_BEHIND_SENTENCE = re.compile(r"[.!?]\s*([^\W\d_][^:.!?\n]{1,40}):\s")
# Labels with more letters are initials.
_LETTERS_OF_A_WORD = 2


@speaker_rule("question", order=10, kind="no source", example="Q: Will you stay?")
def resolve_question(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve the label `Q:` to the interviewer, or to nobody where the article does not name one."""
    if source.normalised not in article.vocabulary.question_labels:
        return None
    name = article.interviewer
    return Resolution(name, "person" if name else "unknown")


@speaker_rule("turn", order=20, kind="name", example="REYK: We will stay.", is_form=True)
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
    people = ((label.start(1), _labelled_person(article, label)) for label in _labels(article))
    return [
        AntecedentCandidate(start, person.name, person.kind, person.gender, is_subject=True, is_source=True)
        for start, person in people
        if person is not None
    ]


def _labels(article: ArticleContext) -> Iterator[re.Match]:
    """Yield the label of each paragraph; in a line without a full stop it may come after a sentence."""
    for start, end in article.paragraphs:
        is_cross_head = article.text[end - 1].isalnum()
        label = _LABEL_BEHIND_SENTENCE.search(article.text, start, end) if is_cross_head else None
        if (label := label or _LABEL.match(article.text, start, end)) is not None:
            yield label


def _labelled_person(article: ArticleContext, label: re.Match) -> Entity | None:
    """Return the person whose name a label ends with, else whom the whole label may mean."""
    named = next((m for m in article.mentions if m.end == label.end(1)), None)
    person = article.entity_of(named) if named is not None else None
    if person is not None and person.kind == "person":
        return person
    return find_person(article, strip_name(label.group(1), article.vocabulary), label.start(1))


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
    names -= {m.name for m in article.mentions if (word := article.tokens.get(m.start)) and is_plural(word)}
    words = {name for name in names if len(letters) == _LETTERS_OF_A_WORD and abbreviates(letters, name)}
    return next(iter(words)) if len(words) == 1 else ""
