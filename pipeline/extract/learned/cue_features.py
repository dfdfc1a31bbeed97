"""Features of tokens as cues: of each token itself, and the hashed models' probabilities of those around it."""

from __future__ import annotations

import numpy as np

from pipeline.extract.learned.feature_rows import FeatureRows, join_columns, named_rows
from pipeline.extract.learned.hashed_features import mark_distances, mix_keys
from pipeline.extract.learned.prepared_article import PreparedArticle
from pipeline.extract.learned.token_arrays import FRAME_BITS, Floats, Ints, TokenArrays

CONTEXT = "cue: "  # how the names of all features of `cue_context` begin
_LIKELY = 0.3
_MAX_CLIMB = 8
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
    for _ in range(_MAX_CLIMB):
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
