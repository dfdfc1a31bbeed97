"""Train the extractor's models and write weights and model card.

    python -m pipeline.extract.learned.train --corpora FOLDER [--gold data/annotations]

FOLDER holds `polnear_train.jsonl` (every attribution) and `ggt_dev.jsonl` (reported speech alone). A line is
`{"doc_id", "text", "quotes": [{"content", "cue", "source"}]}`, each a list of `[start, end]`. `--gold` adds reported
speech of one's own: a file of that form, or the folder of the project's annotations. Later steps learn from what
earlier ones say of articles they were not fitted to.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.core.spacy_documents import choose_spacy_model, load_spacy_model
from pipeline.extract.config import ExtractConfig
from pipeline.extract.learned import fitting, model_card, weights_file
from pipeline.extract.learned import token_features as f
from pipeline.extract.learned.batched_search import together
from pipeline.extract.learned.candidate_labels import attribution_labels, speech_labels
from pipeline.extract.learned.candidates import Candidate, find_cues, generate
from pipeline.extract.learned.gold_tokens import Gold, read_gold
from pipeline.extract.learned.learned_extractor import settle, with_scores
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.learned.ranking import rank_rows
from pipeline.extract.learned.step_models import Models, Step, pick
from pipeline.extract.learned.threshold_selection import LIMITS, best_limit, measure, total
from pipeline.extract.learned.token_features import Rows
from pipeline.extract.learned.training_records import read_records
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleExtractor

HASHED_FOLDS = 4
FOLDS = 2
SPEECH_FOLDS = 7
RANK = {"trees": 150, "rate": 0.05, "max_leaf_nodes": 15}
SPEECH = {
    "trees": 120,
    "rate": 0.05,
    "max_leaf_nodes": 7,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}
Item = tuple[Article, list[Gold], list[Candidate], Rows | None]


def read(path: Path, code: str) -> list[tuple[Article, list[Gold]]]:
    """Parsed articles and their gold."""
    language, config = load_language(code, CONFIGS), load_config(ExtractConfig, CONFIGS / "extract.yaml")
    wide, speech = (RuleExtractor(language, replace(config, profile=name)) for name in ("attribution", "speech"))
    nlp = load_spacy_model(choose_spacy_model(language.models))
    records = read_records(path)
    sets = []
    with threadpool_limits(1, "blas"):
        docs = nlp.pipe((record["text"] for record in records), disable=["ner"])
        for doc, record in zip(docs, records, strict=True):
            view = DocumentView(doc, language)
            x = Article(doc, view, wide.propose(view), speech.propose(view))
            sets.append((x, read_gold(x, record["quotes"])))
    return sets


def cross_fit(sets: fitting.Sets) -> tuple[Models, list[Item]]:
    """Models of the first steps fitted to all articles, and the candidates of every article by models of the others."""
    places, bias = fitting.fit_hashed(sets, HASHED_FOLDS)
    whole = fitting.empty(places, bias, fitting.fit_cue(sets))
    fold = np.arange(len(sets)) % FOLDS
    by_fold = []
    for k in range(FOLDS):
        by_fold.append(
            fitting.empty(places, bias, fitting.fit_cue([sets[i] for i in np.flatnonzero(fold != k).tolist()]))
        )
        for i in np.flatnonzero(fold == k).tolist():
            second_probability(sets[i][0], by_fold[k].cue)
    items: list[Item] = [(x, gold, [], None) for x, gold in sets]
    for k, models in enumerate(by_fold):
        models.start, models.end, models.source = fitting.fit_spans(
            [sets[i] for i in np.flatnonzero(fold != k).tolist()]
        )
        held_out = np.flatnonzero(fold == k).tolist()
        for i, item in zip(held_out, candidates(models, [sets[i] for i in held_out]), strict=True):
            items[i] = item
    whole.start, whole.end, whole.source = fitting.fit_spans(sets)
    return whole, items


def second_probability(x: Article, step: Step) -> None:
    """Fill in what the second cue model says."""
    p, likely = np.zeros(x.a.n), np.flatnonzero(x.hashed > 0.01)
    if len(likely):
        p[likely] = step(pick(f.cue_rows(x, x.hashed), likely))
    x.set_cues(p)


def candidates(models: Models, sets: fitting.Sets) -> list[Item]:
    """Candidates of articles and their rows, their cues being known."""
    per_article = together(models, [generate(x) for x, _ in sets])
    return [
        (x, gold, found, rank_rows(x, found) if found else None)
        for (x, gold), found in zip(sets, per_article, strict=True)
    ]


def fit_rankers(items: Sequence[Item], labels: Any, settings: dict[str, Any]) -> tuple[Step, Step]:
    """The ranker for exact contents, and the one for contents that overlap by half."""
    exact, match = fitting.Pile(), fitting.Pile()
    for x, gold, found, rows in items:
        if rows is not None:
            one, two = labels(x, gold, found)
            exact.add(one, rows)
            match.add(two, rows)
    one_step, two_step = fitting.side_by_side((exact, settings), (match, settings))
    return one_step, two_step


def scores(items: Sequence[Item], labels: Any, settings: dict[str, Any], folds: int) -> list[np.ndarray]:
    """Scores of each article's candidates by rankers of the other folds."""
    out: list[np.ndarray] = [np.zeros(0)] * len(items)
    for k in range(folds):
        one, two = fit_rankers([item for i, item in enumerate(items) if i % folds != k], labels, settings)
        for i in range(k, len(items), folds):
            if (rows := items[i][3]) is not None:
                out[i] = (one(rows) + two(rows)) / 2
    return out


