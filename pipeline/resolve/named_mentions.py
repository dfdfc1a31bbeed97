"""Rules for source mentions that hold a name: full names, surnames, states and their seats, organisations."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article, choose_person
from pipeline.resolve.entities import Entity, is_organisation_name, is_thing_name
from pipeline.resolve.given_names import starts_like_a_person
from pipeline.resolve.name_forms import as_written, is_title, key_words, plain, strip_name
from pipeline.resolve.name_mentions import Run
from pipeline.resolve.source_mention import Mention, Verdict, joined_names, keeps_capital

# What stands between two names of several: a comma or "and", and a title.
_JOINED = re.compile(r",?\s*(?:and|,)\s+(?:[\w.-]+\s+){0,3}|,\s+")
_AFTER_NAME = re.compile(r"\s*(?:[’'\"”]+\s*)?(?:$|[,(]|(?:of|for|from|in|at|with|on|to|who|and)\b)")


def person_of_word(article: Article, name: str, offset: int) -> Entity | None:
    """Person of a name in other letters (`REYK`) or one word, nearest before the offset."""
    words = key_words(name)
    if not words:
        return None
    for person in article.people:
        if person.words == words:
            return person
    run = Run(offset, offset + len(name), name)
    full = [p for p in article.people if len(p.words) > 1]
    if len(words) > 1:
        return next((p for p in full if set(words) <= set(p.words)), None)
    return choose_person(article, run, full)


def head_run(mention: Mention) -> Run | None:
    """The run that names the speaker: nothing but a preposition, a comma or the end comes after it."""
    for run in mention.runs:
        if run.start < mention.start:
            continue
        rest = mention.text[run.end - mention.start :]
        before = mention.text[: max(run.start - mention.start, 0)]
        if re.match(r"['’]s?\b", rest) and re.match(r"['’]s?\s*\w", rest):
            continue
        if _AFTER_NAME.match(rest) and not re.search(
            r"\b(?:of|for|from|in|at|with|to|by|on|near|between|against|about|over)\b(?!.*,)", before
        ):
            return run
    return None


def _described_by(article: Article, mention: Mention, end: int) -> bool:
    """True when the names of a mention only tell something of its noun (`relations between Kestria and Velmora`)."""
    front = article.text[mention.start : max(mention.runs[0].start, mention.start)].split()
    if any(word.islower() and word != "the" and not is_title(word, article.words.titles) for word in front):
        return True
    last = max(run.end for run in mention.runs if run.start < end)
    return not _AFTER_NAME.match(article.text[last:end].rstrip())


def _adjective(article: Article, run: Run) -> bool:
    """True for a state's adjective in front of a small word: `Kestrian` of "Kestrian counterpart"."""
    return article.gazetteer.country(run.name) is not None and article.text[run.end :][1:2].islower()


