"""Registry of speakers across articles: one id for one speaker, whose full names are merged.

Merged are a name with words before it that are no name (`States Anton Gavrel`, `Superintendent Lise Amarant`), a name
in another romanisation, and a name with and without a middle name or initial (of 278, one was
wrong: `docs/speakers.md`). Names that merely look alike are left to `reports/speakers_review.csv`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from typing import Any

from pipeline.core.storage.article_failures import ArticleNet
from pipeline.core.text import escape_cell
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.institutions import institution_key, is_shared_name
from pipeline.resolve.manual_decisions import MergeDecisions
from pipeline.resolve.name_forms import (
    given_names,
    may_be_same_person,
    name_key,
    name_suffix,
    name_words,
    normalise,
    romanised_key,
    slug,
    translated_key,
)

# Speakers of these kinds are never the same in two articles.
LOCAL_KINDS = ("anonymous", "group", "document", "unknown")
_MAX_ACRONYM, _MAX_CAPITALS = 5, 6


@dataclass
class Speaker:
    """One speaker of all articles.

    `known` is true for a row of the gazetteer; `forms` are the forms of the name that articles use; `articles` are the
    ids of the articles with a quote.
    """

    speaker_id: str
    name: str
    kind: str
    qid: str | None = None
    country: str | None = None
    role: str | None = None
    members: tuple[str, ...] = ()
    affiliation: str | None = None
    known: bool = False
    forms: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    n_quotes: int = 0

    def row(self) -> dict[str, Any]:
        """Return the row of the table `SPEAKERS`."""
        same = ("speaker_id", "name", "kind", "qid", "country", "role", "affiliation", "n_quotes")
        row = {column: getattr(self, column) for column in same}
        return row | {"members": list(self.members), "aliases": sorted(self.forms - {self.name})}


@dataclass
class SpeakerRegistry:
    """Give ids to speakers; articles come in order.

    The id is the gazetteer's Wikidata id, else kind and name. A person who is not in the gazetteer is the same in two
    articles only by the same full name of two words or more, in any spelling (`name_key`), or by `merges`. A surname
    alone, a group, an unnamed speaker, a document and a common noun stay with their article, unless `merges` says whose
    name it is.
    """

    gazetteer: Gazetteer
    merges: MergeDecisions = field(default_factory=MergeDecisions)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)  # of shared names, by kind and name key

    def add(
        self,
        name: str,
        kind: str,
        article_id: str,
        form: str = "",
        members: tuple[str, ...] = (),
        affiliation: str | None = None,
    ) -> Speaker:
        """Count one quote of a speaker and return the speaker.

        `form` is the name as the source mention has it; it is empty for pronouns and descriptions. A name that is
        merged into another is a form of it, so that the data shows what was merged.
        """
        canonical = self.merges.canonical_name(name)
        speaker = self._find_or_create(canonical, kind, article_id)
        speaker.n_quotes += 1
        speaker.articles.add(article_id)
        speaker.members = speaker.members or members
        speaker.affiliation = speaker.affiliation or affiliation
        speaker.forms |= {shown for shown in (form, name) if self._is_form_of(shown, speaker)}
        speaker.forms |= {name} if name_key(name) != name_key(canonical) else set()
        return speaker

    def _is_form_of(self, form: str, speaker: Speaker) -> bool:
        """Return True for part of the speaker's name, a gazetteer alias or an acronym; not for `Ilse of Kestria`."""
        if not name_key(form) or normalise(form) in self.gazetteer.vocabulary.body:
            return False
        # `ANTON Gavrel`: a word in capitals that the name has in small letters.
        small = {word.casefold() for word in speaker.name.split() if not word.isupper()}
        if any(len(word) > 1 and word.isupper() and word.casefold() in small for word in form.split()):
            return False
        if form.isupper() and len(form) > _MAX_CAPITALS:
            return False
        entry = self.gazetteer.find(form)
        if entry is not None and entry.name == speaker.name:
            return True
        if speaker.kind == "organisation":
            key = institution_key(form, self.gazetteer)
            if key and key == institution_key(speaker.name, self.gazetteer):
                return True
        is_part = set(name_key(form).split()) <= set(name_key(speaker.name).split())
        return is_part or (form.isupper() and len(form) <= _MAX_ACRONYM)

    def _find_or_create(self, name: str, kind: str, article_id: str) -> Speaker:
        """Return the speaker of a name, by the gazetteer, among all articles or in this article alone."""
        entry = self.gazetteer.find(name) if kind not in LOCAL_KINDS else None
        if entry is not None:
            speaker_id = entry.qid or f"{entry.kind}:{slug(entry.name)}"
            qid, country, role = (fact or None for fact in (entry.qid, entry.country, entry.role))
            speaker = Speaker(speaker_id, entry.name, entry.kind, qid, country, role, known=True)
            return self.speakers.setdefault(speaker_id, speaker)
        key = institution_key(name, self.gazetteer) if kind == "organisation" else ""
        speaker_id = f"{kind}:{slug(key or name)}"
        # Each article has its own Institute or Ministry, and its own Korvath.
        vocabulary, is_word = self.gazetteer.vocabulary, len(name_key(name).split()) == 1
        is_common = is_word and (kind == "person" or normalise(name) in vocabulary.institution | vocabulary.body)
        is_local = kind in LOCAL_KINDS or is_common or not name[:1].isupper()
        if is_local or is_shared_name(name, self.gazetteer):
            speaker_id += f":{article_id}"
        else:
            # All spellings of one name have the id of the spelling that came first.
            speaker_id = self._ids.setdefault((kind, name_key(key or name)), speaker_id)
        speaker = self.speakers.setdefault(speaker_id, Speaker(speaker_id, name, kind))
        if key and _count_capitals(name) > _count_capitals(speaker.name):
            speaker.name = name
        return speaker

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of all speakers, sorted by id."""
        return [self.speakers[name].row() for name in sorted(self.speakers)]


def _count_capitals(name: str) -> int:
    return sum(word[0].isupper() for word in name.split())


@dataclass
class NameUse:
    """A full name, the number of its quotes, the articles with a quote, and the keys of the names merged into it."""

    name: str
    known: bool  # in the gazetteer
    aliases: tuple[str, ...] = ()
    n_quotes: int = 0
    articles: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)


Names = dict[str, NameUse]  # by `name_key`


def merge_same_people(
    uses: Iterable[tuple[str, str, str]], gazetteer: Gazetteer, decisions: MergeDecisions, net: ArticleNet
) -> MergeDecisions:
    """Return the decisions of a person, and with them the merges that the names of all articles allow.

    `uses` are the name of the speaker of each quote of a person, the form of it beside the quote (empty for a pronoun)
    and the article, in the order of the tables. `net` notes the articles whose names raise an exception.
    """
    names = _count_names(uses, gazetteer, decisions, net)
    merged = dict(decisions.merged_names)
    for find_pairs in (_words_before, _romanisations, _middle_names):
        for one, other in list(find_pairs(names, gazetteer)):
            if one in names and other in names and not _are_kept_apart(names[one], names[other], decisions):
                use, target = names.pop(one), names[other]
                target.n_quotes += use.n_quotes
                target.articles |= use.articles
                target.keys |= use.keys
                merged[one] = target.name
    return replace(decisions, merged_names=merged)


def _count_names(
    uses: Iterable[tuple[str, str, str]], gazetteer: Gazetteer, decisions: MergeDecisions, net: ArticleNet
) -> Names:
    """Count the quotes of each full name: of speakers, of their shorter forms beside quotes, and of the gazetteer."""
    names: Names = {}
    for entry in gazetteer.entries:
        if entry.kind == "person" and len(name_words(entry.name)) > 1:
            key = name_key(entry.name)
            names[key] = NameUse(entry.name, known=True, aliases=entry.aliases, keys={key})
    for name, form, article in uses:
        with net.of(article):
            is_shorter = set(name_words(form)) < set(name_words(name))
            for written, n_quotes in ((name, 1), (form, 0)) if is_shorter else ((name, 1),):
                shown = gazetteer.known_name(decisions.canonical_name(written))
                if len(name_words(shown)) > 1:
                    key = name_key(shown)
                    use = names.setdefault(key, NameUse(shown, known=gazetteer.find(shown) is not None, keys={key}))
                    use.n_quotes += n_quotes
                    use.articles.add(article)
    return names


def _are_kept_apart(one: NameUse, other: NameUse, decisions: MergeDecisions) -> bool:
    """Return True for two rows of the gazetteer, and where a person has decided so."""
    pairs = (frozenset((a, b)) for a in one.keys for b in other.keys)
    return (one.known and other.known) or any(pair in decisions.different for pair in pairs)


def _words_before(names: Names, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """Yield names with words before them that are no name, and the name of somebody that is left without them."""
    for key, use in sorted(names.items()):
        words = use.name.split()
        for at in range(1, len(words) - 1):
            rest = name_key(" ".join(words[at:]))
            if rest in names and not use.known and _is_no_name(words[:at], words[at], gazetteer):
                yield key, rest
                break


def _is_no_name(before: list[str], first: str, gazetteer: Gazetteer) -> bool:
    """Return True for capitalised words before a name, none of them a given name, initial or particle.

    Their last word is an office, a body or a state, or the word after them is a given name. Given names are those that
    the language lists: two unlisted ones in a row may be one person's.
    """
    vocabulary = gazetteer.vocabulary
    small = vocabulary.particles | frozenset(vocabulary.conjunctions)
    for word in before:
        form = normalise(word)
        if not word[0].isupper() or len(form) < 2 or name_key(word) in given_names() or form in small:
            return False
    last = normalise(before[-1])
    nouns = vocabulary.titles | vocabulary.people | vocabulary.body | vocabulary.institution | vocabulary.organisation
    return name_key(first) in given_names() or last in nouns or gazetteer.find_state(before[-1]) is not None


def _romanisations(names: Names, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """Yield names that another romanisation makes equal, and the known or most quoted one among them.

    Forms of a given name in other languages count for people of the gazetteer alone: two neighbours may be called
    Oleksandr and Aleksandr, and not be one.
    """
    yield from _equal_names(names, romanised_key)

    def translated(name: str) -> str:
        return translated_key(name, gazetteer.vocabulary.given_name_forms)

    known = {translated(form) for use in names.values() if use.known for form in (use.name, *use.aliases)}
    yield from _equal_names(names, lambda name: key if (key := translated(name)) in known else "")


def _equal_names(names: Names, key_of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield the names that share a key, each with the first among them; not where the gazetteer has two of them."""
    groups: dict[str, list[str]] = {}
    for key, use in sorted(names.items()):
        for shared in sorted({key_of(form) for form in (use.name, *use.aliases)} - {""}):
            groups.setdefault(f"{shared} {name_suffix(use.name)}", []).append(key)
    for group in groups.values():
        if sum(names[key].known for key in group) < 2:
            first = _main_name(group, names)
            yield from ((key, first) for key in group if key != first)


