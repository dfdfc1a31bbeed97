"""Recognise named entities (spaCy's `ner`) in the lines that may name a speaker, of several articles at once.

The entities are those that spaCy finds, in a fraction of the time. Outside of an entity, `ner` decides by the next
token alone, so one matrix product decides for the tokens of all lines. Only inside of entities does a decision depend
on an earlier one. spaCy instead goes from token to token, and asks each time which of more than 70 moves are allowed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, IS_QUOTE, IS_SPACE, LOWER, NORM, ORTH, SENT_START, SPACY
from spacy.pipeline import EntityRecognizer
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span

from pipeline.core.spacy_documents import line_break_tokens

# A line with a quotation mark, a clause that is the object of a verb, or "according" may name a speaker. The dependency
# labels decide, not the cue list, so that the articles need not be parsed again when the cue list changes.
REPORTED_CLAUSES = ("ccomp", "parataxis")
SPACY_LINES = 256  # that spaCy's own component takes at once; more are no faster
DECODED_LINES = 64  # as in spaCy's own batches; the arrays of more do not fit the processor's caches
# Begin, inside, last and only token of an entity; outside; and what spaCy never chooses when it predicts.
MOVES = {"B", "I", "L", "U", "O", "M"}
Line = tuple[int, int]
Entity = tuple[int, int, str]


def add_entities(docs: Sequence[Doc], ner: Any, speaker_words: Iterable[str]) -> None:
    """Set the entities of the lines that may name a speaker; a line with one of `speaker_words` is among them."""
    words = [get_string_id(word) for word in speaker_words]
    lines_by_doc = [_lines_with_speakers(doc, words) for doc in docs]
    line_docs = [line for doc, lines in zip(docs, lines_by_doc, strict=True) for line in _lines_as_docs(doc, lines)]
    if is_supported(ner):
        recognised = iter(EntityDecoder(ner)(line_docs))
    else:
        read = ner.pipe(line_docs, batch_size=SPACY_LINES)
        recognised = iter([[(entity.start, entity.end, entity.label_) for entity in line.ents] for line in read])
    for doc, lines in zip(docs, lines_by_doc, strict=True):
        entities = []
        for start, _ in lines:
            entities += [Span(doc, start + first, start + end, label=label) for first, end, label in next(recognised)]
        if lines:
            doc.set_ents(entities)


def split_lines(doc: Doc) -> list[Line]:
    """Return the token ranges (end excluded) of lines, the line breaks left out."""
    breaks = line_break_tokens(doc)
    starts, ends = [0, *(i + 1 for i in breaks)], [*breaks, len(doc)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _lines_with_speakers(doc: Doc, words: list[int]) -> list[Line]:
    """Return the lines with a quotation mark, a reported clause or one of some words."""
    table: Any = doc.to_array([IS_QUOTE, DEP, LOWER])
    is_quote, dep, lower = table.reshape(len(doc), 3).T
    clauses, own = (np.array(ids, dtype=np.uint64) for ids in ([*map(get_string_id, REPORTED_CLAUSES)], words))
    is_sign = (is_quote > 0) | np.isin(dep, clauses) | np.isin(lower, own)
    count = np.concatenate([[0], np.cumsum(is_sign)]).tolist()
    return [(start, end) for start, end in split_lines(doc) if count[end] > count[start]]


def _lines_as_docs(doc: Doc, lines: list[Line]) -> Iterable[Doc]:
    """Yield lines as documents with what `ner` reads: words, norms, sentence starts (`Span.as_doc` copies more)."""
    table: Any = doc.to_array([ORTH, SPACY, NORM, SENT_START]).reshape(len(doc), 4)
    for start, end in lines:
        rows = table[start:end]
        rows[0, 3] = 1
        line = Doc(doc.vocab, words=rows[:, 0].tolist(), spaces=rows[:, 1].tolist())
        line.from_array([NORM, SENT_START], rows[:, 2:])
        yield line


class EntityDecoder:
    """Finds entities with the model of a `ner` component that `is_supported`."""

    def __init__(self, ner: Any) -> None:
        self.embed, self.hidden, self.output = ner.model.layers
        self.bias = self.hidden.get_param("b").reshape(1, self.hidden.get_dim("nO"), -1)
        kinds, _, labels = zip(*(name.partition("-") for name in move_names(ner)), strict=True)
        self.kind, self.label = np.array(kinds), np.array(labels)
        self.named = self.label != ""

    def __call__(self, lines: Sequence[Doc]) -> list[list[Entity]]:
        """Return the entities of each line: first token, end (excluded) and label."""
        by_length = sorted(range(len(lines)), key=lambda k: len(lines[k]))
        found: list[list[Entity]] = [[] for _ in lines]
        for first in range(0, len(lines), DECODED_LINES):
            batch = by_length[first : first + DECODED_LINES]
            for k, entities in zip(batch, self._decode([lines[k] for k in batch]), strict=True):
                found[k] = entities
        return found

    def _decode(self, lines: list[Doc]) -> Iterator[list[Entity]]:
        """Yield the entities of each line of a batch, whose tokens are numbered one after the other."""
        features = self.hidden.predict(self.embed.predict(lines))  # row 0: no token; row t + 1: token t
        flags = np.concatenate([line.to_array([IS_SPACE, SENT_START]).astype(np.int64) for line in lines])
        line_ends = np.cumsum([len(line) for line in lines])
        # An entity reaches neither over the end of its line nor into the next sentence.
        must_end = np.append(flags[1:, 1] == 1, True)
        must_end[line_ends - 1] = True
        move = self._outside_moves(features, flags[:, 0] > 0, must_end)
        kind = self.kind[move]
        end = np.arange(len(move)) + 1
        begins = np.flatnonzero(kind == "B")
        end[begins] = self._ends(features, begins, self.label[move[begins]], must_end)
        starts = np.flatnonzero((kind == "B") | (kind == "U"))
        first = 0
        for line_end in line_ends.tolist():
            entities, reached = [], first
            for start in starts[slice(*np.searchsorted(starts, (first, line_end)))].tolist():
                if start >= reached:  # not inside the entity before
                    reached = int(end[start])
                    entities.append((start - first, reached - first, str(self.label[move[start]])))
            yield entities
            first = line_end

    def _outside_moves(self, features: NDArray, is_space: NDArray, must_end: NDArray) -> NDArray:
        """Return the best allowed move at each token, if no entity is open there."""
        scores = self._scores(features[1:, 0] + features[0, 1] + features[0, 2])
        allowed = np.broadcast_to(self.kind == "O", scores.shape).copy()
        allowed |= ((self.kind == "U") & self.named) & ~is_space[:, None]
        allowed |= ((self.kind == "B") & self.named) & ~(is_space | must_end)[:, None]
        return np.where(allowed, scores, -np.inf).argmax(axis=1)

    def _ends(self, features: NDArray, start: NDArray, label: NDArray, must_end: NDArray) -> NDArray:
        """Return the ends (excluded) of the entities that begin at some tokens; all grow by a token at a time."""
        end = np.zeros(len(start), dtype=np.int64)
        number, at = np.arange(len(start)), start + 1
        while len(number):
            scores = self._scores(features[at + 1, 0] + features[start[number] + 1, 1] + features[at, 2])
            allowed = (self.kind == "L") | ((self.kind == "I") & ~must_end[at][:, None])
            allowed &= self.label == label[number][:, None]
            is_last = self.kind[np.where(allowed, scores, -np.inf).argmax(axis=1)] == "L"
            end[number[is_last]] = at[is_last] + 1
            number, at = number[~is_last], at[~is_last] + 1
        return end

    def _scores(self, summed: NDArray) -> NDArray:
        """Return the score of each move, given the summed features of each state."""
        scores: NDArray = self.output.predict((summed + self.bias).max(axis=2))
        return scores


def move_names(ner: Any) -> list[str]:
    """Return the names of all moves of a `ner` component, such as `B-PERSON`, in the order of their scores."""
    return [ner.moves.get_class_name(i) for i in range(ner.moves.n_moves)]


def is_supported(ner: Any) -> bool:
    """Tell whether a `ner` component has the form of those of spaCy's small models."""
    if not isinstance(ner, EntityRecognizer):
        return False
    attributes, layers = ner.model.attrs, ner.model.layers
    if ner.cfg.get("beam_width") != 1 or not attributes.get("has_upper") or attributes.get("unseen_classes"):
        return False
    sizes = layers[1].get_dim("nF"), layers[1].get_dim("nP")
    return sizes[0] == 3 and sizes[1] > 1 and {name.partition("-")[0] for name in move_names(ner)} <= MOVES
