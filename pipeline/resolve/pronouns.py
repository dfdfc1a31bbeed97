"""Rules for pronouns: he and she by gender and salience, they and it by kind, who by its antecedent."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.name_mentions import SUBJECTS
from pipeline.resolve.source_mention import Mention, Trace, Verdict

# Weights of salience, found by random search on half of a development set: nearness counts most, then having spoken.
SENTENCE, PARAGRAPH, SUBJECT, SOURCE = -1.0, -0.2, 0.2, 0.8
PRONOUN, DIRECT, REPORTED, GENDER = -0.3, -3.3, -0.9, 0.3
_FARTHEST = 12
_MOST = 400  # traces; an article of ordinary length has fewer


def salience(article: Article, trace: Trace, offset: int) -> float:
    """How likely a pronoun at an offset means a trace before it (Lappin and Leass 1994 in small)."""
    score = SENTENCE * (article.sentence(offset) - article.sentence(trace.offset))
    score += PARAGRAPH * (article.paragraph(offset) - article.paragraph(trace.offset))
    score += SUBJECT * trace.subject + SOURCE * trace.source + PRONOUN * trace.pronoun
    if not trace.source:
        direct, reported = article.told(trace.offset)
        score += DIRECT * direct
        score += REPORTED * reported
    return score


def _nearest(traces: list[Trace], offset: int) -> list[Trace]:
    """Traces before an offset, in their order; of very many the nearest, or time grows with the square of a text."""
    if len(traces) <= _MOST:
        return traces
    before = sorted((t.offset for t in traces if t.offset < offset), reverse=True)
    least = before[_MOST - 1] if len(before) >= _MOST else -1
    return [trace for trace in traces if least <= trace.offset < offset]


def antecedent(article: Article, offset: int, fits: Callable[[Trace], bool], gender: str = "") -> Trace | None:
    """Most salient trace before an offset that fits; the latest of equals."""
    best, found, here = float("-inf"), None, article.sentence(offset)
    for trace in _nearest(article.traces, offset):
        if trace.offset >= offset or not fits(trace):
            continue
        if here - article.sentence(trace.offset) > _FARTHEST and not trace.source:
            continue
        score = salience(article, trace, offset) + GENDER * bool(gender and trace.gender == gender)
        if score > best or (score == best and found and trace.offset > found.offset):
            best, found = score, trace
    return found


def _pronoun(article: Article, mention: Mention | None) -> str:
    if mention is None:
        return ""
    text = mention.plain
    words = article.words
    known = words.pronouns
    parts = text.split()
    if text in known:
        return text
    return (
        parts[0]
        if len(parts) == 2
        and parts[0] in known
        and parts[1] in ("himself", "herself", "themselves", "both", "all", "own")
        else ""
    )


def personal(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """He or she: the most salient person before it whose gender does not speak against it."""
    word = _pronoun(article, mention)
    if mention is None or word not in article.words.personal:
        return None
    found = he_or_she(article, mention.start, word)
    return Verdict(found.speaker, found.kind) if found else None


def he_or_she(article: Article, offset: int, word: str) -> Trace | None:
    """Whom a pronoun of one person means."""
    gender = article.words.gender(word)

    def fits(trace: Trace) -> bool:
        known = article.gender_of(trace.speaker) or trace.gender
        return trace.kind in ("person", "anonymous") and not trace.plural and known in ("", gender)

    return antecedent(article, offset, fits, gender) or _following(article, offset, fits)


def follow(article: Article, offset: int) -> None:
    """Resolve the pronouns of the narration up to an offset, so that the next one finds whom it goes on about."""
    while article.pending and article.pending[-1].idx < offset:
        token = article.pending.pop()
        found = he_or_she(article, token.idx, token.lower_)
        if found is None:
            continue
        gender = article.words.gender(token.lower_)
        if token.dep_ in SUBJECTS:
            article.vote(found.speaker, gender)
        article.traces.append(
            Trace(
                token.idx, found.speaker, found.kind, gender, token.dep_ in SUBJECTS, plural=found.plural, pronoun=True
            )
        )


def _following(article: Article, offset: int, fits: Callable[[Trace], bool]) -> Trace | None:
    """Somebody named after the pronoun in the same paragraph, or the next one."""
    here = article.paragraph(offset)
    later = [t for t in article.traces if t.offset > offset and article.paragraph(t.offset) - here <= 1 and fits(t)]
    return min(later, key=lambda trace: trace.offset, default=None)


def several(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """They: several people, an organisation or a state, never one person."""
    word = _pronoun(article, mention)
    if mention is None or word not in article.words.plural:
        return None
    kinds = ("organisation", "country", "group")
    found = antecedent(article, mention.start, lambda t: (t.kind in kinds or t.plural) and t.source)
    found = found or antecedent(article, mention.start, lambda t: t.kind in kinds or t.plural)
    return Verdict(found.speaker, found.kind) if found else None


def thing(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """It: an organisation or a state."""
    word = _pronoun(article, mention)
    if mention is None or word not in article.words.thing:
        return None
    found = antecedent(article, mention.start, lambda t: t.kind in ("organisation", "country"))
    return Verdict(found.speaker, found.kind) if found else None


def first_person(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """I or we inside somebody's turn: whose turn it is; elsewhere the author, whom the text does not tell."""
    word = _pronoun(article, mention)
    if mention is None or word not in article.words.first:
        return None
    for said, trace in reversed(article.spoken):
        if said.content[0][0] <= mention.start < said.content[-1][1]:
            return Verdict(trace.speaker, trace.kind)
    return Verdict(None)


def relative(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """Who: the noun its clause belongs to."""
    if mention is None or mention.plain not in ("who", "which", "that") or not mention.tokens:
        return None
    verb = mention.tokens[0].head
    while verb.dep_ in ("ccomp", "conj", "xcomp") and verb.head is not verb:
        verb = verb.head
    noun = verb.head if verb.dep_ in ("relcl", "acl") else None
    before = [t for t in article.traces if t.offset < mention.start and t.kind != "country"]
    if noun is not None:
        near = [t for t in before if noun.left_edge.idx <= t.offset <= noun.idx + len(noun)]
        before = near or before
    found = max(before, key=lambda t: (t.offset, t.source), default=None)
    if found is None or article.sentence(found.offset) != article.sentence(mention.start):
        return None
    return Verdict(found.speaker, found.kind)


RULES = (first_person, personal, several, thing, relative)
