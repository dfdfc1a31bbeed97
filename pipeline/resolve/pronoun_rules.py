"""Rules for pronouns: whom `he`, `they` and `it` refer to, the most salient of those named before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.resolve.article_context import (
    AntecedentCandidate,
    ArticleContext,
    Resolution,
    SourceMention,
    resolution_to,
)
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS
from pipeline.resolve.speaker_rules import speaker_rule

# Weights of salience, chosen by random search on half of a development set.
SENTENCE, PARAGRAPH, SUBJECT, SOURCE = -1.0, -0.2, 0.2, 0.8
PRONOUN, DIRECT, REPORTED, GENDER = -0.3, -3.3, -0.9, 0.3
_MAX_SENTENCES_BACK = 12
# From further away a pronoun is unsure.
_MAX_PARAGRAPHS_BACK = 1
_MAX_CANDIDATES = 400  # articles of ordinary length have fewer


def initial_candidates(article: ArticleContext) -> list[AntecedentCandidate]:
    """Return the candidates that an article has before any quote is resolved: names."""
    return [
        AntecedentCandidate(mention.start, entity.name, entity.kind, entity.gender, mention.is_subject)
        for entity in article.entities
        for mention in entity.mentions
    ]


def salience_score(article: ArticleContext, candidate: AntecedentCandidate, offset: int) -> float:
    """Return how likely a pronoun at an offset refers to a candidate before it (after Lappin and Leass 1994)."""
    score = SENTENCE * (article.sentence_number(offset) - article.sentence_number(candidate.offset))
    score += PARAGRAPH * (article.paragraph_number(offset) - article.paragraph_number(candidate.offset))
    score += SUBJECT * candidate.is_subject + SOURCE * candidate.is_source + PRONOUN * candidate.is_pronoun
    if not candidate.is_source:
        direct, reported = article.in_quotes(candidate.offset)
        score += DIRECT * direct
        score += REPORTED * reported
    return score


def find_antecedent(
    article: ArticleContext, offset: int, fits: Callable[[AntecedentCandidate], bool], gender: str = ""
) -> AntecedentCandidate | None:
    """Return the most salient candidate before an offset that fits; of equals, the last."""
    first_sentence = article.sentence_number(offset) - _MAX_SENTENCES_BACK
    fitting = [
        candidate
        for candidate in _nearest(article.candidates, offset)
        if candidate.offset < offset
        and fits(candidate)
        and (candidate.is_source or article.sentence_number(candidate.offset) >= first_sentence)
    ]

    def score(candidate: AntecedentCandidate) -> float:
        return salience_score(article, candidate, offset) + GENDER * bool(gender and candidate.gender == gender)

    return max(fitting, key=lambda candidate: (score(candidate), candidate.offset), default=None)


def _nearest(candidates: list[AntecedentCandidate], offset: int) -> list[AntecedentCandidate]:
    """Return the candidates, in their order; of very many only the nearest before an offset.

    Without the limit, time would grow with the square of an article's length.
    """
    if len(candidates) <= _MAX_CANDIDATES:
        return candidates
    before = sorted((c.offset for c in candidates if c.offset < offset), reverse=True)
    first = before[_MAX_CANDIDATES - 1] if len(before) >= _MAX_CANDIDATES else -1
    return [candidate for candidate in candidates if first <= candidate.offset < offset]


def find_person_antecedent(article: ArticleContext, offset: int, pronoun: str) -> AntecedentCandidate | None:
    """Return whom `he` or `she` refers to: somebody before whose gender fits, else somebody named soon after."""
    gender = article.vocabulary.gender_of_word(pronoun)
    # Who is named in his own words only is somebody else: "I appeal to Korvath," he said.
    own_words = article.contents_by_source.get(offset, [])

    def fits(candidate: AntecedentCandidate) -> bool:
        known = article.gender_of(candidate.speaker) or candidate.gender
        if article.is_inside(candidate.offset, own_words):
            return False
        return _may_be_person(article, candidate) and not candidate.is_plural and known in ("", gender)

    antecedent = find_antecedent(article, offset, fits, gender)
    if antecedent is None:
        return None
    kind = antecedent.kind if _is_person(antecedent) else "person"
    return replace(antecedent, kind=kind, is_unsure=_is_unsure(article, antecedent, offset, gender))


def _is_unsure(article: ArticleContext, antecedent: AntecedentCandidate, offset: int, gender: str) -> bool:
    """Return True where a pronoun, or one before it that led here, stands far from a name or nothing tells a gender.

    So a pronoun that refers back to an unsure one is unsure itself.
    """
    distance = article.paragraph_number(offset) - article.paragraph_number(antecedent.offset)
    known = article.gender_of(antecedent.speaker) or antecedent.gender
    is_unnamed = antecedent.kind == "anonymous"
    return antecedent.is_unsure or is_unnamed or distance > _MAX_PARAGRAPHS_BACK or known != gender


def _is_person(candidate: AntecedentCandidate) -> bool:
    return candidate.kind in ("person", "anonymous")


def _may_be_person(article: ArticleContext, candidate: AntecedentCandidate) -> bool:
    """Return True for people, and for a name of unclear kind or an organisation that the parse calls a person once."""
    if candidate.kind in ("", "organisation"):
        return candidate.speaker in article.names_labelled_person
    return _is_person(candidate)


def resolve_narration_pronouns(article: ArticleContext, offset: int) -> None:
    """Resolve the pronouns outside direct speech up to an offset, and add them to the candidates."""
    while article.pending_pronouns and article.pending_pronouns[-1].idx < offset:
        token = article.pending_pronouns.pop()
        antecedent = find_person_antecedent(article, token.idx, token.lower_)
        if antecedent is None:
            continue
        gender = article.vocabulary.gender_of_word(token.lower_)
        is_subject = token.dep_ in SUBJECT_RELATIONS
        if is_subject:
            article.add_gender_vote(antecedent.speaker, gender)
        article.candidates.append(
            AntecedentCandidate(
                token.idx,
                antecedent.speaker,
                antecedent.kind,
                gender,
                is_subject,
                is_plural=antecedent.is_plural,
                is_pronoun=True,
                is_unsure=antecedent.is_unsure,
            )
        )


def _pronoun(article: ArticleContext, source: SourceMention) -> str:
    """Return the pronoun that a source mention is, alone or with a second word (`he himself`), else an empty string."""
    pronouns = article.vocabulary.pronouns
    if source.normalised in pronouns:
        return source.normalised
    words = source.normalised.split()
    additions = article.vocabulary.pronoun_additions
    return words[0] if len(words) == 2 and words[0] in pronouns and words[1] in additions else ""


@speaker_rule("personal", order=40, kind="pronoun", example="Korvath came late. She said it rained.")
def resolve_personal_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `he` or `she` to the most salient person before it, if of that gender and named not long before."""
    resolution = resolve_unsure_pronoun(article, source)
    return resolution if resolution is not None and not resolution.is_unsure else None


@speaker_rule(
    "personal_unsure",
    order=50,
    kind="pronoun",
    example="Korvath came late. [...] Two paragraphs on, she said it rained.",
)
def resolve_unsure_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `he` or `she` to the most salient person before it whose gender does not contradict."""
    pronoun = _pronoun(article, source)
    if pronoun not in article.vocabulary.personal_pronouns:
        return None
    return resolution_to(find_person_antecedent(article, source.start, pronoun))
