"""Speakers of the quotes of one article: the rules are tried in order, and the first that applies decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from pipeline.core.quote import Quote, ResolutionStep
from pipeline.core.text import Span
from pipeline.reader.speaker_pointer import Content, Pointing
from pipeline.resolve.article_context import (
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
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS, NameMention
from pipeline.resolve.name_rules import kind_by_evidence
from pipeline.resolve.office_rules import resolve_name
from pipeline.resolve.pronoun_rules import initial_candidates, resolve_narration_pronouns
from pipeline.resolve.reader_choice import READER, Voices
from pipeline.resolve.side_phrases import set_sides
from pipeline.resolve.speaker_rules import QUESTION, RULES, UNRESOLVED, rule_certainty, rules_for, speaker_rule
from pipeline.resolve.turn_rules import labelled_speakers
from pipeline.resolve.vocabulary import is_title, word_pattern

# Years of an office, before the name: "the mayor (1995-2005) Anton Gavrel".
_IN_BRACKETS = re.compile(r"^ \([^()\n]{1,20}\)(?= )")
_NOUNS = ("NOUN", "PROPN")
_VERB_TAGS = ("VBD", "VBZ", "VBP")
# Between a name and its verb: nothing, or what somebody is between commas ("Tomas Reyk, QC, said").
_BEFORE_VERB = re.compile(r"\s|,\s|,\s[^,.;:\n]{1,30},\s")


def whole_source(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return a source with what follows directly and belongs to it: a name after titles, or the rest of a list."""
    if cue is not None and (listed := _listed_after(article, source, cue)):
        return (source[0], listed[-1].end)
    following = next((m for m in article.mentions if m.start > source[1]), None)
    tokens = article.source_mention(source).tokens
    if following is None or not tokens or tokens[-1].pos_ not in _NOUNS or _is_quoted(article, following):
        return source
    if _is_before_noun(article, following):
        return source
    between = _IN_BRACKETS.sub("", article.text[source[1] : following.start])
    if between == ", " and cue is not None and _is_in_apposition(article, following, cue):
        return (source[0], following.end)
    only_titles = all(is_title(word, article.vocabulary.titles) for word in between.split())
    is_apart = cue is not None and source[1] <= cue[0] < following.end
    if not between.startswith(" ") or "\n" in between or not only_titles or is_apart:
        return source
    return (source[0], following.end)


def _listed_after(article: ArticleContext, source: Span, cue: Span) -> list[NameMention]:
    """Return Y and Z of "X, Y, and Z said" where the source is X; nothing where other words stand between."""
    mentions = [m for m in article.mentions if source[1] <= m.start and m.end <= cue[0]]
    ends = [source[1], *(m.end for m in mentions)]
    between = [article.text[end : m.start] for end, m in zip(ends, mentions, strict=False)]
    conjunctions = word_pattern(article.vocabulary.conjunctions)
    is_list = len(mentions) > 1 and all(gap == ", " for gap in between[:-1])
    ends_list = is_list and re.fullmatch(rf",?\s(?:{conjunctions})\s", between[-1])
    return mentions if ends_list and article.text[ends[-1] : cue[0]] == " " else []


def _is_in_apposition(article: ArticleContext, mention: NameMention, cue: Span) -> bool:
    """Return True for a name that ends before its verb: "a co-author, Carla Lind of the Lorne Institute, said"."""
    words = word_pattern(article.vocabulary.after_noun)
    between = article.text[mention.end : cue[0]]
    return re.fullmatch(rf"(?:\s(?:{words})\s[^,.;:\n]{{1,60}})?,?\s", between) is not None


@speaker_rule(
    "name_beside_cue", order=10, kind="no source", example="After the talks Korvath said “no”.", takes="quote"
)
def resolve_name_beside_cue(article: ArticleContext, quote: Quote) -> Resolution | None:
    """Resolve a quote without a source to the name right before its verb, or right after a cue that follows a quote."""
    if quote.cue is None:
        return None
    mention = _name_before(article, quote.cue) or _name_behind(article, quote)
    if mention is None or _is_quoted(article, mention):
        return None
    return resolve_name(article, article.source_mention((mention.start, mention.end)))


