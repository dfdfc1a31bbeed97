"""The whole name of a body that was recognised by one of its words: `Lost 52 Project` for `Project`."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.source_mention import SourceMention
from pipeline.resolve.vocabulary import Vocabulary


def whole_body_name(source: SourceMention, mention: NameMention) -> str:
    """Return a body's name with the capitalised words and numbers before and `of` behind it: `Lost 52 Project`."""
    vocabulary = source.vocabulary
    bodies = vocabulary.organisation | vocabulary.institution | vocabulary.body
    if normalise(mention.name) not in bodies:
        return mention.name
    first = last = next((i for i, t in enumerate(source.tokens) if t.idx == mention.start), 0)
    while first and _is_part_of_body(source.tokens[first - 1], vocabulary):
        first -= 1
    while last + 1 < len(source.tokens) and source.tokens[last + 1].lower_ in vocabulary.office_prepositions:
        behind = [t for t in source.tokens[last + 2 : last + 4] if t.text[0].isupper()]
        if not behind:
            break
        last = behind[-1].i - source.tokens[0].i
    start, end = source.tokens[first].idx, source.tokens[last].idx + len(source.tokens[last])
    return source.text[start - source.start : end - source.start]


def _is_part_of_body(token: Token, vocabulary: Vocabulary) -> bool:
    """Return True for a capitalised word, a number, and the apostrophe of a plural: `Bishops'`; not for `'s`."""
    if token.lower_ in vocabulary.definite_articles:
        return False
    return token.text[0].isupper() or token.like_num or token.text in ("'", "’")
