"""Rules for transcripts and interviews: `NAME:` before what is said, `Q:` before a question."""

from __future__ import annotations

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_titles import strip_name
from pipeline.resolve.named_mentions import find_person
from pipeline.resolve.source_mention import Resolution, SourceMention


def resolve_question(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve the label `Q:` to the interviewer, or to nobody where the article does not name one."""
    if source.normalised not in article.vocabulary.question_labels:
        return None
    name = article.interviewer
    return Resolution(name, "person" if name else "unknown")


def resolve_turn(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a label such as `REYK:` to the person of that name."""
    if not _starts_turn(article, source):
        return None
    name = strip_name(source.text, article.vocabulary)
    person = find_person(article, name, source.start)
    return Resolution(person.name, person.kind) if person is not None else None


def _starts_turn(article: ArticleContext, source: SourceMention) -> bool:
    """Return True for a source mention between the start of a paragraph and a colon."""
    at_start = any(start == source.start for start, _ in article.paragraphs)
    return at_start and article.text[source.end : source.end + 1] == ":"
