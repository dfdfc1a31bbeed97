"""Train the encoder's weights, with the logits of models that did not see a row (cross-fitting), and the model card.

    pip install --no-deps --require-hashes -r requirements-train.txt
    python -m training.encoder.train_encoder --base FOLDER --work FOLDER [--real ROWS.jsonl]... [--corpora FOLDER]

Without `--real` and `--corpora` only the project's own rows and generated contrasts are used. `--corpora` has the
documents whose statements `data/annotations/real_statements.jsonl` labels. A model that is already in `--work` is not
trained again, so that a stopped run can continue; after a change of rows or settings an empty folder is needed.
"""

import io
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from sklearn.metrics import f1_score

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.markdown import render
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_labels
from pipeline.reader.network_file import write_description
from pipeline.reader.word_pieces import SPECIAL
from pipeline.stance.config import read_stance_words
from pipeline.stance.encoder import stance_encoder
from pipeline.stance.encoder.stance_encoder import EncoderInput, InputWords
from pipeline.stance.name_masking import find_common_words
from training.encoder import training_rows as data
from training.encoder.export import export
from training.encoder.fine_tuning import Examples, OneQuote, Settings, StanceNet, fine_tune, padded
from training.encoder.training_rows import ALL, CONTRASTS, TrainingRow
from training.loop import read_vocabulary

LANGUAGE = "en"
# How the model of the contrasts is trained, then those of the folds and of all rows.
FIRST, LATER = Settings(epochs=2, learning_rate=3e-5), Settings(epochs=2, learning_rate=2.5e-5)
PREDICTED_TOGETHER = 64
# Quotes by which the smoothing of the eight-bit products is chosen.
N_SMOOTHED = 100
MODEL_CARD = Path(__file__).parent / "templates" / "model_card.md.j2"
# The vocabulary of BERT is sorted by frequency: the rest are mostly names, which are masked.
FREQUENT_PIECES = 16_000


def read_rows(real: Sequence[Path], corpora: Path | None) -> list[TrainingRow]:
    """Return all labelled quotes, in a fixed order."""
    targets = load_targets()
    rows = data.own_rows(ROOT, targets) + data.contrast_rows()
    rows += [row for path in real for row in data.real_rows(path, targets)]
    if corpora:
        rows += data.standing_off_rows(ROOT / paths.ANNOTATIONS / "real_statements.jsonl", corpora)
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
        "speaker_placeholder": words["speaker_placeholder"],
    }
    whole = InputWords(description)
    used = {number for row in rows for number in whole.encode_quote(row.item).pieces}
    frequent = (
        number
        for number, piece in enumerate(vocabulary[:FREQUENT_PIECES])
        if piece.isascii() and not (piece.startswith("[") and len(piece) > 1)
    )
    kept = sorted({*used, *frequent, *(whole.pieces.numbers[piece] for piece in SPECIAL)})
    return description | {"pieces": [vocabulary[number] for number in kept]}


