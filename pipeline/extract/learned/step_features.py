"""Features of the steps that propose: of tokens as cues, and of starts, ends and speakers of a cue."""

from __future__ import annotations

import numpy as np

from pipeline.extract.learned.hashed_features import mark_distances, mix_keys
from pipeline.extract.learned.token_arrays import (
    FRAME_BITS,
    FeatureRows,
    Flags,
    Floats,
    Ints,
    Keys,
    PreparedArticle,
    TokenArrays,
    expand_ranges,
    is_any_of,
    join_columns,
    named_rows,
    string_ids,
)

CONTEXT = "cue: "  # how the names of all features of `cue_context` begin
_LIKELY = 0.3
_MAX_CUE_CLIMB = 8
_CLAUSE_LABELS = ("ccomp", "xcomp", "dobj", "attr", "agent")
_CLAUSE_FRAME = np.uint64(sum(1 << FRAME_BITS[label] for label in _CLAUSE_LABELS))


def cue_context(article: PreparedArticle, p: Floats) -> FeatureRows:
    """Return the features of each token, a cue by the probability `p`, that do not depend on a content."""
    a = article.arrays
    places = np.arange(a.n)
    left, right = mark_distances(a)
    numbers = {
        **{
            f"side of {name}": np.where(child < 0, 0, np.where(child > places, 1, 2))
            for name, child in (("ccomp", a.ccomp), ("xcomp", a.xcomp), ("object", a.object), ("subject", a.subject))
        },
        **{
            f"has {label}": a.has_child(label)
            for label in ("prep", "agent", "neg", "aux", "acl", "mark", "prt", "poss")
        },
        "quoted tokens of sentence": a.quoted_sums[a.sentence_last + 1] - a.quoted_sums[a.sentence_first],
        "length of sentence": a.sentence_last - a.sentence_first,
        "place in sentence": places - a.sentence_first,
        "distance to marks before": np.minimum(left, 20),
        "distance to marks behind": np.minimum(right, 20),
        "in marks": a.in_marks,
        "subtree behind": a.right - places,
        "subtree before": places - a.left,
        "probability": p,
        "is cue of attribution rules": article.attribution_cue,
        "is cue of speech rules": article.speech_cue,
        "attribution rule": article.attribution_rule,
        "speech rule": article.speech_rule,
        "in headline": a.paragraph == 0,
        "depth": np.minimum(a.depth, 9),
    }
    categories = {
        "lemma": a.lemma,
        "pos": a.pos,
        "dep": a.dep,
        "tag": a.tag,
        "lemma, clause frame": mix_keys(a.lemma, a.frame & _CLAUSE_FRAME),
        "pos, frame": mix_keys(a.pos, a.frame),
    }
    return named_rows(
        {CONTEXT + name: column for name, column in numbers.items()},
        {CONTEXT + name: keys for name, keys in categories.items()},
    )


def final_cue_context(article: PreparedArticle) -> FeatureRows:
    """Return `cue_context` with the final probabilities of cues, computed once for an article."""
    if article.cue_context is None:
        article.cue_context = cue_context(article, article.p_cue)
    return article.cue_context


def cue_features(article: PreparedArticle) -> FeatureRows:
    """Return the features of each token as a cue: the input of the second cue model, which corrects the hashed one."""
    p = article.p_cue_hashed
    return join_columns(
        cue_context(article, p),
        named_rows(
            {
                **_nearby_cues(article.arrays, p),
                **_edges(article.arrays),
                **_hashed_nearby(article),
                **_elsewhere_in_article(article.arrays, p),
            }
        ),
    )


