"""For whom somebody speaks by a noun phrase: `Velmoran foreign minister`, `a researcher at the Lorne Centre`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.institutions import Institution, distinguishing_parts, find_fullest
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.nominal_mentions import resolve_government
from pipeline.resolve.office_mentions import resolve_name
from pipeline.resolve.repeated_nouns import resolve_repeated_noun
from pipeline.resolve.sides.named_bodies import KnownName, find_known_names, has_noun, is_noun, side_of_entry
from pipeline.resolve.sides.office_phrase import NOUNS, OfficePhrase, without_determiner
from pipeline.resolve.sides.side import Side, span_of
from pipeline.resolve.vocabulary import Vocabulary

OFFICE, MEMBER, SUPERIOR = "office", "member", "superior"
REPEATED = "repeated_body"
_PEOPLE = "NORP"  # the label of a people's name: a Chechen leader speaks for no body of that name
# Returns the side of a person or body of the article by name, and whether it is a person.
SideOfName = Callable[[str], tuple[str | None, bool]]


def side_of_phrase(article: ArticleContext, tokens: Sequence[Token], side_of_name: SideOfName) -> Side | None:
    """Return for whom somebody speaks whom a noun phrase describes; None where the phrase does not say so."""
    phrase = OfficePhrase(without_determiner(tokens), article.vocabulary)
    if not phrase.head or phrase.is_excluded:
        return None
    found = _side_in_core(article, phrase, side_of_name)
    return found or (_side_behind(article, phrase, side_of_name) if phrase.speaks_for_body else None)


def _side_in_core(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side that the words before the preposition name."""
    vocabulary, core = article.vocabulary, phrase.core
    known = find_known_names([token.text for token in core], article.gazetteer)
    owners = [(name, owner) for name in known if (owner := side_of_entry(name.entry, vocabulary))]
    if _joins(core, vocabulary) and (len({owner for _, owner in owners}) > 1 or phrase.is_plural):
        return None
    if owners:
        name, owner = owners[0]
        if name.entry.kind == "country" and _is_state_office(phrase, name):
            return Side(owner, OFFICE, span_of(core))
        if name.entry.kind != "country" and phrase.speaks_for_body and not phrase.is_member:
            return Side(owner, MEMBER, span_of(core))
    if not phrase.speaks_for_body:
        return None
    return _owned_core(article, phrase, side_of_name) or _called_in_core(article, phrase, side_of_name)


def _joins(core: list[Token], vocabulary: Vocabulary) -> bool:
    """Return True for words joined by `and`."""
    return any(token.lower_ in vocabulary.conjunctions for token in core)


def _is_state_office(phrase: OfficePhrase, state: KnownName) -> bool:
    """Return True for an office or organ of a state, which no noun in the phrase makes another body's."""
    vocabulary, core = phrase.vocabulary, phrase.core
    organs = vocabulary.state_organs | vocabulary.state_bodies
    if not (phrase.speaks_for_state or is_noun(phrase.head, vocabulary.state_organs)):
        return False
    allowed = organs | vocabulary.office_words | vocabulary.state_speakers | vocabulary.current
    is_sure = is_noun(phrase.head, vocabulary.sure_offices)
    others = [t for i, t in enumerate(core) if t.pos_ in NOUNS and not state.first <= i < state.end]
    return all(
        is_noun(word, allowed) or word in vocabulary.role_qualifiers or (is_sure and token.text[0].islower())
        for token in others
        for word in normalise(token.lemma_).split()
        if len(word) > 1
    )


