"""Hashed features of tokens: a hash of feature and value is the index of one of 2^18 weights, which contain no words.

Weinberger et al. (2009), Feature Hashing for Large Scale Multitask Learning.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from pipeline.extract.learned.token_arrays import Floats, Ints, Keys, TokenArrays, is_any_of, string_ids

HASH_BITS = 18
# What the hashed models predict of a token: is it a cue, does it start, end, or lie inside a content?
TARGETS = ("cue", "start", "end", "inside")
_A, _B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_MAX_MARK_DISTANCE = 9
_MAX_DEPTH = 6
_MAX_ANCESTORS = 5


def _multiple(n: int) -> int:
    """Return the salt of the n-th feature of the weights' first format."""
    return n * int(_B) % (1 << 64)


# The salt of each feature, which tells its values from those of others. Weights know a feature by its salt: a salt must
# never change, and a new feature takes one that no other has.
SALTS: dict[str, int] = {
    # The token itself.
    "lemma": _multiple(1),
    "lemma, pos": _multiple(2),
    "lower": _multiple(3),
    "tag": _multiple(4),
    "pos, dep": _multiple(5),
    "dep": _multiple(6),
    "lemma, dep": _multiple(7),
    "frame": _multiple(8),
    "pos, frame": _multiple(9),
    "lemma, frame": _multiple(10),
    "lemma of head": _multiple(11),
    "pos of head, dep": _multiple(12),
    "lemma of object, lemma of head": _multiple(13),
    # Its children.
    "child dep": _multiple(14),
    "pos, child dep": _multiple(15),
    "lemma, child dep": _multiple(16),
    "child dep, child lemma": _multiple(17),
    "lemma, child dep, child lemma": _multiple(18),
    "owner dep, owner lemma": _multiple(19),
    "pos, owner pos": _multiple(20),
    "lemma, owner dep, owner pos": _multiple(21),
    "clause dep, clause pos, conjunction": _multiple(22),
    "lemma, clause dep, conjunction": _multiple(23),
    "clause dep, clause behind": _multiple(24),
    # The tokens above it in the parse tree.
    "depth": _multiple(25),
    "ancestor dep, pos above": int(_B),
    "clausal ancestor dep, lemma above": int(_A),
    # The tokens around it in the text.
    "lower at -3": 1001,
    "pos at -3": 1002,
    "lower at -2": 1003,
    "pos at -2": 1004,
    "lower at -1": 1005,
    "pos at -1": 1006,
    "lemma, lower at -1": 1007,
    "lower at 1": 1008,
    "pos at 1": 1009,
    "lemma, lower at 1": 1010,
    "lower at 2": 1011,
    "pos at 2": 1012,
    "lower at 3": 1013,
    "pos at 3": 1014,
    # Quotation marks, and its place in the sentence.
    "in marks": 2001,
    "lemma, in marks": 2002,
    "size of pair": 2003,
    "end of sentence": 2004,
    "place in sentence": 2005,
    "marks before": 2006,
    "lemma, marks near before": 2007,
    "pos, marks before": 2008,
    "marks behind": 2009,
    "lemma, marks near behind": 2010,
    "pos, marks behind": 2011,
}


def mix_keys(*keys: Keys) -> Keys:
    """Return one key made of several; their order counts."""
    return _mix_into(np.zeros(1, dtype=np.uint64), keys)


def _mix_into(mixed: Keys, keys: Iterable[Keys]) -> Keys:
    for key in keys:
        mixed = (mixed ^ np.asarray(key, dtype=np.uint64)) * _A
        mixed = mixed ^ (mixed >> np.uint64(29))
    return mixed


@lru_cache(maxsize=1024)
def _salted(name: str) -> Keys:
    return mix_keys(np.full(1, SALTS[name], dtype=np.uint64))


