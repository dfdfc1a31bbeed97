"""Names beside a reporting verb that the extracted source lacks: `study co-author` before "Carla Lind said"."""

from __future__ import annotations

import re

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.name_titles import is_title

# Years of an office, before the name: "the mayor (1995-2005) Anton Gavrel".
_IN_BRACKETS = re.compile(r"^ \([^()\n]{1,20}\)(?= )")
_NOUNS = ("NOUN", "PROPN")
_FINITE_TAGS = ("VBD", "VBZ", "VBP")
# Between a name and its verb: nothing, or what somebody is between commas ("Tomas Reyk, QC, said").
_BEFORE_VERB = re.compile(r"\s|,\s|,\s[^,.;:\n]{1,30},\s")


def whole_source(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return a source with what follows directly and belongs to it: a name after titles, or the rest of a list."""
    following = next((m for m in article.mentions if m.start > source[1]), None)
    tokens = article.source_mention(source).tokens
    if following is None or not tokens or tokens[-1].pos_ not in _NOUNS or _is_quoted(article, following):
        return source
    if _is_before_noun(article, following):
        return source
    between = _IN_BRACKETS.sub("", article.text[source[1] : following.start])
    if between == ", " and cue is not None:
        return (source[0], following.end)
    only_titles = all(is_title(word, article.vocabulary.titles) for word in between.split())
    is_apart = cue is not None and source[1] <= cue[0] < following.end
    if not between.startswith(" ") or "\n" in between or not only_titles or is_apart:
        return source
    return (source[0], following.end)


def _name_before(article: ArticleContext, cue: Span) -> NameMention | None:
    """Return the name that ends before a finite verb: nobody for "Korvath was said to", "Korvath, asked to leave"."""
    verb = article.tokens.get(cue[0])
    if verb is None or verb.pos_ != "VERB" or verb.tag_ not in _FINITE_TAGS:
        return None
    mentions = [m for m in article.mentions if m.end < cue[0] and verb.sent.start_char <= m.start]
    before = [m for m in mentions if _BEFORE_VERB.fullmatch(article.text[m.end : cue[0]])]
    people = [m for m in before if m.start in article.person_starts]
    return next(reversed(people or before), None)


def _is_before_noun(article: ArticleContext, mention: NameMention) -> bool:
    """Return True for a name that a small noun follows: `Kestria` of "a stormy Kestria derby"."""
    behind = article.tokens.get(mention.end + 1)
    return article.text[mention.end : mention.end + 1] == " " and behind is not None and behind.tag_ in ("NN", "NNS")


def _is_quoted(article: ArticleContext, mention: NameMention) -> bool:
    return any(article.in_quotes(mention.start))
