"""Rules for who stands behind a phrase: members of groups, speakers of lists, authors of documents; affiliations."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext, Resolution, SourceMention
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_rules import (
    head_name,
    resolve_full_name,
    resolve_single_name,
    resolve_surname,
)
from pipeline.resolve.office_rules import resolve_institution, resolve_name, resolve_office_and_name
from pipeline.resolve.phrase_rules import describe_source, find_possessor, resolve_government, resolve_role
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import strip_name

_MAX_PARAGRAPHS_BACK = 3
_MAX_TOKENS = 4


@speaker_rule("members", 120, "description", "Korvath met Odei. The two ministers said it rained.")
def resolve_members(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the two presidents` to those whom the article calls so, if it names just as many."""
    if source.head is None or len(source.tokens) > _MAX_TOKENS:
        return None
    vocabulary, words = article.vocabulary, {token.lower_ for token in source.tokens}
    numerals = ((2, vocabulary.two), (3, vocabulary.three), (4, vocabulary.four))
    number, is_member = next((n for n, known in numerals if words & known), 0), _member_test(article, source.head)
    if not number or is_member is None:
        return None
    names = _member_names(article, source.start, is_member, number)
    if len(names) != number:
        return None
    # `Both governments` is kept as written; two presidents are called by their names.
    are_states = source.head.lemma_.lower() in vocabulary.states
    speaker = describe_source(article, source) if are_states else vocabulary.join_names(names)
    return Resolution(speaker, "group", tuple(names))


def _member_test(article: ArticleContext, head: Token) -> Callable[[Entity], bool] | None:
    """Return a test whether an entity is what a plural noun means; None for a plural that says too little."""
    vocabulary, noun = article.vocabulary, head.lemma_.lower()
    if head.lower_ in vocabulary.two or noun in vocabulary.states:
        kind = "country" if noun in vocabulary.states else "person"
        return lambda entity: entity.kind == kind
    if head.tag_ not in ("NNS", "NNPS"):
        return None
    gendered = (("male", vocabulary.male_plurals), ("female", vocabulary.female_plurals))
    if gender := next((gender for gender, plurals in gendered if head.lower_ in plurals), ""):
        return lambda entity: entity.kind == "person" and entity.gender in ("", gender)
    role = vocabulary.base_role(noun)
    if noun in vocabulary.leaders:
        leading = {role, *(name.split()[-1] for name in vocabulary.leading_roles)}
        return lambda entity: entity.kind == "person" and any(r.head in leading for r in entity.roles)
    if noun in vocabulary.roles or noun in vocabulary.people:
        return lambda entity: entity.kind == "person" and any(r.head == role for r in entity.roles)
    return None


def _member_names(article: ArticleContext, offset: int, is_member: Callable[[Entity], bool], number: int) -> list[str]:
    """Return the names of the members nearest before an offset, else of all members that the article names.

    Going back paragraph by paragraph, the search ends where `number` members are named. Names inside quotes do not
    count.
    """
    members = []
    for entity in filter(is_member, article.entities):
        if outside := [m.start for m in entity.mentions if not any(article.in_quotes(m.start))]:
            members.append((article.gazetteer.known_name(entity.name), outside))
    for back in range(_MAX_PARAGRAPHS_BACK + 1):
        first = article.paragraph_number(offset) - back
        near = [
            name
            for name, starts in members
            if any(start < offset and article.paragraph_number(start) >= first for start in starts)
        ]
        if len(near) >= number:
            return list(dict.fromkeys(near))
    return list(dict.fromkeys(name for name, _ in members))


_RULES = (
    resolve_government,
    resolve_office_and_name,
    resolve_institution,
    resolve_full_name,
    resolve_surname,
    resolve_role,
)