def pair(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`X and Y`: both names."""
    if mention is None or len(mention.runs) < 2:
        return None
    # After a dash or in brackets stands what one of them is.
    inserted = re.search(r"\s[–—-]\s|\(", mention.text)
    end = mention.start + inserted.start() if inserted else mention.end
    names, runs = [], [run for run in mention.runs if run.start < end]
    people = [run for run in runs if not _adjective(article, run)]
    runs = people if len(people) > 1 else runs
    if len(runs) < 2:
        return None
    if re.search(r"\bof\s+(?:the\s+)?$", article.text[mention.start : runs[0].start]) and len(runs) > 2:
        # The Secretary of the Concord, X and Y: the office is X's.
        runs = runs[1:]
    elif _described_by(article, mention, end):
        plural = mention.head is not None and mention.head.tag_ == "NNS"
        return Verdict(as_written(mention.text, keeps_capital(mention.tokens[0])), "group") if plural else None
    for one, two in pairwise(runs):
        if not _JOINED.fullmatch(article.text[one.end : two.start]):
            return None
    for run in runs:
        entry, entity = article.gazetteer.find(run.name), article.entity_at(run)
        names.append(entry.name if entry is not None else entity.name if entity is not None else run.name)
    return Verdict(joined_names(names), "group", tuple(names)) if " and " in mention.text else None


def full_name(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A name of two words or more."""
    run = head_run(mention) if mention is not None else None
    if run is None or len(key_words(run.name)) < 2:
        return None
    entry = article.gazetteer.find(run.name)
    if entry is not None:
        return Verdict(entry.name, entry.kind)
    entity = article.entity_at(run)
    if entity is not None:
        return Verdict(strip_name(entity.name, article.words.titles), entity.kind)
    if is_thing_name(run.name, article.words):
        return None
    kind = "organisation" if is_organisation_name(run.name, article.words) or run.name.isupper() else "person"
    return Verdict(strip_name(run.name, article.words.titles), kind)


def _sure_person(entity: Entity) -> bool:
    return starts_like_a_person(entity.name) or any(run.label == "PERSON" or run.before for run in entity.runs)


def surname(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """One word of a person's name: the fullest name in the article that has it."""
    run = head_run(mention) if mention is not None else None
    if run is None or (len(key_words(run.name)) > 1 and "-" not in run.name):
        return None
    found = article.entity_at(run)
    if found is None or found.kind != "person" or len(found.words) < 2:
        found = person_of_word(article, run.name, run.start)
    if found is None or len(found.words) < 2:
        return None
    known = article.gazetteer.find(run.name)
    if known is not None and known.kind == "country" and not _sure_person(found):
        # A state, not the surname that a run such as "Tomorrow Kestria" would make of it.
        return None
    return Verdict(found.name, "person")


def known_name(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A name or alias of the gazetteer: states, capitals and seats that stand for them, people, organisations."""
    if mention is None:
        return None
    core = (
        mention.text[: mention.core[-1].idx + len(mention.core[-1]) - mention.start] if mention.core else mention.text
    )
    for text in (mention.text, core):
        entry = article.gazetteer.find(strip_name(text, article.words.titles)) or article.gazetteer.find(text)
        if entry is not None:
            return Verdict(entry.name, entry.kind)
    return None


def short_form(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """An acronym, given in brackets or made of the capitals of a name, or the last words of an organisation's name."""
    run = head_run(mention) if mention is not None else None
    if run is None or mention is None:
        return None
    word = plain(run.name).replace(" ", "")
    if run.name.isupper() and 2 <= len(word) <= 6:
        given = re.search(rf"([^()\n]{{3,80}}?)\s*\(\s*(?:the\s+)?{re.escape(run.name)}\s*\)", article.text)
        before = given.group(1) if given else ""
        for entity in article.entities:
            capitals = "".join(w[0] for w in re.findall(r"[^\W\d_]+", entity.name) if w[0].isupper()).casefold()
            bracketed = before.endswith(entity.name) and has_initials(entity.name, word)
            if len(entity.words) > 1 and (capitals == word or bracketed):
                return Verdict(entity.name, entity.kind if entity.kind != "person" else "organisation")
    return None


def has_initials(name: str, acronym: str) -> bool:
    """True when the letters of an acronym are first letters of words of a name, in order, beginning with the first."""
    initials = iter(word[0] for word in plain(name).split())
    return plain(name)[:1] == acronym[:1] and all(letter in initials for letter in acronym)


def _several(article: Article, run: Run, mention: Mention) -> bool:
    """True for a people (`Kestrians`) or a common noun in the plural (`Members of`), which are no name."""
    name, states = run.name, article.gazetteer
    tag = next((t.tag_ for t in mention.tokens if t.idx == run.start), "")
    if run.before or not name.endswith("s"):
        return tag == "NNS" and not run.before
    people = states.find(name) is None and states.country(name[:-1]) is not None
    return tag == "NNS" or (people and (run.label == "NORP" or tag == "NNPS"))


def single_name(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """A name nothing fuller is known of, as it stands."""
    run = head_run(mention) if mention is not None else None
    if run is None or mention is None:
        return None
    if _several(article, run, mention):
        return None
    entity = article.entity_at(run)
    if entity is None and mention.head is not None and not (run.start <= mention.head.idx < run.end):
        return None
    longer = [
        e
        for e in article.entities
        if len(e.words) > 1 and e.words[-1:] == key_words(run.name)[-1:] and e.kind != "person"
    ]
    if longer and not run.before:
        return Verdict(longer[0].name, longer[0].kind)
    kind = entity.kind if entity is not None else "organisation"
    if run.before and any(w in article.words.titles for w in run.before):
        kind = "person"
    return Verdict(strip_name(run.name, article.words.titles), kind)


def named_so(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`A widow named Ilka Moro`: the name at the end."""
    if mention is None:
        return None
    called = "|".join(sorted(article.words.lists.called))
    found = re.search(rf"\b(?:{called})\s+(?=[^\W\d_])", mention.text) if called else None
    if found is None or not mention.text[found.end()].isupper():
        return None
    inner = article.mention((mention.start + found.end(), mention.end))
    rules = (known_name, full_name, surname, single_name)
    return next((verdict for rule in rules if (verdict := rule(article, quote, inner)) is not None), None)


def title_as_surname(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`Marshal` where the article has a Robert Marshal: a capital inside a sentence, no article before it."""
    if mention is None or len(mention.tokens) != 1 or not mention.text[0].isupper():
        return None
    word = key_words(mention.text)
    if not is_title(mention.text, article.words.titles):
        return None
    found = [p for p in article.people if len(p.words) > 1 and p.words[-1:] == word]
    return Verdict(found[0].name, "person") if len(found) == 1 else None


RULES = (named_so, title_as_surname, pair, full_name, surname, known_name, short_form, single_name)
