"""Rules for transcripts and interviews: `NAME:` before what is said, `Q:` before a question."""

from __future__ import annotations

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.name_forms import strip_name
from pipeline.resolve.named_mentions import person_of_word
from pipeline.resolve.source_mention import Mention, Verdict

_QUESTIONS = {"q", "question"}


def _starts_a_turn(article: Article, mention: Mention) -> bool:
    after = article.text[mention.end : mention.end + 1]
    at_start = any(start == mention.start for start, _ in article.paragraphs)
    return at_start and after == ":"


def question(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Q:` is the interviewer, where the lines before the first turn or the turns so far name one; else nobody."""
    if mention is None or mention.plain not in _QUESTIONS:
        return None
    name = article.interviewer
    return Verdict(name, "person" if name else "unknown")


def turn(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`REYK:` is the person of that surname."""
    if mention is None or not _starts_a_turn(article, mention):
        return None
    name = strip_name(mention.text, article.words.titles)
    found = person_of_word(article, name, mention.start)
    return Verdict(found.name, found.kind) if found is not None else None


RULES = (question, turn)
