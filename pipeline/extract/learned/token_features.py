"""Features of cues, starts, ends and speakers, each for all rows of an article at once.

A function gives a matrix of numbers and the keys of its categories, which an `Encoder` turns into numbers.
"""

from __future__ import annotations

import numpy as np

from pipeline.extract.learned.hashed_features import mark_distances, mix
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.learned.token_arrays import Flags, Floats, Ints, Keys, Matrix, among, columns, ids, spread

Rows = tuple[Matrix, list[Keys]]
_FAR = 100
_CLIMB = 12


def clip(values: Ints, most: int) -> Ints:
    """Values cut to -most..most."""
    return np.clip(values, -most, most)


def context(x: Article, p: Floats) -> Rows:
    """What is known of each token as a cue without looking at a content: (tokens, 27) and its categories."""
    a = x.a
    places = np.arange(a.n)
    left, right = mark_distances(a)
    numbers = columns(
        *(np.where(kid < 0, 0, np.where(kid > places, 1, 2)) for kid in (a.ccomp, a.xcomp, a.object, a.subject)),
        *(a.has(label) for label in ("prep", "agent", "neg", "aux", "acl", "mark", "prt", "poss")),
        a.quoted[a.last + 1] - a.quoted[a.first],
        a.last - a.first,
        places - a.first,
        *(np.minimum(left, 20), np.minimum(right, 20), a.in_marks),
        *(a.right - places, places - a.left, p),
        *(x.wide_cue, x.speech_cue, x.wide_rule, x.speech_rule),
        a.paragraph == 0,
        np.minimum(a.depth, 9),
    )
    kind = a.frame & np.uint64(0x8F)  # ccomp, xcomp, dobj, attr, agent
    return numbers, [a.lemma, a.pos, a.dep, a.tag, mix(a.lemma, kind), mix(a.pos, a.frame)]


def context_of(x: Article) -> Rows:
    """`context` with the final probabilities, made once."""
    if x.context is None:
        x.context = context(x, x.p)
    return x.context


def cue_rows(x: Article, p: Floats) -> Rows:
    """Each token as a cue, beside the first model's probabilities of the tokens around it in text and tree."""
    a = x.a
    own, keys = context(x, p)
    best, second = _two_best(a.bounds, a.sentence, p)
    above, hot_above, at = np.zeros(a.n), np.zeros(a.n), a.head
    moved = a.head != np.arange(a.n)
    for _ in range(8):
        above = np.maximum(above, np.where(moved, p[at], 0))
        hot_above += moved & (p[at] > 0.3)
        moved = moved & (a.head[at] != at)
        at = a.head[at]
    below = np.zeros(a.n)
    np.maximum.at(below, a.parent, p[a.child])
    back, on = np.zeros(a.n), np.zeros(a.n)
    for step in range(1, 5):
        back[step:] = np.maximum(back[step:], np.where(a.first[step:] == a.first[:-step], p[:-step], 0))
        on[:-step] = np.maximum(on[:-step], np.where(a.first[step:] == a.first[:-step], p[step:], 0))
    sums = np.concatenate([[0], np.cumsum(p)])
    others = np.where(p >= best, second, best)
    numbers = columns(
        *(np.where(a.head != np.arange(a.n), p[a.head], 0), above, hot_above, below, back, on, others),
        sums[a.last + 1] - sums[a.first] - p,
        *(a.first - a.para_first, a.para_last - a.last, a.pair_first - np.arange(a.n), a.last - np.arange(a.n)),
        a.right - a.left,
    )
    return np.hstack([own, numbers, *_hashed_near(x), _elsewhere(x, p)]), keys


def _elsewhere(x: Article, p: Floats) -> Matrix:
    """The lemma in the rest of the article, and the likeliest cue of the sentences before and behind."""
    a = x.a
    _, at, times = np.unique(a.lemma, return_inverse=True, return_counts=True)
    sums, most = np.bincount(at, weights=p), np.zeros(len(times))
    np.maximum.at(most, at, p)
    best = np.zeros(len(a.bounds) + 2)
    best[1:-1] = np.maximum.reduceat(p, a.bounds[:, 0]) if len(a.bounds) else 0
    sentence = np.maximum(a.sentence, 0)
    others = (sums[at] - p) / np.maximum(times[at] - 1, 1)
    return columns(others, times[at], most[at], np.full(a.n, p.mean()), best[sentence], best[sentence + 2])


