"""Rules for source mentions that contain a name: full names, surnames, states and their seats, organisations.

The kind of a speaker is decided by evidence: a speaker without any is `unknown`. An entity label alone is none: small
models call unknown people organisations, and the other way round.
"""

import re
from collections import Counter
from itertools import pairwise

from pipeline.resolve.article_context import ArticleContext, Resolution, SourceMention, has_own_capital, is_plural
from pipeline.resolve.entities import Entity, fitting_people, is_organisation_name
from pipeline.resolve.gazetteer import GazetteerEntry
from pipeline.resolve.name_forms import (
    abbreviates,
    given_names,
    initials,
    name_key,
    name_suffix,
    name_words,
    normalise,
    starts_with_given_name,
    tidy_phrase,
)
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import Vocabulary, is_title, strip_name, word_pattern


def whole_body_name(source: SourceMention, mention: NameMention) -> str:
    """Return a body's name with the capitalised words and numbers before and `of` behind it: `Lost 52 Project`."""
    vocabulary = source.vocabulary
    bodies = vocabulary.organisation | vocabulary.institution | vocabulary.body
    if normalise(mention.name) not in bodies:
        return mention.name
    first = last = next((i for i, t in enumerate(source.tokens) if t.idx == mention.start), 0)
    while first:
        token = source.tokens[first - 1]
        is_part = token.text[0].isupper() or token.like_num or token.text in ("'", "’")  # of a plural: `Bishops'`
        if not is_part or token.lower_ in vocabulary.definite_articles:
            break
        first -= 1
    while last + 1 < len(source.tokens) and source.tokens[last + 1].lower_ in vocabulary.office_prepositions:
        behind = [t for t in source.tokens[last + 2 : last + 4] if t.text[0].isupper()]
        if not behind:
            break
        last = behind[-1].i - source.tokens[0].i
    start, end = source.tokens[first].idx, source.tokens[last].idx + len(source.tokens[last])
    return source.text[start - source.start : end - source.start]


# Entity labels of places.
PLACES = ("GPE", "LOC", "FAC")


def find_person(article: ArticleContext, name: str, offset: int) -> Entity | None:
    """Return the person that a name in any spelling (`REYK`) or one word refers to, by nearness before an offset."""
    words = name_words(name)
    if not words:
        return None
    for person in article.people:
        if person.words == words:
            return person
    full_names = [person for person in article.people if len(person.words) > 1]
    if len(words) > 1:
        return next((person for person in full_names if set(words) <= set(person.words)), None)
    mention = NameMention(offset, offset + len(name), name)
    return next(iter(fitting_people(mention, full_names, article.vocabulary)), None)


def _ends_name(text: str, vocabulary: Vocabulary) -> bool:
    """Return True for a text after a name that does not go on with another noun: the end, a comma, a preposition."""
    words = word_pattern(
        vocabulary.pronoun_additions
        | vocabulary.after_noun
        | vocabulary.after_office_name
        | frozenset(vocabulary.conjunctions)
    )
    return re.match(rf"(?:\.(?=-\s))?\s*(?:[’'\"”]+\s*)?(?:$|[,(]|[–—-]\s|(?:{words})\b)", text) is not None


def head_name(source: SourceMention) -> NameMention | None:
    """Return the name that is the head of a source mention: after it the mention ends, or a preposition or comma."""
    describing = word_pattern(source.vocabulary.describing_prepositions)
    possessive = word_pattern(source.vocabulary.possessive_endings)
    # "Kestrian and allied officials"
    adjectives = {(t.idx, t.idx + len(t)) for t in source.tokens if t.dep_ == "amod" and t.head == source.head}
    for mention in source.mentions:
        if mention.start < source.start or (mention.start, mention.end) in adjectives:
            continue
        before, behind = source.text[: mention.start - source.start], source.text[mention.end - source.start :]
        behind = behind.removeprefix(".") if name_suffix(mention.name) else behind
        if re.match(rf"(?:{possessive}|['’])\b", behind):
            continue
        # "the paper which had the stamp Protected B"
        opens_clause = any(word in source.vocabulary.relative_pronouns for word in before.lower().split())
        if not _ends_name(behind, source.vocabulary) or opens_clause:
            continue
        found = list(re.finditer(rf"\b(?:{describing})\b(?!.*,)", before))
        if not found or _is_person_of_body(before[: found[-1].start()], before[found[-1].end() :], source.vocabulary):
            return mention
    return None


