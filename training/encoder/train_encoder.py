"""Train the encoder's weights, with the logits of models that did not see a row (cross-fitting), and the model card.

    pip install --no-deps --require-hashes -r requirements-train.txt
    python -m training.encoder.train_encoder --work FOLDER [--real ROWS.jsonl]... [--corpora FOLDER]

Without `--real` and `--corpora` only the project's own rows and generated contrasts are used. `--corpora` has the
documents whose statements `data/annotations/real_statements.jsonl` labels. A model that is already in `--work` is not
trained again, so that a stopped run can continue; after a change of rows or settings an empty folder is needed.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError
from pipeline.core.markdown import render
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_labels
from pipeline.stance.config import read_stance_words
from pipeline.stance.encoder import encoder_weights
from pipeline.stance.encoder.encoder import compute_logits
from pipeline.stance.encoder.encoder_input import MAX_PIECES, EncoderInput, InputWords, encode_quote
from pipeline.stance.encoder.stance_encoder import DECIMALS, input_key, input_words
from pipeline.stance.encoder.word_pieces import SPECIAL
from pipeline.stance.name_masking import find_common_words
from training.encoder import minilm
from training.encoder.fine_tuning import Examples, Settings, fine_tune
from training.encoder.training_rows import (
    ALL,
    CONTRASTS,
    LICENCES,
    REPEATED_SHARE,
    TrainingRow,
    contrast_rows,
    contrast_set_rows,
    fold_of,
    is_finished,
    is_trained_on,
    own_rows,
    real_rows,
    save_part,
    standing_off_rows,
    training_digest,
)

LANGUAGE = "en"
# How the model of the contrasts is trained, then those of the folds and of all rows.
FIRST, LATER = Settings(epochs=3), Settings(epochs=3, learning_rate=5e-5)
MODEL_CARD = Path(__file__).parent / "templates" / "model_card.md.j2"
# The vocabulary of BERT is sorted by frequency: the rest are mostly names, which are masked.
FREQUENT_PIECES = 16_000


def read_rows(real: Sequence[Path], corpora: Path | None) -> list[TrainingRow]:
    """Return all labelled quotes, in a fixed order."""
    targets = load_targets()
    rows = own_rows(ROOT, targets) + contrast_rows() + contrast_set_rows()
    for path in real:
        rows += real_rows(path, targets)
    if corpora:
        rows += standing_off_rows(ROOT / paths.ANNOTATIONS / "real_statements.jsonl", corpora)
    return rows


def describe_words(rows: Sequence[TrainingRow], vocabulary: Sequence[str]) -> dict[str, Any]:
    """Return the words that the weights know: word pieces, words that are not names, the placeholder of names."""
    words = read_stance_words(LANGUAGE)
    paragraphs = dict.fromkeys(row.item.context or row.item.text for row in rows)
    description = {
        "pieces": list(vocabulary),
        "common_words": find_common_words(paragraphs, words.get("stop_words", ())),
        "uppercase_names": sorted(words.get("uppercase_names", ())),
        "name_placeholder": words["name_placeholder"],
    }
    whole = input_words(description)
    used = {number for row in rows for number in encode_quote(row.item, whole).pieces}
    frequent = (
        number
        for number, piece in enumerate(vocabulary[:FREQUENT_PIECES])
        if piece.isascii() and not (piece.startswith("[") and len(piece) > 1)
    )
    kept = sorted({*used, *frequent, *(whole.pieces.numbers[piece] for piece in SPECIAL)})
    return description | {"pieces": [vocabulary[number] for number in kept]}


def train_part(job: tuple[str, int, list[TrainingRow], dict[str, Any], Path, Settings]) -> str:
    """Train the model of one part unless the work folder has it; return its name.

    The part `contrasts` comes first: contrasts are in no fold, so the models of the folds and of all rows start from
    it.
    """
    part, folds, rows, description, work, settings = job
    digest = training_digest(rows, folds, description, asdict(settings))
    if not is_finished(part, digest, work):
        started = time.monotonic()
        weights = start_weights(description) if part == CONTRASTS else load_part(CONTRASTS, work)
        chosen = [row for row in rows if is_trained_on(row, part, folds)]
        labels, targets = description["labels"], description["targets"]
        words = input_words(description)
        examples = Examples(
            [encode_quote(row.item, words) for row in chosen],
            np.array([[labels.index(row.labels[t]) if t in row.labels else -1 for t in targets] for row in chosen]),
            np.array([[row.weight] * len(targets) for row in chosen]),
        )
        save_part(fine_tune(weights, examples, len(labels), settings), description, digest, part, work)
        click.echo(f"part {part}: {len(chosen)} rows, {(time.monotonic() - started) / 60:.0f} minutes", err=True)
    return part


def start_weights(description: dict[str, Any]) -> dict[str, Any]:
    """Return the published weights of MiniLM for the word pieces that are kept."""
    weights, vocabulary = minilm.read_minilm(minilm.find_minilm())
    places = {piece: number for number, piece in enumerate(vocabulary)}
    return weights | {"pieces": weights["pieces"][[places[piece] for piece in description["pieces"]]]}


def predict(weights: dict[str, Any], inputs: Sequence[EncoderInput]) -> np.ndarray:
    """Return rounded logits, shape (n, n_targets * n_labels)."""
    with threadpool_limits(limits=1):
        return np.round([compute_logits(weights, item) for item in inputs], DECIMALS)


def score_rows(rows: Sequence[TrainingRow], logits: np.ndarray, description: dict[str, Any]) -> dict[str, list[float]]:
    """Return the mean F1 of favor and against by kind of row and target."""
    labels, targets = description["labels"], description["targets"]
    kinds = np.array([row.kind for row in rows])
    best = logits.reshape(len(rows), len(targets), len(labels)).argmax(axis=2)
    scores = {}
    for kind, name in (("own", "the project's own, invented"), ("real", "real statements")):
        chosen = np.flatnonzero(kinds == kind).tolist()
        if len(chosen):
            gold = [[rows[i].labels[target] for i in chosen] for target in targets]
            given = [[labels[k] for k in best[chosen, number]] for number in range(len(targets))]
            scores[name] = [
                float(f1_score(*pair, labels=["favor", "against"], average="macro", zero_division=0.0))
                for pair in zip(gold, given, strict=True)
            ]
    return scores


def out_of_fold_logits(
    rows: Sequence[TrainingRow], words: InputWords, folds: int, work: Path
) -> Iterator[tuple[list[int], np.ndarray]]:
    """Yield for each fold the numbers of its rows, and their logits by the model that was not trained on them."""
    fold = np.array([-1 if row.kind == "contrast" else fold_of(row.group, folds) for row in rows])
    for number in range(folds):
        tested, path = np.flatnonzero(fold == number).tolist(), work / f"{number}.logits.npy"
        if not path.exists():
            weights = load_part(str(number), work)
            np.save(path, predict(weights, [encode_quote(rows[i].item, words) for i in tested]))
        yield tested, np.load(path, allow_pickle=False)


def load_part(part: str, work: Path) -> dict[str, Any]:
    """Return the weights of a part that was trained."""
    loaded = encoder_weights.load(part, work)
    if loaded is None:
        raise DataError(f"no model {part}", where=str(work), fix="run the command again")
    return loaded[0]


@click.command(help=__doc__)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, help="For finished models.")
@click.option(
    "--real", multiple=True, type=click.Path(dir_okay=False, path_type=Path), help="Real labelled statements."
)
@click.option("--corpora", type=click.Path(file_okay=False, path_type=Path), help="Documents of real_statements.jsonl.")
@click.option("--folds", default=3, show_default=True, help="Folds of the cross-fitting.")
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=2, show_default=True, help="Models trained at once.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=encoder_weights.WEIGHTS_FOLDER)
def main(work: Path, real: tuple[Path, ...], corpora: Path | None, folds: int, seed: int, jobs: int, out: Path) -> None:
    rows = read_rows(real, corpora)
    targets = load_targets()
    _, vocabulary = minilm.read_minilm(minilm.find_minilm())
    description = {"targets": list(targets), "labels": list(shared_labels(targets))} | describe_words(rows, vocabulary)
    work.mkdir(parents=True, exist_ok=True)
    train_part((CONTRASTS, folds, rows, description, work, replace(FIRST, seed=seed)))
    parts = [*map(str, range(folds)), ALL]
    arguments = [(part, folds, rows, description, work, replace(LATER, seed=seed)) for part in parts]
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(train_part, arguments):
            click.echo(f"model {part} is ready", err=True)
    assemble(rows, description, folds, seed, work, out)


def assemble(
    rows: Sequence[TrainingRow], description: dict[str, Any], folds: int, seed: int, work: Path, out: Path
) -> None:
    """Write the weights trained on all rows, with the out-of-fold logits of each row, and the model card."""
    words = input_words(description)
    tested, values = zip(*out_of_fold_logits(rows, words, folds, work), strict=True)
    order, logits = np.concatenate(tested), np.concatenate(values)
    keys = np.array([input_key(encode_quote(rows[i].item, words)) for i in order], np.uint64)
    weights = load_part(ALL, work) | {"out_of_fold.keys": keys, "out_of_fold.logits": logits.astype(np.float32)}
    size = encoder_weights.save(weights, description, LANGUAGE, out)
    counts = Counter(row.source for row in rows)
    card = render(
        MODEL_CARD,
        language=LANGUAGE,
        size=size,
        max_pieces=MAX_PIECES,
        placeholder=description["name_placeholder"],
        pieces=len(description["pieces"]),
        first_epochs=FIRST.epochs,
        epochs=LATER.epochs,
        repeated=REPEATED_SHARE,
        trained=sum(row.train for row in rows if row.kind == "own"),
        seed=seed,
        data=[(name, counts[name], licence) for name, licence in LICENCES.items() if counts[name]],
        folds=folds,
        targets=description["targets"],
        scores=score_rows([rows[i] for i in order], logits, description),
    )
    tables.write_text(out / "MODEL_CARD.md", card)


if __name__ == "__main__":
    main()
