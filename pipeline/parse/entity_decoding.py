"""The entities that spaCy's `ner` finds, decoded for many lines at once: the same entities in a fraction of the time.

Outside of an entity, `ner` decides by the next token alone, so one matrix product decides for the tokens of all lines.
Only inside of entities does a decision depend on an earlier one. spaCy instead goes from token to token, and asks each
time which of more than 70 moves are allowed, which takes most of its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, SENT_START
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc

BATCH_LINES = 64  # as in spaCy's own batches; the arrays of more do not fit the processor's caches
Entity = tuple[int, int, str]
# Begin, inside, last and only token of an entity; outside; and what spaCy never chooses when it predicts.
MOVES = {"B", "I", "L", "U", "O", "M"}


class EntityDecoder:
    """Finds entities with the model of a `ner` component.

    Parameters
    ----------
    ner : EntityRecognizer
        One that `is_supported`.
    """

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
        for first in range(0, len(lines), BATCH_LINES):
            batch = by_length[first : first + BATCH_LINES]
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
