"""Rules for phrases and groups: roles, documents, lists, phrases used before, and speakers that are their phrase."""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import (
    AntecedentCandidate,
    ArticleContext,
    Resolution,
    SourceMention,
    has_own_capital,
    is_indefinite,
    is_plural,
    resolution_to,
)
from pipeline.resolve.name_forms import normalise, tidy_phrase
from pipeline.resolve.name_rules import (
    head_name,
    kind_of_noun,
    resolve_by_first,
    resolve_full_name,
    resolve_single_name,
    resolve_surname,
)
from pipeline.resolve.office_rules import (
    asked_role,
    find_paraphrased_holder,
    find_role_holder,
    first_state,
    resolve_institution,
    resolve_name,
    resolve_office_and_name,
)
from pipeline.resolve.pronoun_rules import find_antecedent, find_person_antecedent
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import is_title, strip_name, word_pattern


def _names_person(article: ArticleContext, noun: Token) -> bool:
    """Return True for a noun that is a title, a form of address or a word for a human being."""
    vocabulary = article.vocabulary
    is_title_word = noun.lower_ in vocabulary.titles or noun.lower_ in vocabulary.royal
    return is_title_word or vocabulary.is_person_noun(noun.lemma_.lower())


@speaker_rule("role", order=310, kind="description", example="Ilse Korvath, the mayor, came. The mayor said it rained.")
def resolve_role(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the foreign minister` to who is introduced so, else by the gazetteer to who held that office then."""
    if source.head is None or is_indefinite(source) or is_plural(source.head):
        return None
    if not _names_person(article, source.head):
        return None
    asked = asked_role(source)
    if asked is None:
        return None
    holder = find_role_holder(article, asked, source.start)
    if holder is not None:
        return Resolution(holder.name, "person")
    holder = find_paraphrased_holder(article, source, asked)
    return Resolution(holder.name, "person") if holder is not None else None


@speaker_rule("government", order=300, kind="description", example="The Kestrian government said it rained.")
def resolve_government(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the Kestrian government` or `the authorities in Tolvar` to the state."""
    vocabulary = article.vocabulary
    head = source.head
    if head is None or head.lower_ not in vocabulary.government or vocabulary.has_conjunction(source.text):
        return None
    if vocabulary.qualifiers_of(t.lower_ for t in source.core):
        return None
    words = {normalise(t.text) for t in source.tokens if t.is_alpha and t.text[0].isupper()}
    named = (article.gazetteer.find_state(mention.name) for mention in source.mentions)
    state = first_state(article, words) or next((entry.name for entry in named if entry), "")
    is_bare = len(source.tokens) == 2 and source.tokens[0].lower_ in vocabulary.definite_articles
    state = state or (article.only_state if is_bare else "")
    return Resolution(state, "country") if state else None


def describe_source(article: ArticleContext, source: SourceMention) -> str:
    """Return a mention as the name of an unnamed speaker.

    People lose their titles, possessive pronouns become the name they refer to, and the first letter becomes small.
    """
    edits: list[tuple[int, int, str]] = []
    the_words = word_pattern(article.vocabulary.definite_articles)
    for mention in source.mentions:
        entity = article.entity_of(mention)
        if mention.start >= source.start and entity is not None and entity.kind == "person":
            start = mention.start
            while (word := re.search(r"[\w.-]+\s$", article.text[source.start : start])) and _is_capitalised_title(
                article, word.group()
            ):
                start = source.start + word.start()
            if start < mention.start and (
                the := re.search(rf"\b(?:{the_words})\s$", article.text[source.start : start])
            ):
                start = source.start + the.start()
            edits.append((start, mention.end, mention.name))
    for token in source.tokens:
        if token.tag_ == "PRP$" and (possessor := find_possessor(article, token)):
            edits.append((token.idx, token.idx + len(token), article.vocabulary.possessive(possessor)))
    text = source.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[: start - source.start] + replacement + text[end - source.start :]
    first = source.tokens[0] if source.tokens else None
    keep_capital = first is not None and (has_own_capital(first) or (first.tag_ == "PRP$" and bool(edits)))
    # One spelling in an article: the small one if it has that, else the one with a capital within a sentence.
    small, capital = tidy_phrase(text), tidy_phrase(text, keep_capital=True)
    if f" {small}" in article.text:
        return small
    return capital if keep_capital or re.search(rf"[\w,] {re.escape(capital)}\b", article.text) else small


def _is_capitalised_title(article: ArticleContext, word: str) -> bool:
    return is_title(word, article.vocabulary.titles) and word[0].isupper()


def find_possessor(article: ArticleContext, pronoun: Token) -> str:
    """Return the name that a possessive pronoun refers to; an empty string for several people and for unnamed ones."""
    vocabulary = article.vocabulary
    if pronoun.lower_ in vocabulary.personal_pronouns:
        antecedent = find_person_antecedent(article, pronoun.idx, pronoun.lower_)
    elif pronoun.lower_ in vocabulary.thing_pronouns:
        antecedent = find_antecedent(article, pronoun.idx, lambda c: c.kind in ("organisation", "country"))
    else:
        return ""
    return antecedent.speaker if antecedent is not None and antecedent.speaker[:1].isupper() else ""


@speaker_rule("group", order=380, kind="phrase", example="Two bakers said it rained.")
def resolve_group(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve several people to their noun phrase; a mention without letters to nobody."""
    if not (is_plural(source.head) or source.vocabulary.has_conjunction(source.text)):
        return None
    if not any(c.isalpha() for c in source.text):
        return Resolution(None)
    return Resolution(describe_source(article, source), _kind_of_several(article, source))


def _kind_of_several(article: ArticleContext, source: SourceMention) -> str:
    """Return `group` for people or bodies, `document` for papers and data, `unknown` for other things in the plural."""
    head = source.head
    if head is None or not is_plural(head):
        return "group"
    kind = kind_of_noun(head.lemma_.lower(), True, article.vocabulary)
    is_named = head.tag_ == "NNPS" or head.ent_type_ in ("NORP", "ORG")
    is_people = is_named or source.vocabulary.has_conjunction(source.text)
    return "group" if kind == "unknown" and is_people else kind


@speaker_rule("noun_phrase", order=400, kind="phrase", example="The forecast said it would rain.")
def resolve_noun_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve anything else (an office, a firm, a document) to its noun phrase."""
    if source.head is None:
        return None
    text = describe_source(article, source)
    kind = kind_of_noun(source.head.lemma_.lower(), is_plural(source.head), article.vocabulary)
    return Resolution(text if strip_name(text, article.vocabulary, titles=()) else None, kind)


_MAX_CORE_TOKENS = 3
# Kinds of speakers that have no name, although their phrase may begin with one (`Kestrian officials`).
_UNNAMED_KINDS = ("anonymous", "group")


@speaker_rule(
    "same_phrase", order=350, kind="description", example="A senior official left. The official said it rained."
)
def resolve_repeated_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the official` to `a senior official`, who spoke before: an unnamed speaker with the same head noun."""
    speaker = _earlier_speaker(article, source)
    if speaker is None or (speaker.speaker[:1].isupper() and speaker.kind not in _UNNAMED_KINDS):
        return None
    return resolution_to(speaker)


def _repeats_noun(source: SourceMention) -> bool:
    """Return True for a short definite phrase: `the union`, `that person`."""
    if source.head is None or is_indefinite(source) or len(source.core) > _MAX_CORE_TOKENS:
        return False
    return source.tokens[0].lower_ in source.vocabulary.definite_repeated


def _earlier_quote(article: ArticleContext, source: SourceMention) -> tuple[Quote, AntecedentCandidate] | None:
    """Return the last quote before, and its speaker, whose source mention has the same head noun and these names."""
    if source.head is None:
        return None
    noun = article.vocabulary.base_role(source.head.lemma_.lower())
    for earlier, speaker in reversed(article.resolved_quotes):
        is_same = has_head(article, earlier, noun, is_plural(source.head))
        if is_same and _has_names(source, earlier, speaker.speaker):
            return earlier, speaker
    return None


def _earlier_speaker(article: ArticleContext, source: SourceMention) -> AntecedentCandidate | None:
    """Return the speaker of the last quote with the same head noun; None if just one is former, deputy or the like."""
    found = _earlier_quote(article, source) if _repeats_noun(source) else None
    return found[1] if found is not None and _same_qualifiers(article, found[0], source) else None


def has_head(article: ArticleContext, quote: Quote, noun: str, plural: bool) -> bool:
    """Return True when the source mention of an earlier quote has a noun as its head, in the same number."""
    if quote.source is None:
        return False
    head = article.source_mention(quote.source).head
    is_same = head is not None and article.vocabulary.base_role(head.lemma_.lower()) == noun
    return is_same and is_plural(head) == plural


def _same_qualifiers(article: ArticleContext, quote: Quote, source: SourceMention) -> bool:
    """Return True unless just one of two mentions is of a former, deputy or later office holder."""
    earlier = article.source_mention(quote.source) if quote.source else source
    one, other = (article.vocabulary.qualifiers_of(t.lower_ for t in mention.core) for mention in (earlier, source))
    return one == other


def _has_names(source: SourceMention, earlier: Quote, speaker: str) -> bool:
    """Return True when an earlier mention or its speaker has the names of a mention: no other campaign's for Renn's."""
    names = {normalise(t.text) for t in source.core[1:] if t.text[0].isupper()}
    words = {*normalise(earlier.words(earlier.source) or "").split(), *normalise(speaker).split()}
    return names <= words


@speaker_rule("document", order=130, kind="phrase", example="Korvath wrote a letter. The letter said it rained.")
def resolve_document(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `her statement` or `the poll` to who made it, as this or an earlier mention of it says."""
    noun = _document_noun(article, source)
    if noun is None:
        return None
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


_RULES = (
    resolve_government,
    resolve_office_and_name,
    resolve_institution,
    resolve_full_name,
    resolve_surname,
    resolve_role,
)


@speaker_rule(
    "joined", order=230, kind="description", example="The Citadel and the Kestrian government said it rained."
)
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
    resolution = resolve_by_first(_RULES, article, part)
    if resolution is None and any(token.pos_ == "NOUN" for token in part.tokens):
        # "Retailer Orbis": a name of one word alone may be the end of the name before it.
        resolution = resolve_single_name(article, part)
    return resolution if resolution is not None and (resolution.speaker or "")[:1].isupper() else None


_SMALL = ("PRON", "DET", "NUM", "ADP", "PART", "CCONJ", "PUNCT", "ADV")


@speaker_rule("no_speaker", order=90, kind="nobody", example="One of them said it rained.")
def reject_non_speaker(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Return a resolution to nobody for what cannot be a name or description; None, so that other rules go on, else."""
    is_known = article.gazetteer.find(source.text) is not None  # the US
    return Resolution(None) if _is_bare_pronoun(source) and not is_known else None


def _is_bare_pronoun(source: SourceMention) -> bool:
    """Return True for a mention of small words only: `she`, `one of them`, `the other`; not for `the accused`."""
    if source.mentions or not source.tokens:
        return False
    small = source.vocabulary.pointing | source.vocabulary.pronoun_additions
    return all(token.pos_ in _SMALL or token.lower_ in small for token in source.tokens)


def find_affiliation(article: ArticleContext, source: SourceMention) -> str | None:
    """Return the first state, organisation or person that the description of an unnamed speaker names, or None."""
    for mention in source.mentions:
        entity, state = article.entity_of(mention), article.gazetteer.find_state(mention.name)
        if state is not None:
            return state.name
        if entity is not None and entity.kind in ("organisation", "person"):
            return entity.name
    return None
