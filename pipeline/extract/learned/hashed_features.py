"""Features of a cue by hashing: words never stand in the weights, only sums over 2^18 places.

Weinberger et al. (2009), Feature Hashing for Large Scale Multitask Learning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from pipeline.extract.learned.token_arrays import Arrays, Floats, Ints, Keys, among, ids

BITS = 18
TARGETS = ("cue", "start", "end", "inside")
_A, _B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_NEAR = 9


def mix(*keys: Keys) -> Keys:
    """One key out of several."""
    return _mix_in(np.zeros(1, dtype=np.uint64), keys)


def _mix_in(mixed: Keys, keys: Iterable[Keys]) -> Keys:
    for key in keys:
        mixed = (mixed ^ np.asarray(key, dtype=np.uint64)) * _A
        mixed = mixed ^ (mixed >> np.uint64(29))
    return mixed


@lru_cache(maxsize=1024)
def _salted(salt: int) -> Keys:
    return mix(np.full(1, salt, dtype=np.uint64))


def _place(salt: int, *keys: Keys) -> Keys:
    """Places of a feature, which its salt tells from others."""
    return (_mix_in(_salted(salt), keys) * _A) >> np.uint64(64 - BITS)


class _Places:
    """Collects (token, place) pairs; each call of `add` is a feature of its own."""

    def __init__(self, n: int) -> None:
        self.tokens: list[Ints] = []
        self.places: list[Keys] = []
        self.all = np.arange(n)

    def add(self, tokens: Ints | None, *keys: Keys) -> None:
        salt = (len(self.tokens) + 1) * int(_B) % (1 << 64)
        tokens = self.all if tokens is None else tokens
        self.tokens.append(tokens)
        self.places.append(np.broadcast_to(_place(salt, *keys), tokens.shape))


def cue_places(a: Arrays) -> tuple[Ints, Ints]:
    """Tokens and places of all features of all tokens as possible cues.

    Lemma with label, frame of its children, subject, particles, object, clause and its conjunction, ancestors, words
    around, distance to the next quotation mark.
    """
    f = _Places(a.n)
    for group in GROUPS.values():
        group(a, f)
    return np.concatenate(f.tokens), np.concatenate(f.places).astype(np.int64)


def cue_groups(a: Arrays) -> Iterator[tuple[str, Ints, Ints]]:
    """The same by group of features, each with its name."""
    f, done = _Places(a.n), 0
    for name, group in GROUPS.items():
        group(a, f)
        yield name, np.concatenate(f.tokens[done:]), np.concatenate(f.places[done:]).astype(np.int64)
        done = len(f.tokens)


def _own(a: Arrays, f: _Places) -> None:
    for keys in ((a.lemma,), (a.lemma, a.pos), (a.low,), (a.tag,), (a.pos, a.dep), (a.dep,), (a.lemma, a.dep)):
        f.add(None, *keys)
    for keys in ((a.frame,), (a.pos, a.frame), (a.lemma, a.frame)):
        f.add(None, *keys)
    f.add(None, a.lemma[a.head])
    f.add(None, a.pos[a.head], a.dep)
    near = np.flatnonzero(among(a.dep, ids("dobj", "prep", "pobj", "xcomp", "acomp", "attr")))
    f.add(near, a.lemma[near], a.lemma[a.head[near]])


def _children(a: Arrays, f: _Places) -> None:
    kid, up = a.child, a.parent
    f.add(up, a.dep[kid])
    f.add(up, a.pos[up], a.dep[kid])
    f.add(up, a.lemma[up], a.dep[kid])
    worded = among(a.dep[kid], ids("prep", "prt", "neg", "aux", "dobj", "attr", "acomp", "xcomp", "mark", "agent"))
    worded |= among(a.dep[kid], ids("oprd", "advmod"))
    k, u = kid[worded], up[worded]
    f.add(u, a.dep[k], a.lemma[k])
    f.add(u, a.lemma[u], a.dep[k], a.lemma[k])
    owner = among(a.dep[kid], ids("nsubj", "nsubjpass", "poss"))
    k, u = kid[owner], up[owner]
    name = np.where(a.pos[k] == ids("PROPN"), np.uint64(1), a.lemma[k])
    f.add(u, a.dep[k], name)
    f.add(u, a.pos[u], a.pos[k])
    f.add(u, a.lemma[u], a.dep[k], a.pos[k])
    clause = among(a.dep[kid], ids("ccomp", "xcomp", "acl", "relcl"))
    k, u = kid[clause], up[clause]
    opener = a.first_child("mark", "aux")[k]
    word = np.where(opener >= 0, a.lemma[opener], np.uint64(0))
    f.add(u, a.dep[k], a.pos[k], word)
    f.add(u, a.lemma[u], a.dep[k], word)
    f.add(u, a.dep[k], (k > u).astype(np.uint64))


def _above(a: Arrays, f: _Places) -> None:
    at, up = np.arange(a.n), a.head
    clausal = ids("ccomp", "xcomp", "pcomp", "relcl", "acl", "parataxis", "advcl")
    own = np.arange(a.n)
    f.add(None, np.minimum(a.depth, 6).astype(np.uint64))
    for _ in range(5):
        higher = at != up
        if not higher.any():
            break
        own, at, up = own[higher], at[higher], up[higher]
        f.tokens.append(own)
        f.places.append(_place(int(_B), a.dep[at], a.pos[up]))
        c = among(a.dep[at], clausal)
        f.tokens.append(own[c])
        f.places.append(_place(int(_A), a.dep[at][c], a.lemma[up][c]))
        at, up = up, a.head[up]


def _around(a: Arrays, f: _Places) -> None:
    salt = 1000
    for step in (-3, -2, -1, 1, 2, 3):
        at = np.arange(a.n) + step
        inside = (at >= 0) & (at < a.n)
        at = np.clip(at, 0, a.n - 1)
        word, pos = np.where(inside, a.low[at], np.uint64(0)), np.where(inside, a.pos[at], np.uint64(0))
        for keys in ((word,), (pos,), *(((a.lemma, word),) if abs(step) == 1 else ())):
            salt += 1
            f.tokens.append(f.all)
            f.places.append(_place(salt, *keys))


def _beside_marks(a: Arrays, f: _Places) -> None:
    salt = 2000
    left, right = mark_distances(a)
    inside = a.in_marks.astype(np.uint64)
    size = np.minimum(9, (a.pair_last - a.pair_first) // 4).astype(np.uint64) * inside
    end = a.low[np.minimum(a.last, a.n - 1)]
    place = np.minimum(9, (np.arange(a.n) - a.first) // 3).astype(np.uint64)
    lists = [(inside,), (a.lemma, inside), (size,), (end,), (place,)]
    for side, distance in enumerate((left, right)):
        near = np.minimum(distance, _NEAR + 1).astype(np.uint64)
        flag = (near <= _NEAR).astype(np.uint64) + np.uint64(2 * side)
        lists += [(near, np.full(1, side, dtype=np.uint64)), (a.lemma, flag), (a.pos, near + np.uint64(32 * side))]
    for keys in lists:
        salt += 1
        f.tokens.append(f.all)
        f.places.append(np.broadcast_to(_place(salt, *keys), f.all.shape))


GROUPS = {
    "word and label": _own,
    "children": _children,
    "words above": _above,
    "words around": _around,
    "marks and place": _beside_marks,
}


def hashed_probabilities(a: Arrays, weights: Floats, bias: Floats) -> Floats:
    """What logistic regressions say of every token: weights of shape (targets, 2^18) give (targets, tokens)."""
    tokens, places = cue_places(a)
    # `weights.load` lays a place's weights side by side in memory, so that all targets cost one look.
    found = weights.T[places]
    raw = np.array([np.bincount(tokens, weights=column, minlength=a.n) for column in found.T])
    return 1 / (1 + np.exp(-raw - bias[:, None]))


def mark_distances(a: Arrays) -> tuple[Ints, Ints]:
    """Tokens to the nearest quoted token before and behind, within a sentence or just beyond; 99 where none."""
    places = np.arange(a.n)
    last = np.maximum.accumulate(np.where(a.in_marks, places, -1))
    following = np.minimum.accumulate(np.where(a.in_marks, places, a.n + 99)[::-1])[::-1]
    left = np.where((last >= a.first - 1) & (last >= 0), places - last, 99)
    right = np.where(following <= a.last + 2, following - places, 99)
    return left, right