class HashedFeatures:
    """The hashed features of an article: pairs of a token and the index of a weight."""

    def __init__(self, n: int) -> None:
        self.all_tokens = np.arange(n)
        self._tokens: list[Ints] = []
        self._indexes: list[Keys] = []

    def add(self, name: str, *keys: Keys, tokens: Ints | None = None) -> None:
        """Add a feature of `SALTS`, whose value is made of the keys, for some tokens; by default for all."""
        tokens = self.all_tokens if tokens is None else tokens
        indexes = (_mix_into(_salted(name), keys) * _A) >> np.uint64(64 - HASH_BITS)
        self._tokens.append(tokens)
        self._indexes.append(np.broadcast_to(indexes, tokens.shape))

    def pairs(self) -> tuple[Ints, Ints]:
        """Return the tokens and the weight indexes of all features, as two arrays."""
        return np.concatenate(self._tokens), np.concatenate(self._indexes).astype(np.int64)


def hash_features(a: TokenArrays) -> tuple[Ints, Ints]:
    """Return the tokens and the weight indexes of all features."""
    features = HashedFeatures(a.n)
    for add_features in GROUPS:
        add_features(a, features)
    return features.pairs()


def _add_own(a: TokenArrays, features: HashedFeatures) -> None:
    """Add features of the token itself and of its head."""
    features.add("lemma", a.lemma)
    features.add("lemma, pos", a.lemma, a.pos)
    features.add("lower", a.lower)
    features.add("tag", a.tag)
    features.add("pos, dep", a.pos, a.dep)
    features.add("dep", a.dep)
    features.add("lemma, dep", a.lemma, a.dep)
    features.add("frame", a.frame)
    features.add("pos, frame", a.pos, a.frame)
    features.add("lemma, frame", a.lemma, a.frame)
    features.add("lemma of head", a.lemma[a.head])
    features.add("pos of head, dep", a.pos[a.head], a.dep)
    of_verb = is_any_of(a.dep, string_ids("dobj", "prep", "pobj", "xcomp", "acomp", "attr"))
    tokens = np.flatnonzero(of_verb)
    features.add("lemma of object, lemma of head", a.lemma[tokens], a.lemma[a.head[tokens]], tokens=tokens)


def _add_children(a: TokenArrays, features: HashedFeatures) -> None:
    """Add features of the children of each token."""
    child, parent = a.child, a.parent
    dep = a.dep[child]
    features.add("child dep", dep, tokens=parent)
    features.add("pos, child dep", a.pos[parent], dep, tokens=parent)
    features.add("lemma, child dep", a.lemma[parent], dep, tokens=parent)
    worded = is_any_of(dep, string_ids("prep", "prt", "neg", "aux", "dobj", "attr", "acomp", "xcomp", "mark", "agent"))
    worded |= is_any_of(dep, string_ids("oprd", "advmod"))
    k, up = child[worded], parent[worded]
    features.add("child dep, child lemma", a.dep[k], a.lemma[k], tokens=up)
    features.add("lemma, child dep, child lemma", a.lemma[up], a.dep[k], a.lemma[k], tokens=up)
    owner = is_any_of(dep, string_ids("nsubj", "nsubjpass", "poss"))
    k, up = child[owner], parent[owner]
    lemma = np.where(a.pos[k] == string_ids("PROPN"), np.uint64(1), a.lemma[k])  # all names are one
    features.add("owner dep, owner lemma", a.dep[k], lemma, tokens=up)
    features.add("pos, owner pos", a.pos[up], a.pos[k], tokens=up)
    features.add("lemma, owner dep, owner pos", a.lemma[up], a.dep[k], a.pos[k], tokens=up)
    clause = is_any_of(dep, string_ids("ccomp", "xcomp", "acl", "relcl"))
    k, up = child[clause], parent[clause]
    opener = a.first_child("mark", "aux")[k]
    word = np.where(opener >= 0, a.lemma[opener], np.uint64(0))
    features.add("clause dep, clause pos, conjunction", a.dep[k], a.pos[k], word, tokens=up)
    features.add("lemma, clause dep, conjunction", a.lemma[up], a.dep[k], word, tokens=up)
    features.add("clause dep, clause behind", a.dep[k], (k > up).astype(np.uint64), tokens=up)


