"""Names beside a reporting verb that the extracted source lacks: `study co-author` before "Carla Lind said"."""

from __future__ import annotations

import re

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.name_titles import is_title
from pipeline.resolve.office_mentions import resolve_name
from pipeline.resolve.source_mention import Resolution
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import word_pattern

# Years of an office, before the name: "the mayor (1995-2005) Anton Gavrel".
_IN_BRACKETS = re.compile(r"^ \([^()\n]{1,20}\)(?= )")
_NOUNS = ("NOUN", "PROPN")
_FINITE_TAGS = ("VBD", "VBZ", "VBP")
# Between a name and its verb: nothing, or what somebody is between commas ("Tomas Reyk, QC, said").
_BEFORE_VERB = re.compile(r"\s|,\s|,\s[^,.;:\n]{1,30},\s")


def whole_source(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return a source with what follows directly and belongs to it: a name after titles, or the rest of a list."""
    if cue is not None and (listed := _listed_after(article, source, cue)):
        return (source[0], listed[-1].end)
    following = next((m for m in article.mentions if m.start > source[1]), None)
    tokens = article.source_mention(source).tokens
    if following is None or not tokens or tokens[-1].pos_ not in _NOUNS or _is_quoted(article, following):
        return source
    if _is_before_noun(article, following):
        return source
    between = _IN_BRACKETS.sub("", article.text[source[1] : following.start])
    if between == ", " and cue is not None and _is_in_apposition(article, following, cue):
        return (source[0], following.end)
    only_titles = all(is_title(word, article.vocabulary.titles) for word in between.split())
    is_apart = cue is not None and source[1] <= cue[0] < following.end
    if not between.startswith(" ") or "\n" in between or not only_titles or is_apart:
        return source
    return (source[0], following.end)


def _listed_after(article: ArticleContext, source: Span, cue: Span) -> list[NameMention]:
    """Return Y and Z of "X, Y, and Z said" where the source is X; nothing where other words stand between."""
    mentions = [m for m in article.mentions if source[1] <= m.start and m.end <= cue[0]]
    ends = [source[1], *(m.end for m in mentions)]
    between = [article.text[end : m.start] for end, m in zip(ends, mentions, strict=False)]
    conjunctions = word_pattern(article.vocabulary.conjunctions)
    is_list = len(mentions) > 1 and all(gap == ", " for gap in between[:-1])
    ends_list = is_list and re.fullmatch(rf",?\s(?:{conjunctions})\s", between[-1])
    return mentions if ends_list and article.text[ends[-1] : cue[0]] == " " else []


def _is_in_apposition(article: ArticleContext, mention: NameMention, cue: Span) -> bool:
    """Return True for a name that ends before its verb: "a co-author, Carla Lind of the Lorne Institute, said"."""
    words = word_pattern(article.vocabulary.after_noun)
    between = article.text[mention.end : cue[0]]
    return re.fullmatch(rf"(?:\s(?:{words})\s[^,.;:\n]{{1,60}})?,?\s", between) is not None


@speaker_rule(
    "name_beside_cue", order=10, kind="no source", example="After the talks Korvath said “no”.", takes="quote"
)
def resolve_name_beside_cue(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote without a source to the name right before its verb, or right after a cue that follows a quote."""
    if quote.cue is None:
        return None
    mention = _name_before(article, quote.cue) or _name_behind(article, quote)
    if mention is None or _is_quoted(article, mention):
        return None
    return resolve_name(article, article.source_mention((mention.start, mention.end)))


def _name_before(article: ArticleContext, cue: Span) -> NameMention | None:
    """Return the name that ends before a finite verb: nobody for "Korvath was said to", "Korvath, asked to leave"."""
    verb = article.tokens.get(cue[0])
    if verb is None or verb.pos_ != "VERB" or verb.tag_ not in _FINITE_TAGS:
        return None
    mentions = [m for m in article.mentions if m.end < cue[0] and verb.sent.start_char <= m.start]
    before = [m for m in mentions if _BEFORE_VERB.fullmatch(article.text[m.end : cue[0]])]
    people = [m for m in before if m.start in article.person_starts]
    return next(reversed(people or before), None)


def _name_behind(article: ArticleContext, quote: Quote) -> NameMention | None:
    """Return the name after a cue that follows the content or is no verb: "...", added Orbis; according to Reyk."""
    if quote.cue is None:
        return None
    start, end = quote.cue
    first = article.tokens.get(start)
    follows_content = any(last <= start <= last + 3 for _, last in quote.content)
    is_phrase = first is not None and first.dep_ == "prep"
    if not (follows_content or is_phrase):
        return None
    behind = next((m for m in article.mentions if m.start > end), None)
    if behind is None:
        return None
    small = article.vocabulary.definite_articles
    words = article.text[end : behind.start].split()
    return behind if all(is_title(w, article.vocabulary.titles) or w.lower() in small for w in words) else None


def _is_before_noun(article: ArticleContext, mention: NameMention) -> bool:
    """Return True for a name that a small noun follows: `Kestria` of "a stormy Kestria derby"."""
    behind = article.tokens.get(mention.end + 1)
    return article.text[mention.end : mention.end + 1] == " " and behind is not None and behind.tag_ in ("NN", "NNS")


def _is_quoted(article: ArticleContext, mention: NameMention) -> bool:
    return any(article.in_quotes(mention.start))
