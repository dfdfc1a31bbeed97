"""Rules for turns: labels of transcripts, and quotes that go on without a source."""

from __future__ import annotations

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import (
    ArticleContext,
    Resolution,
    SourceMention,
    is_plural,
    resolution_to,
)
from pipeline.resolve.name_forms import abbreviates, initials, normalise
from pipeline.resolve.name_rules import PLACES, find_person
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import strip_name

_BRACKETS = "()[]"
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


# A floating quote continues a speaker at most this many paragraphs back.
_MAX_PARAGRAPHS_BACK = 2
_MIN_SHARED_WORDS = 0.5


@speaker_rule("own_subject", order=10, kind="nobody", example="It was reported that it rained.", takes="quote")
def reject_cue_without_subject(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a reporting verb whose subject was not found to nobody."""
    return Resolution(None) if quote.cue is not None else None


@speaker_rule(
    "running_speaker",
    order=20,
    kind="no source",
    example="Korvath said it rained. “It has been wet all week.”",
    takes="quote",
)
def resolve_running_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote without a reporting verb to who spoke last, in its paragraph or the two before."""
    start = quote.content[0][0]
    before = (pair for pair in reversed(article.resolved_quotes) if pair[0].content[0][0] < start)
    if (last := next(before, None)) is None:
        return None
    back = article.paragraph_number(start) - article.paragraph_number(last[0].content[-1][1] - 1)
    return resolution_to(last[1]) if back <= _MAX_PARAGRAPHS_BACK else None


@speaker_rule(
    "headline_speaker",
    order=10,
    kind="no source",
    example="“Never again” The mayor said it should “never again” rain.",
    takes="headline",
)
def resolve_headline_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote of the headline to the speaker of a quote of the text that has half of its words or more."""
    words = set(normalise(quote.quoted).split())
    if article.paragraph_number(quote.content[0][0]) > 0 or not words:
        return None

    def share(other: Quote) -> float:
        return len(words & set(normalise(other.quoted).split())) / len(words)

    resolved = [other for other in article.quotes if other is not quote and other.speaker is not None]
    best = max(resolved, key=share, default=None)
    return Resolution(best.speaker, best.kind) if best is not None and share(best) >= _MIN_SHARED_WORDS else None
