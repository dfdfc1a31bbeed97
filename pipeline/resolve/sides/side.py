"""A side: for whom a speaker speaks, with the words that say so and the rule that found it."""

from __future__ import annotations

from typing import NamedTuple

from spacy.tokens import Token

from pipeline.core.text import Span


class Side(NamedTuple):
    """State, movement or body; `span` is where the article says so, None where the gazetteer does (`evidence`)."""

    name: str
    rule: str
    span: Span | None = None
    evidence: str | None = None


def span_of(tokens: list[Token] | tuple[Token, ...]) -> Span:
    """Return the characters from the first to the last of some tokens."""
    return tokens[0].idx, tokens[-1].idx + len(tokens[-1])
