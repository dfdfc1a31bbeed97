"""Rules for bodies (`the Kestrian defence ministry`, `the ministry`) and for names beside the office they hold."""

from __future__ import annotations

import re

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.institutions import Body, body_at, fullest
from pipeline.resolve.name_forms import as_written, is_title, plain, strip_name
from pipeline.resolve.name_mentions import Run
from pipeline.resolve.source_mention import Mention, Verdict, keeps_capital
from pipeline.resolve.word_sets import Words

_BEFORE_HEAD = ("NOUN", "PROPN", "ADJ", "DET", "PART", "PUNCT", "NUM", "CCONJ")
_HEADLINE_WORDS = 6
_OTHERS = re.compile(r"\s+and\s+(?:(?:its|their|his|her|other|several|numerous|many|some)\s+)(?:[\w-]+\s+){0,2}\w+s$")
_NAME_ENDS = re.compile(r"[’'\"”]*\s*(?:$|[,.;(]|(?:in|at|on|during|who|after|to)\b)")


def body(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The defence ministry`, `the ministry`: the body as the article names it at its fullest."""
    asked = _asked(article, mention)
    if asked is None or mention is None:
        return None
    if (entry := article.gazetteer.find(asked.name)) is not None:
        return Verdict(entry.name, entry.kind)
    found = fullest(asked, article.bodies)
    if found is None:
        return None
    if not any(c.isupper() for c in found.name):
        return Verdict(f"the {found.name}", "organisation") if found.words and not asked.words else None
    return Verdict(found.name, "organisation")


def _asked(article: Article, mention: Mention | None) -> Body | None:
    """The body that a mention names: nothing but its own words before, no person and no other noun after."""
    if mention is None or not mention.tokens or mention.tokens[0].lower_ in ("a", "an", "one", "another", "some"):
        return None
    for token in mention.tokens:
        if token.pos_ not in _BEFORE_HEAD or token.text in ",:;" or token.tag_ == "PRP$":
            return None
        found = body_at(token, article.gazetteer, article.words, article.people_starts)
        if found is None:
            continue
        rest = article.text[found.end : mention.end].strip()
        owner = article.text[found.end : found.end + 2] in ("'s", "’s")
        if owner:
            continue
        return None if _goes_on(article, found, mention, rest) else found
    return None


def _goes_on(article: Article, found: Body, mention: Mention, rest: str) -> bool:
    """True when a person, a person noun or "and" follows the body inside the mention."""
    last = plain(found.name).split()[-1]
    if article.is_person_noun(last) or re.match(r"(?:and|or|nor)\b", rest):
        return True
    return any(found.end <= run.start <= found.end + 2 for run in mention.runs)


def office_then_name(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The ambassador to Kestria Anton Gavrel`: the person named at the end, no preposition before the name."""
    if mention is None or not mention.runs or not mention.tokens:
        return None
    nouns = [t for t in mention.tokens if t.pos_ in ("NOUN", "PROPN") and _names_a_person(article, t)]
    run = next((r for r in reversed(mention.runs) if r.start > mention.start and _person(article, r)), None)
    if run is None or not nouns or nouns[0].idx >= run.start:
        return None
    between = article.text[nouns[0].idx + len(nouns[0]) : run.start]
    if not re.search(r"\b(?:of|to|for|at|in|from)\b", between) or re.search(
        r"[,;:]|\b(?:and|by|with)\b|['’]s\s*$", between
    ):
        return None
    if not _NAME_ENDS.match(article.text[run.end : mention.end]):
        return None
    if not _right_after(article, mention, run, nouns[0]):
        return None
    return _verdict(article, run)


def _right_after(article: Article, mention: Mention, run: Run, office: Token) -> bool:
    before = [t for t in mention.tokens if t.idx < run.start]
    last = before[-1]
    if last.lower_ == "of":
        offices = article.words.lists.of_a_place
        return len(run.name.split()) > 1 and last.i == office.i + 1 and plain(office.text) in offices
    if is_title(last.text, article.words.titles) and _names_a_person(article, last):
        return False
    return last.pos_ in ("NOUN", "PROPN") and (last.text[0].isupper() or last.i > office.i)


def in_apposition(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Its spokesman` of "its spokesman, General Keith Marrad, said": the person named between the commas."""
    if mention is None or mention.head is None or (mention.runs[:1] and mention.runs[-1].end == mention.end):
        return None
    if not _names_a_person(article, mention.head) or mention.head.tag_ in ("NNS", "NNPS"):
        return None
    for run in article.runs:
        gap = article.text[mention.end : run.start] if run.start >= mention.end else None
        if gap is None:
            continue
        titles = gap.lstrip(", ").split()
        comma = gap.startswith(",")
        if not comma or not all(is_title(word, article.words.titles) for word in titles):
            return None
        closed = re.match(r"\s*(?:[,.;\"”]|$)", article.text[run.end :])
        return _verdict(article, run) if closed and _person(article, run) else None
    return None


def _person(article: Article, run: Run) -> bool:
    entity = article.entity_at(run)
    return entity is not None and entity.kind == "person"


def _verdict(article: Article, run: Run) -> Verdict:
    entry = article.gazetteer.find(run.name)
    entity = article.entity_at(run)
    if entry is not None:
        return Verdict(entry.name, entry.kind)
    return Verdict(strip_name(entity.name if entity is not None else run.name, article.words.titles), "person")


def _names_a_person(article: Article, token: Token) -> bool:
    words: Words = article.words
    return (
        article.is_person_noun(token.lemma_.lower())
        or article.is_person_noun(plain(token.text))
        or (plain(token.text) in words.titles and token.pos_ == "NOUN")
    )


def headline(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A headline taken for a source (`Kestria Will Not Yield in Ostry`): nobody."""
    if mention is None or len(mention.tokens) < _HEADLINE_WORDS:
        return None
    long = [t for t in mention.tokens if len(t) > 3 and t.is_alpha]
    verbs = [
        t
        for t in mention.tokens
        if (t.tag_ in ("MD", "VBZ", "VBP", "VBD") and t.dep_ not in ("relcl", "aux")) or t.tag_ == "MD"
    ]
    capital = sum(t.text[0].isupper() for t in long) > 0.8 * len(long)
    return Verdict(None) if verbs and capital and not re.search(r"[,;]|\bwho\b", mention.text) else None


def with_others(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Kestria and its allies`: a group, as the phrase."""
    if mention is None or not mention.runs:
        return None
    rest = article.text[mention.runs[0].end : mention.end]
    front = article.text[mention.start : max(mention.runs[0].start, mention.start)].strip().lower()
    if front not in ("", "the") or not _OTHERS.match(rest) or len(mention.runs) > 2:
        return None
    first = mention.tokens[0] if mention.tokens else None
    return Verdict(as_written(mention.text, first is not None and keeps_capital(first)), "group")


def newsroom(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Our correspondent`, `this newspaper`: whoever published the article; nobody where that is not known."""
    if mention is None or mention.head is None or len(mention.tokens) > 3 or mention.runs:
        return None
    if (
        mention.tokens[0].lower_ not in ("our", "this")
        or mention.head.lemma_.lower() not in article.words.lists.newsroom
    ):
        return None
    # Inside somebody's speech the paper is the speaker's, not the author's.
    if article.inside(mention.start, article.direct):
        return None
    return Verdict(article.about.source or None, "organisation")


RULES = (newsroom, headline, with_others, in_apposition, office_then_name, body)