def _name_before(article: ArticleContext, cue: Span) -> NameMention | None:
    """Return the name that ends before a finite verb: nobody for "Korvath was said to", "Korvath, asked to leave"."""
    verb = article.tokens.get(cue[0])
    if verb is None or verb.pos_ != "VERB" or verb.tag_ not in _VERB_TAGS:
        return None
    mentions = [m for m in article.mentions if m.end < cue[0] and verb.sent.start_char <= m.start]
    before = [m for m in mentions if _BEFORE_VERB.fullmatch(article.text[m.end : cue[0]])]
    people = [m for m in before if m.start in article.person_starts]
    return next(reversed(people or before), None)


def _name_behind(article: ArticleContext, quote: Quote) -> NameMention | None:
    """Return the name after a cue that follows the content or is no verb: "...", added Orbis; according to Reyk."""
    if quote.cue is None:
        return None
    start, end = quote.cue
    first = article.tokens.get(start)
    follows_content = any(last <= start <= last + 3 for _, last in quote.content)
    is_phrase = first is not None and first.dep_ == "prep"
    if not (follows_content or is_phrase):
        return None
    behind = next((m for m in article.mentions if m.start > end), None)
    if behind is None:
        return None
    small = article.vocabulary.definite_articles
    words = article.text[end : behind.start].split()
    return behind if all(is_title(w, article.vocabulary.titles) or w.lower() in small for w in words) else None


def _is_before_noun(article: ArticleContext, mention: NameMention) -> bool:
    """Return True for a name that a small noun follows: `Kestria` of "a stormy Kestria derby"."""
    behind = article.tokens.get(mention.end + 1)
    return article.text[mention.end : mention.end + 1] == " " and behind is not None and behind.tag_ in ("NN", "NNS")


def _is_quoted(article: ArticleContext, mention: NameMention) -> bool:
    return any(article.in_quotes(mention.start))


_CLAUSES_OF_NOUNS = ("acl", "relcl")
_SHARED_SUBJECT = ("conj", "xcomp", "advcl")
_MAX_VERBS_UP = 3
_FINITE_TAGS = ("VBD", "VBZ", "VBP", "MD")
_NAMING = ("NOUN", "PROPN")
_IN_NOUN_PHRASE = (*_NAMING, "DET", "ADJ", "NUM", "PART")
_MAX_GAP = 15  # characters between a source and its verb
_BOUNDARIES = (",", "-", "–", "—", "”", '"', "''", "’")


def find_speaking_phrase(article: ArticleContext, source: Span, cue: Span | None) -> Span:
    """Return who speaks by the parse where a source is no whole noun phrase, otherwise the source itself."""
    words = article.doc.char_span(*source, alignment_mode="expand")
    verb = article.doc.char_span(*cue, alignment_mode="expand") if cue is not None else None
    if words is None or verb is None or verb.root.pos_ != "VERB":
        return source
    phrase = (
        _issuer(article, words, verb.root)
        or _nearer_subject(article, words, verb.root)
        or _second_subject(article, words, verb.root)
        or _behind_preposition(article, source, verb.root)
        or _name_behind_clause(article, words)
        or _without_clause_before(words, verb.root)
    )
    return phrase or source


def _issuer(article: ArticleContext, words: TokenSpan, verb: Token) -> Span | None:
    """Return who issued what says something: `the union` of "the union released a letter which said"."""
    noun = words.root
    if verb.head != noun or verb.dep_ not in _CLAUSES_OF_NOUNS or noun.pos_ != "NOUN" or _has_name(article, words):
        return None
    if article.vocabulary.is_person_noun(noun.lemma_.lower()):
        return None
    is_object = noun.dep_ == "dobj" or (noun.dep_ == "pobj" and verb.tag_ == "VBG")
    governor = noun.head.head if noun.dep_ == "pobj" else noun.head
    subject = next((s for up in _verbs_up(governor) for s in up.children if s.dep_ == "nsubj"), None)
    return _phrase(article, subject) if is_object and subject is not None else None


def _verbs_up(verb: Token) -> Iterator[Token]:
    """Yield a verb and those above it whose subject it may share."""
    chain = [verb]
    while verb.dep_ in _SHARED_SUBJECT and verb.head.pos_ in ("VERB", "AUX"):
        verb = verb.head
        chain.append(verb)
    return islice((v for v in chain if v.pos_ in ("VERB", "AUX")), _MAX_VERBS_UP)


