"""Speakers of the quotes of one article: the rules are tried in order, and the first that applies decides."""

import re
from collections.abc import Mapping

from spacy.tokens import Doc

from pipeline.core.quote import Quote, ResolutionStep
from pipeline.core.text import Span
from pipeline.reader.speaker_pointer import Content, Pointing
from pipeline.resolve.article_context import (
    UNNAMED_KINDS,
    AntecedentCandidate,
    ArticleContext,
    Publication,
    Resolution,
    SourceMention,
    noun_phrase_end,
    noun_phrase_start,
)
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.group_rules import find_affiliation
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_rules import kind_by_evidence
from pipeline.resolve.reader_choice import READER, Voices
from pipeline.resolve.side_phrases import set_sides
from pipeline.resolve.speaker_rules import QUESTION, RULES, UNRESOLVED, Takes, rule_certainty, rules_for
from pipeline.resolve.turn_rules import labelled_speakers
from pipeline.resolve.vocabulary import is_title, word_pattern

# Years of an office or an acronym, before the name: "the mayor (1995-2005) Anton Gavrel".
_IN_BRACKETS = re.compile(r"^ \([^()\n]{1,20}\)(?=,? )")
_NOUNS = ("NOUN", "PROPN")


def with_following_name(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return a source with the name right behind it, if that is part of it: after titles, or in apposition."""
    outside = (m for m in article.mentions if m.start > source[1] and not article.text.startswith("(", m.start - 1))
    following = next(outside, None)
    tokens = article.source_mention(source).tokens
    # The parse makes an adjective of the end of `co-chair`.
    is_noun = bool(tokens) and (tokens[-1].pos_ in _NOUNS or article.vocabulary.is_person_noun(tokens[-1].lower_))
    if following is None or not is_noun or any(article.in_quotes(following.start)):
        return source
    between = _IN_BRACKETS.sub("", article.text[source[1] : following.start])
    only_titles = all(is_title(word, article.vocabulary.titles) for word in between.removeprefix(",").split())
    if between.startswith(", ") and only_titles and cue is not None:
        # In apposition it ends before its verb: "a co-author, Carla Lind of the Lorne Institute, said".
        behind = rf"(?:\s(?:{word_pattern(article.vocabulary.after_noun)})\s[^,.;:\n]{{1,60}})?,?\s"
        if re.fullmatch(behind, article.text[following.end : cue[0]]):
            # "The Harbourmaster, Elias Corwen, said": an office with a capital is no name beside that of a person.
            is_person = article.person_of(following) is not None and " " in following.name
            return (following.start if is_person else source[0], following.end)
    is_apart = cue is not None and source[1] <= cue[0] < following.end
    if not between.startswith(" ") or "\n" in between or not only_titles or is_apart:
        return source
    return (source[0], following.end)


def resolution_steps(article: ArticleContext, quote: Quote, is_name: bool) -> list[ResolutionStep]:
    """Return the steps that lead from a quote's source mention to its speaker.

    They are the rule; unless the source mention itself is a form of the name (`is_name`), the earlier mention that it
    refers to (`named`); where the article has a fuller form of the name, that (`fullest`); the row of the gazetteer, if
    there is one (`gazetteer`). A quote without a speaker has the first step only.
    """
    steps = [ResolutionStep(quote.resolved_by, quote.source, quote.speaker)]
    if quote.speaker is None:
        return steps
    if not is_name:  # by name, or as the source of an earlier quote
        named = [(m.start, m.end) for e in article.entities if e.name == quote.speaker for m in e.mentions]
        named += [one.source for one, by in article.resolved_quotes if by.speaker == quote.speaker and one.source]
        last = max((span for span in named if span[0] < _anchor(quote)), default=quote.source)
        if last is not None and last != quote.source:
            steps.append(ResolutionStep("named", last, quote.speaker))
    exact = ((m.start, m.end) for entity in article.entities for m in entity.mentions if m.name == quote.speaker)
    if (fullest := next(exact, None)) is not None and all(fullest != step.span for step in steps):
        steps.append(ResolutionStep("fullest", fullest, quote.speaker))
    if article.gazetteer.find(quote.speaker) is not None:
        steps.append(ResolutionStep("gazetteer", None, quote.speaker))
    return steps


def resolve(
    doc: Doc,
    quotes: list[Quote],
    gazetteer: Gazetteer,
    publication: Publication | None = None,
    least_certainty: float = 0.0,
    pointings: Mapping[Content, Pointing] | None = None,
) -> list[Quote]:
    """Set the fields of the quotes of one article that concern the speaker: name, kind, rule, ..., affiliation, side.

    The quotes, sorted by first offset, are changed in place and returned; `speaker` is None where the text does not
    tell. Entity labels are used where the parse `doc` has them. `gazetteer` has the names known beforehand, and the
    vocabulary of the article's language; `publication` publisher and date, where they are known. A speaker that is less
    certain than `least_certainty`, from 0 to 1, is left open. `pointings` say by content whom the reader points to: a
    second voice beside the rules.
    """
    if not quotes:
        return quotes
    article = ArticleContext(doc, quotes, gazetteer, publication or Publication(), pointings or {})
    resolve_article(article, least_certainty)
    return quotes


TOSS_UP = 0.5  # The certainty of rules where the words fit two people: even with a sure reader it is below 0.9.


def resolve_article(article: ArticleContext, least_certainty: float) -> None:
    """Resolve the quotes of an article; what rules and reader say of each is noted in `article.voices`."""
    quotes = article.quotes
    names = ((entity, mention) for entity in article.entities for mention in entity.mentions)
    article.candidates = [
        AntecedentCandidate(m.start, e.name, e.kind, e.gender, m.is_subject, rivals=m.rival_names) for e, m in names
    ]
    article.candidates.extend(labelled_speakers(article))
    for quote in sorted(quotes, key=_anchor):
        _resolve_quote(article, quote, least_certainty)
    set_sides(article, quotes)


def _anchor(quote: Quote) -> int:
    """Return the offset that rules look back from: where the source mention or, without one, the quote starts."""
    return quote.source[0] if quote.source else quote.content[0][0]


def _resolve_quote(article: ArticleContext, quote: Quote, least_certainty: float) -> None:
    """Set the speaker by the first rule that applies, or the reader, and record it as an antecedent."""
    source: SourceMention | None = None
    if quote.source is not None:  # the noun phrase that speaks, with the name behind it
        source = article.source_mention(with_following_name(article, quote.source, quote.cue))
    rule, resolution = _first_resolution("quote" if source is None else "source", article, source or quote)
    certainty = min(rule_certainty(rule), TOSS_UP if resolution.rivals else 1.0) if resolution.speaker else 0.0
    pointing = article.pointings.get(tuple(quote.content))
    if pointing is not None and rule != QUESTION:
        rule, resolution, certainty = _with_reader(article, quote, (rule, resolution, certainty), pointing)
    if certainty < least_certainty and rule != QUESTION:
        resolution = Resolution(None)
    quote.speaker, quote.kind = resolution.speaker, kind_by_evidence(article, resolution)
    quote.resolved_by = rule if resolution.speaker or rule == QUESTION else UNRESOLVED
    quote.members = list(resolution.members)
    if quote.kind in UNNAMED_KINDS and source is not None and not quote.members:
        quote.affiliation = find_affiliation(article, source)
    quote.certainty = certainty if resolution.speaker else 0.0
    quote.steps = resolution_steps(article, quote, rule in RULES and RULES[rule].is_form)
    article.record_speaker(quote, source, resolution)


Decision = tuple[str, Resolution, float]  # rule, what it decides, certainty


def _with_reader(article: ArticleContext, quote: Quote, of_rules: Decision, pointing: Pointing) -> Decision:
    """Return the more certain decision of rules and reader."""
    rule, resolution, certainty = of_rules
    best = pointing.best_span()
    read = _resolution_read(article, quote, resolution, best)
    probability = pointing.probability([best, *_mentions(article, quote, read.speaker)]) if best else pointing.nobody
    if resolution.speaker == read.speaker:
        probability_of_rules = probability
    elif resolution.speaker is None:
        probability_of_rules = pointing.nobody
    else:
        probability_of_rules = pointing.probability(_mentions(article, quote, resolution.speaker))
    voices = Voices(resolution.speaker, certainty, read.speaker, probability, probability_of_rules)
    article.voices[tuple(quote.content)] = voices
    is_one_of_several = read.speaker in resolution.members and _is_list_of_names(article, quote.source)
    choice = voices.choose(hears_reader=not (is_one_of_several or _is_of_other_kind(article, quote, read)))
    return (READER, read, choice.certainty) if choice.by_reader else (rule, resolution, choice.certainty)


def _is_of_other_kind(article: ArticleContext, quote: Quote, read: Resolution) -> bool:
    """Return True where a source mention cannot mean the person whom the reader points to.

    A person is neither `it` nor a ministry, and no man is `she` or `Ms. Reyk`.
    """
    if quote.source is None or read.kind != "person":
        return False
    source, vocabulary = article.source_mention(quote.source), article.vocabulary
    words = (source.normalised, *(title for mention in source.mentions for title in mention.titles_before))
    if gender := next(filter(None, map(vocabulary.gender_of_word, words)), ""):
        return article.gender_of(read.speaker or "") not in ("", gender)
    is_body = source.head is not None and normalise(source.head.text) in vocabulary.body
    is_body = is_body and not any(mention.start in article.person_starts for mention in source.mentions)
    return is_body or source.normalised in vocabulary.thing_pronouns


def _is_list_of_names(article: ArticleContext, span: Span | None) -> bool:
    """Return True for `Ministers Reyk and Odei`: whoever speaks, it is not one of them alone."""
    source, vocabulary = article.source_mention(span or (0, 0)), article.vocabulary
    small = (*vocabulary.conjunctions, *vocabulary.definite_articles, ",")
    rest = [t for t in source.tokens if not any(m.start <= t.idx < m.end for m in source.mentions)]
    return all(is_title(token.text, vocabulary.titles) or token.lower_ in small for token in rest)


def _resolution_read(article: ArticleContext, quote: Quote, of_rules: Resolution, best: Span | None) -> Resolution:
    """Return whom the words mean that the reader points to, by the rules for a source mention; None is nobody."""
    tokens = article.doc.char_span(*best, alignment_mode="expand") if best is not None else None
    if best is None or tokens is None:
        return Resolution(None)
    is_name = any(mention.start < best[1] and mention.end > best[0] for mention in article.mentions)
    if quote.source is not None and quote.source[0] <= best[0] and best[1] <= quote.source[1] and of_rules.speaker:
        head = article.source_mention(quote.source).head
        if not is_name or (head is not None and head.pos_ == "NOUN"):
            return of_rules  # "a spokesman for Kestria" is not Kestria: the rules know how to name it
    last = tokens.doc[noun_phrase_end(tokens.root, article.vocabulary) - 1]
    phrase = best if is_name else (noun_phrase_start(tokens.root).idx, last.idx + len(last))
    if any(mark in article.text[slice(*phrase)] for mark in '"“”'):
        phrase = best  # the parse takes the words of a quote into it
    mention = article.source_mention(phrase)
    read = _first_resolution("source", article, mention)[1]
    return read if read.speaker else Resolution(mention.text)


def _mentions(article: ArticleContext, quote: Quote, speaker: str | None) -> list[Span]:
    """Return where a speaker is named; of one without a name, the source mention and where the same words stand."""
    if speaker is None:
        return []
    spans = [(m.start, m.end) for entity in article.entities if entity.name == speaker for m in entity.mentions]
    words = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(speaker)}(?!\w)", article.text)]
    own = [quote.source] if quote.source and normalise(quote.words(quote.source) or "") == normalise(speaker) else []
    return [*spans, *words, *own]


def _first_resolution(takes: Takes, article: ArticleContext, what: Quote | SourceMention) -> tuple[str, Resolution]:
    """Return the name and the resolution of the first rule that applies."""
    resolutions = ((rule.name, rule.apply(article, what)) for rule in rules_for(takes))
    return next(((name, found) for name, found in resolutions if found is not None), (UNRESOLVED, Resolution(None)))