def _owned_core(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side of the owner or body before the head: "Orbis spokesman", "Gavrel's aide"."""
    start, end = span_of(phrase.core)
    adjectives = {token.idx for token in phrase.core if token.pos_ == "ADJ" or token.ent_type_ == _PEOPLE}
    inside = (m for m in article.mentions if start <= m.start and m.end < end and m.start not in adjectives)
    mentions = [m for m in inside if article.gazetteer.find_state(m.name) is None]
    named = [(m, entity) for m in mentions if (entity := article.entity_of(m)) is not None]
    owner = next(((m, e) for m, e in named if e.kind in ("organisation", "person")), None)
    if owner is None:
        return None
    mention, entity = owner
    is_person = entity.kind == "person"
    organs = [t for t in phrase.core[:-1] if is_noun(normalise(t.lemma_), article.vocabulary.state_organs)]
    if not is_person and any(token.idx >= mention.end for token in organs):
        return None  # "Ostry police official": the words do not say whose police
    side, _ = side_of_name(entity.name)
    return Side(side, SUPERIOR if is_person else MEMBER, (start, end)) if side else None


def _called_in_core(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side of `the ministry` in "the ministry's spokesman", or `union` in "union president"."""
    for at, token in enumerate(phrase.core[:-1]):
        name = _body_called(article, phrase.core[: at + 1]) if token.pos_ in NOUNS else None
        if name is None and phrase.core[at + 1].tag_ == "POS":
            name = named_behind(article, _with_determiner(phrase.core[: at + 1]))
        if name:
            side, _ = side_of_name(name)
            if side:
                return Side(side, REPEATED, span_of(phrase.core))
    return None


def _with_determiner(tokens: list[Token]) -> list[Token]:
    """Return tokens with the determiner before them."""
    before = tokens[0].i - 1
    return [tokens[0].doc[before], *tokens] if before >= 0 and tokens[0].doc[before].pos_ == "DET" else tokens


def _body_called(article: ArticleContext, tokens: list[Token]) -> str | None:
    """Return the name of the one body of the article that a noun with the words before it may mean."""
    vocabulary, noun = article.vocabulary, normalise(tokens[-1].text)
    start, end = span_of(tokens)
    if noun in vocabulary.body:
        words, state = distinguishing_parts(article.text[start:end], noun, article.gazetteer)
        if len({other.state for other in article.institutions if other.head == noun and other.state}) > 1:
            return None
        fullest = find_fullest(Institution(start, end, noun, noun, words, state), article.institutions)
        return fullest.name if fullest is not None else None
    if noun not in vocabulary.organisation | vocabulary.generic or noun in vocabulary.legislatures:
        return None
    named = [e for e in article.entities if e.kind == "organisation" and noun in normalise(e.name).split()]
    before = {e.name for e in named if e.mentions[0].start < start}
    return before.pop() if len(before) == 1 else None


def _side_behind(article: ArticleContext, phrase: OfficePhrase, side_of_name: SideOfName) -> Side | None:
    """Return the side that stands behind a preposition: `Velmora` of "president of Velmora"."""
    vocabulary = article.vocabulary
    for preposition, tokens in phrase.behind:
        serves = is_noun(phrase.head, vocabulary.advisers)
        if preposition not in vocabulary.affiliation_prepositions or (preposition in vocabulary.serving and not serves):
            continue
        text, span = " ".join(token.text for token in tokens), (span_of(phrase.core)[0], span_of(tokens)[1])
        if any(is_noun(token.text, vocabulary.without_side) for token in tokens):
            return None
        if not phrase.speaks_for_state and has_noun(text, vocabulary.legislatures):
            return None
        known = find_known_names([token.text for token in tokens], article.gazetteer)
        states = {name.entry.name for name in known if name.entry.kind == "country"}
        if len(states) > 1:
            return None
        if states and _is_of_state(phrase, preposition, tokens, known[0]):
            return Side(known[0].entry.name, OFFICE, span)
        if known and not states and (side := _owner_of_organ(article, tokens, known[0])):
            return Side(side, MEMBER, span)
        name = named_behind(article, tokens)
        side, is_person = side_of_name(name) if name else (None, False)
        is_place = preposition in vocabulary.located and not has_body_noun(article, name or "")
        if side and side not in states and not is_place:
            return Side(side, SUPERIOR if is_person else MEMBER, span)
    return None


def has_body_noun(article: ArticleContext, name: str) -> bool:
    """Return True for a name that is not a place's: a noun in it says that it is a body's."""
    vocabulary = article.vocabulary
    return article.gazetteer.find(name) is not None or has_noun(
        name, vocabulary.organisation | vocabulary.institution | vocabulary.body
    )


def _is_of_state(phrase: OfficePhrase, preposition: str, tokens: list[Token], state: KnownName) -> bool:
    """Return True where a preposition links an office to its state: not to an envoy's host or where somebody lives."""
    vocabulary = phrase.vocabulary
    if state.entry.kind != "country":
        return False
    others = [t for i, t in enumerate(tokens) if not state.first <= i < state.end and t.ent_type_ != "PERSON"]
    nouns = [t for t in others if t.pos_ in NOUNS]
    words = [word for token in nouns for word in normalise(token.lemma_).split() if len(word) > 1]
    organs = vocabulary.state_organs | vocabulary.state_bodies
    if not all(is_noun(word, organs | vocabulary.state_speakers | vocabulary.office_words) for word in words):
        return False
    if any(is_noun(word, organs) for word in words):
        return True
    is_host = preposition not in vocabulary.of and is_noun(phrase.head, vocabulary.hosted)
    is_place = preposition in vocabulary.place_before - vocabulary.of and not is_noun(phrase.head, vocabulary.in_seat)
    return phrase.speaks_for_state and not is_host and not is_place


def _owner_of_organ(article: ArticleContext, tokens: list[Token], owner: KnownName) -> str | None:
    """Return the known organisation that an organ without a name belongs to: "the Concord's monitoring mission"."""
    vocabulary = article.vocabulary
    rest = tokens[owner.end :]
    is_organ = any(is_noun(normalise(t.text), vocabulary.state_bodies | vocabulary.state_organs) for t in rest)
    return side_of_entry(owner.entry, vocabulary) if is_organ or not rest else None


def named_behind(article: ArticleContext, tokens: list[Token]) -> str | None:
    """Return the person or body that a noun phrase behind a preposition refers to."""
    source = article.source_mention(span_of(tokens))
    if not source.tokens or tokens[-1].text == "-":  # a UK-based group
        return None
    resolutions = (rule(article, source) for rule in (resolve_government, resolve_name, resolve_repeated_noun))
    name = next((resolution.speaker for resolution in resolutions if resolution is not None), None)
    whole = _capitalised_part(tokens, article)
    return whole if name is not None and name in whole and len(name.split()) < len(whole.split()) else name


def _capitalised_part(tokens: list[Token], article: ArticleContext) -> str:
    """Return the words from the first capital to the last if only `and` and possessives stand between: a whole name."""
    capitals = [i for i, token in enumerate(tokens) if token.text[0].isupper()]
    if not capitals:
        return ""
    part = tokens[capitals[0] : capitals[-1] + 1]
    joins = all(t.text[0].isupper() or t.tag_ == "POS" or t.lower_ in article.vocabulary.conjunctions for t in part)
    start, end = span_of(part)
    return article.text[start:end] if joins else ""
