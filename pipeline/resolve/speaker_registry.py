"""Registry of speakers across articles: one id for one speaker, with its quotes counted and its forms collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.institutions import institution_key, is_shared_name
from pipeline.resolve.manual_merges import MergeDecisions
from pipeline.resolve.name_forms import name_key, normalise, slug
from pipeline.resolve.vocabulary import Vocabulary

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
