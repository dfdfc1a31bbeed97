"""Registry of speakers across articles: one id for one speaker; what people merged, and what they may want to merge."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.core.csv_escaping import escape_cell, unescape_cell
from pipeline.core.errors import ConfigError
from pipeline.resolve.gazetteer import Gazetteer, read_csv_rows
from pipeline.resolve.institutions import institution_key, is_shared_name
from pipeline.resolve.name_forms import may_be_same_person, name_key, name_suffix, name_words, normalise, slug
from pipeline.resolve.vocabulary import Vocabulary

MERGE_COLUMNS = ("a", "b", "decision", "note")
DECISIONS = ("same", "different")


@dataclass
class MergeDecisions:
    """What a person has decided about pairs of names."""

    merged_names: dict[str, str] = field(default_factory=dict)  # by `name_key`, the name that it is merged into
    different: set[frozenset[str]] = field(default_factory=set)  # pairs of name keys that are two speakers'
    # By `name_key`, a later name of its chain of merges, so that a long chain is walked only once.
    _further: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def canonical_name(self, name: str) -> str:
        """Return the name that a name is merged into; the name itself where nothing was decided."""
        passed: dict[str, None] = {}
        while (key := name_key(name)) in self.merged_names and key not in passed:
            passed[key] = None
            name = self._further.get(key, self.merged_names[key])
        self._further.update(dict.fromkeys(passed, name))
        return name

    def merge(self, key: str, name: str) -> None:
        """Merge the name of a key into another; it was in no chain before, or had this name in another spelling."""
        self.merged_names[key] = name
        self._further.pop(key, None)

    def are_merged(self, a: str, b: str) -> bool:
        """Return True for two names that are one speaker's."""
        return name_key(self.canonical_name(a)) == name_key(self.canonical_name(b))

    def is_decided(self, a: str, b: str) -> bool:
        """Return True where a person has said whether two names are one speaker's."""
        return frozenset((name_key(a), name_key(b))) in self.different or self.are_merged(a, b)


def read_merge_decisions(path: Path | str) -> MergeDecisions:
    """Read a CSV file with the columns `a`, `b`, `decision`, `note`; a missing or empty file has no decisions.

    `same` merges the name `b` into `a`; `different` keeps the two apart and out of the review.

    Raises
    ------
    ConfigError
        On wrong columns, an empty name, an unknown decision, a name merged into two, or a pair decided both ways.
    """
    path, decisions = Path(path), MergeDecisions()
    if path.exists() and path.stat().st_size:
        for number, row in read_csv_rows(path, MERGE_COLUMNS):
            _add_row(decisions, row, f"{path}, row {number}")
    return decisions


def _add_row(decisions: MergeDecisions, row: dict[str, str], where: str) -> None:
    """Check one row and add its decision."""
    a, b, decision = (unescape_cell(row[name]).strip() for name in MERGE_COLUMNS[:3])
    key_a, key_b = name_key(a), name_key(b)
    if not key_a or not key_b:
        raise ConfigError("a name is empty", where=where)
    if decision not in DECISIONS:
        raise ConfigError(f"decision is {decision!r}", where=where, fix=f"one of {', '.join(DECISIONS)}")
    pair = frozenset((key_a, key_b))
    if decision == "different":
        if decisions.are_merged(a, b):
            raise ConfigError(f"`{a}` and `{b}` are one speaker by other rows", where=where, fix="remove one of them")
        decisions.different.add(pair)
        return
    if pair in decisions.different:
        raise ConfigError(f"`{a}` and `{b}` are two speakers by another row", where=where, fix="remove one of them")
    if name_key(decisions.merged_names.get(key_b, a)) != key_a:
        other = decisions.merged_names[key_b]
        raise ConfigError(f"`{b}` is merged into `{other}` too", where=where, fix="one row per name `b`")
    if name_key(decisions.canonical_name(a)) == key_b:
        raise ConfigError(f"`{a}` is merged into `{b}` by another row", where=where, fix="remove one of them")
    decisions.merge(key_b, a)


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
        return {
            "speaker_id": self.speaker_id,
            "name": self.name,
            "kind": self.kind,
            "qid": self.qid,
            "country": self.country,
            "role": self.role,
            "members": list(self.members),
            "affiliation": self.affiliation,
            "aliases": sorted(self.forms - {self.name}),
            "n_quotes": self.n_quotes,
        }


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
        if _repeats_in_capitals(form, speaker.name) or (form.isupper() and len(form) > _MAX_CAPITALS):
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
            if speaker_id not in self.speakers:
                self.speakers[speaker_id] = Speaker(
                    speaker_id,
                    entry.name,
                    entry.kind,
                    qid=entry.qid or None,
                    country=entry.country or None,
                    role=entry.role or None,
                    known=True,
                )
            return self.speakers[speaker_id]
        key = institution_key(name, self.gazetteer) if kind == "organisation" else ""
        speaker_id = f"{kind}:{slug(key or name)}"
        is_unique = _is_unique_name(name, kind, self.gazetteer.vocabulary)
        if not is_unique or is_shared_name(name, self.gazetteer):
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