def _nearby_cues(a: TokenArrays, p: Floats) -> dict[str, Floats]:
    """Return the cue probabilities of the tokens around each token, in the text and in the parse tree."""
    best, second = _two_best_of_sentence(a.sentences, p)
    places = np.arange(a.n)
    above, likely_above, at = np.zeros(a.n), np.zeros(a.n), a.head
    climbs = a.head != places
    for _ in range(_MAX_CUE_CLIMB):
        above = np.maximum(above, np.where(climbs, p[at], 0))
        likely_above += climbs & (p[at] > _LIKELY)
        climbs = climbs & (a.head[at] != at)
        at = a.head[at]
    below = np.zeros(a.n)
    np.maximum.at(below, a.parent, p[a.child])
    before, behind = np.zeros(a.n), np.zeros(a.n)
    for step in range(1, 5):
        same_sentence = a.sentence_first[step:] == a.sentence_first[:-step]
        before[step:] = np.maximum(before[step:], np.where(same_sentence, p[:-step], 0))
        behind[:-step] = np.maximum(behind[:-step], np.where(same_sentence, p[step:], 0))
    sums = np.concatenate([[0], np.cumsum(p)])
    return {
        "cue probability: head": np.where(a.head != places, p[a.head], 0),
        "cue probability: best above": above,
        "cue probability: likely ones above": likely_above,
        "cue probability: best child": below,
        "cue probability: best of four before": before,
        "cue probability: best of four behind": behind,
        "cue probability: best other of sentence": np.where(p >= best, second, best),
        "cue probability: sum of others of sentence": sums[a.sentence_last + 1] - sums[a.sentence_first] - p,
    }


def _edges(a: TokenArrays) -> dict[str, Ints]:
    """Return distances to the ends of paragraph, pair of marks, sentence and subtree."""
    places = np.arange(a.n)
    return {
        "paragraph before sentence": a.sentence_first - a.paragraph_first,
        "paragraph behind sentence": a.paragraph_last - a.sentence_last,
        "start of pair": a.pair_first - places,
        "end of sentence": a.sentence_last - places,
        "size of subtree": a.right - a.left,
    }


def _hashed_nearby(article: PreparedArticle) -> dict[str, Floats]:
    """Return the hashed models' probabilities of the tokens around each token, and of its clauses and objects."""
    a, places = article.arrays, np.arange(article.arrays.n)
    targets = {"inside": article.p_inside, "start": article.p_start, "end": article.p_end}
    numbers = {f"{name} probability: token": p for name, p in targets.items()}
    for step in (-2, -1, 1, 2):
        at = np.clip(places + step, 0, a.n - 1)
        same_sentence = a.sentence_first[at] == a.sentence_first
        numbers |= {
            f"{name} probability: token at {step}": np.where(same_sentence, p[at], 0) for name, p in targets.items()
        }
    numbers["inside probability: sentence before"] = article.share_inside(a.sentence_first, places - 1)
    numbers["inside probability: sentence behind"] = article.share_inside(places + 1, a.sentence_last)
    for name, child in (("ccomp", a.ccomp), ("xcomp", a.xcomp), ("object", a.object), ("subject", a.subject)):
        at = np.maximum(child, 0)
        numbers[f"inside probability: {name}"] = np.where(
            child >= 0, article.share_inside(a.left[at], a.right[at]), np.nan
        )
        numbers[f"start probability: {name}"] = np.where(child >= 0, article.p_start[a.left[at]], np.nan)
    return numbers


def _elsewhere_in_article(a: TokenArrays, p: Floats) -> dict[str, Floats]:
    """Return the cue probabilities of the same lemma elsewhere, and of the sentences before and after."""
    _, at, times = np.unique(a.lemma, return_inverse=True, return_counts=True)
    sums, best_of_lemma = np.bincount(at, weights=p), np.zeros(len(times))
    np.maximum.at(best_of_lemma, at, p)
    best = np.zeros(len(a.sentences) + 2)
    best[1:-1] = np.maximum.reduceat(p, a.sentences[:, 0]) if len(a.sentences) else 0
    sentence = np.maximum(a.sentence, 0)
    return {
        "cue probability: mean of lemma elsewhere": (sums[at] - p) / np.maximum(times[at] - 1, 1),
        "count of lemma": times[at],
        "cue probability: best of lemma": best_of_lemma[at],
        "cue probability: mean of article": np.full(a.n, p.mean()),
        "cue probability: best of sentence before": best[sentence],
        "cue probability: best of sentence behind": best[sentence + 2],
    }


def _two_best_of_sentence(sentences: Ints, p: Floats) -> tuple[Floats, Floats]:
    """Return the largest and the second largest value of every token's sentence."""
    best, second = np.zeros(len(p)), np.zeros(len(p))
    for first, last in sentences:
        part = p[first : last + 1]
        top = np.sort(part)[-2:]
        best[first : last + 1] = top[-1]
        second[first : last + 1] = top[0] if len(part) > 1 else 0
    return best, second


