"""A noun phrase that describes somebody by office or body: its words, its head noun, and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Token

from pipeline.resolve.name_forms import normalise
from pipeline.resolve.sides.named_bodies import has_noun, is_noun, is_of_town
from pipeline.resolve.vocabulary import Vocabulary

NOUNS = ("NOUN", "PROPN")
_COMMAS = (",", ";", ":", "(", "—", "–")
_CLAUSES = ("SCONJ", "VERB", "AUX")


@dataclass
class OfficePhrase:
    """A noun phrase for a person, without its determiner: the `core` up to the first preposition, and what follows."""

    tokens: list[Token]
    vocabulary: Vocabulary

    @cached_property
    def _verb(self) -> str:
        """The verb of a relative clause that stands for an office (`heads` of "who heads the mission"), normalised."""
        return self.tokens[0].lemma_ if self.tokens and self.tokens[0].pos_ == "VERB" else ""

    @cached_property
    def core(self) -> list[Token]:
        """Words before the first preposition, comma or clause; the `in` of `commander-in-chief` is none."""
        if self._verb:
            return self.tokens[:1]
        ends = (i for i in range(1, len(self.tokens)) if self._ends_core(i))
        return self.tokens[: next(ends, len(self.tokens))]

    def _ends_core(self, i: int) -> bool:
        token = self.tokens[i]
        ends = token.pos_ in ("ADP", *_CLAUSES) or token.text in _COMMAS
        return (ends or token.lower_ in self.vocabulary.relative_pronouns) and self.tokens[i - 1].text != "-"

    @cached_property
    def head(self) -> str:
        """Last noun of the core, normalised, or what its verb makes somebody; an empty string without either."""
        if self._verb in self.vocabulary.leading_verbs:
            return self.vocabulary.leading_verbs[self._verb]
        nouns = [normalise(token.lemma_).split() for token in self.core if token.pos_ in NOUNS]
        return nouns[-1][-1] if nouns and nouns[-1] else ""

    @cached_property
    def behind(self) -> list[tuple[str, list[Token]]]:
        """Each preposition behind the core, with the words up to the next one; a comma or clause ends the phrase."""
        parts: list[tuple[str, list[Token]]] = [("of", [])] if self._verb else []
        for token in self.tokens[1 if self._verb else len(self.core) :]:
            if token.pos_ == "ADP" or token.lower_ in self.vocabulary.affiliation_prepositions:
                parts.append((token.lower_, []))
            elif token.text in _COMMAS or token.pos_ in _CLAUSES or token.lower_ in self.vocabulary.relative_pronouns:
                break
            elif parts:
                parts[-1][1].append(token)
        return [(preposition, words) for preposition, words in parts if words]

    @cached_property
    def is_excluded(self) -> bool:
        """Whether the phrase is of somebody who is out of office, or who speaks for no state or body."""
        vocabulary, text = self.vocabulary, " ".join(token.text for token in self.core)
        words = normalise(text).split()
        limits = vocabulary.qualifiers_of(words) - vocabulary.still_in_office
        is_out = bool(limits) or bool(vocabulary.out_of_office & set(words))
        return is_out or has_noun(text, vocabulary.without_side) or is_of_town(text, vocabulary)

    @property
    def is_plural(self) -> bool:
        """Whether the phrase is of several people or bodies."""
        nouns = [token for token in self.core if token.pos_ in NOUNS]
        return bool(nouns) and nouns[-1].tag_ in ("NNS", "NNPS")

    @property
    def is_member(self) -> bool:
        """Whether it is of members: states are members of an alliance, and speak for themselves."""
        return self.head in self.vocabulary.members

    @property
    def speaks_for_state(self) -> bool:
        """Whether the head noun is of somebody who may speak for a state."""
        return is_noun(self.head, self.vocabulary.state_speakers)

    @property
    def speaks_for_body(self) -> bool:
        """Whether the head noun is of somebody who may speak for a body."""
        return self.speaks_for_state or is_noun(self.head, self.vocabulary.body_speakers)


def without_determiner(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens without the determiners and marks in front; a possessive pronoun stays."""
    first = next((i for i, t in enumerate(tokens) if not (t.tag_ in ("DT", "_SP") or t.is_punct)), len(tokens))
    return list(tokens[first:])