def _middle_names(names: Names, gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    """Yield a name with and without a middle name where an article has both; for known people also without, by initial.

    Two longer names of one short name are two people's: neither is merged.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for key, use in sorted(names.items()):
        words = name_words(use.name)
        groups.setdefault((words[0], words[-1], name_suffix(use.name)), []).append(key)
    for group in groups.values():
        short = [key for key in group if len(name_words(names[key].name)) == 2]
        long = [key for key in group if key not in short]
        if len(short) == len(long) == 1:
            one, other = names[short[0]], names[long[0]]
            is_initial = all(len(word) == 1 for word in name_words(other.name)[1:-1])
            if one.articles & other.articles or (is_initial and (one.known or other.known)):
                main = _main_name(group, names)
                yield from ((key, main) for key in group if key != main)


def _main_name(group: list[str], names: Names) -> str:
    """Return the name that the gazetteer has, or else the most quoted one."""
    return max(group, key=lambda key: (names[key].known, names[key].n_quotes))


COLUMNS = ("a", "b", "decision", "reason", "quotes_a", "quotes_b", "articles_a", "articles_b", "id_a", "id_b")
_MIN_WORD_LENGTH = 4


def merge_review_csv(registry: SpeakerRegistry) -> str:
    """Return pairs of speakers that may be one as CSV text; a row with a decision can move to `configs/merges.csv`.

    Left out are pairs of two rows of the gazetteer, pairs that `configs/merges.csv` decides, and two surnames without
    a full name. The most quoted pairs come first. Cells that a spreadsheet would run as formulas are escaped.
    """
    speakers = [registry.speakers[i] for i in sorted(registry.speakers)]
    people = [s for s in speakers if s.kind == "person"]
    bodies = [s for s in speakers if s.kind == "organisation" and s.name[:1].isupper()]
    people_alike = _blocked_pairs(people, lambda words: words[-1:] + words[:1], _reason_for_people)
    bodies_alike = _blocked_pairs(
        bodies, lambda words: (words[0], "".join(word[0] for word in words)), _reason_for_organisations
    )
    pairs = []
    for one, other, reason in chain(people_alike, bodies_alike):
        a, b = (one, other) if len(one.name) >= len(other.name) else (other, one)
        decided, keys = registry.merges, frozenset((name_key(a.name), name_key(b.name)))
        if keys not in decided.different and not decided.are_merged(a.name, b.name):
            pairs.append((a, b, reason))
    pairs.sort(key=lambda pair: (-min(pair[0].n_quotes, pair[1].n_quotes), pair[0].speaker_id, pair[1].speaker_id))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for a, b, reason in pairs:
        counts = (a.n_quotes, b.n_quotes, len(a.articles), len(b.articles))
        ids = (escape_cell(a.speaker_id), escape_cell(b.speaker_id))
        writer.writerow((escape_cell(a.name), escape_cell(b.name), "", escape_cell(reason), *counts, *ids))
    return text.getvalue()


def _blocked_pairs(
    speakers: Sequence[Speaker],
    block_keys: Callable[[tuple[str, ...]], tuple[str, ...]],
    reason_to_merge: Callable[[Speaker, Speaker], str],
) -> Iterator[tuple[Speaker, Speaker, str]]:
    """Yield pairs that share a block key and have a reason to be merged, unless both are in the gazetteer."""
    blocks: dict[str, dict[str, Speaker]] = {}
    for speaker in speakers:
        for block in block_keys(name_words(speaker.name)) if name_words(speaker.name) else ():
            blocks.setdefault(block, {})[speaker.speaker_id] = speaker
    seen = set()
    for block in sorted(blocks):
        for one, other in combinations([blocks[block][i] for i in sorted(blocks[block])], 2):
            ids = (one.speaker_id, other.speaker_id)
            if ids not in seen and not (one.known and other.known) and (reason := reason_to_merge(one, other)):
                yield one, other, reason
            seen.add(ids)


def _reason_for_people(one: Speaker, other: Speaker) -> str:
    """Return why two people may be one; an empty string for no reason."""
    a, b = name_words(one.name), name_words(other.name)
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return "surname alone" if len(long) > 1 and long[-1] == short[0] else ""
    if name_suffix(one.name) != name_suffix(other.name):
        return ""
    if sorted(a) == sorted(b):
        return "the same words in another order"
    if may_be_same_person(a, b):
        return "names that fit each other"
    similar_surnames = a[0] == b[0] and len(a[-1]) > _MIN_WORD_LENGTH and _one_letter_apart(a[-1], b[-1])
    similar_first_names = a[-1] == b[-1] and _one_letter_apart(a[0], b[0])
    return "spellings one letter apart" if similar_surnames or similar_first_names else ""


def _reason_for_organisations(one: Speaker, other: Speaker) -> str:
    """Return why two organisations may be one; an empty string for no reason."""
    a, b = name_key(one.name), name_key(other.name)
    short, long = sorted((one.name, other.name), key=len)
    if short.isupper() and "".join(word[0] for word in name_words(long) if len(word) > 3) == name_key(short):
        return "initials of the other"
    return "one begins with the other" if a.startswith(f"{b} ") or b.startswith(f"{a} ") else ""


def _one_letter_apart(a: str, b: str) -> bool:
    """Return True for words of four letters or more that differ by one letter inserted, left out or replaced."""
    if min(len(a), len(b)) < _MIN_WORD_LENGTH or abs(len(a) - len(b)) > 1 or a == b:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[at + 1 :] == b[at + 1 :] or a[at:] == b[at + 1 :] or a[at + 1 :] == b[at:]
