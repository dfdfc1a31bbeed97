"""Rules for what is written or shown (`her statement`, `the poll`): its author, where the article tells."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import Article
from pipeline.resolve.named_mentions import full_name, head_run, known_name, single_name, surname
from pipeline.resolve.nominal_mentions import made_by, owner
from pipeline.resolve.office_mentions import body
from pipeline.resolve.pronouns import he_or_she
from pipeline.resolve.source_mention import Mention, Verdict

_NAMING = (known_name, full_name, surname, body, single_name)
_DEFINITE = ("the", "this", "that", "its", "his", "her", "their", "same")


def document(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Her statement`, `the poll`: who made it, as the mention or an earlier one says."""
    noun = _noun(article, mention)
    if mention is None or noun is None:
        return None
    if (made := made_by(article, quote, mention)) is not None:
        return made
    if (found := _author(article, quote, noun)) is not None:
        return found
    if mention.tokens[0].lower_ not in _DEFINITE:
        return None
    for earlier in reversed(_earlier(article, noun, mention.start)):
        if (found := _author(article, quote, earlier) or _maker(article, quote, earlier)) is not None:
            return found
    return None


def _noun(article: Article, mention: Mention | None) -> Token | None:
    head = mention.head if mention is not None else None
    if mention is None or head is None or head.lemma_.lower() not in article.words.lists.documents:
        return None
    run = head_run(mention)
    return None if run is not None and run.end > head.idx else head


def _earlier(article: Article, noun: Token, offset: int) -> list[Token]:
    return [t for t in article.tokens.where(lemma=[noun.lemma_], pos=["NOUN", "PROPN"]) if t.idx < offset]


def _author(article: Article, quote: Quote, noun: Token) -> Verdict | None:
    """The owner or maker that stands in the noun phrase: `the ministry's letter`, `a letter from Korvath`."""
    for child in noun.lefts:
        if child.tag_ == "PRP$" and (name := owner(article, child)):
            return _person_or_body(article, name)
        if child.dep_ == "poss" and child.tag_ != "PRP$":
            return _named(article, quote, (child.left_edge.idx, child.idx + len(child)))
    for child in noun.rights:
        if child.dep_ in ("prep", "agent") and child.lower_ in article.words.lists.making:
            return _named(article, quote, (child.i + 1, child.right_edge), child)
        if child.dep_ == "acl" and child.lemma_.lower() in article.words.lists.making:
            for agent in child.rights:
                if agent.lower_ in article.words.lists.making:
                    return _named(article, quote, (agent.i + 1, agent.right_edge), agent)
    return None if noun.lemma_.lower() in article.words.lists.about_somebody else _compound(article, quote, noun)


def _compound(article: Article, quote: Quote, noun: Token) -> Verdict | None:
    """`The Open Ledger study`: an organisation named right before the noun."""
    run = next((r for r in article.runs if r.end + 1 == noun.idx), None)
    entity = article.entity_at(run) if run is not None else None
    if run is None or entity is None or entity.kind != "organisation":
        return None
    return _named(article, quote, (run.start, run.end))


def _maker(article: Article, quote: Quote, noun: Token) -> Verdict | None:
    """`Korvath` of "Korvath published a letter" and "Korvath said in a letter"."""
    verb = noun.head
    if noun.dep_ == "pobj" and noun.head.lower_ == "in":
        verb = noun.head.head
    elif noun.dep_ not in ("dobj", "obj") or verb.lemma_.lower() not in article.words.lists.making:
        return None
    subject = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
    if subject is None:
        return None
    if subject.lower_ in article.words.personal:
        trace = he_or_she(article, subject.idx, subject.lower_)
        return Verdict(trace.speaker, trace.kind) if trace is not None else None
    return _named(article, quote, (subject.left_edge.idx, subject.idx + len(subject)))


def _named(article: Article, quote: Quote, span: tuple, after: Token | None = None) -> Verdict | None:
    """The name that a span holds; with `after` the span is a token's number and the last token of its phrase."""
    if after is not None:
        first, last = span
        if first >= len(article.doc) or last.i < first:
            return None
        span = (article.doc[first].idx, last.idx + len(last))
    return _first(article, quote, span)


def _first(article: Article, quote: Quote, span: Span) -> Verdict | None:
    mention = article.mention(span)
    head = mention.head
    body_named = head is not None and head.lemma_.lower() in article.words.lists.body
    if not mention.runs and not body_named and not any(token.text[0].isupper() for token in mention.tokens):
        return None
    return next((found for rule in _NAMING if (found := rule(article, quote, mention)) is not None), None)


def _person_or_body(article: Article, name: str) -> Verdict:
    entry = article.gazetteer.find(name)
    kind = next((e.kind for e in article.entities if e.name == name), entry.kind if entry is not None else "person")
    return Verdict(name, kind)


RULES = (document,)