@speaker_rule("joined", 230, "description", "The Citadel and the Kestrian government said it rained.")
def resolve_joined(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve speakers joined by `and` to a group with their names, where each of them has one."""
    vocabulary = source.vocabulary
    has_clause = any(token.lower_ in vocabulary.relative_pronouns for token in source.tokens)
    if has_clause or not vocabulary.has_conjunction(source.text):
        return None
    parts = [article.source_mention(span) for span in _parts(source)]
    if len(parts) < 2 or any(_may_go_on(article, one, other) for one, other in pairwise(parts)):
        return None
    members = [member for part in parts if (member := _resolve_part(article, part)) is not None]
    if len(members) < len(parts):
        return None
    names = tuple(dict.fromkeys(str(member.speaker) for member in members))
    # The seat of a state and its government are one speaker.
    return Resolution(vocabulary.join_names(names), "group", names) if len(names) > 1 else members[0]


def _parts(source: SourceMention) -> list[Span]:
    """Return the characters between the commas and conjunctions of a mention; those inside a name join nothing."""
    joining = {",", *source.vocabulary.conjunctions}
    parts: list[list[Token]] = [[]]
    for token in source.tokens:
        in_name = any(m.start < token.idx < m.end for m in source.mentions)
        if token.lower_ in joining and not in_name:
            parts.append([])
        elif parts[-1] or token.lower_ not in source.vocabulary.two:
            parts[-1].append(token)
    return [(part[0].idx, part[-1].idx + len(part[-1])) for part in parts if part]


def _may_go_on(article: ArticleContext, one: SourceMention, other: SourceMention) -> bool:
    """Return True where the words behind `and` may belong to those before it: Institute for Soil and Water."""
    vocabulary, first = one.vocabulary, other.tokens[0]
    describes = any(token.lower_ in vocabulary.describing_prepositions for token in one.tokens)
    is_apart = first.pos_ == "DET" or first.idx in article.person_starts
    return describes and first.text[0].isupper() and not is_apart


def _resolve_part(article: ArticleContext, part: SourceMention) -> Resolution | None:
    """Resolve one of several speakers; None for one without a name, or that is no speaker by itself."""
    entry = article.gazetteer.find(strip_name(part.text, article.vocabulary)) or article.gazetteer.find(part.text)
    if entry is not None:
        return Resolution(entry.name, entry.kind)
    resolution = next(filter(None, (rule(article, part) for rule in _RULES)), None)
    if resolution is None and any(token.pos_ == "NOUN" for token in part.tokens):
        # "Retailer Orbis": a name of one word alone may be the end of the name before it.
        resolution = resolve_single_name(article, part)
    return resolution if resolution is not None and (resolution.speaker or "")[:1].isupper() else None


@speaker_rule("document", 130, "phrase", "Korvath wrote a letter. The letter said it rained.")
def resolve_document(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `her statement` or `the poll` to who made it, as this or an earlier mention of it says."""
    noun = source.head
    if noun is None or source.noun not in article.vocabulary.documents:
        return None
    if (name := head_name(source)) is not None and name.end > noun.idx:  # it is part of a name
        return None
    if (author := _author_in_phrase(article, noun)) is not None:
        return author
    if source.tokens[0].lower_ not in article.vocabulary.definite:
        return None
    same_nouns = article.tokens.select(lemma=[noun.lemma_], pos=["NOUN", "PROPN"])
    for earlier in reversed([t for t in same_nouns if t.idx < source.start]):
        if (author := _author_in_phrase(article, earlier)) is not None:
            return author
    return None


def _author_in_phrase(article: ArticleContext, noun: Token) -> Resolution | None:
    """Return the author within the noun phrase: `the ministry's letter`, `a letter from Korvath`."""
    authors = (_author(article, article.source_mention(span)) for span in _author_spans(article, noun))
    return next((author for author in authors if author is not None), None)


def _author_spans(article: ArticleContext, noun: Token) -> Iterator[Span]:
    """Yield the phrases that may name an author: a possessive, or what stands behind `from` or `written by`."""
    making = article.vocabulary.making
    for child in noun.lefts:
        if child.dep_ == "poss":
            yield child.left_edge.idx, child.idx + len(child)
    for child in noun.rights:
        agents = child.rights if child.dep_ == "acl" and child.lemma_.lower() in making else (child,)
        for agent in agents:
            if agent.lower_ in making and agent.right_edge.i > agent.i:
                yield agent.nbor().idx, agent.right_edge.idx + len(agent.right_edge)


def _author(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name or a possessive pronoun; None for words with neither a name nor an institution."""
    if source.tokens and source.tokens[0].tag_ == "PRP$":
        name = find_possessor(article, source.tokens[0])
        known = article.entity_named(name) or article.gazetteer.find(name)
        return Resolution(name, known.kind if known is not None else "person") if name else None
    is_institution = source.noun in article.vocabulary.body
    if not source.mentions and not is_institution and not any(token.text[0].isupper() for token in source.tokens):
        return None
    return resolve_joined(article, source) or resolve_name(article, source)


_TOKENS_BEHIND_HEAD = 5


def find_affiliation(article: ArticleContext, source: SourceMention) -> str | None:
    """Return the name of the state, organisation or person that a description of a speaker names, or None.

    `A source in the foreign ministry` gives the ministry; `a resident of Ostry` gives nothing, unless the gazetteer
    knows Ostry or the article makes it a speaker.
    """
    head = source.head
    if head is None:
        return None
    return _after_head(article, head, source.end) or _before_head(article, head, source.start)


def _after_head(article: ArticleContext, head: Token, end: int) -> str | None:
    """Return the name after the first preposition: `ministry` of "a source in the ministry"."""
    for preposition in head.doc[head.i + 1 : min(head.i + _TOKENS_BEHIND_HEAD, len(head.doc))]:
        if preposition.idx >= end:
            break
        is_affiliation = preposition.lower_ in article.vocabulary.affiliation_prepositions
        if not is_affiliation or preposition.i + 1 >= len(head.doc):
            continue
        target = next((child for child in preposition.children if child.dep_ == "pobj"), None)
        # The parse may attach words after the mention to a preposition inside it.
        if target is not None and target.left_edge.idx < end:
            last = min(target.right_edge.idx + len(target.right_edge), end)
            return _speaker_of_span(article, target.left_edge.idx, last)
    return None


def _before_head(article: ArticleContext, head: Token, start: int) -> str | None:
    """Return the name in front of the head noun: `Kestria` for "a Kestrian official"."""
    for mention in article.mentions:
        if start <= mention.start and mention.end <= head.idx:
            state = article.gazetteer.find_state(mention.name)
            if state is not None:
                return state.name
            entity = article.entity_of(mention)
            if entity is not None and entity.kind in ("organisation", "person"):
                return _speaker_of_span(article, mention.start, mention.end)
    adjectives = [t for t in head.lefts if t.text[0].isupper() and t.idx >= start]
    states = (article.gazetteer.find_state(token.text) for token in adjectives)
    return next((state.name for state in states if state is not None), None)


def _speaker_of_span(article: ArticleContext, start: int, end: int) -> str | None:
    """Return the speaker that the characters from `start` to `end` name."""
    source = article.source_mention((start, end))
    resolution = resolve_government(article, source) or resolve_name(article, source)
    return resolution.speaker if resolution is not None else None