_MAX_CLIMB = 12
_SOURCE_POS = string_ids("NOUN", "PROPN", "PRON", "DET", "NUM", "ADJ", "X", "VERB")
_WEAK_SOURCE_POS = string_ids("ADJ", "DET", "VERB", "NUM")
_STRONG_SOURCE_DEP = string_ids("nsubj", "nsubjpass", "pobj", "poss", "agent", "dobj", "ROOT", "conj")


def possible_starts(article: PreparedArticle, cues: Ints) -> tuple[Ints, Ints]:
    """Return where the content of each cue may start: number of the cue, and token.

    These are the words of the cue's sentence, and the first words of sentences near by.
    """
    a = article.arrays
    number, token = expand_ranges(a.sentence_first[cues], a.sentence_last[cues])
    numbers, tokens = [number], [token]
    for step in (-3, -2, -1, 1, 2):
        at = np.clip(a.sentence[cues] + step, 0, len(a.sentences) - 1)
        first = a.next_wordlike[a.sentences[at, 0]]
        paragraphs = (0, step) if abs(step) == 1 else (0,)
        near = np.isin(a.paragraph[first] - a.paragraph[cues], paragraphs) & (at == a.sentence[cues] + step)
        numbers.append(np.flatnonzero(near))
        tokens.append(first[near])
    number, token = np.concatenate(numbers), np.concatenate(tokens)
    wordlike = a.wordlike[token]
    number, token = number[wordlike], token[wordlike]
    order = np.lexsort((token, number))
    return number[order], token[order]


def start_features(article: PreparedArticle, cue: Ints, token: Ints) -> FeatureRows:
    """Return the features of each token as the start of what the cue beside it reports."""
    a = article.arrays
    top = a.highest_starting[token]
    up = a.head[top]
    branch = _branch_of_cue(article, cue, token)
    low, high = np.minimum(cue, token) + 1, np.maximum(cue, token)
    previous = token - 1
    before = np.maximum(previous, 0)
    parts = {"subject": a.subject[cue], "ccomp": a.ccomp[cue], "xcomp": a.xcomp[cue], "object": a.object[cue]}
    numbers = {
        "token - cue": _clip(token - cue, 100),
        "sentence - sentence of cue": a.sentence[token] - a.sentence[cue],
        "paragraph - paragraph of cue": a.paragraph[token] - a.paragraph[cue],
        "place in sentence": token - a.sentence_first[token],
        "starts paragraph of cue": token == a.paragraph_first[cue],
        "highest node hangs on cue": up == cue,
        "highest node holds cue": _is_below(article, top, cue),
        "steps from cue up to highest node": _steps_up(article, top, cue),
        "steps from cue up to its head": _steps_up(article, up, cue),
        "size of subtree": a.right[top] - a.left[top],
        "depth of highest node - depth of cue": a.depth[top] - a.depth[cue],
        "place in branch of cue": np.where(branch >= 0, token - a.left[branch], -9),
        **_counts_between(article, low, high, "verbs", "commas", "marks", "nouns", "likely cues"),
        "in marks": a.in_marks[token],
        "in pair of cue": a.in_marks[token] & (a.mark[token] == a.mark[cue]),
        "opens pair": a.pair_first[token] == previous,
        "rest of pair": np.where(a.in_marks[token], a.pair_last[token] - token, -1),
        **{f"in {name} of cue": _is_below(article, node, token) for name, node in parts.items()},
        **{
            f"place in {name} of cue": np.where(parts[name] >= 0, _clip(token - a.left[parts[name]], 60), -99)
            for name in ("ccomp", "xcomp", "object", "subject")
        },
        "depth - depth of cue": a.depth[token] - a.depth[cue],
        **{
            f"token - start by {name} rules": np.where(rule[cue] > 0, _clip(token - first[cue], 60), -99)
            for name, rule, first in (
                ("attribution", article.attribution_rule, article.attribution_first),
                ("speech", article.speech_rule, article.speech_first),
            )
        },
        "start probability: token": article.p_start[token],
        "inside probability: token": article.p_inside[token],
        "inside probability: token before": article.p_inside[before],
        "inside probability: cue": article.p_inside[cue],
        "end probability: token before": article.p_end[before],
        "inside probability: rest of sentence": article.share_inside(token, a.sentence_last[token]),
        "inside probability: between": article.share_inside(low, high - 1),
    }
    branch_dep = np.where(branch >= 0, a.dep[branch], np.uint64(0))
    behind = (token > cue).astype(np.uint64)
    categories = {
        "dep of highest node": a.dep[top],
        "pos of highest node": a.pos[top],
        "dep of branch": branch_dep,
        "dep of highest node, hangs on cue, behind": mix_keys(a.dep[top], (up == cue).astype(np.uint64), behind),
        "dep of branch, pos of cue, behind": mix_keys(branch_dep, a.pos[cue], behind),
        "lemma of cue, dep of branch": mix_keys(a.lemma[cue], branch_dep),
        **_token_keys(article, "token", token),
        **_token_keys(article, "token before", previous),
        **_token_keys(article, "token behind", token + 1),
        "pos of head": a.pos[a.head[token]],
    }
    return named_rows(numbers, categories)