@dataclass(frozen=True)
class Training:
    """The training of one encoder: its rows, the words and labels that it knows, and where its models are kept."""

    rows: Sequence[TrainingRow]
    words: dict[str, Any]
    folds: int
    seed: int
    base: Path
    work: Path

    def encode(self, rows: Iterable[TrainingRow]) -> list[EncoderInput]:
        """Return the inputs of rows."""
        encoding = InputWords(self.words)
        return [encoding.encode_quote(row.item) for row in rows]

    def train_part(self, part: str) -> None:
        """Train the model of one part unless the work folder has it.

        The part `contrasts` comes first: contrasts are in no fold, so the models of the folds and of all rows start
        from it.
        """
        settings = replace(FIRST if part == CONTRASTS else LATER, seed=self.seed)
        chosen = [row for row in self.rows if data.is_trained_on(row, part, self.folds)]
        digest = data.training_digest(chosen, self.words, asdict(settings))
        if data.is_finished(part, digest, self.work):
            return
        started = time.monotonic()
        net = self.new_net() if part == CONTRASTS else self.load_part(CONTRASTS)
        labels, targets = self.words["labels"], self.words["targets"]
        codes = [[labels.index(row.labels[t]) if t in row.labels else -1 for t in targets] for row in chosen]
        weights = np.array([[row.weight] * len(targets) for row in chosen])
        examples = Examples(self.encode(map(data.without_some_speakers, chosen)), np.array(codes), weights)
        fine_tune(net, examples, settings, self.work / f"{part}.checkpoint.pt")
        torch.save(net.state_dict(), self.work / f"{part}.pt")
        data.mark_finished(part, digest, self.work)
        click.echo(f"part {part}: {len(chosen)} rows, {(time.monotonic() - started) / 60:.0f} minutes", err=True)

    def new_net(self) -> StanceNet:
        """Return the published weights for the word pieces that are kept."""
        places = {piece: number for number, piece in enumerate(read_vocabulary(self.base))}
        n_outputs = len(self.words["targets"]) * len(self.words["labels"])
        return StanceNet(self.base, [places[piece] for piece in self.words["pieces"]], n_outputs)

    def load_part(self, part: str) -> StanceNet:
        """Return the model of a part that was trained."""
        net = self.new_net()
        net.load_state_dict(torch.load(self.work / f"{part}.pt", weights_only=True))
        return net.eval()

    def out_of_fold_logits(self) -> tuple[list[TrainingRow], np.ndarray]:
        """Return the rows of all folds with their logits by the model that was not trained on them."""
        tested, logits = [], []
        for fold in range(self.folds):
            own = [row for row in self.rows if row.kind != "contrast" and data.fold_of(row.group, self.folds) == fold]
            path = self.work / f"{fold}.logits.npy"
            if not path.exists():
                np.save(path, predict(self.load_part(str(fold)), self.encode(own)))
            tested += own
            logits.append(np.load(path, allow_pickle=False))
        return tested, np.concatenate(logits)

    def score(self, rows: Sequence[TrainingRow], logits: np.ndarray) -> dict[str, list[float]]:
        """Return the mean F1 of favor and against by kind of row and target."""
        labels, targets = self.words["labels"], self.words["targets"]
        kinds = np.array([row.kind for row in rows])
        best = logits.reshape(len(rows), len(targets), len(labels)).argmax(axis=2)
        scores = {}
        for kind, name in (("own", "the project's own, invented"), ("real", "real statements")):
            if (kinds == kind).any():
                chosen = np.flatnonzero(kinds == kind).tolist()
                gold = [[rows[i].labels[target] for i in chosen] for target in targets]
                given = [[labels[k] for k in best[chosen, number]] for number in range(len(targets))]
                scores[name] = [
                    float(f1_score(*pair, labels=["favor", "against"], average="macro", zero_division=0.0))
                    for pair in zip(gold, given, strict=True)
                ]
        return scores

    def assemble(self, out: Path) -> None:
        """Write the weights trained on all rows, with the out-of-fold logits of each row, and the model card."""
        tested, logits = self.out_of_fold_logits()
        out.mkdir(parents=True, exist_ok=True)
        net, items = self.load_part(ALL), self.encode(tested)
        quotes = [row for row in self.rows if row.kind != "contrast"]
        texts = [_as_inputs(item) for item in self.encode(quotes[:: len(quotes) // N_SMOOTHED])]
        written = export(OneQuote(net), net.pieces.weight.detach().numpy(), texts, out / LANGUAGE)
        arrays, keys = io.BytesIO(), np.array([item.key for item in items], np.uint64)
        out_of_fold = out / f"{LANGUAGE}.npz"
        np.savez_compressed(arrays, allow_pickle=False, keys=keys, logits=logits.astype(np.float32))
        with tables.atomic_path(out_of_fold) as fresh:
            fresh.write_bytes(arrays.getvalue())
        write_description(self.words, stance_encoder.FORMAT, LANGUAGE, [*written, out_of_fold])
        counts = Counter(row.source for row in self.rows)
        card = render(
            MODEL_CARD,
            language=LANGUAGE,
            size=sum(path.stat().st_size for path in written),
            max_pieces=stance_encoder.MAX_PIECES,
            placeholder=self.words["name_placeholder"],
            speaker_placeholder=self.words["speaker_placeholder"],
            pieces=len(self.words["pieces"]),
            first=FIRST,
            later=LATER,
            repeated=data.REPEATED_SHARE,
            trained=sum(row.train for row in self.rows if row.kind == "own"),
            seed=self.seed,
            data=[(name, counts[name], licence) for name, licence in data.LICENCES.items() if counts[name]],
            folds=self.folds,
            targets=self.words["targets"],
            scores=self.score(tested, logits),
        )
        tables.write_text(out / "MODEL_CARD.md", card)


def predict(net: StanceNet, inputs: Sequence[EncoderInput]) -> np.ndarray:
    """Return rounded logits, shape (n, n_targets * n_labels)."""
    order = sorted(range(len(inputs)), key=lambda i: len(inputs[i].pieces))
    logits = np.zeros((len(inputs), net.head.out_features))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), PREDICTED_TOGETHER):
            part = order[start : start + PREDICTED_TOGETHER]
            logits[part] = net(*padded([inputs[i] for i in part])).float().numpy()
    return np.round(logits, stance_encoder.DECIMALS)


_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.option("--base", type=_FOLDER, required=True, help="all-mpnet-base-v2.")
@click.option("--work", type=_FOLDER, required=True, help="For finished models.")
@click.option("--real", multiple=True, type=click.Path(dir_okay=False, path_type=Path), help="Real statements.")
@click.option("--corpora", type=_FOLDER, help="Documents of real_statements.jsonl.")
@click.option("--folds", default=2, show_default=True, help="Folds of the cross-fitting.")
@click.option("--seed", default=1, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--out", type=_FOLDER, default=stance_encoder.WEIGHTS_FOLDER)
def main(
    base: Path, work: Path, real: tuple[Path, ...], corpora: Path | None, folds: int, seed: int, threads: int, out: Path
) -> None:
    torch.set_num_threads(threads)
    rows, targets = read_rows(real, corpora), load_targets()
    words = {"targets": list(targets), "labels": list(shared_labels(targets))}
    training = Training(rows, words | describe_words(rows, read_vocabulary(base)), folds, seed, base, work)
    work.mkdir(parents=True, exist_ok=True)
    for part in (CONTRASTS, *map(str, range(folds)), ALL):
        training.train_part(part)
        click.echo(f"model {part} is ready", err=True)
    training.assemble(out)


def _as_inputs(item: EncoderInput) -> dict[str, np.ndarray]:
    quote = np.zeros((1, len(item.pieces)), np.float32)
    quote[0, item.start : item.end] = 1
    return {"pieces": np.array([item.pieces]), "quote": quote}


if __name__ == "__main__":
    main()
