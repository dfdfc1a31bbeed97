"""Rules for source mentions without a name: roles, organisations named before, groups, unnamed speakers."""

from __future__ import annotations

import re

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.definite_descriptions import described, state_leader, states_of
from pipeline.resolve.entities import Entity, Role
from pipeline.resolve.introductions import phrase_role
from pipeline.resolve.name_forms import as_written, is_title, key, plain, strip_name
from pipeline.resolve.named_mentions import full_name, known_name, surname
from pipeline.resolve.pronouns import antecedent, he_or_she
from pipeline.resolve.source_mention import INDEFINITE, Mention, Verdict, keeps_capital
from pipeline.resolve.source_mention import noun_phrase as phrase_of
from pipeline.resolve.word_sets import base_role

_FORMER = frozenset(("former", "ex"))
_OPENING = ("a", "an", "one", "another", "some", "several", "two", "three", "many", "most", "few", "other")


def _indefinite(mention: Mention) -> bool:
    return bool(mention.tokens) and (mention.tokens[0].lower_ in _OPENING or mention.tokens[0].like_num)


def _plural(token: Token | None) -> bool:
    return token is not None and token.tag_ in ("NNS", "NNPS")


def _country(article: Article, words: frozenset[str] | set[str]) -> str:
    for word in sorted(words):
        entry = article.gazetteer.country(word)
        if entry is not None:
            return entry.name
    return ""


def _agreement(article: Article, asked: Role, known: Role) -> float | None:
    """How well an introduction answers a role asked for; None when it does not."""
    royal = asked.head in article.words.lists.royal and known.head in article.words.lists.royal_roles
    if asked.head != known.head and not royal:
        return None
    here, there = _country(article, asked.words), _country(article, known.words)
    if here and there and here != there:
        return None
    states = {w for w in asked.words if article.gazetteer.country(w)}
    wanted = {key(w) for w in asked.words - states}
    given = {key(w) for w in known.words}
    if wanted and not wanted & given:
        return None if given - {key(w) for w in known.words if article.gazetteer.country(w)} else 0.0
    return len(wanted & given) + 0.5 * bool(here and here == there) - 0.1 * len(wanted - given)


def _of_another(article: Article, asked: Role, person: Entity) -> bool:
    """True when a person is of another state than the one asked for, or somebody else's office is asked for."""
    state, states = _country(article, asked.words), states_of(article, person)
    if state and states and state not in states:
        return True
    owners = {w for w in asked.words if any(key(w) == p.words[-1] for p in article.people if len(p.words) > 1)}
    return bool(owners) and not any(owners & role.words for role in person.roles)


def role_holder(article: Article, asked: Role, offset: int) -> Entity | None:
    """Person introduced with a role: best agreement first, then the nearest before."""
    best: tuple[float, ...] | None = None
    found = None
    for person in article.people:
        if _of_another(article, asked, person):
            continue
        former = asked.words & _FORMER
        scores = [
            s
            for role in person.roles
            if (not former or role.words & _FORMER) and (s := _agreement(article, asked, role)) is not None
        ]
        if not scores:
            continue
        before = [run.start for run in person.runs if run.start < offset]
        before += [
            trace.offset for _, trace in article.spoken if trace.speaker == person.name and trace.offset < offset
        ]
        near = (1, max(before)) if before else (0, -person.runs[0].start)
        if best is None or (max(scores), *near) > best:
            best, found = (max(scores), *near), person
    return found


def _names_a_person(article: Article, noun: Token) -> bool:
    known = noun.lower_ in article.words.titles or noun.lower_ in article.words.lists.royal
    return known or article.is_person_noun(noun.lemma_.lower())


