"""Source mentions that name nobody: a bare pronoun, a clause, a day, an event, and what a site adds to an article."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_forms import name_key
from pipeline.resolve.source_mention import Resolution, SourceMention
from pipeline.resolve.speaker_rules import speaker_rule

_FINITE_TAGS = ("VBD", "VBZ", "VBP", "MD")
_SMALL = ("PRON", "DET", "NUM", "ADP", "PART", "CCONJ", "PUNCT", "ADV")
_SUBJECTS = ("nsubj", "nsubjpass", "expl")


@speaker_rule("no_speaker", order=90, kind="nobody", example="One of them said it rained.")
def reject_non_speaker(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Return a resolution to nobody for what cannot be a name or description; None, so that other rules go on, else."""
    if article.gazetteer.find(source.text) is not None:
        return None
    is_nobody = _is_furniture(source) or _is_bare_pronoun(source) or _is_clause(source)
    is_nobody = is_nobody or _is_date(source) or _is_event(article, source)
    return Resolution(None) if is_nobody else None


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
    for mention in source.mentions:
        opens_sentence = head.is_sent_start and mention.end == head.idx + len(head)
        if mention.start <= head.idx < mention.end and not opens_sentence:
            return False
    is_surname = any(name_key(head.text) in person.words for person in article.people)
    return not is_surname and not source.joins_several


def _is_clause(source: SourceMention) -> bool:
    """Return True for a mention with a verb and its subject, outside a relative clause."""
    seen_relative = False
    openers = source.vocabulary.relative_pronouns | source.vocabulary.clause_openers
    for i, token in enumerate(source.tokens):
        seen_relative = seen_relative or (token.lower_ in openers or token.tag_ in ("WP", "WDT", "WP$", "WRB"))
        is_verb = token.pos_ in ("VERB", "AUX") and token.tag_ in _FINITE_TAGS
        is_verb = is_verb and not source.vocabulary.is_person_noun(token.lower_)
        if is_verb and not seen_relative and not (i and token.text[0].isupper()) and token.dep_ not in ("relcl", "acl"):
            return i == 0 or _has_subject(token, source)
    return _is_action(source)


def _is_action(source: SourceMention) -> bool:
    """Return True for a clause without a subject: `not only implying approval`."""
    inside = {token.i for token in source.tokens}
    root = next((token for token in source.tokens if token.head.i not in inside), None)
    is_participle = root is not None and root.pos_ == "VERB" and root.tag_ == "VBG"
    if root is None or not is_participle or any(m.start <= root.idx < m.end for m in source.mentions):
        return False
    return not source.vocabulary.is_person_noun(root.lower_)


def _has_subject(verb: Token, source: SourceMention) -> bool:
    inside = {token.i for token in source.tokens}
    subject = next((child for child in verb.children if child.dep_ in _SUBJECTS), None)
    return subject is not None and subject.i in inside