def speech_items(models: Models, sets: fitting.Sets) -> list[Item]:
    """Candidates of articles with reported speech as gold."""
    items: list[Item] = []
    together(models, [find_cues(models, x) for x, _ in sets])
    for x, gold, found, rows in candidates(models, sets):
        if rows is not None:
            rows = with_scores(rows, models.exact(rows), models.match(rows))
        items.append((x, gold, found, rows))
    return items


def fit_speech(models: Models, ggt: list[Item], own: list[Item]) -> dict[str, dict[str, float]]:
    """Fit the rankers of `speech`, one pair to each kind of gold, and choose their limit; returns their scores.

    Two kinds of annotators vote: those of the one saw none of the other's articles, and each kind is scored with
    its own rankers cross-validated.
    """
    sets = [ggt, own] if own else [ggt]
    whole = [fit_rankers(items, speech_labels, SPEECH) for items in sets]
    models.speech_exact, models.speech_match = whole[0]
    models.own_exact, models.own_match = whole[-1]
    votes = []
    for k, items in enumerate(sets):
        mine = scores(items, speech_labels, SPEECH, SPEECH_FOLDS)
        other = [mean(whole[1 - k], item[3]) for item in items] if own else mine
        pairs = zip(items, mine, other, strict=True)
        votes.append([settle(item[0], item[2], (a + b) / 2) if item[2] else a for item, a, b in pairs])
    kinds = list(zip(sets, votes, ({"parts": True, "that": False}, {"that": False}), strict=False))
    limit = max(LIMITS, key=lambda least: sum(total(measure(items, vote, least, **how)) for items, vote, how in kinds))
    models.limits["speech"] = limit
    return {
        name: measure(items, vote, limit, **how)
        for name, (items, vote, how) in zip(("ggt_dev", "gold"), kinds, strict=False)
    }


def mean(pair: tuple[Step, Step], rows: Rows | None) -> np.ndarray:
    """Mean of two rankers."""
    return np.zeros(0) if rows is None else (pair[0](rows) + pair[1](rows)) / 2


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of polnear_train.jsonl and ggt_dev.jsonl")
    parser.add_argument("--gold", type=Path, help="reported speech of your own: data/annotations, or a file")
    parser.add_argument("--language", default="en")
    parser.add_argument("--out", type=Path, default=weights_file.FOLDER)
    args = parser.parse_args(argv)
    with threadpool_limits(1):  # threads of one fit wait for each other; two fits side by side do not
        train(args.corpora, args.gold, args.language, args.out)


def train(corpora: Path, own_gold: Path | None, language: str, out: Path) -> None:
    """Fit all steps and write weights and model card to `out`."""
    models, items = cross_fit(read(corpora / "polnear_train.jsonl", language))
    by_fold = scores(items, attribution_labels, RANK, 2)
    limit = best_limit(items, by_fold)
    rows = {"polnear_train": measure(items, by_fold, limit)}
    models = replace(models, limits={"attribution": limit})
    models.exact, models.match = fit_rankers(items, attribution_labels, RANK)
    ggt = speech_items(models, read(corpora / "ggt_dev.jsonl", language))
    own = speech_items(models, read(own_gold, language)) if own_gold else []
    rows |= fit_speech(models, ggt, own)
    size = weights_file.save(models, language, out)
    (out / "MODEL_CARD.md").write_text(model_card.card(rows, models.limits, size, bool(own)), encoding="utf-8")


if __name__ == "__main__":
    main()
