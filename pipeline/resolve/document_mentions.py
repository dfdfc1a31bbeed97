"""Rule for what is written or shown (`her statement`, `the poll`): its author, where the article tells."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.antecedents import find_person_antecedent
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.named_mentions import head_name
from pipeline.resolve.nominal_mentions import find_possessor, resolve_maker
from pipeline.resolve.office_mentions import resolve_name
from pipeline.resolve.source_mention import Resolution, SourceMention, resolution_to
from pipeline.resolve.speaker_rules import speaker_rule


@speaker_rule("document", order=130, kind="phrase", example="Korvath wrote a letter. The letter said it rained.")
def resolve_document(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `her statement` or `the poll` to who made it, as this or an earlier mention of it says."""
    noun = _document_noun(article, source)
    if noun is None:
        return None
    if (maker := resolve_maker(article, source)) is not None:
        return maker
    if (author := _author_in_phrase(article, noun)) is not None:
        return author
    if source.tokens[0].lower_ not in article.vocabulary.definite_document:
        return None
    same_nouns = article.tokens.select(lemma=[noun.lemma_], pos=["NOUN", "PROPN"])
    for earlier in reversed([t for t in same_nouns if t.idx < source.start]):
        author = _author_in_phrase(article, earlier) or _author_in_clause(article, earlier)
        if author is not None:
            return author
    return None


def _document_noun(article: ArticleContext, source: SourceMention) -> Token | None:
    """Return the head of a source mention that is a document and not part of a name."""
    head = source.head
    if head is None or head.lemma_.lower() not in article.vocabulary.documents:
        return None
    name = head_name(source)
    return None if name is not None and name.end > head.idx else head


def _author_in_phrase(article: ArticleContext, noun: Token) -> Resolution | None:
    """Return the author within the noun phrase: `the ministry's letter`, `a letter from Korvath`."""
    making = article.vocabulary.making
    for child in noun.lefts:
        if child.tag_ == "PRP$" and (name := find_possessor(article, child)):
            return _resolve_possessor(article, name)
        if child.dep_ == "poss" and child.tag_ != "PRP$":
            return _resolve_span(article, (child.left_edge.idx, child.idx + len(child)))
    for child in noun.rights:
        if child.dep_ in ("prep", "agent") and child.lower_ in making:
            return _resolve_phrase(article, child)
        if child.dep_ == "acl" and child.lemma_.lower() in making:
            for agent in child.rights:
                if agent.lower_ in making:
                    return _resolve_phrase(article, agent)
    # The name before `lawsuit` is not its author's.
    return None if noun.lemma_.lower() in article.vocabulary.about_somebody else _name_before(article, noun)


def _name_before(article: ArticleContext, noun: Token) -> Resolution | None:
    """Return the organisation named right before a noun: `the Open Ledger study`."""
    name = next((mention for mention in article.mentions if mention.end + 1 == noun.idx), None)
    entity = article.entity_of(name) if name is not None else None
    if name is None or entity is None or entity.kind != "organisation":
        return None
    return _resolve_span(article, (name.start, name.end))


def _author_in_clause(article: ArticleContext, noun: Token) -> Resolution | None:
    """Return the subject of a clause: `Korvath` of "Korvath published a letter" and "Korvath said in a letter"."""
    verb = noun.head
    if noun.dep_ == "pobj" and noun.head.lower_ in article.vocabulary.document_prepositions:
        verb = noun.head.head
    elif noun.dep_ not in ("dobj", "obj") or verb.lemma_.lower() not in article.vocabulary.making:
        return None
    subject = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
    if subject is None:
        return None
    if subject.lower_ in article.vocabulary.personal_pronouns:
        return resolution_to(find_person_antecedent(article, subject.idx, subject.lower_))
    return _resolve_span(article, (subject.left_edge.idx, subject.idx + len(subject)))


def _resolve_phrase(article: ArticleContext, preposition: Token) -> Resolution | None:
    """Resolve the name in the phrase after a preposition."""
    first, last = preposition.i + 1, preposition.right_edge
    if first >= len(article.doc) or last.i < first:
        return None
    return _resolve_span(article, (article.doc[first].idx, last.idx + len(last)))


def _resolve_span(article: ArticleContext, span: Span) -> Resolution | None:
    """Resolve the name at a span; None where it contains neither a name nor an institution."""
    source = article.source_mention(span)
    head = source.head
    is_institution = head is not None and head.lemma_.lower() in article.vocabulary.body
    if not source.mentions and not is_institution and not any(token.text[0].isupper() for token in source.tokens):
        return None
    return resolve_name(article, source)


def _resolve_possessor(article: ArticleContext, name: str) -> Resolution:
    entry = article.gazetteer.find(name)
    kind = next((e.kind for e in article.entities if e.name == name), entry.kind if entry is not None else "person")
    return Resolution(name, kind)
