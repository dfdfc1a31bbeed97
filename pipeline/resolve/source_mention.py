"""What the rules exchange: source mentions, resolutions, and candidates for antecedents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Token

from pipeline.resolve.name_forms import normalise, tidy_phrase
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.vocabulary import Vocabulary

# Entity labels of words that have a capital wherever they are.
CAPITALISED_LABELS = frozenset(("NORP", "GPE", "LOC", "ORG", "FAC", "PERSON"))
_PHRASE_RELATIONS = ("det", "amod", "compound", "nmod", "nummod", "poss")


@dataclass(frozen=True)
class Resolution:
    """What a rule decides: the speaker's name (None where the text does not tell), its kind, and a group's members."""

    speaker: str | None
    kind: str = "unknown"
    members: tuple[str, ...] = ()
    is_unsure: bool = False  # a pronoun's person was named long before, or nothing tells the gender


@dataclass(frozen=True)
class AntecedentCandidate:
    """Somebody mentioned at an offset, who a later pronoun may refer to."""

    offset: int
    speaker: str
    kind: str
    gender: str = ""  # empty when nothing tells it
    is_subject: bool = False
    is_source: bool = False  # speaker of an earlier quote
    is_plural: bool = False
    is_pronoun: bool = False  # a pronoun that was resolved
    is_unsure: bool = False  # as in `Resolution`, of this pronoun or of one that led to it


def resolution_to(candidate: AntecedentCandidate | None) -> Resolution | None:
    """Return the resolution to a candidate as the speaker, None for no candidate."""
    return Resolution(candidate.speaker, candidate.kind, (), candidate.is_unsure) if candidate is not None else None


@dataclass
class SourceMention:
    """The words that name or describe the speaker of a quote, with the names (`mentions`) inside them."""

    start: int
    end: int  # a possessive ending left out
    text: str
    tokens: list[Token]
    mentions: list[NameMention]
    vocabulary: Vocabulary

    @property
    def normalised(self) -> str:
        """Text in small letters, without accents and punctuation."""
        return normalise(self.text)

    @cached_property
    def core(self) -> list[Token]:
        """Tokens before the first preposition, comma or relative clause."""
        relative = self.vocabulary.relative_person_pronouns
        for i, token in enumerate(self.tokens):
            in_name = any(mention.start <= token.idx < mention.end for mention in self.mentions)
            if (
                i
                and not in_name
                and (token.pos_ in ("ADP", "SCONJ") or token.text in (",", "(") or token.lower_ in relative)
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

    @cached_property
    def joins_several(self) -> bool:
        """Whether `and` joins the head with another noun: not in `the talks between Kestria and Velmora`."""
        if not self.vocabulary.has_conjunction(self.text) or self.head is None:
            return self.vocabulary.has_conjunction(self.text)
        inside = {token.i for token in self.tokens}
        joined = [self.head, *(child for child in self.head.children if child.i in inside)]
        return any(token.dep_ == "conj" and token.head.i in inside for token in joined)


def _between_adjectives(comma: Token) -> bool:
    """Return True for the comma of `the lanky, bespectacled professor`, which does not end the noun phrase."""
    doc, i = comma.doc, comma.i
    return comma.text == "," and i + 1 < len(doc) and doc[i - 1].pos_ == "ADJ" and doc[i + 1].pos_ in ("ADJ", "VERB")


def noun_phrase_text(head: Token, vocabulary: Vocabulary) -> str:
    """Return the noun phrase around a noun up to a comma or relative clause, its first letter small."""
    first = noun_phrase_start(head)
    return tidy_phrase(head.doc[first.i : noun_phrase_end(head, vocabulary)].text, has_own_capital(first))


def noun_phrase_start(head: Token) -> Token:
    """Return the first token of the noun phrase around a noun."""
    return min((t for t in head.lefts if t.dep_ in _PHRASE_RELATIONS), key=lambda t: t.i, default=head)


def noun_phrase_end(head: Token, vocabulary: Vocabulary) -> int:
    """Return the number of the token after the noun phrase around a noun: at a comma or relative clause."""
    for token in head.doc[head.i + 1 : head.right_edge.i + 1]:
        if token.is_punct or token.dep_ == "relcl" or token.lower_ in vocabulary.relative_pronouns:
            return token.i
    return head.right_edge.i + 1


def has_own_capital(token: Token) -> bool:
    """Return True where a capital belongs to the word (`Tamrahi officials`), not to the start of a sentence."""
    in_sentence = not token.is_sent_start and token.pos_ not in ("DET", "PRON", "NUM")
    return token.pos_ == "PROPN" or in_sentence or (token.ent_type_ in CAPITALISED_LABELS and token.pos_ != "DET")


def is_indefinite(source: SourceMention) -> bool:
    """Return True for a mention that opens with `a`, `some`, a number."""
    if not source.tokens:
        return False
    return source.tokens[0].lower_ in source.vocabulary.indefinite_any or source.tokens[0].like_num


def is_plural(token: Token | None) -> bool:
    return token is not None and token.tag_ in ("NNS", "NNPS")