def role(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The foreign minister`: whom the article introduces so, or the gazetteer for the state that is named."""
    if mention is None or mention.head is None or _indefinite(mention) or _plural(mention.head):
        return None
    asked = phrase_role(mention.core)
    if asked is None or not _names_a_person(article, mention.head):
        return None
    extra = {
        w
        for t in mention.tokens[len(mention.core) :]
        if t.is_alpha and t.text[0].isupper()
        for w in plain(t.text).split()
    }
    asked = Role(asked.head, asked.words | extra)
    found = role_holder(article, asked, mention.start)
    if found is not None:
        return Verdict(found.name, "person")
    date = article.about.date
    state = _country(article, asked.words) or (article.home if date else "")
    if state and not asked.words & _FORMER:
        words = {plain(w) for w in asked.words if not article.gazetteer.country(w)} | {plain(mention.head.text)}
        entry = article.gazetteer.office(words, state, date)
        if entry is not None:
            return Verdict(entry.name, entry.kind)
    return None


def announced_role(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`A hockey coach` in the first lines, named later with the same words."""
    if mention is None or mention.head is None or not _indefinite(mention) or _plural(mention.head):
        return None
    if article.paragraph(mention.start) > 1:
        return None
    asked = phrase_role(mention.core)
    if asked is None or not asked.words:
        return None
    for person in article.people:
        if any(r.head == asked.head and len(r.words & asked.words) >= 1 for r in person.roles):
            return Verdict(person.name, "person")
    return None


def government(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The Kestrian government`, `the authorities in Tolvar`: the state."""
    names = article.words.lists.government
    if mention is None or mention.head is None or mention.head.lower_ not in names or " and " in mention.text:
        return None
    words = {w for t in mention.tokens if t.is_alpha and t.text[0].isupper() for w in [plain(t.text)]}
    state = _country(article, words) or next(
        (e.name for r in mention.runs if (e := article.gazetteer.country(r.name))), ""
    )
    return Verdict(state, "country") if state else None


def same_noun(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The union`, `the person`: a speaker or organisation named before whose name or phrase has this head."""
    if mention is None or mention.head is None or _indefinite(mention) or len(mention.core) > 3:
        return None
    if not mention.tokens or mention.tokens[0].lower_ not in ("the", "that", "this", "its", "both", "these", "those"):
        return None
    noun = base_role(mention.head.lemma_.lower())
    for said, trace in reversed(article.spoken):
        if said.source and _heads(article, said, noun, _plural(mention.head)):
            return Verdict(trace.speaker, trace.kind)
    rest = {plain(t.text) for t in mention.core if t.is_alpha and not t.is_stop} - {plain(mention.head.text)}
    bodies = [] if mention.head.lemma_.lower() in article.words.roles else article.entities
    for entity in bodies:
        if plain(mention.head.text) in article.words.lists.body and not {key(w) for w in rest} <= set(entity.words):
            continue
        if entity.kind == "organisation" and entity.words and entity.words[-1] == key(mention.head.text):
            return Verdict(entity.name, entity.kind)
        if entity.kind == "organisation" and any(r.head == noun and rest <= r.words for r in entity.roles):
            return Verdict(entity.name, entity.kind)
    for trace in reversed(article.traces):
        if trace.kind == "anonymous" and trace.offset < mention.start and noun == base_role(_last_noun(trace.speaker)):
            return Verdict(trace.speaker, trace.kind)
    if noun in article.words.lists.generic and not mention.plain.startswith(("these", "those", "both")):
        # With words of its own (the rights group) it goes on about who spoke last, if about anybody.
        spoke = [t for t in article.traces if t.source and t.offset < mention.start][-1:] if rest else article.traces
        named = [t for t in spoke if t.kind == "organisation" and _may_be_called(article, t.speaker, noun)]
        found = antecedent(article, mention.start, lambda t: t in named)
        return Verdict(found.speaker, found.kind) if found else None
    return _first_mention(article, mention)


def _may_be_called(article: Article, name: str, noun: str) -> bool:
    """True for a name that a generic noun may mean: no university is `the paper`, no ministry `the company`."""
    words = plain(name).split()
    head = words[0] if "of" in words else words[-1] if words else ""
    return name[:1].isupper() and (
        noun in words or head not in article.words.lists.institution | article.words.lists.body
    )


def _first_mention(article: Article, mention: Mention) -> Verdict | None:
    """`A person familiar with the talks` for "that person", who has not spoken yet."""
    head = mention.head
    if head is None or not mention.plain.startswith(("that ", "this ", "the ")) or len(mention.tokens) > 2:
        return None
    if head.tag_ != "NN" or not article.is_person_noun(head.lemma_.lower()):
        return None
    for token in reversed(article.doc[: mention.tokens[0].i]):
        if token.lower_ == head.lower_ and token.tag_ == "NN" and any(t.lower_ in INDEFINITE for t in token.lefts):
            return Verdict(phrase_of(token), "anonymous")
    return None


def _last_noun(phrase: str) -> str:
    """Head of an unnamed speaker's phrase: the word before the first preposition or comma."""
    words = plain(re.split(r",|\b(?:of|for|from|in|at|with|on|to|who|familiar)\b", phrase, maxsplit=1)[0]).split()
    return words[-1] if words else ""


def _heads(article: Article, said: Quote, noun: str, plural: bool) -> bool:
    if said.source is None:
        return False
    head = article.mention(said.source).head
    return head is not None and base_role(head.lemma_.lower()) == noun and _plural(head) == plural


def made_by(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Figures compiled by X`: X."""
    if mention is None:
        return None
    found = re.search(r"\bby\s+(?:the\s+)?", mention.text)
    if found is None:
        return None
    maker = article.mention((mention.start + found.end(), mention.end))
    for rule in (known_name, full_name, surname):
        verdict = rule(article, quote, maker)
        if verdict is not None:
            return verdict
    return None


def tidy(article: Article, mention: Mention) -> str:
    """The mention as written, people without titles, possessive pronouns by whom they mean, first letter small."""
    edits: list[tuple[int, int, str]] = []
    for run in mention.runs:
        entity = article.entity_at(run)
        if run.start >= mention.start and entity is not None and entity.kind == "person":
            start = run.start
            while (word := re.search(r"[\w.-]+\s$", article.text[mention.start : start])) and _title(
                article, word.group()
            ):
                start = mention.start + word.start()
            edits.append((start, run.end, run.name))
    for token in mention.tokens:
        if token.tag_ == "PRP$" and (found := owner(article, token)):
            edits.append((token.idx, token.idx + len(token), f"{found}'s"))
    text = mention.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[: start - mention.start] + new + text[end - mention.start :]
    first = mention.tokens[0] if mention.tokens else None
    proper = first is not None and (
        _names_a_state(article, first) or keeps_capital(first) or (first.tag_ == "PRP$" and bool(edits))
    )
    return as_written(text, proper)


def _names_a_state(article: Article, token: Token) -> bool:
    return token.text[0].isupper() and len(token) > 2 and article.gazetteer.country(token.text) is not None


def _title(article: Article, word: str) -> bool:
    return is_title(word, article.words.titles) and word[0].isupper()


def owner(article: Article, token: Token) -> str:
    """Whom a possessive pronoun means; nothing for several, for the author and for a guess without a trace."""
    if token.lower_ in article.words.personal:
        found = he_or_she(article, token.idx, token.lower_)
    elif token.lower_ in article.words.thing:
        found = antecedent(article, token.idx, lambda t: t.kind in ("organisation", "country"))
    else:
        return ""
    return found.speaker if found is not None and found.speaker[:1].isupper() else ""


def group(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """Several people, as the noun phrase."""
    if mention is None or not (_plural(mention.head) or " and " in mention.text):
        return None
    if not any(c.isalpha() for c in mention.text):
        return Verdict(None)
    return Verdict(tidy(article, mention), "group")


def anonymous(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """One unnamed person, as the noun phrase."""
    if mention is None or mention.head is None:
        return None
    if not article.is_person_noun(mention.head.lemma_.lower()):
        return None
    return Verdict(tidy(article, mention), "anonymous")


def noun_phrase(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """Anything else that is no pronoun: an office, a firm, a document, as the noun phrase."""
    if mention is None or mention.head is None or (mention.head.pos_ == "PRON" and len(mention.tokens) == 1):
        return None
    text = tidy(article, mention)
    kind = "document" if mention.head.lemma_.lower() in article.words.lists.documents else "organisation"
    return Verdict(text if strip_name(text) else None, kind)


RULES = (government, role, state_leader, announced_role, made_by, same_noun, described, group, anonymous, noun_phrase)