def _nearer_subject(article: ArticleContext, words: TokenSpan, verb: Token) -> Span | None:
    """Return the subject beside the verb where the source is a phrase before it: `he` of "tanks and guns, he said"."""
    if words.end > verb.i or _has_name(article, words):
        return None
    relative = article.vocabulary.relative_pronouns
    subjects = [s for s in verb.children if s.dep_ == "nsubj" and s not in words and s.lower_ not in relative]
    for subject in subjects:
        first = noun_phrase_start(subject).i
        is_before = words.end < first <= subject.i == verb.i - 1
        is_inverted = first == verb.i + 1 and words.doc[words.end].text in _BOUNDARIES
        if is_inverted or (is_before and words.doc[first - 1].text in _BOUNDARIES):
            return _phrase(article, subject)
    return None


def _second_subject(article: ArticleContext, words: TokenSpan, verb: Token) -> Span | None:
    """Return the phrase beside the verb, not the name before it: "with his host, Anton Gavrel, the court said".

    A word for a person there says who the name is, unless the parse tells that the name belongs to what is before it.
    """
    doc, last = words.doc, verb.i
    while last > words.end and doc[last - 1].pos_ in ("AUX", "ADV"):
        last -= 1
    phrase = doc[words.end + 1 : last]
    if len(phrase) < 2 or doc[words.end].text != "," or phrase[0].lower_ not in article.vocabulary.definite_articles:
        return None
    of = article.vocabulary.of
    is_noun_phrase = all(token.pos_ in _IN_NOUN_PHRASE or token.lower_ in of for token in phrase)
    if phrase[-1].pos_ not in _NAMING or not is_noun_phrase:
        return None
    is_of_another = words.root.dep_ == "appos" and words.root.head.dep_ == "pobj"
    is_person = article.vocabulary.is_person_noun(phrase[-1].lemma_.lower())
    return (phrase.start_char, phrase.end_char) if is_of_another or not is_person else None


def _behind_preposition(article: ArticleContext, source: Span, verb: Token) -> Span | None:
    """Return the whole phrase whose last name alone is the source: `the envoy of Gavrel` for Gavrel."""
    name = next((m for m in article.mentions if m.start < source[1] and m.end > source[0]), None)
    first = article.tokens.get(min(source[0], name.start)) if name is not None else None
    if first is None or not source[1] < verb.idx <= source[1] + _MAX_GAP:
        return None
    start = first
    while (noun := _noun_before(article, start)) is not None:
        start = noun_phrase_start(noun)
    return (start.idx, source[1]) if start is not first else None


def _noun_before(article: ArticleContext, token: Token) -> Token | None:
    """Return the noun for a person or body before `of` or `for`, and an article, in front of a token."""
    before = token.doc[max(token.i - 3, 0) : token.i]
    while before and before[-1].pos_ == "DET":
        before = before[:-1]
    if len(before) < 2 or before[-1].lower_ not in article.vocabulary.office_prepositions:
        return None
    noun, vocabulary = before[-2], article.vocabulary
    is_speaker = vocabulary.is_person_noun(noun.lemma_.lower()) or normalise(noun.text) in vocabulary.body
    return noun if noun.pos_ in _NAMING and is_speaker else None


def _name_behind_clause(article: ArticleContext, words: TokenSpan) -> Span | None:
    """Return the name that a clause stands before: `Reyk` of "Speaking in Lorne - the old seat - Mr Reyk"."""
    if words.root.pos_ != "VERB":
        return None
    end = words.end_char
    name = next((m for m in article.mentions if m.end == end and m.start > words.start_char), None)
    first = article.tokens.get(name.start) if name is not None else None
    if name is None or first is None:
        return None
    before = first.nbor(-1 - len(name.titles_before))
    return (name.start, name.end) if before.text in _BOUNDARIES else None


def _without_clause_before(words: TokenSpan, verb: Token) -> Span | None:
    """Return the subject alone where a whole clause stands before it: `the police` of "all left and the police"."""
    subject = next((s for s in verb.children if s.dep_ in SUBJECT_RELATIONS and words.start <= s.i < words.end), None)
    if subject is None or subject.left_edge.i <= words.start:
        return None
    before = words.doc[words.start : subject.left_edge.i]
    if before[-1].pos_ != "CCONJ" and before[-1].text not in _BOUNDARIES:
        return None
    return (subject.left_edge.idx, words.end_char) if any(t.tag_ in _FINITE_TAGS for t in before) else None


def _has_name(article: ArticleContext, words: TokenSpan) -> bool:
    return any(m.start < words.end_char and m.end > words.start_char for m in article.mentions)