def _hashed_near(x: Article) -> tuple[Matrix, Matrix]:
    """What the hashed models say around each token, and of its clauses and objects."""
    a, places = x.a, np.arange(x.a.n)
    columns_ = [x.inside, x.opens, x.closes]
    for step in (-2, -1, 1, 2):
        at = np.clip(places + step, 0, a.n - 1)
        inside = a.first[at] == a.first
        columns_ += [np.where(inside, p[at], 0) for p in (x.inside, x.opens, x.closes)]
    columns_ += [x.share_inside(a.first, places - 1), x.share_inside(places + 1, a.last)]
    below = []
    for kid in (a.ccomp, a.xcomp, a.object, a.subject):
        at = np.maximum(kid, 0)
        below.append(np.where(kid >= 0, x.share_inside(a.left[at], a.right[at]), np.nan))
        below.append(np.where(kid >= 0, x.opens[a.left[at]], np.nan))
    return columns(*columns_), columns(*below)


def _two_best(bounds: Ints, sentence: Ints, p: Floats) -> tuple[Floats, Floats]:
    """Largest and second largest value of every token's sentence."""
    best, second = np.zeros(len(p)), np.zeros(len(p))
    for first, last in bounds:
        part = p[first : last + 1]
        top = np.sort(part)[-2:]
        best[first : last + 1] = top[-1]
        second[first : last + 1] = top[0] if len(part) > 1 else 0
    return best, second


def start_places(x: Article, cues: Ints) -> tuple[Ints, Ints]:
    """Rows (number of the cue, token) of where the content of each cue may start: its sentence and places near by."""
    a = x.a
    number, token = spread(a.first[cues], a.last[cues])
    extra_n, extra_t = [number], [token]
    sentences = len(a.bounds)
    for step in (-3, -2, -1, 1, 2):
        at = np.clip(a.sentence[cues] + step, 0, sentences - 1)
        place = a.next_solid[a.bounds[at, 0]]
        lines = (0, step) if abs(step) == 1 else (0,)
        near = np.isin(a.paragraph[place] - a.paragraph[cues], lines) & (at == a.sentence[cues] + step)
        extra_n.append(np.flatnonzero(near))
        extra_t.append(place[near])
    number, token = np.concatenate(extra_n), np.concatenate(extra_t)
    good = a.solid[token]
    number, token = number[good], token[good]
    order = np.lexsort((token, number))
    return number[order], token[order]


def _within(x: Article, node: Ints, tokens: Ints) -> Flags:
    """Whether tokens lie below a node (-1: no node)."""
    return (node >= 0) & (x.a.left[node] <= tokens) & (tokens <= x.a.right[node])


def _above(x: Article, node: Ints, cue: Ints) -> Ints:
    """Steps from the cue up to a node, -1 where it is not above."""
    a = x.a
    over = (a.left[node] <= cue) & (cue <= a.right[node]) & (a.depth[node] <= a.depth[cue])
    return np.where(over, a.depth[cue] - a.depth[node], -1)


def _branch(x: Article, cue: Ints, tokens: Ints) -> Ints:
    """The child of the cue that a token lies below, -1 for none."""
    found, at = np.full(len(tokens), -1), tokens
    for _ in range(_CLIMB):
        up = x.a.head[at]
        found = np.where((found < 0) & (up == cue) & (at != cue), at, found)
        at = up
    return found


def _near(x: Article, tokens: Ints) -> list[Keys]:
    """Word, tag and label of a token; a place beyond the text has the key 0."""
    inside = (tokens >= 0) & (tokens < x.a.n)
    at = np.clip(tokens, 0, x.a.n - 1)
    return [np.where(inside, keys[at], np.uint64(0)) for keys in (x.a.low, x.a.tag, x.a.dep)]


