"""What rules speak about: a verdict, a trace of somebody in the text, a source mention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Token

from pipeline.resolve.name_forms import as_written, plain
from pipeline.resolve.name_mentions import Run

# Entities whose words are capitalised wherever they stand.
NAMED = frozenset(("NORP", "GPE", "LOC", "ORG", "FAC", "PERSON"))
# Words that open the first mention of somebody unnamed.
INDEFINITE = frozenset(("a", "an", "one", "another"))


@dataclass(frozen=True)
class Verdict:
    """A rule's opinion: the speaker's name (None: the text does not tell), kind, and the members of a group."""

    speaker: str | None
    kind: str = "unknown"
    members: tuple[str, ...] = ()


def joined_names(names: Sequence[str]) -> str:
    """`A, B and C`."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


@dataclass(frozen=True)
class Trace:
    """Somebody mentioned at an offset, who a later pronoun may mean.

    Attributes
    ----------
    offset : int
        Where.
    speaker, kind, gender : str
        Who; gender is empty when nothing tells it.
    subject : bool
        True for the subject of a clause.
    source : bool
        True for the speaker of an earlier quote.
    plural : bool
        True for several people.
    pronoun : bool
        True for a pronoun that was resolved.
    """

    offset: int
    speaker: str
    kind: str
    gender: str = ""
    subject: bool = False
    source: bool = False
    plural: bool = False
    pronoun: bool = False


@dataclass
class Mention:
    """A source mention: its span, tokens, and the runs of capitalised words inside."""

    start: int
    end: int
    text: str
    tokens: list[Token]
    runs: list[Run]

    @property
    def plain(self) -> str:
        """Text in plain form."""
        return plain(self.text)

    @cached_property
    def core(self) -> list[Token]:
        """Tokens before the first preposition, comma or relative clause."""
        for i, token in enumerate(self.tokens):
            inside = any(run.start <= token.idx < run.end for run in self.runs)
            if (
                i
                and not inside
                and (token.pos_ in ("ADP", "SCONJ") or token.text in (",", "(") or token.lower_ in ("who", "that"))
                and not _between_adjectives(token)
            ):
                return self.tokens[:i]
            if i and token.tag_ in ("VBN", "VBG") and token.dep_ in ("acl", "relcl"):
                return self.tokens[:i]
        return self.tokens

    @cached_property
    def head(self) -> Token | None:
        """Last noun of the core."""
        nouns = [t for t in self.core if t.pos_ in ("NOUN", "PROPN")] or [t for t in self.tokens if t.pos_ == "NOUN"]
        return nouns[-1] if nouns else next((t for t in reversed(self.core) if t.is_alpha), None)


def _between_adjectives(comma: Token) -> bool:
    """True in `the lanky, bespectacled professor`: no noun yet, and an adjective on both sides."""
    doc, i = comma.doc, comma.i
    return comma.text == "," and i + 1 < len(doc) and doc[i - 1].pos_ == "ADJ" and doc[i + 1].pos_ in ("ADJ", "VERB")


def noun_phrase(head: Token) -> str:
    """Text of the phrase around a noun, up to a comma or a relative clause; its first letter small."""
    doc, end = head.doc, head.i + 1
    for token in doc[head.i + 1 : head.right_edge.i + 1]:
        if token.is_punct or token.dep_ == "relcl" or token.lower_ in ("who", "that", "which"):
            break
        end = token.i + 1
    start = min([t.i for t in head.lefts if t.dep_ in ("det", "amod", "compound", "nmod", "nummod", "poss")] + [head.i])
    return as_written(doc[start:end].text, keeps_capital(doc[start]))


def keeps_capital(token: Token) -> bool:
    """True where a capital is the word's own (`Tamrahi officials`), not that of the sentence's first word."""
    inside = not token.is_sent_start and token.pos_ not in ("DET", "PRON", "NUM")
    return token.pos_ == "PROPN" or inside or (token.ent_type_ in NAMED and token.pos_ != "DET")