def possible_ends(article: PreparedArticle, cue: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Return where the content that begins at each start may end: number of the start, and token.

    It ends in the sentence of its start, and before the cue where the cue is after it.
    """
    a = article.arrays
    last = np.where(cue > start, np.minimum(a.sentence_last[start], cue - 1), a.sentence_last[start])
    return expand_ranges(start, last)


def end_features(
    article: PreparedArticle, cue: Ints, start: Ints, number: Ints, token: Ints
) -> tuple[FeatureRows, Flags]:
    """Return the features of each word-like token as the end of a content, and which of the tokens these are.

    `cue` and `start` are those of each content, `number` and `token` what `possible_ends` returns.
    """
    a = article.arrays
    c, i, j = cue[number], start[number], token
    cut = _arcs_cut(article, i, j, number)
    wordlike = a.wordlike[j]
    c, i, j, cut = c[wordlike], i[wordlike], j[wordlike], cut[wordlike]
    after = np.minimum(j + 1, a.n - 1)
    beyond = a.next_wordlike[after]  # the first word after the end
    end = a.sentence_last[j]
    bottom, top, over = a.highest_ending[j], a.highest_starting[i], a.highest_starting[beyond]
    node = j  # the highest node between start and end whose subtree ends here
    for _ in range(_MAX_CLIMB):
        up = a.head[node]
        node = np.where((up >= i) & (up <= j) & (a.right[up] == j), up, node)
    up = a.head[over]
    has_attribution, has_speech = article.attribution_rule[c] > 0, article.speech_rule[c] > 0
    likely_cues = article.likely_cue_sums
    numbers = {
        "length": np.minimum(j - i, 200),
        "rest of sentence": end - j,
        "in headline": a.paragraph[j] == 0,
        "subtree is content": a.left[bottom] == i,
        "one node spans content": bottom == top,
        "subtree of start ends here": a.right[top] == j,
        "rest of subtree of start": _clip(a.right[top] - j, 99),
        "start of inner subtree - start": a.left[node] - i,
        "inner subtree hangs on cue": a.head[node] == c,
        "steps from cue up to head of inner subtree": _steps_up(article, a.head[node], c),
        "arcs cut": cut,
        "next node hangs on content": (i <= up) & (up <= j),
        "next node hangs on cue": up == c,
        "steps from cue up to next node": _steps_up(article, over, c),
        "steps from cue up to head of next node": _steps_up(article, up, c),
        "size of next node": _clip(a.right[over] - beyond, 80),
        "start in marks": a.in_marks[i],
        "start and end in one pair": a.in_marks[i] & (a.mark[i] == a.mark[j]),
        "rest of pair of start": np.where(a.in_marks[i], a.pair_last[i] - j, -99),
        "mark behind": a.is_mark[after],
        "marks before next word": a.mark_sums[beyond] - a.mark_sums[after] > 0,
        "in marks": a.in_marks[j],
        "rest of pair": np.where(a.in_marks[j], a.pair_last[j] - j, -1),
        "cue before content": c < i,
        "cue - token": _clip(c - j, 50),
        "rest of subtree of cue": _clip(a.right[c] - j, 60),
        **{
            f"rest of {name} of cue": np.where(child[c] >= 0, _clip(a.right[child[c]] - j, 60), -99)
            for name, child in (("ccomp", a.ccomp), ("object", a.object), ("xcomp", a.xcomp))
        },
        "commas": a.comma_sums[j + 1] - a.comma_sums[i],
        "verbs": a.verb_sums[j + 1] - a.verb_sums[i],
        "subject of cue is next": (a.subject[c] >= 0) & (a.left[a.subject[c]] == beyond),
        "cue is next": beyond == c,
        "cue probability: next word": article.p_cue[beyond],
        "likely cues inside": likely_cues[j + 1] - likely_cues[i],
        "likely cues in rest of sentence": likely_cues[end + 1] - likely_cues[np.minimum(j + 1, end + 1)],
        "node of start hangs on cue": a.head[top] == c,
        "token - end by attribution rules": np.where(has_attribution, _clip(j - article.attribution_last[c], 60), -99),
        "token - end by speech rules": np.where(has_speech, _clip(j - article.speech_last[c], 60), -99),
        "start as by attribution rules": np.where(has_attribution, i == article.attribution_first[c], -1),
        "depth of end node - depth of start node": a.depth[bottom] - a.depth[top],
        "depth of next node - depth of start node": a.depth[over] - a.depth[top],
        "comma behind": a.is_comma[after],
        "next word - token": beyond - j,
        "end probability: token": article.p_end[j],
        "inside probability: token": article.p_inside[j],
        "inside probability: token behind": article.p_inside[after],
        "inside probability: next word": article.p_inside[beyond],
        "start probability: next word": article.p_start[beyond],
        "inside probability: content": article.share_inside(i, j),
        "inside probability: rest of sentence": article.share_inside(np.minimum(j + 1, end), end),
    }
    hangs_on_content = ((i <= up) & (up <= j)).astype(np.uint64)
    categories = {
        "dep of end node": a.dep[bottom],
        "pos of end node": a.pos[bottom],
        "dep of inner subtree": a.dep[node],
        "pos of inner subtree": a.pos[node],
        "dep of next node": a.dep[over],
        "pos of next node": a.pos[over],
        "dep of start node": a.dep[top],
        "dep of next node, hangs on content": mix_keys(a.dep[over], hangs_on_content),
        "token behind, dep of next node, hangs on content": mix_keys(a.lower[after], a.dep[over], hangs_on_content),
        "token behind, next word": mix_keys(a.lower[after], a.lower[beyond]),
        **_token_keys(article, "token", j),
        **_token_keys(article, "token behind", j + 1),
        **_token_keys(article, "next word", beyond),
        "lower of start": a.lower[i],
    }
    return named_rows(numbers, categories), wordlike


def possible_sources(article: PreparedArticle, cue: Ints) -> tuple[Ints, Ints]:
    """Return possible heads of each cue's speaker mention, the nouns of its sentence: number of the cue, and token."""
    a = article.arrays
    number, token = expand_ranges(a.sentence_first[cue], a.sentence_last[cue])
    possible = is_any_of(a.pos[token], _SOURCE_POS) & (token != cue[number]) & (a.dep[token] != string_ids("compound"))
    possible &= ~is_any_of(a.pos[token], _WEAK_SOURCE_POS) | is_any_of(a.dep[token], _STRONG_SOURCE_DEP)
    return number[possible], token[possible]


def source_features(article: PreparedArticle, cue: Ints, token: Ints, first: Ints, last: Ints) -> FeatureRows:
    """Return the features of each token as the head of the speaker mention; first and last are the content's ends."""
    a = article.arrays
    head, branch = a.head[token], _branch_of_cue(article, cue, token)
    low, high = np.minimum(cue, token) + 1, np.maximum(cue, token)
    by_rules = article.attribution_source[cue]
    numbers = {
        "token - cue": _clip(token - cue, 60),
        "hangs on cue": head == cue,
        "steps from cue up to head": _steps_up(article, head, cue),
        "steps from cue up to token": _steps_up(article, token, cue),
        "is branch of cue": branch == token,
        "in content": (first <= token) & (token <= last),
        "start of content - token": _clip(first - token, 60),
        "token - end of content": _clip(token - last, 60),
        "in marks": a.in_marks[token],
        **_counts_between(article, low, high, "verbs", "nouns", "commas"),
        "depth - depth of cue": a.depth[token] - a.depth[cue],
        "size of subtree": a.right[token] - a.left[token],
        "is subject of cue": a.subject[cue] == token,
        "hangs on subject of cue": head == a.subject[cue],
        "two steps below cue": a.head[head] == cue,
        "cue probability: head": article.p_cue[head],
        "place in sentence": token - a.sentence_first[token],
        "content before cue": first < cue,
        "as by attribution rules": np.where(by_rules >= 0, by_rules == token, -1),
    }
    branch_dep = np.where(branch >= 0, a.dep[branch], np.uint64(0))
    categories = {
        "dep": a.dep[token],
        "pos": a.pos[token],
        "pos of head": a.pos[head],
        "dep of head": a.dep[head],
        "dep of branch": branch_dep,
        "lower of head": a.lower[head],
        "dep, lemma of head": mix_keys(a.dep[token], a.lemma[head]),
        "lemma of cue, dep of branch": mix_keys(a.lemma[cue], branch_dep),
        "dep, hangs on cue, pos of cue": mix_keys(a.dep[token], (head == cue).astype(np.uint64), a.pos[cue]),
        **_token_keys(article, "token", token),
        **_token_keys(article, "token before", token - 1),
        **_token_keys(article, "token behind", token + 1),
    }
    return named_rows(numbers, categories)


def _clip(values: Ints, most: int) -> Ints:
    return np.clip(values, -most, most)


def _counts_between(article: PreparedArticle, low: Ints, high: Ints, *names: str) -> dict[str, Ints]:
    """Return the numbers of tokens of some kinds from `low` to `high` - 1."""
    a = article.arrays
    sums = {"verbs": a.verb_sums, "commas": a.comma_sums, "marks": a.mark_sums, "nouns": a.noun_sums}
    sums["likely cues"] = article.likely_cue_sums
    return {f"{name} between": sums[name][high] - sums[name][np.minimum(low, high)] for name in names}


def _is_below(article: PreparedArticle, node: Ints, tokens: Ints) -> Flags:
    """Return whether tokens are in the subtree of a node; -1 is no node."""
    return (node >= 0) & (article.arrays.left[node] <= tokens) & (tokens <= article.arrays.right[node])


def _steps_up(article: PreparedArticle, node: Ints, cue: Ints) -> Ints:
    """Return the steps in the parse tree from the cue up to a node, -1 where the node is not above it."""
    a = article.arrays
    above = (a.left[node] <= cue) & (cue <= a.right[node]) & (a.depth[node] <= a.depth[cue])
    return np.where(above, a.depth[cue] - a.depth[node], -1)


def _branch_of_cue(article: PreparedArticle, cue: Ints, tokens: Ints) -> Ints:
    """Return the child of the cue whose subtree contains a token, -1 for none."""
    branch, at = np.full(len(tokens), -1), tokens
    for _ in range(_MAX_CLIMB):
        up = article.arrays.head[at]
        branch = np.where((branch < 0) & (up == cue) & (at != cue), at, branch)
        at = up
    return branch


def _token_keys(article: PreparedArticle, name: str, tokens: Ints) -> dict[str, Keys]:
    """Return word, tag and label of tokens as categories; a place outside of the text has the key 0."""
    a = article.arrays
    inside = (tokens >= 0) & (tokens < a.n)
    at = np.clip(tokens, 0, a.n - 1)
    columns = (("lower", a.lower), ("tag", a.tag), ("dep", a.dep))
    return {f"{name}: {kind}": np.where(inside, keys[at], np.uint64(0)) for kind, keys in columns}


def _arcs_cut(article: PreparedArticle, first: Ints, last: Ints, number: Ints) -> Ints:
    """Return the number of words after each end whose head is between start and end; ends must be in order."""
    a = article.arrays
    opened = a.right_children[last]
    closed = (a.head[last] >= first) & (a.head[last] < last)
    total = np.cumsum(opened - closed)
    is_new = np.ones(len(number), dtype=bool)
    is_new[1:] = number[1:] != number[:-1]
    starts = np.flatnonzero(is_new)
    base = np.where(starts > 0, total[starts - 1], 0)
    return total - np.repeat(base, np.diff([*starts, len(number)]))
