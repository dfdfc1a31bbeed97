"""Rules for phrases without a name: roles, groups, phrases used before, phrases as they are, and what names nobody."""

import re

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import (
    UNNAMED_KINDS,
    ArticleContext,
    Resolution,
    SourceMention,
    has_own_capital,
    is_indefinite,
    is_plural,
    resolution_to,
)
from pipeline.resolve.name_forms import name_key, normalise, tidy_phrase
from pipeline.resolve.name_rules import kind_of_noun
from pipeline.resolve.office_holders import (
    asked_role,
    find_paraphrased_holder,
    find_role_holders,
    first_state,
    mention_offsets,
)
from pipeline.resolve.pronoun_rules import find_antecedent, find_person_antecedent
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import is_title, strip_name, word_pattern

_MAX_CORE_TOKENS = 3


@speaker_rule("same_phrase", 350, "description", "A senior official left. The official said it rained.")
def resolve_repeated_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the official` to `a senior official`, who spoke before: an unnamed speaker with the same head noun."""
    if source.head is None or is_indefinite(source) or len(source.core) > _MAX_CORE_TOKENS:
        return None
    if source.tokens[0].lower_ not in source.vocabulary.definite:
        return None
    vocabulary, head = article.vocabulary, source.head
    # No other campaign's for Renn's, and not `the chairwoman` for `the chairman`.
    names = {normalise(t.text) for t in source.core[1:] if t.text[0].isupper()}
    for earlier, speaker in reversed(article.resolved_quotes):
        if earlier.source is None or not has_head_of(article, earlier, source):
            continue
        heads = [head, article.source_mention(earlier.source).head or head]
        words = normalise(f"{earlier.words(earlier.source)} {speaker.speaker}").split()
        if names.issubset(words) and len({vocabulary.gender_of_word(t.lower_) for t in heads} - {""}) < 2:
            is_named = speaker.speaker[:1].isupper() and speaker.kind not in UNNAMED_KINDS
            return resolution_to(speaker) if not is_named and same_qualifiers(article, earlier, source) else None
    return None


def has_head_of(article: ArticleContext, quote: Quote, source: SourceMention) -> bool:
    """Return True when the source mention of an earlier quote has the head noun of another, in the same number."""
    if quote.source is None:
        return False
    earlier, base_role = article.source_mention(quote.source), article.vocabulary.base_role
    is_same = earlier.head is not None and base_role(earlier.noun) == base_role(source.noun)
    return is_same and is_plural(earlier.head) == is_plural(source.head)


def same_qualifiers(article: ArticleContext, quote: Quote, source: SourceMention) -> bool:
    """Return True unless just one of two mentions is of a former, deputy or later office holder."""
    earlier = article.source_mention(quote.source) if quote.source else source
    one, other = (article.vocabulary.qualifiers_of(t.lower_ for t in mention.core) for mention in (earlier, source))
    return one == other


def names_person(article: ArticleContext, noun: Token) -> bool:
    """Return True for a noun that is a title, a form of address or a word for a human being."""
    vocabulary, word = article.vocabulary, normalise(noun.text)
    is_title_word = (word in vocabulary.titles and noun.pos_ == "NOUN") or word in vocabulary.royal
    return is_title_word or any(map(vocabulary.is_person_noun, (word, noun.lemma_.lower())))


@speaker_rule("role", 310, "description", "Ilse Korvath, the mayor, came. The mayor said it rained.")
def resolve_role(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the foreign minister` to who is introduced so, or by an office that means the same."""
    if source.head is None or is_indefinite(source) or is_plural(source.head):
        return None
    if not names_person(article, source.head) or (asked := asked_role(source)) is None:
        return None
    if holders := find_role_holders(article, asked, source.start):
        holder, *rivals = holders
        nearest = max((o for o in mention_offsets(article, holder) if o < source.start), default=0)
        unnamed = (q for q, who in article.resolved_quotes if who.kind == "anonymous" and who.offset > nearest)
        if any(has_head_of(article, q, source) and same_qualifiers(article, q, source) for q in unnamed):
            return None
        return Resolution(holder.name, "person", rivals=tuple(rival.name for rival in rivals))
    other = find_paraphrased_holder(article, source, asked)
    return Resolution(other.name, "person") if other is not None else None


@speaker_rule("government", 300, "description", "The Kestrian government said it rained.")
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
        if mention.start >= source.start and article.person_of(mention) is not None:
            start = mention.start
            while word := re.search(r"[\w.-]+\s$", article.text[source.start : start]):
                if not (is_title(word.group(), article.vocabulary.titles) and word.group()[0].isupper()):
                    break
                start = source.start + word.start()
            the = re.search(rf"\b(?:{the_words})\s$", article.text[source.start : start])
            if start < mention.start and the:
                start = source.start + the.start()
            if re.search(r"\b[A-Z][\w.-]*\s$", article.text[source.start : start]):
                start = mention.start  # an aide to Kestrian President Gavrel
            edits.append((start, mention.end, mention.name))
    for token in source.tokens:
        if token.tag_ == "PRP$" and (possessor := find_possessor(article, token)):
            edits.append(
                (token.idx, token.idx + len(token), possessor + "".join(article.vocabulary.possessive_endings[:1]))
            )
    text = source.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[: start - source.start] + replacement + text[end - source.start :]
    first = source.tokens[0] if source.tokens else None
    keep_capital = first is not None and (has_own_capital(first) or (first.tag_ == "PRP$" and bool(edits)))
    # "Kestrian and allied officials", where the parse sees no name in an adjective that the text has elsewhere.
    keep_capital |= first is not None and any(m.name == first.text and m.start != first.idx for m in article.mentions)
    # One spelling in an article: the small one if it has that, else the one with a capital within a sentence.
    small, capital = tidy_phrase(text), tidy_phrase(text, keep_capital=True)
    if f" {small}" in article.text:
        return small
    return capital if keep_capital or re.search(rf"[\w,] {re.escape(capital)}\b", article.text) else small


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


@speaker_rule("group", 380, "phrase", "Two bakers said it rained.")
def resolve_group(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve several people to their noun phrase; a mention without letters to nobody."""
    if not (is_plural(source.head) or source.joins_several):
        return None
    if not any(c.isalpha() for c in source.text):
        return Resolution(None)
    head, kind = source.head, "group"
    if head is not None and is_plural(head):
        of_noun = kind_of_noun(source.noun, True, article.vocabulary)
        is_people = head.tag_ == "NNPS" or head.ent_type_ in ("NORP", "ORG") or source.joins_several
        # Papers and data are documents, other things in the plural are of no known kind.
        kind = "group" if of_noun == "unknown" and is_people else of_noun
    return Resolution(describe_source(article, source), kind)