def _phrase(article: ArticleContext, noun: Token) -> Span:
    """Return the name that a token belongs to, else the noun phrase around it."""
    name = next((m for m in article.mentions if m.start <= noun.idx < m.end), None)
    if name is not None:
        return (name.start, name.end)
    last = noun.doc[noun_phrase_end(noun, article.vocabulary) - 1]
    return (noun_phrase_start(noun).idx, last.idx + len(last))


def resolution_steps(article: ArticleContext, quote: Quote, is_name: bool) -> list[ResolutionStep]:
    """Return the steps that lead from a quote's source mention to its speaker.

    They are the rule; unless the source mention itself is a form of the name (`is_name`), the earlier mention that it
    refers to (`named`); where the article has a fuller form of the name, that (`fullest`); the row of the gazetteer, if
    there is one (`gazetteer`). A quote without a speaker has the first step only.
    """
    steps = [ResolutionStep(quote.resolved_by, quote.source, quote.speaker)]
    if quote.speaker is None:
        return steps
    offset = quote.source[0] if quote.source else quote.content[0][0]
    if not is_name and (span := _last_mention(article, quote.speaker, offset)) is not None and span != quote.source:
        steps.append(ResolutionStep("named", span, quote.speaker))
    fullest = _exact_mention(article, quote.speaker)
    if fullest is not None and all(fullest != step.span for step in steps):
        steps.append(ResolutionStep("fullest", fullest, quote.speaker))
    if article.gazetteer.find(quote.speaker) is not None:
        steps.append(ResolutionStep("gazetteer", None, quote.speaker))
    return steps


def _last_mention(article: ArticleContext, speaker: str, offset: int) -> Span | None:
    """Return the last mention of a speaker before an offset: by name, or as the source of an earlier quote."""
    names = [(m.start, m.end) for e in article.entities if e.name == speaker for m in e.mentions if m.start < offset]
    sources = [
        earlier.source
        for earlier, candidate in article.resolved_quotes
        if candidate.speaker == speaker and earlier.source and earlier.source[0] < offset
    ]
    return max([*names, *sources], default=None)


def _exact_mention(article: ArticleContext, speaker: str) -> Span | None:
    """Return the first mention that is written exactly as the speaker's name."""
    return next(((m.start, m.end) for e in article.entities for m in e.mentions if m.name == speaker), None)


# Kinds of speakers without a name of their own.
UNNAMED_KINDS = ("anonymous", "group")


def resolve(
    doc: Doc,
    quotes: list[Quote],
    gazetteer: Gazetteer,
    publication: Publication | None = None,
    least_certainty: float = 0.0,
    pointings: Mapping[Content, Pointing] | None = None,
) -> list[Quote]:
    """Set the fields of the quotes of one article that concern the speaker: name, kind, rule, ..., affiliation, side.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        The parsed article; entity labels are used where the parse has them.
    quotes : list of Quote
        Sorted by first offset; changed in place.
    gazetteer : Gazetteer
        Names known beforehand, and the vocabulary of the article's language.
    publication : Publication, optional
        Publisher and date, where they are known.
    least_certainty : float
        From 0 to 1; a speaker that is less certain is left open.
    pointings : mapping of tuple to Pointing, optional
        Whom the reader points to, by content: a second voice beside the rules.

    Returns
    -------
    list of Quote
        The same quotes. `speaker` is None where the text does not tell.
    """
    if not quotes:
        return quotes
    article = ArticleContext(doc, quotes, gazetteer, publication or Publication(), pointings or {})
    resolve_article(article, least_certainty)
    return quotes


def resolve_article(article: ArticleContext, least_certainty: float) -> None:
    """Resolve the quotes of an article; what rules and reader say of each is noted in `article.voices`."""
    quotes = article.quotes
    article.candidates = [*initial_candidates(article), *labelled_speakers(article)]
    for quote in sorted(quotes, key=_anchor):
        resolve_narration_pronouns(article, _anchor(quote))
        _resolve_quote(article, quote, least_certainty)
    for quote in quotes:
        if quote.speaker is None and quote.floating:
            name, resolution = _first_resolution("headline", article, quote)
            if name != UNRESOLVED and rule_certainty(name) >= least_certainty:
                _set_speaker(article, quote, resolution, name, rule_certainty(name), None)
    set_sides(article, quotes)


def _anchor(quote: Quote) -> int:
    """Return the offset that rules look back from: where the source mention or, without one, the quote starts."""
    return quote.source[0] if quote.source else quote.content[0][0]