def _repeats_in_capitals(form: str, name: str) -> bool:
    """Return True for a form with a word in capitals that the name has in small letters (`ANTON Gavrel`)."""
    small = {word.casefold() for word in name.split() if not word.isupper()}
    return any(len(word) > 1 and word.isupper() and word.casefold() in small for word in form.split())


def _is_unique_name(name: str, kind: str, vocabulary: Vocabulary) -> bool:
    """Return True when a name alone tells who it is, in whatever article."""
    if kind in LOCAL_KINDS:
        return False
    words = name_key(name).split()
    normalised = normalise(name)
    if len(words) == 1 and (normalised in vocabulary.institution or normalised in vocabulary.body):
        # Each article has its own Institute or Ministry.
        return False
    return name[:1].isupper() and (kind != "person" or len(words) > 1)


REVIEW_COLUMNS = ("a", "b", "decision", "reason", "quotes_a", "quotes_b", "articles_a", "articles_b", "id_a", "id_b")
_MIN_WORD_LENGTH = 4
Pair = tuple[Speaker, Speaker, str]  # with the reason


def merge_review_csv(registry: SpeakerRegistry) -> str:
    """Return pairs of speakers that may be one as CSV text; a row with a decision can move to `configs/merges.csv`.

    Left out are pairs of two rows of the gazetteer, pairs that `configs/merges.csv` decides, and two surnames without
    a full name. The most quoted pairs come first. Cells that a spreadsheet would run as formulas are escaped.
    """
    pairs = []
    for one, other, reason in _candidate_pairs(registry):
        a, b = (one, other) if len(one.name) >= len(other.name) else (other, one)
        if not registry.merges.is_decided(a.name, b.name):
            pairs.append((a, b, reason))
    pairs.sort(key=lambda pair: (-min(pair[0].n_quotes, pair[1].n_quotes), pair[0].speaker_id, pair[1].speaker_id))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REVIEW_COLUMNS)
    for a, b, reason in pairs:
        counts = (a.n_quotes, b.n_quotes, len(a.articles), len(b.articles))
        ids = (escape_cell(a.speaker_id), escape_cell(b.speaker_id))
        writer.writerow((escape_cell(a.name), escape_cell(b.name), "", escape_cell(reason), *counts, *ids))
    return text.getvalue()


def _candidate_pairs(registry: SpeakerRegistry) -> Iterator[Pair]:
    """Yield pairs of people that share a first or last word, and of organisations that share a word or initials."""
    speakers = [registry.speakers[i] for i in sorted(registry.speakers)]
    people = [s for s in speakers if s.kind == "person"]
    yield from _blocked_pairs(people, lambda words: words[-1:] + words[:1], _reason_for_people)
    organisations = [s for s in speakers if s.kind == "organisation" and s.name[:1].isupper()]
    yield from _blocked_pairs(
        organisations, lambda words: (words[0], "".join(word[0] for word in words)), _reason_for_organisations
    )


def _blocked_pairs(
    speakers: Sequence[Speaker],
    block_keys: Callable[[tuple[str, ...]], tuple[str, ...]],
    reason_to_merge: Callable[[Speaker, Speaker], str],
) -> Iterator[Pair]:
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
    if name_suffix(one.name) != name_suffix(other.name) and len(a) > 1 and len(b) > 1:
        return ""
    if len(a) == 1 and len(b) == 1:
        return ""
    if min(len(a), len(b)) == 1:
        short, long = sorted((a, b), key=len)
        return "surname alone" if long[-1] == short[0] else ""
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
