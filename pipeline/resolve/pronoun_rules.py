"""Rules for pronouns: whom `he`, `they` and `it` refer to, the most salient of those named before."""

from collections.abc import Callable
from dataclasses import replace

from spacy.tokens import Token

from pipeline.resolve.article_context import (
    AntecedentCandidate,
    ArticleContext,
    Resolution,
    SourceMention,
    is_inside,
    resolution_to,
)
from pipeline.resolve.speaker_rules import speaker_rule

# Weights of salience, chosen by random search on half of a development set.
SENTENCE, PARAGRAPH, SUBJECT, SOURCE = -1.0, -0.2, 0.2, 0.8
DIRECT, REPORTED, GENDER = -3.3, -0.9, 0.3
_RIVAL = 0.6  # Somebody with less salience than this below the most may be meant as well.
_MAX_SENTENCES_BACK = 12
# From further away a pronoun is unsure.
_MAX_PARAGRAPHS_BACK = 1
_MAX_CANDIDATES = 400  # articles of ordinary length have fewer


def find_antecedent(
    article: ArticleContext, offset: int, fits: Callable[[AntecedentCandidate], bool]
) -> AntecedentCandidate | None:
    """Return the most salient candidate before an offset that fits; of equals, the last."""
    return next((candidate for _, candidate in _rank(article, offset, fits)), None)


def _rank(
    article: ArticleContext, offset: int, fits: Callable[[AntecedentCandidate], bool], gender: str = ""
) -> list[tuple[float, AntecedentCandidate]]:
    """Return the candidates before an offset that fit with their salience, the most salient first.

    It says how likely a pronoun at the offset refers to a candidate (after Lappin and Leass 1994).
    """
    sentence, paragraph = article.sentence_number(offset), article.paragraph_number(offset)
    fitting = [
        candidate
        for candidate in _nearest(article.candidates, offset)
        if candidate.offset < offset
        and fits(candidate)
        and (candidate.is_source or article.sentence_number(candidate.offset) >= sentence - _MAX_SENTENCES_BACK)
    ]

    def score(candidate: AntecedentCandidate) -> float:
        score = SENTENCE * (sentence - article.sentence_number(candidate.offset))
        score += PARAGRAPH * (paragraph - article.paragraph_number(candidate.offset))
        score += SUBJECT * candidate.is_subject + SOURCE * candidate.is_source
        if not candidate.is_source:
            direct, reported = article.in_quotes(candidate.offset)
            score += DIRECT * direct
            score += REPORTED * reported
        return score + GENDER * bool(gender and candidate.gender == gender)

    scored = [(score(candidate), candidate) for candidate in fitting]
    return sorted(scored, key=lambda pair: (pair[0], pair[1].offset), reverse=True)


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
    """Return whom `he` or `she` refers to: the most salient person before whose gender fits, or is not known."""
    gender = article.vocabulary.gender_of_word(pronoun)
    token = article.tokens.get(offset)
    is_source = token is not None and token.tag_ != "PRP$"
    # The source of a quote is nobody who is named in its content only: "I appeal to Korvath," he said.
    excluded = article.contents_by_source.get(offset, []) if is_source else []

    def fits(candidate: AntecedentCandidate) -> bool:
        known = article.gender_of(candidate.speaker) or candidate.gender
        if is_inside(candidate.offset, excluded):
            return False
        is_person = candidate.kind in ("person", "anonymous") and not _is_spoken_to(article, candidate.offset, token)
        return is_person and not candidate.is_plural and known in ("", gender)

    if not (ranked := _rank(article, offset, fits, gender)):
        return None
    most, antecedent = ranked[0]
    near = [c.speaker for salience, c in ranked if salience > most - _RIVAL]
    inherited = [name for name in antecedent.rivals if article.gender_of(name) in ("", gender)]
    rivals = tuple(name for name in (*near, *inherited) if name != antecedent.speaker)
    return replace(antecedent, is_unsure=_is_unsure(article, antecedent, offset, gender), rivals=rivals)