def _resolve_quote(article: ArticleContext, quote: Quote, least_certainty: float) -> None:
    """Set the speaker by the first rule that applies, or the reader, and record it as an antecedent."""
    source = _find_source(article, quote)
    rule, resolution = _first_resolution("quote" if source is None else "source", article, source or quote)
    certainty = rule_certainty(rule) if resolution.speaker else 0.0
    pointing = article.pointings.get(tuple(quote.content))
    if pointing is not None and rule != QUESTION:
        rule, resolution, certainty = _with_reader(article, quote, (rule, resolution, certainty), pointing)
    _set_speaker(article, quote, resolution, rule, certainty if certainty >= least_certainty else None, source)
    article.record_speaker(quote, source, resolution)


Decision = tuple[str, Resolution, float]  # rule, what it decides, certainty


def _with_reader(article: ArticleContext, quote: Quote, of_rules: Decision, pointing: Pointing) -> Decision:
    """Return the more certain decision of rules and reader."""
    rule, resolution, certainty = of_rules
    read = _resolution_read(article, quote, resolution, pointing.best_span())
    voices = _hear_both(article, quote, resolution, certainty, pointing, read)
    article.voices[tuple(quote.content)] = voices
    choice = voices.choose()
    return (READER, read, choice.certainty) if choice.by_reader else (rule, resolution, choice.certainty)


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
    mention = article.source_mention(best if is_name else _phrase(article, tokens.root))
    read = _first_resolution("source", article, mention)[1]
    return read if read.speaker else Resolution(mention.text)


def _hear_both(
    article: ArticleContext, quote: Quote, rules: Resolution, certainty: float, pointing: Pointing, reader: Resolution
) -> Voices:
    """Return what rules and reader say of a quote. `reader` is the resolution of the words that it points to."""
    best = pointing.best_span()
    of_rules, of_reader = (_mentions(article, quote, found.speaker) for found in (rules, reader))
    probability = pointing.nobody if best is None else pointing.probability([best, *of_reader])
    if rules.speaker == reader.speaker:
        probability_of_rules = probability
    else:
        probability_of_rules = pointing.nobody if rules.speaker is None else pointing.probability(of_rules)
    return Voices(rules.speaker, certainty, reader.speaker, probability, probability_of_rules)


def _mentions(article: ArticleContext, quote: Quote, speaker: str | None) -> list[Span]:
    """Return where a speaker is named; of one without a name, the source mention and where the same words stand."""
    if speaker is None:
        return []
    spans = [(m.start, m.end) for entity in article.entities if entity.name == speaker for m in entity.mentions]
    words = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(speaker)}(?!\w)", article.text)]
    own = [quote.source] if quote.source and normalise(quote.words(quote.source) or "") == normalise(speaker) else []
    return [*spans, *words, *own]


def _first_resolution(takes: str, article: ArticleContext, what: Quote | SourceMention) -> tuple[str, Resolution]:
    """Return the name and the resolution of the first rule that applies."""
    resolutions = ((rule.name, rule.apply(article, what)) for rule in rules_for(takes))
    return next(((name, found) for name, found in resolutions if found is not None), (UNRESOLVED, Resolution(None)))


def _find_source(article: ArticleContext, quote: Quote) -> SourceMention | None:
    """Return the source mention of a quote: of its source, the noun phrase that speaks with the name behind it."""
    if quote.source is None:
        return None
    phrase = find_speaking_phrase(article, quote.source, quote.cue)
    return article.source_mention(whole_source(article, phrase, quote.cue))


def _set_speaker(
    article: ArticleContext,
    quote: Quote,
    resolution: Resolution,
    rule: str,
    certainty: float | None,
    source: SourceMention | None,
) -> None:
    """Set the fields of a quote that a decision settles; without a certainty the speaker is left open."""
    if certainty is None and rule != QUESTION:
        resolution = Resolution(None)
    quote.speaker, quote.kind = resolution.speaker, kind_by_evidence(article, resolution)
    quote.resolved_by = rule if resolution.speaker or rule == QUESTION else UNRESOLVED
    quote.members = list(resolution.members)
    if quote.kind in UNNAMED_KINDS and source is not None and not quote.members:
        quote.affiliation = find_affiliation(article, source)
    quote.certainty = (certainty or 0.0) if resolution.speaker else 0.0
    quote.steps = resolution_steps(article, quote, rule in RULES and RULES[rule].is_form)