def start_rows(x: Article, cue: Ints, token: Ints) -> Rows:
    """Each token as the start of what a cue reports."""
    a = x.a
    top = a.top[token]
    up = a.head[top]
    branch = _branch(x, cue, token)
    low, high = np.minimum(cue, token) + 1, np.maximum(cue, token)
    previous = token - 1
    subject, ccomp, xcomp, thing = a.subject[cue], a.ccomp[cue], a.xcomp[cue], a.object[cue]
    numbers = columns(
        *(clip(token - cue, _FAR), a.sentence[token] - a.sentence[cue], a.paragraph[token] - a.paragraph[cue]),
        *(token - a.first[token], token == a.para_first[cue], up == cue, _within(x, top, cue)),
        *(_above(x, top, cue), _above(x, up, cue), a.right[top] - a.left[top], a.depth[top] - a.depth[cue]),
        np.where(branch >= 0, token - a.left[branch], -9),
        *(s[high] - s[np.minimum(low, high)] for s in (a.verbs, a.commas, a.marks, a.names, x.hot)),
        *(a.in_marks[token], a.in_marks[token] & (a.mark[token] == a.mark[cue]), a.pair_first[token] == previous),
        np.where(a.in_marks[token], a.pair_last[token] - token, -1),
        *(_within(x, node, token) for node in (subject, ccomp, xcomp, thing)),
        *(np.where(node >= 0, clip(token - a.left[node], 60), -99) for node in (ccomp, xcomp, thing, subject)),
        a.depth[token] - a.depth[cue],
        np.where(x.wide_rule[cue] > 0, clip(token - x.wide_first[cue], 60), -99),
        np.where(x.speech_rule[cue] > 0, clip(token - x.speech_first[cue], 60), -99),
        *(x.opens[token], x.inside[token], x.inside[np.maximum(previous, 0)], x.inside[cue]),
        *(x.closes[np.maximum(previous, 0)], x.share_inside(token, a.last[token]), x.share_inside(low, high - 1)),
    )
    kid = np.where(branch >= 0, a.dep[branch], np.uint64(0))
    keys = [
        a.dep[top],
        a.pos[top],
        kid,
        mix(a.dep[top], (up == cue).astype(np.uint64), (token > cue).astype(np.uint64)),
    ]
    keys += [mix(kid, a.pos[cue], (token > cue).astype(np.uint64)), mix(a.lemma[cue], kid)]
    return numbers, keys + _near(x, token) + _near(x, previous) + _near(x, token + 1) + [a.pos[a.head[token]]]