def _is_spoken_to(article: ArticleContext, offset: int, pronoun: Token | None) -> bool:
    """Return True for X of "Speaking to X, he said", but not of "After the death of X's wife, he said"."""
    name = article.tokens.get(offset)
    if name is None or pronoun is None or article.sentence_number(offset) != article.sentence_number(pronoun.idx):
        return False
    chain = [name, *name.ancestors]
    participle = next((t for t in chain if t.dep_ == "advcl" and t.tag_ in ("VBG", "VBN")), None)
    return participle is not None and participle.head == pronoun.head and all(t.dep_ != "poss" for t in chain)


def _is_unsure(article: ArticleContext, antecedent: AntecedentCandidate, offset: int, gender: str) -> bool:
    """Return True where a pronoun, or one before it that led here, stands far from a name or nothing tells a gender.

    So a pronoun that refers back to an unsure one is unsure itself.
    """
    distance = article.paragraph_number(offset) - article.paragraph_number(antecedent.offset)
    known = article.gender_of(antecedent.speaker) or antecedent.gender
    is_unnamed = antecedent.kind == "anonymous"
    return antecedent.is_unsure or is_unnamed or distance > _MAX_PARAGRAPHS_BACK or known != gender


def _pronoun(article: ArticleContext, source: SourceMention) -> str:
    """Return the pronoun that a source mention is, alone or with a second word (`he himself`), else an empty string."""
    first, *more = source.normalised.split() or [""]
    is_pronoun = len(more) < 2 and article.vocabulary.pronoun_additions.issuperset(more)
    return first if is_pronoun and first in article.vocabulary.pronouns else ""


@speaker_rule("personal", 40, "pronoun", "Korvath came late. She said it rained.")
def resolve_personal_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `he` or `she` to the most salient person before it, if of that gender and named not long before."""
    resolution = resolve_unsure_pronoun(article, source)
    return resolution if resolution is not None and not resolution.is_unsure else None


@speaker_rule("personal_unsure", 50, "pronoun", "Korvath came late. [...] Two paragraphs on, she said it rained.")
def resolve_unsure_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `he` or `she` to the most salient person before it whose gender does not contradict."""
    pronoun = _pronoun(article, source)
    if pronoun not in article.vocabulary.personal_pronouns:
        return None
    return resolution_to(find_person_antecedent(article, source.start, pronoun))


@speaker_rule("several", 60, "pronoun", "The unions met. They said it was late.")
def resolve_plural_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `they` to several people, an organisation or a state, never to one person; speakers are preferred."""
    pronoun = _pronoun(article, source)
    if pronoun not in article.vocabulary.plural_pronouns:
        return None
    kinds = ("organisation", "country", "group")
    antecedent = find_antecedent(article, source.start, lambda c: (c.kind in kinds or c.is_plural) and c.is_source)
    antecedent = antecedent or find_antecedent(article, source.start, lambda c: c.kind in kinds or c.is_plural)
    return resolution_to(antecedent)


@speaker_rule("relative", 80, "pronoun", "Korvath, who said it rained, left.")
def resolve_relative_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `who` to the noun that its relative clause modifies."""
    if source.normalised not in article.vocabulary.relative_pronouns or not source.tokens:
        return None
    verb = source.tokens[0].head
    while verb.dep_ in ("ccomp", "conj", "xcomp") and verb.head is not verb:
        verb = verb.head
    noun = verb.head if verb.dep_ in ("relcl", "acl") else None
    before = [c for c in article.candidates if c.offset < source.start and c.kind != "country"]
    if noun is not None:
        in_phrase = [c for c in before if noun.left_edge.idx <= c.offset <= noun.idx + len(noun)]
        before = in_phrase or before
    antecedent = max(before, key=lambda c: (c.offset, c.is_source), default=None)
    if antecedent is None or article.sentence_number(antecedent.offset) != article.sentence_number(source.start):
        return None
    return resolution_to(antecedent)
