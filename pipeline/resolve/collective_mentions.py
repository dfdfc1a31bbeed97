"""Rule for several speakers at once (`the two presidents`, `the parties`): the members that the article names."""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.nominal_mentions import describe_source
from pipeline.resolve.source_mention import Resolution, SourceMention
from pipeline.resolve.speaker_rules import speaker_rule

_MAX_PARAGRAPHS_BACK = 3
_MAX_TOKENS = 4


@speaker_rule("members", order=120, kind="description", example="Korvath met Odei. The two ministers said it rained.")
def resolve_members(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the two presidents` to those whom the article calls so, if it names just as many; and `the parties`."""
    if source.head is None or len(source.tokens) > _MAX_TOKENS:
        return None
    if names := _participants(article, source):
        return Resolution(article.vocabulary.join_names(names), "group", tuple(names))
    number, is_member = _number(article, source), _member_test(article, source.head)
    if not number or is_member is None:
        return None
    names = _member_names(article, source.start, is_member, number)
    if len(names) != number:
        return None
    # `Both governments` is kept as written; two presidents are called by their names.
    are_states = source.head.lemma_.lower() in article.vocabulary.states
    speaker = describe_source(article, source) if are_states else article.vocabulary.join_names(names)
    return Resolution(speaker, "group", tuple(names))


def _participants(article: ArticleContext, source: SourceMention) -> list[str]:
    """Return the two who meet or agree by the first sentence, for `the parties`; nothing where others may take part.

    People come before bodies and states, and leaders are people.
    """
    vocabulary, head = article.vocabulary, source.head
    if head is None or head.tag_ not in ("NNS", "NNPS") or len(source.tokens) != 2:
        return []
    noun = head.lemma_.lower()
    if source.tokens[0].lower_ not in vocabulary.definite_articles or noun not in vocabulary.participants:
        return []
    end = next(iter(article.tokens.sentence_starts[1:]), len(article.text))
    kinds = ("person",) if vocabulary.is_person_noun(noun) else ("person", "organisation", "country")
    first = [e for e in article.entities if e.mentions[0].start < end and e.kind in kinds]
    entities = next((of_kind for kind in kinds if (of_kind := [e for e in first if e.kind == kind])), [])
    meets = any(t.idx < end and t.lemma_.lower() in vocabulary.meetings for t in article.doc)
    if len(entities) != 2 or not meets or _meet_others(article, entities, end):
        return []
    return _known_names(article, entities)


def _meet_others(article: ArticleContext, entities: list[Entity], end: int) -> bool:
    """Return True for "X and Y met with a delegation", False for "X met with Y" and "X and Y met"."""
    one, other = (entity.mentions[0] for entity in entities)
    meeting = [t.idx for t in article.doc if t.idx < end and t.lower_ in article.vocabulary.companion_prepositions]
    return any(i > other.end for i in meeting) and not any(one.end < i < other.start for i in meeting)


def _number(article: ArticleContext, source: SourceMention) -> int:
    """Return how many members a source mention means, 0 where it does not tell."""
    vocabulary = article.vocabulary
    words = {token.lower_ for token in source.tokens}
    numerals = ((2, vocabulary.two), (3, vocabulary.three), (4, vocabulary.four))
    return next((number for number, known in numerals if words & known), 0)


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
    quoted = [*article.direct_spans, *article.indirect_spans]
    members = [
        entity
        for entity in article.entities
        if is_member(entity) and any(not article.is_inside(m.start, quoted) for m in entity.mentions)
    ]
    here = article.paragraph_number(offset)
    for back in range(_MAX_PARAGRAPHS_BACK + 1):
        near = [e for e in members if any(_is_near(article, m.start, offset, here - back, quoted) for m in e.mentions)]
        if len(near) >= number:
            return _known_names(article, near)
    return _known_names(article, members)


def _is_near(article: ArticleContext, start: int, offset: int, paragraph: int, quoted: list[Span]) -> bool:
    """Return True for a name outside quotes that comes before an offset, in a paragraph or a later one."""
    return start < offset and article.paragraph_number(start) >= paragraph and not article.is_inside(start, quoted)


def _known_names(article: ArticleContext, entities: list[Entity]) -> list[str]:
    """Return the names of entities, as the gazetteer has them where it does, each once."""
    return list(dict.fromkeys(article.gazetteer.known_name(entity.name) for entity in entities))
