"""Rule for a list of speakers of whom one has no plain name: `the Citadel and the Kestrian government`."""

from __future__ import annotations

from itertools import pairwise

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.name_titles import strip_name
from pipeline.resolve.named_mentions import (
    resolve_by_first,
    resolve_full_name,
    resolve_single_name,
    resolve_surname,
)
from pipeline.resolve.nominal_mentions import resolve_government, resolve_role
from pipeline.resolve.office_mentions import resolve_institution, resolve_office_and_name
from pipeline.resolve.source_mention import Resolution, SourceMention
from pipeline.resolve.speaker_rules import speaker_rule

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
