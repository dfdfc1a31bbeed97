"""Speakers across articles: one id for one speaker, counted, with the forms of the name that were met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.institutions import is_common, signature
from pipeline.resolve.manual_merges import Merges
from pipeline.resolve.name_forms import key, plain, slug
from pipeline.resolve.name_lists import Lists
from pipeline.resolve.word_sets import Words

# Speakers of these kinds are one article's own.
LOCAL_KINDS = ("anonymous", "group", "document", "unknown")


@dataclass
class Speaker:
    """One speaker of all articles.

    `known` is true for a row of the gazetteer; `forms` are the names met, its own left out when the row is made;
    `articles` are those that quote it.
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
        """Row of `schema.SPEAKERS`."""
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
class Registry:
    """Gives ids to speakers, articles coming in order.

    Ids: the gazetteer's Wikidata id, else kind and name. An unknown person is the same in two articles only by the same
    full name of two words or more, spellings aside (`names.key`); a surname alone, a group, an unnamed speaker, a
    document and a common noun stay with their article, unless `merges` says whose name it is.
    """

    gazetteer: Gazetteer
    words: Words
    merges: Merges = field(default_factory=Merges)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    spelled: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(
        self,
        name: str,
        kind: str,
        article_id: str,
        form: str = "",
        members: tuple[str, ...] = (),
        affiliation: str | None = None,
    ) -> Speaker:
        """Count one quote of a speaker.

        Parameters
        ----------
        name, kind : str
            As `resolve` set them.
        article_id : str
            Where the quote stands.
        form : str
            Name as the source mention has it; empty for pronouns and descriptions.
        members : tuple of str
            Names of the members of a group.
        affiliation : str, optional
            Whom an unnamed speaker belongs to.
        """
        speaker = self._find(self.merges.name(name), kind, article_id)
        speaker.n_quotes += 1
        speaker.articles.add(article_id)
        speaker.members = speaker.members or members
        speaker.affiliation = speaker.affiliation or affiliation
        speaker.forms |= {shown for shown in (form, name) if self._names(shown, speaker)}
        return speaker

    def _names(self, form: str, speaker: Speaker) -> bool:
        """True for part of the speaker's name, an alias of the gazetteer or an acronym; not for `Ilse of Kestria`."""
        entry = self.gazetteer.find(form)
        known = entry is not None and entry.name == speaker.name
        words = set(key(form).split())
        if plain(form) in self.words.lists.body:
            return False
        if _shouted(form, speaker.name) or (form.isupper() and len(form) > 6):
            return False
        sign = signature(form, self.gazetteer, self.words) if speaker.kind == "organisation" else ""
        known = known or bool(sign and sign == signature(speaker.name, self.gazetteer, self.words))
        return bool(words) and (known or words <= set(key(speaker.name).split()) or (form.isupper() and len(form) < 6))

    def _find(self, name: str, kind: str, article_id: str) -> Speaker:
        entry = self.gazetteer.find(name) if kind not in LOCAL_KINDS else None
        sign = ""
        if entry is not None:
            kind, shown = entry.kind, entry.name
            speaker_id = entry.qid or f"{kind}:{slug(shown)}"
        else:
            sign = signature(name, self.gazetteer, self.words) if kind == "organisation" else ""
            shown, speaker_id = name, f"{kind}:{slug(sign or name)}"
            if not _shared(name, kind, self.words.lists) or is_common(name, self.gazetteer, self.words):
                speaker_id += f":{article_id}"
            else:
                # Spellings of one name have the id of the first that was met.
                speaker_id = self.spelled.setdefault((kind, key(sign or name)), speaker_id)
        if speaker_id not in self.speakers:
            self.speakers[speaker_id] = Speaker(speaker_id, shown, kind)
            if entry is not None:
                found = self.speakers[speaker_id]
                found.qid, found.country, found.role = entry.qid or None, entry.country or None, entry.role or None
                found.known = True
        elif sign and _capitals(name) > _capitals(self.speakers[speaker_id].name):
            self.speakers[speaker_id].name = name
        return self.speakers[speaker_id]

    def rows(self) -> list[dict[str, Any]]:
        """Rows of all speakers, sorted by id."""
        return [self.speakers[name].row() for name in sorted(self.speakers)]


def _capitals(name: str) -> int:
    return sum(word[0].isupper() for word in name.split())


def _shouted(form: str, name: str) -> bool:
    """True for a spelling with a word in capitals that the name has in small letters (`ANTON Gavrel`)."""
    small = {word.casefold() for word in name.split() if not word.isupper()}
    return any(len(word) > 1 and word.isupper() and word.casefold() in small for word in form.split())


def _shared(name: str, kind: str, lists: Lists) -> bool:
    """True when the name alone tells who it is, in whatever article."""
    if kind in LOCAL_KINDS:
        return False
    words = key(name).split()
    if len(words) == 1 and plain(name) in lists.institution | lists.body:
        # The Institute, the Ministry: one article's own.
        return False
    return name[:1].isupper() and (kind != "person" or len(words) > 1)