@speaker_rule("anonymous", 390, "phrase", "A baker said it rained.")
def resolve_anonymous(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve one unnamed person to the noun phrase."""
    if not article.vocabulary.is_person_noun(source.noun):
        return None
    return Resolution(describe_source(article, source), "anonymous")


@speaker_rule("noun_phrase", 400, "phrase", "The forecast said it would rain.")
def resolve_noun_phrase(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve anything else (an office, a firm, a document) to its noun phrase."""
    if source.head is None:
        return None
    text = describe_source(article, source)
    kind = kind_of_noun(source.noun, is_plural(source.head), article.vocabulary)
    return Resolution(text if strip_name(text, article.vocabulary, titles=()) else None, kind)


_FINITE_TAGS = ("VBD", "VBZ", "VBP", "MD")
_SMALL = ("PRON", "DET", "NUM", "ADP", "PART", "CCONJ", "PUNCT", "ADV")
_SUBJECTS = ("nsubj", "nsubjpass", "expl")


@speaker_rule("no_speaker", 90, "nobody", "One of them said it rained.")
def reject_non_speaker(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Return a resolution to nobody for what cannot be a name or description; None, so that other rules go on, else."""
    if article.gazetteer.find(source.text) is not None:
        return None
    is_nobody = _is_furniture(source) or _is_bare_pronoun(source) or _has_finite_verb(source)
    return Resolution(None) if is_nobody or _is_date(source) or _is_event(article, source) else None


def _is_furniture(source: SourceMention) -> bool:
    """Return True for `Video`, and for a phrase such as `continues below` wherever it stands in the mention."""
    padded = f" {source.normalised} "
    phrases = (phrase for phrase in source.vocabulary.furniture if " " in phrase)
    return source.normalised in source.vocabulary.furniture or any(f" {phrase} " in padded for phrase in phrases)


def _is_bare_pronoun(source: SourceMention) -> bool:
    """Return True for a mention of small words only: `she`, `one of them`, `the other`; not for `the accused`."""
    if source.mentions or not source.tokens:
        return False
    small = source.vocabulary.pointing | source.vocabulary.pronoun_additions
    return all(token.pos_ in _SMALL or token.lower_ in small for token in source.tokens)


def _is_date(source: SourceMention) -> bool:
    """Return True for a day or month alone: `Wednesday`, `next Sunday`; not for `Wednesday's report`."""
    dates = source.vocabulary.dates
    words = [token for token in source.tokens if not token.is_punct]
    is_alone = all(t.lower_ in dates or t.pos_ in _SMALL or t.ent_type_ == "DATE" for t in words)
    return is_alone and any(token.lower_ in dates for token in words)


def _is_event(article: ArticleContext, source: SourceMention) -> bool:
    """Return True for an event or a state of affairs: `the offensive`, `suspicion`; not for the Board of Peace."""
    head, events = source.head, source.vocabulary.events
    if head is None or not (head.lower_ in events or head.lemma_.lower() in events):
        return False
    names = [mention for mention in source.mentions if mention.start <= head.idx < mention.end]
    is_named = any(not head.is_sent_start or mention.end != head.idx + len(head) for mention in names)
    is_surname = any(name_key(head.text) in person.words for person in article.people)
    return not (is_named or is_surname or source.joins_several)


def _has_finite_verb(source: SourceMention) -> bool:
    """Return True for a mention that begins with a finite verb or has one with its subject; relative clauses aside."""
    seen_relative = False
    openers = source.vocabulary.relative_pronouns | source.vocabulary.clause_openers
    for i, token in enumerate(source.tokens):
        seen_relative = seen_relative or (token.lower_ in openers or token.tag_ in ("WP", "WDT", "WP$", "WRB"))
        is_verb = token.pos_ in ("VERB", "AUX") and token.tag_ in _FINITE_TAGS
        is_verb = is_verb and not source.vocabulary.is_person_noun(token.lower_)
        if is_verb and not seen_relative and not (i and token.text[0].isupper()) and token.dep_ not in ("relcl", "acl"):
            subject = next((child for child in token.children if child.dep_ in _SUBJECTS), None)
            return i == 0 or (subject is not None and subject in source.tokens)
    return False