def _add_ancestors(a: TokenArrays, features: HashedFeatures) -> None:
    """Add features of the tokens above each token in the parse tree."""
    clausal = string_ids("ccomp", "xcomp", "pcomp", "relcl", "acl", "parataxis", "advcl")
    token, at, up = np.arange(a.n), np.arange(a.n), a.head
    features.add("depth", np.minimum(a.depth, _MAX_DEPTH).astype(np.uint64))
    for _ in range(_MAX_ANCESTORS):
        below_root = at != up
        if not below_root.any():
            break
        token, at, up = token[below_root], at[below_root], up[below_root]
        features.add("ancestor dep, pos above", a.dep[at], a.pos[up], tokens=token)
        c = is_any_of(a.dep[at], clausal)
        features.add("clausal ancestor dep, lemma above", a.dep[at][c], a.lemma[up][c], tokens=token[c])
        at, up = up, a.head[up]


def _add_neighbours(a: TokenArrays, features: HashedFeatures) -> None:
    """Add features of the tokens before and after."""
    for step in (-3, -2, -1, 1, 2, 3):
        at = np.arange(a.n) + step
        inside = (at >= 0) & (at < a.n)
        at = np.clip(at, 0, a.n - 1)
        lower, pos = np.where(inside, a.lower[at], np.uint64(0)), np.where(inside, a.pos[at], np.uint64(0))
        features.add(f"lower at {step}", lower)
        features.add(f"pos at {step}", pos)
        if abs(step) == 1:
            features.add(f"lemma, lower at {step}", a.lemma, lower)


def _add_marks(a: TokenArrays, features: HashedFeatures) -> None:
    """Add features of quotation marks and of the place in the sentence."""
    inside = a.in_marks.astype(np.uint64)
    features.add("in marks", inside)
    features.add("lemma, in marks", a.lemma, inside)
    features.add("size of pair", np.minimum(9, (a.pair_last - a.pair_first) // 4).astype(np.uint64) * inside)
    features.add("end of sentence", a.lower[np.minimum(a.sentence_last, a.n - 1)])
    features.add("place in sentence", np.minimum(9, (np.arange(a.n) - a.sentence_first) // 3).astype(np.uint64))
    for side, (where, distance) in enumerate(zip(("before", "behind"), mark_distances(a), strict=True)):
        near = np.minimum(distance, _MAX_MARK_DISTANCE + 1).astype(np.uint64)
        is_near = (near <= _MAX_MARK_DISTANCE).astype(np.uint64)
        features.add(f"marks {where}", near, np.full(1, side, dtype=np.uint64))
        features.add(f"lemma, marks near {where}", a.lemma, is_near + np.uint64(2 * side))
        features.add(f"pos, marks {where}", a.pos, near + np.uint64(32 * side))


GROUPS = (_add_own, _add_children, _add_ancestors, _add_neighbours, _add_marks)


def hashed_probabilities(a: TokenArrays, weights: Floats, bias: Floats) -> Floats:
    """Return the probabilities of the logistic regressions: weights of shape (targets, 2^18) give (targets, tokens)."""
    tokens, indexes = hash_features(a)
    # `load_weights` lays the weights of all targets side by side in memory, so that one look-up finds all.
    by_pair = weights.T[indexes]
    log_odds = np.array([np.bincount(tokens, weights=column, minlength=a.n) for column in by_pair.T])
    return 1 / (1 + np.exp(-log_odds - bias[:, None]))


def mark_distances(a: TokenArrays) -> tuple[Ints, Ints]:
    """Return distances to the nearest quoted token before and after, in the sentence or just beyond; 99 for none."""
    places = np.arange(a.n)
    last = np.maximum.accumulate(np.where(a.in_marks, places, -1))
    following = np.minimum.accumulate(np.where(a.in_marks, places, a.n + 99)[::-1])[::-1]
    left = np.where((last >= a.sentence_first - 1) & (last >= 0), places - last, 99)
    right = np.where(following <= a.sentence_last + 2, following - places, 99)
    return left, right
