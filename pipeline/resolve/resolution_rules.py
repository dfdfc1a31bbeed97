"""Table of the rules that resolve a speaker, by the names under which the data publishes them (`resolved_by`).

The names are part of the published data: a rule's function may be renamed, its name here may not.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.core.quote import Quote
from pipeline.resolve import (
    collective_mentions,
    definite_descriptions,
    document_mentions,
    joined_speakers,
    named_mentions,
    nominal_mentions,
    not_speakers,
    office_mentions,
    pronouns,
    repeated_nouns,
    running_speaker,
    source_spans,
    turn_labels,
)
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.source_mention import Resolution

QUESTION = "question"
# Rules are tried in the order of their table, and the first that applies decides. A rule returns None where it does not
# apply, and a resolution without a speaker where it recognises that the text does not tell who speaks.
RULES_WITHOUT_SOURCE: dict[str, Callable[[ArticleContext, Quote], Resolution | None]] = {
    "name_beside_cue": source_spans.resolve_name_beside_cue,
    "own_subject": running_speaker.resolve_shared_subject,
    "running_speaker": running_speaker.resolve_running_speaker,
}
SOURCE_RULES: dict[str, named_mentions.Rule] = {
    QUESTION: turn_labels.resolve_question,
    "turn": turn_labels.resolve_turn,
    "first_person": pronouns.resolve_first_person,
    "personal": pronouns.resolve_personal_pronoun,
    "personal_unsure": pronouns.resolve_unsure_pronoun,
    "several": pronouns.resolve_plural_pronoun,
    "thing": pronouns.resolve_thing_pronoun,
    "relative": pronouns.resolve_relative_pronoun,
    "no_speaker": not_speakers.reject_non_speaker,
    "of_a_people": definite_descriptions.resolve_nationality,
    "younger_or_elder": definite_descriptions.resolve_younger_or_elder,
    "members": collective_mentions.resolve_members,
    "document": document_mentions.resolve_document,
    "newsroom": office_mentions.resolve_newsroom,
    "headline": office_mentions.reject_headline,
    "with_others": office_mentions.resolve_name_with_others,
    "in_apposition": office_mentions.resolve_apposition,
    "office_then_name": office_mentions.resolve_office_and_name,
    "body": office_mentions.resolve_institution,
    "named_so": named_mentions.resolve_called_name,
    "title_as_surname": named_mentions.resolve_title_as_surname,
    "pair": named_mentions.resolve_pair,
    "joined": joined_speakers.resolve_joined,
    "full_name": named_mentions.resolve_sure_full_name,
    "body_name": named_mentions.resolve_full_name,
    "surname": named_mentions.resolve_surname,
    "known_name": named_mentions.resolve_known_name,
    "short_form": named_mentions.resolve_acronym,
    "single_name": named_mentions.resolve_single_name,
    "government": nominal_mentions.resolve_government,
    "role": nominal_mentions.resolve_role,
    "state_leader": definite_descriptions.resolve_state_leader,
    "announced_role": nominal_mentions.resolve_announced_role,
    "made_by": nominal_mentions.resolve_maker,
    "same_phrase": repeated_nouns.resolve_repeated_phrase,
    "same_noun": repeated_nouns.resolve_repeated_noun,
    "described": definite_descriptions.resolve_description,
    "group": nominal_mentions.resolve_group,
    "anonymous": nominal_mentions.resolve_anonymous,
    "noun_phrase": nominal_mentions.resolve_noun_phrase,
}
# A floating quote of the headline that no rule resolved gets the speaker of the same words in the text.
HEADLINE_SPEAKER = "headline_speaker"
UNRESOLVED = "unresolved"
# Rules after which the source mention is a form of the speaker's name.
NAMING_RULES = frozenset(
    {"turn", "full_name", "body_name", "surname", "known_name", "short_form", "single_name", "body", "title_as_surname"}
)