def _is_person_of_body(front: str, behind: str, vocabulary: Vocabulary) -> bool:
    """Return True for `Centre for Health scientist` before a name, not for `a spokesman for opposition leader`.

    `front` and `behind` are the words before and after the last preposition.
    """
    fronts, words = normalise(front).split(), behind.split()
    if len(words) < 2 or any(vocabulary.is_person_noun(word) for word in fronts):
        return False
    is_body = any(word in vocabulary.organisation | vocabulary.institution for word in fronts)
    return is_body and words[0][0].isupper() and vocabulary.is_person_noun(normalise(words[-1]))


def _names_describe(article: ArticleContext, source: SourceMention, end: int) -> bool:
    """Return True when the names only describe the noun of a mention (`relations between Kestria and Velmora`)."""
    vocabulary = article.vocabulary
    for word in article.text[source.start : max(source.mentions[0].start, source.start)].split():
        is_small = word in vocabulary.definite_articles or word in vocabulary.two or is_title(word, vocabulary.titles)
        if word.islower() and not is_small:
            return True
    last = max(mention.end for mention in source.mentions if mention.start < end)
    return not _ends_name(article.text[last:end].rstrip(), vocabulary)


@speaker_rule("pair", 220, "name", "Korvath and Odei said it rained.")
def resolve_pair(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `X and Y` to a group with both names as members."""
    if len(source.mentions) < 2:
        return None
    # After a dash or in brackets comes what one of them is.
    inserted = re.search(r"\s[–—-]\s|\(", source.text)
    end = source.start + inserted.start() if inserted else source.end
    # Those whom a relative clause names do not speak: "voters who like Reyk and spoke to Orbis".
    end = min((t.idx for t in source.tokens if t.lower_ in article.vocabulary.relative_pronouns), default=end)
    mentions = [mention for mention in source.mentions if mention.start < end]
    if len(mentions) < 2:
        return None
    vocabulary = article.vocabulary
    of, the = word_pattern(vocabulary.of), word_pattern(vocabulary.definite_articles)
    front = article.text[source.start : mentions[0].start]
    is_office = re.search(rf"\b(?:{of})\s+(?:(?:{the})\s+)?$", front) is not None and not is_plural(source.head)
    if is_office and len(mentions) > 2:
        # The Secretary of the Concord, X and Y: the first name belongs to the office of X.
        mentions = mentions[1:]
    elif _names_describe(article, source, end):
        if source.head is None or source.head.tag_ != "NNS":
            return None
        return Resolution(tidy_phrase(source.text, has_own_capital(source.tokens[0])), "group")
    # Between two names are a comma or "and", and a title.
    joined = rf",?\s*(?:{word_pattern(vocabulary.conjunctions)}|,)\s+(?:[\w.-]+\s+){{0,3}}|,\s+"
    if not all(re.fullmatch(joined, article.text[one.end : two.start]) for one, two in pairwise(mentions)):
        return None
    names = []
    for mention in mentions:
        entry, entity = article.gazetteer.find(mention.name), article.entity_of(mention)
        names.append((entry or entity or mention).name)
    is_list = vocabulary.has_conjunction(source.text)
    return Resolution(vocabulary.join_names(names), "group", tuple(names)) if is_list else None


@speaker_rule("body_name", 250, "name", "Orbis Research Group said it rained.", is_form=True)
def resolve_full_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name of two words or more to the gazetteer's or the article's fullest form of it."""
    mention = head_name(source)
    if mention is None or len(name_words(mention.name)) < 2:
        return None
    entry = article.gazetteer.find(mention.name)
    if entry is not None:
        return Resolution(entry.name, entry.kind)
    entity = article.entity_of(mention)
    if entity is not None:
        return Resolution(strip_name(entity.name, article.vocabulary), entity.kind)
    is_organisation = is_organisation_name(mention.name, article.vocabulary) or mention.name.isupper()
    is_person = mention.label == "PERSON" or starts_with_given_name(mention.name)
    kind = "organisation" if is_organisation else "person" if is_person or not mention.label else "unknown"
    return Resolution(strip_name(mention.name, article.vocabulary), kind)


@speaker_rule("full_name", 240, "name", "Ilse Korvath said it rained.", is_form=True)
def resolve_sure_full_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name of two words or more; not that of an unknown body, of which it is less sure where it ends."""
    resolution = resolve_full_name(article, source)
    if resolution is None or resolution.speaker is None or resolution.kind != "organisation":
        return resolution
    return resolution if article.gazetteer.find(resolution.speaker) is not None else None


@speaker_rule("surname", 260, "name", "Ilse Korvath came. Korvath said it rained.", is_form=True)
def resolve_surname(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve one word of a person's name to the fullest name in the article that has it."""
    mention = head_name(source)
    if mention is None or (len(name_words(mention.name)) > 1 and "-" not in mention.name):
        return None
    person = article.person_of(mention)
    if person is None or len(person.words) < 2:
        person = find_person(article, mention.name, mention.start)
    if person is None or len(person.words) < 2:
        return None
    is_first = name_words(mention.name)[-1:] == person.words[:1] and name_key(mention.name) not in given_names()
    if is_first and not any(m.label == "PERSON" or m.titles_before for m in person.mentions):
        return None  # it may be the beginning of a body's name: "Facebook Research"
    entry = article.gazetteer.find(mention.name)
    if entry is not None and entry.kind != "person" and not _is_person_not_state(article, person, mention, entry):
        # A state or body, not the surname that capitalised words such as "Tomorrow Kestria" would make of it.
        return None
    return Resolution(person.name, "person", rivals=mention.rival_names)


def _is_person_not_state(article: ArticleContext, person: Entity, mention: NameMention, state: GazetteerEntry) -> bool:
    """Return True for a surname that is also a state's name or capital, where the article speaks of the person.

    A first name alone makes no person of a state, and the name of a capital no state of a person where the article does
    not name the state itself.
    """
    if person.words[-1:] != name_words(mention.name)[-1:]:
        return mention.label == "PERSON"
    names_state = any(
        article.gazetteer.find(m.name) is state and name_key(m.name) == name_key(state.name) for m in article.mentions
    )
    is_alias = name_key(mention.name) != name_key(state.name)
    if is_alias and not names_state:
        return True
    is_labelled = any(m.label == "PERSON" or m.titles_before for m in person.mentions)
    is_person = is_labelled or starts_with_given_name(person.name)
    return is_person and mention.label not in PLACES


@speaker_rule("known_name", 270, "name", "Kestria said it rained.", is_form=True)
def resolve_known_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name or alias of the gazetteer: a state or its capital, a person, an organisation."""
    end = source.core[-1].idx + len(source.core[-1]) if source.core else source.end
    for text in (source.text, source.text[: end - source.start]):
        entry = article.gazetteer.find(strip_name(text, article.vocabulary)) or article.gazetteer.find(text)
        if entry is not None:
            return Resolution(entry.name, entry.kind)
    return None


@speaker_rule("short_form", 280, "name", "The Basin Power Company met. The BPC said it rained.", is_form=True)
def resolve_acronym(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve an acronym, put in brackets after a name or made of its capitals, to that name."""
    mention = head_name(source)
    if mention is None:
        return None
    letters = normalise(mention.name).replace(" ", "")
    if not (mention.name.isupper() and 2 <= len(letters) <= 6) and f"({mention.name})" not in article.text:
        return None
    the = word_pattern(article.vocabulary.definite_articles)
    in_brackets = rf"([^()\n]{{3,80}}?)\s*\(\s*(?:(?:{the})\s+)?{re.escape(mention.name)}\s*\)"
    brackets = re.search(in_brackets, article.text)
    for entity in article.entities:
        capitals = "".join(w[0] for w in re.findall(r"[^\W\d_]+", entity.name) if w[0].isupper()).casefold()
        is_before = brackets is not None and brackets.group(1).endswith(entity.name)
        # A short name such as `Velgeo` begins like the long one.
        begins_alike = not mention.name.isupper() and normalise(entity.name)[:1] == letters[:1]
        is_short = is_before and (abbreviates(letters, initials(entity.name)) or begins_alike)
        matches = capitals == letters or is_short
        if len(entity.words) > 1 and matches:
            return Resolution(entity.name, entity.kind if entity.kind != "person" else "organisation")
    return None


@speaker_rule("single_name", 290, "name", "Orbis said it rained.", is_form=True)
def resolve_single_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name without a known fuller form to itself, or to an organisation's name that ends with it."""
    mention = head_name(source)
    if mention is None:
        return None
    entity = article.entity_of(mention)
    if entity is None and source.head is not None and not (mention.start <= source.head.idx < mention.end):
        return None
    last_word = name_words(mention.name)[-1:]
    longer = [e for e in article.entities if len(e.words) > 1 and e.words[-1:] == last_word and e.kind != "person"]
    if longer and not mention.titles_before:
        return Resolution(longer[0].name, longer[0].kind)
    if (whole := whole_body_name(source, mention)) != mention.name:
        return Resolution(whole, "organisation")
    kind = entity.kind if entity is not None else "organisation"
    if any(word in article.vocabulary.titles for word in mention.titles_before):
        kind = "person"
    return Resolution(strip_name(mention.name, article.vocabulary), kind)


_MIN_LABELS = 2
_MAX_ACRONYM = 6


def kind_by_evidence(article: ArticleContext, resolution: Resolution) -> str:
    """Return the kind of a resolved speaker; `unknown` for an organisation that nothing shows to be one."""
    if resolution.speaker is None:
        return "unknown"
    name = resolution.speaker
    if resolution.kind == "unknown" and name.istitle() and is_shown_organisation(article, name):
        return "organisation"
    if resolution.kind != "organisation" or article.gazetteer.find(name) is not None:
        return resolution.kind
    if name[:1].islower():
        # The head noun: the word before the first preposition.
        front = re.split(rf",|\b(?:{word_pattern(article.vocabulary.after_noun)})\b", name, maxsplit=1)[0]
        return kind_of_noun(normalise(front).rpartition(" ")[2], False, article.vocabulary)
    if is_shown_organisation(article, name):
        return "organisation"
    # A person's last word is used alone, or the person has a gender.
    entity = article.entity_named(name)
    if entity is None:
        return "unknown"
    used_alone = len(entity.words) > 1 and any(m.name == name.split()[-1] for m in entity.mentions)
    return "person" if used_alone or entity.gender else "unknown"


def is_shown_organisation(article: ArticleContext, name: str) -> bool:
    """Return True for a name with a head noun of bodies, an acronym, one after `the`, and one often labelled so."""
    vocabulary = article.vocabulary
    words = normalise(name).split()
    if is_organisation_name(name, vocabulary) or any(word in _body_nouns(vocabulary) for word in words):
        return True
    if any(part.isupper() and 1 < len(part) <= _MAX_ACRONYM for part in re.findall(r"\w+", name)):
        return True
    the = word_pattern(vocabulary.definite_articles)
    if re.search(rf"\b(?:{the})\s+{re.escape(name)}\b(?!['’]s?\s)", article.text, re.IGNORECASE):
        return True
    entity = article.entity_named(name)
    longer = (e for e in article.entities if len(e.words) > 1 and e.words[:1] == (name_key(name),))
    if any(other.kind == "organisation" for other in longer):
        return True
    if entity is None:
        return False
    # Most mentions, two or more, are labelled an organisation and none a person.
    labels = Counter(mention.label for mention in entity.mentions)
    surnames = len(entity.words) > 1 and any(m.name == entity.name.split()[-1] for m in entity.mentions)
    return labels["ORG"] >= max(_MIN_LABELS, len(entity.mentions) / 2) and not labels["PERSON"] and not surnames


def kind_of_noun(noun: str, is_plural: bool, vocabulary: Vocabulary) -> str:
    """Return the kind of speakers that a head noun names; `unknown` where it says nothing."""
    if noun in vocabulary.documents or noun in vocabulary.other_documents:
        return "document"
    if vocabulary.is_person_noun(noun):
        return "group" if is_plural else "anonymous"
    if noun in vocabulary.organisation or noun in _body_nouns(vocabulary) or noun in vocabulary.government:
        return "group" if is_plural else "organisation"
    return "group" if noun in vocabulary.collective or (is_plural and noun in vocabulary.states) else "unknown"


def _body_nouns(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the nouns for institutions, firms and media."""
    bodies = vocabulary.body | vocabulary.institution | vocabulary.generic
    return bodies | vocabulary.company_forms | vocabulary.outlets