def end_places(x: Article, cue: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Rows (number of the start, token) of where the content that starts there may end: on to the sentence's end."""
    last = np.where(cue > start, np.minimum(x.a.last[start], cue - 1), x.a.last[start])
    number, token = spread(start, last)
    return number, token


def end_rows(x: Article, cue: Ints, start: Ints, number: Ints, token: Ints) -> tuple[Rows, Flags]:
    """Each solid token as an end, given the start; also which rows are solid."""
    a = x.a
    c, i, j = cue[number], start[number], token
    cut = _arcs_cut(x, i, j, number)
    good = a.solid[j]
    c, i, j, cut = c[good], i[good], j[good], cut[good]
    beyond = a.next_solid[np.minimum(j + 1, a.n - 1)]
    end = a.last[j]
    bottom, top, over = a.bottom[j], a.top[i], a.top[beyond]
    node = j
    for _ in range(_CLIMB):
        up = a.head[node]
        node = np.where((up >= i) & (up <= j) & (a.right[up] == j), up, node)
    after = np.minimum(j + 1, a.n - 1)
    up = a.head[over]
    numbers = columns(
        *(np.minimum(j - i, 200), end - j, a.paragraph[j] == 0, a.left[bottom] == i, bottom == top, a.right[top] == j),
        *(clip(a.right[top] - j, 99), a.left[node] - i, a.head[node] == c, _above(x, a.head[node], c), cut),
        *((i <= up) & (up <= j), up == c, _above(x, over, c), _above(x, up, c), clip(a.right[over] - beyond, 80)),
        *(a.in_marks[i], a.in_marks[i] & (a.mark[i] == a.mark[j]), np.where(a.in_marks[i], a.pair_last[i] - j, -99)),
        *(
            a.is_mark[after],
            a.marks[beyond] - a.marks[after] > 0,
            a.in_marks[j],
            np.where(a.in_marks[j], a.pair_last[j] - j, -1),
        ),
        *(c < i, clip(c - j, 50), clip(a.right[c] - j, 60)),
        *(np.where(kid[c] >= 0, clip(a.right[kid[c]] - j, 60), -99) for kid in (a.ccomp, a.object, a.xcomp)),
        *(s[j + 1] - s[i] for s in (a.commas, a.verbs)),
        *((a.subject[c] >= 0) & (a.left[a.subject[c]] == beyond), beyond == c, x.p[beyond]),
        *(x.hot[j + 1] - x.hot[i], x.hot[end + 1] - x.hot[np.minimum(j + 1, end + 1)], a.head[top] == c),
        np.where(x.wide_rule[c] > 0, clip(j - x.wide_last[c], 60), -99),
        np.where(x.speech_rule[c] > 0, clip(j - x.speech_last[c], 60), -99),
        np.where(x.wide_rule[c] > 0, i == x.wide_first[c], -1),
        *(a.depth[bottom] - a.depth[top], a.depth[over] - a.depth[top], a.is_comma[after], beyond - j),
        *(x.closes[j], x.inside[j], x.inside[after], x.inside[beyond], x.opens[beyond], x.share_inside(i, j)),
        x.share_inside(np.minimum(j + 1, end), end),
    )
    inside = ((i <= up) & (up <= j)).astype(np.uint64)
    keys = [a.dep[bottom], a.pos[bottom], a.dep[node], a.pos[node], a.dep[over], a.pos[over], a.dep[top]]
    keys += [mix(a.dep[over], inside), mix(a.low[after], a.dep[over], inside), mix(a.low[after], a.low[beyond])]
    keys += _near(x, j) + _near(x, j + 1) + _near(x, beyond) + [a.low[i]]
    return (numbers, keys), good


def _arcs_cut(x: Article, first: Ints, last: Ints, number: Ints) -> Ints:
    """Number of words behind each end whose head lies between start and end; rows run through the ends in order."""
    a = x.a
    opened = a.right_kids[last]
    inside = (a.head[last] >= first) & (a.head[last] < last)
    total = np.cumsum(opened - inside)
    new = np.ones(len(number), dtype=bool)
    new[1:] = number[1:] != number[:-1]
    start_at = np.flatnonzero(new)
    base = np.where(start_at > 0, total[start_at - 1], 0)
    return total - np.repeat(base, np.diff([*start_at, len(number)]))


_SPEAKERS = ids("NOUN", "PROPN", "PRON", "DET", "NUM", "ADJ", "X", "VERB")
_WEAK = ids("ADJ", "DET", "VERB", "NUM")
_STRONG = ids("nsubj", "nsubjpass", "pobj", "poss", "agent", "dobj", "ROOT", "conj")


def source_places(x: Article, cue: Ints) -> tuple[Ints, Ints]:
    """Rows (number of the cue, token) of the heads of possible speaker mentions: nouns and pronouns of its sentence."""
    a = x.a
    number, token = spread(a.first[cue], a.last[cue])
    good = among(a.pos[token], _SPEAKERS) & (token != cue[number]) & (a.dep[token] != ids("compound"))
    good &= ~among(a.pos[token], _WEAK) | among(a.dep[token], _STRONG)
    return number[good], token[good]


def source_rows(x: Article, cue: Ints, token: Ints, first: Ints, last: Ints) -> Rows:
    """Each token as the head of the speaker mention, given the first part of the content."""
    a = x.a
    head, branch = a.head[token], _branch(x, cue, token)
    low, high = np.minimum(cue, token) + 1, np.maximum(cue, token)
    numbers = columns(
        *(clip(token - cue, 60), head == cue, _above(x, head, cue), _above(x, token, cue), branch == token),
        *((first <= token) & (token <= last), clip(first - token, 60), clip(token - last, 60), a.in_marks[token]),
        *(s[high] - s[np.minimum(low, high)] for s in (a.verbs, a.names, a.commas)),
        *(a.depth[token] - a.depth[cue], a.right[token] - a.left[token], a.subject[cue] == token),
        *(head == a.subject[cue], a.head[head] == cue, x.p[head], token - a.first[token], first < cue),
        np.where(x.wide_source[cue] >= 0, x.wide_source[cue] == token, -1),
    )
    kid = np.where(branch >= 0, a.dep[branch], np.uint64(0))
    keys = [a.dep[token], a.pos[token], a.pos[head], a.dep[head], kid, a.low[head], mix(a.dep[token], a.lemma[head])]
    keys += [mix(a.lemma[cue], kid), mix(a.dep[token], (head == cue).astype(np.uint64), a.pos[cue])]
    return numbers, keys + _near(x, token) + _near(x, token - 1) + _near(x, token + 1)
