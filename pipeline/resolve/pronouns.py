"""Rules for source mentions that are pronouns: personal, plural, impersonal, first-person and relative."""

from __future__ import annotations

from pipeline.resolve.antecedents import find_antecedent, find_person_antecedent
from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.source_mention import Resolution, SourceMention, resolution_to
from pipeline.resolve.speaker_rules import speaker_rule


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


@speaker_rule("several", order=60, kind="pronoun", example="The unions met. They said it was late.")
def resolve_plural_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `they` to several people, an organisation or a state, never to one person; speakers are preferred."""
    pronoun = _pronoun(article, source)
    if pronoun not in article.vocabulary.plural_pronouns:
        return None
    kinds = ("organisation", "country", "group")
    antecedent = find_antecedent(article, source.start, lambda c: (c.kind in kinds or c.is_plural) and c.is_source)
    antecedent = antecedent or find_antecedent(article, source.start, lambda c: c.kind in kinds or c.is_plural)
    return resolution_to(antecedent)


@speaker_rule("thing", order=70, kind="pronoun", example="The Basin Power Company said it would close.")
def resolve_thing_pronoun(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `it` to an organisation or a state."""
    pronoun = _pronoun(article, source)
    if pronoun not in article.vocabulary.thing_pronouns:
        return None
    return resolution_to(find_antecedent(article, source.start, lambda c: c.kind in ("organisation", "country")))


@speaker_rule("first_person", order=30, kind="pronoun", example="“I said no,” Korvath recalled.")
def resolve_first_person(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `I` or `we` inside a quote to its speaker; elsewhere the author speaks, whom the text does not name."""
    pronoun = _pronoun(article, source)
    if pronoun not in article.vocabulary.first_person_pronouns:
        return None
    for outer, speaker in reversed(article.resolved_quotes):
        if outer.content[0][0] <= source.start < outer.content[-1][1]:
            return resolution_to(speaker)
    return Resolution(None)


@speaker_rule("relative", order=80, kind="pronoun", example="Korvath, who said it rained, left.")
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
