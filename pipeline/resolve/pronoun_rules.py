"""Rules for pronouns, for labels of turns in transcripts and interviews, and for quotes without a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import (
    AntecedentCandidate,
    ArticleContext,
    Resolution,
    SourceMention,
    is_plural,
    resolution_to,
)
from pipeline.resolve.name_forms import abbreviates, initials
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS
from pipeline.resolve.name_rules import PLACES, find_person
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import strip_name

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


_BRACKETS = "()[]"
# Labels with more letters are initials.
_LETTERS_OF_A_WORD = 2


@speaker_rule("question", order=10, kind="no source", example="Q: Will you stay?")
def resolve_question(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve the label `Q:` to nobody."""
    return Resolution(None) if source.normalised in article.vocabulary.question_labels else None


@speaker_rule("turn", order=20, kind="name", example="REYK: We will stay.", is_form=True)
def resolve_turn(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a label such as `REYK:` or `((REYK))` to the person of that name, or with these initials."""
    if not _starts_turn(article, source):
        return None
    label = source.text.strip(_BRACKETS)
    person = find_person(article, strip_name(label, article.vocabulary), source.start)
    if person is not None:
        return Resolution(person.name, person.kind)
    name = _name_by_initials(article, label) if label.isupper() and len(label) > 1 else ""
    return Resolution(name, next((p.kind for p in article.people if p.name == name), "unknown")) if name else None


def _starts_turn(article: ArticleContext, source: SourceMention) -> bool:
    """Return True for a source mention between the start of a paragraph and a colon, or in brackets there."""
    start = source.start - len(article.text[: source.start]) + len(article.text[: source.start].rstrip(_BRACKETS))
    if not any(first == start for first, _ in article.paragraphs):
        return False
    behind = article.text[source.end - 1 : source.end + 1]
    is_bracketed = article.text[start] in _BRACKETS and any(mark in _BRACKETS for mark in behind)
    return is_bracketed or article.text[source.end : source.end + 1] == ":"


def _name_by_initials(article: ArticleContext, label: str) -> str:
    """Return the one person with these initials, else the one name of one word with these letters; or nothing."""
    letters = label.casefold()
    people = sorted({p.name for p in article.people if len(p.words) > 1 and initials(p.name) == letters})
    if people:
        return people[0] if len(people) == 1 else ""
    names = {m.name for m in article.mentions if m.name.isalpha() and not m.name.isupper() and m.label not in PLACES}
    names -= {m.name for m in article.mentions if (word := article.tokens.get(m.start)) and is_plural(word)}
    words = {name for name in names if len(letters) == _LETTERS_OF_A_WORD and abbreviates(letters, name)}
    return next(iter(words)) if len(words) == 1 else ""


# A floating quote continues a speaker at most this many paragraphs back.
_MAX_PARAGRAPHS_TO_SPEAKER = 2
_MAX_CROSS_HEAD_WORDS = 12
_MARKS = "“”\"'‘’«» "


@speaker_rule(
    "running_speaker",
    order=30,
    kind="no source",
    example="“We will wait. ...” A quote without a verb, beside or after one of Korvath.",
    takes="quote",
)
def resolve_running_speaker(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote without source and cue to the subject of a sentence beside it, else to who spoke last."""
    if quote.cue is not None or _is_cross_head(article, quote):
        return Resolution(None)
    start = quote.content[0][0]
    paragraph = article.paragraph_number(start)
    before = (pair for pair in reversed(article.resolved_quotes) if pair[0].content[0][0] < start)
    last_speaker: AntecedentCandidate | None = None
    if (last := next(before, None)) is not None:
        end, last_speaker = last[0].content[-1][1], last[1]
        paragraphs_back = paragraph - article.paragraph_number(end - 1)
        if paragraphs_back == 0:
            subject = _last_subject(article, max(end, last_speaker.offset + 1), start)
            is_introduced = subject is not None and _introduces_with_colon(article, subject.offset, start)
            return resolution_to(subject if is_introduced else last_speaker)
        if paragraphs_back > _MAX_PARAGRAPHS_TO_SPEAKER:
            last_speaker = None
    return resolution_to(
        _last_subject(article, article.paragraphs[paragraph][0], start)
        or _subject_after(article, quote)
        or last_speaker
        or _last_subject(article, article.paragraphs[max(paragraph - 1, 0)][0], start)
    )


def _subjects(article: ArticleContext, start: int, end: int) -> list[AntecedentCandidate]:
    """Return the people who are subjects outside direct speech between two offsets, in order."""
    subjects = [
        candidate
        for candidate in article.candidates
        if start <= candidate.offset < end
        and candidate.is_subject
        and candidate.kind in ("person", "anonymous")
        and not article.is_inside(candidate.offset, article.direct_spans)
    ]
    return sorted(subjects, key=lambda candidate: candidate.offset)


def _last_subject(article: ArticleContext, start: int, end: int) -> AntecedentCandidate | None:
    """Return the last subject outside all quotes between two offsets."""
    subjects = _subjects(article, start, end)
    outside = [c for c in subjects if not article.is_inside(c.offset, article.indirect_spans)]
    return outside[-1] if outside else None


def _subject_after(article: ArticleContext, quote: Quote) -> AntecedentCandidate | None:
    """Return the subject of the sentence directly after a quote, in the same paragraph."""
    end = quote.content[-1][1]
    paragraph_end = article.paragraphs[article.paragraph_number(quote.content[0][0])][1]
    sentence = article.sentence_number(end)
    subjects = _subjects(article, end, paragraph_end)
    return next((c for c in subjects if article.sentence_number(c.offset) - sentence <= 1), None)


def _introduces_with_colon(article: ArticleContext, offset: int, start: int) -> bool:
    """Return True when a colon before a quote gives the quote to a subject shortly before it."""
    is_near = article.sentence_number(start) - article.sentence_number(offset) <= 1
    return is_near and article.text[:start].rstrip().endswith(":")


def _is_cross_head(article: ArticleContext, quote: Quote) -> bool:
    """Return True for a quote that is all of a short line without a full stop: words of somebody further down."""
    start, end = article.paragraphs[article.paragraph_number(quote.content[0][0])]
    line = article.text[start:end].strip(_MARKS)
    is_whole = line == article.text[quote.content[0][0] : quote.content[-1][1]].strip(_MARKS)
    return is_whole and line[-1:].isalnum() and len(line.split()) <= _MAX_CROSS_HEAD_WORDS
