"""Train the network that tags quotes, their sources and cues, and write its weights.

    pip install --no-deps --require-hashes -r requirements-train.txt
    python -m training.reader.train_tagger --base FOLDER --work FOLDER --gold open_gold.jsonl

Trained on the training part of the open gold (`benchmarks.join_gold` writes it; `--half x` takes a half, so that the
other may choose settings) and on the project's annotated articles, which `dvc repro` has ingested. A run that was
stopped goes on after its last epoch.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
import torch
from torch import nn
from transformers import AutoModel

from benchmarks.speaker_certainty import is_in_half
from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.markdown import render
from pipeline.core.storage import tables
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.reader.network_file import write_description
from pipeline.reader.quote_tagger import (
    BEGIN,
    FORMAT,
    INSIDE,
    MAX_PIECES,
    TAGGED,
    WEIGHTS_FOLDER,
    TextPieces,
    Window,
    split_text,
    windows_of,
)
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces
from training.dropout import replace_dropout
from training.encoder.export import export
from training.reader.train_pointer import OneWindow, padded

LANGUAGE = "en"
# Windows by which the smoothing of the eight-bit products is chosen.
N_SMOOTHED = 40
MODEL_CARD = Path(__file__).parent / "tagger_card.md.j2"
# The lower layers of MPNet: half of them take half the time.
N_LAYERS = 6
LEARNING_RATE, HEAD_LEARNING_RATE, SEED = 4e-5, 8e-4, 1
BATCH_PIECES = 2_048
# The smallest share of a window that is used: windows begin elsewhere in each epoch.
SMALLEST_WINDOW = 0.8
# Batches among which windows are sorted by length, so that little is padded.
_SORTED_TOGETHER = 30
_IGNORED = -100


class Article(NamedTuple):
    """An annotated article: its pieces, and their tags, shape (n, 4)."""

    text: TextPieces
    tags: np.ndarray


class Example(NamedTuple):
    """A window with the tags of its pieces."""

    window: Window
    tags: np.ndarray


class TaggerNet(nn.Module):
    """The lower layers of MPNet with a linear layer that gives each piece three logits for each of `TAGGED`.

    Parameters
    ----------
    base : Path
        Folder with the published weights.
    pieces : sequence of int
        Numbers of the word pieces that are kept, in the order in which windows count them.
    """

    def __init__(self, base: Path, pieces: Sequence[int]) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
        self.encoder.encoder.layer = self.encoder.encoder.layer[:N_LAYERS]
        embeddings = self.encoder.embeddings
        self.pieces = nn.Embedding.from_pretrained(embeddings.word_embeddings.weight.detach()[list(pieces)])
        del embeddings.word_embeddings
        self.head = nn.Linear(self.encoder.config.hidden_size, 3 * len(TAGGED))
        self.encoder.embeddings.requires_grad_(False)
        replace_dropout(self.encoder, 0.1, SEED)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, length, 12)."""
        states = self.encoder(inputs_embeds=self.pieces(pieces), attention_mask=mask).last_hidden_state
        logits: torch.Tensor = self.head(states.float())
        return logits


def read_articles(gold: Path, half: str | None) -> list[dict[str, Any]]:
    """Return the articles of the open gold's training part, or of a half of it, and those of the project."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    articles = [row for row in rows if row["use"] == "train" and (half is None or is_in_half(row, half))]
    texts = {r["article_id"]: r["text"] for r in tables.iterate_rows(ROOT / paths.ARTICLES, ["article_id", "text"])}
    own: dict[str, dict[str, Any]] = {}
    for quote in read_gold_quotes(ROOT / paths.ANNOTATIONS / "quotes.jsonl"):
        article = own.setdefault(quote.article_id, {"text": texts[quote.article_id], "quotes": [], "attitudes": False})
        spans = {name: [span] if span else [] for name, span in (("cue", quote.cue), ("source", quote.source))}
        about = {"speaker": quote.speaker, "optional": False, "act": "speech"}
        article["quotes"].append({"content": quote.content, **spans, **about})
    return articles + list(own.values())


def encode(article: dict[str, Any], pieces: WordPieces) -> Article:
    """Return an article with its tags; quotes that annotators call optional are not counted, wherever they are."""
    text = split_text(article["text"], pieces)
    tags = np.zeros((len(text.pieces), len(TAGGED)), np.int64)
    if not article["attitudes"]:
        tags[:, TAGGED.index("attitude")] = _IGNORED
    for quote in sorted(article["quotes"], key=lambda quote: quote["act"] == "speech" and not quote["optional"]):
        is_speech = quote["act"] == "speech"
        for name in ("content", "source", "cue"):
            k = TAGGED.index("attitude" if name == "content" and not is_speech else name)
            is_counted = not quote["optional"] and (is_speech or (name == "content" and article["attitudes"]))
            for span in quote[name]:
                own = text.of([tuple(span)])
                tags[own, k] = INSIDE if is_counted else _IGNORED
                tags[own[:1], k] = BEGIN if is_counted else _IGNORED
                if name == "content" and not is_speech and not quote["optional"]:
                    tags[own, TAGGED.index("content")] = 0
    return Article(text, tags)


def examples(article: Article, pieces: WordPieces, largest: int) -> Iterator[Example]:
    """Yield the windows of an article with what is to be found in them."""
    for window in windows_of(article.text, pieces, largest):
        tags = np.full((len(window.pieces), len(TAGGED)), _IGNORED)
        for k, place in enumerate(window.places):
            if window.first <= place < window.last:
                tags[k] = article.tags[place]
        yield Example(window, tags)


def loss_of(net: TaggerNet, batch: Sequence[Example]) -> torch.Tensor:
    """Return the mean loss of the tags."""
    pieces, mask = padded([row.window for row in batch])
    tags = torch.full((*pieces.shape, len(TAGGED)), _IGNORED)
    for row, example in enumerate(batch):
        tags[row, : len(example.tags)] = torch.tensor(example.tags)
    with torch.autocast("cpu", torch.bfloat16):
        logits = net(pieces, mask)
    return nn.functional.cross_entropy(logits.float().view(-1, 3), tags.view(-1))


def train(net: TaggerNet, articles: Sequence[Article], pieces: WordPieces, epochs: int, checkpoint: Path) -> None:
    """Train all layers but the embeddings."""
    torch.manual_seed(SEED)
    layers = [value for value in net.encoder.parameters() if value.requires_grad]
    groups = [
        {"params": layers, "lr": LEARNING_RATE, "weight_decay": 0.01},
        {"params": net.head.parameters(), "lr": HEAD_LEARNING_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    plans = [list(_batches(articles, pieces, np.random.default_rng([SEED, epoch]))) for epoch in range(epochs)]
    steps = sum(map(len, plans))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / max(1, steps // 10), max(0.02, (steps - step) / (0.9 * steps)))
    )
    parts = {"net": net, "optimizer": optimizer, "schedule": schedule}
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {"epochs": 0}
    for name, part in parts.items() if state["epochs"] else ():
        part.load_state_dict(state[name])
    net.train()
    for epoch in range(state["epochs"], epochs):
        started, losses = time.monotonic(), []
        for batch in plans[epoch]:
            loss = loss_of(net, batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 25 == 0:
                done = f"epoch {epoch + 1}, {len(losses)} of {len(plans[epoch])}"
                click.echo(f"{done}: loss {np.mean(losses[-25:]):.4f}, {time.monotonic() - started:.0f} s", err=True)
        torch.save({"epochs": epoch + 1, **{name: part.state_dict() for name, part in parts.items()}}, checkpoint)
    net.eval()


def _batches(articles: Sequence[Article], pieces: WordPieces, rng: np.random.Generator) -> Iterator[list[Example]]:
    """Yield batches of about `BATCH_PIECES`: shuffled, with windows of like length together."""
    rows = [
        example
        for article in articles
        for example in examples(article, pieces, int(MAX_PIECES * rng.uniform(SMALLEST_WINDOW, 1)))
    ]
    together = 4 * _SORTED_TOGETHER
    order = rng.permutation(len(rows)).tolist()
    groups = [order[start : start + together] for start in range(0, len(order), together)]
    batches: list[list[Example]] = [[]]
    for i in (i for group in groups for i in sorted(group, key=lambda i: len(rows[i].window.pieces))):
        if (len(batches[-1]) + 1) * len(rows[i].window.pieces) > BATCH_PIECES:
            batches.append([])
        batches[-1].append(rows[i])
    yield from (batches[number] for number in rng.permutation(len(batches)) if batches[number])


@click.command(help=__doc__)
@click.option("--base", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, help="For the checkpoint.")
@click.option("--gold", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--half", type=click.Choice(["x", "y"]), help="Train on a half of the training part alone.")
@click.option("--epochs", default=4, show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS_FOLDER)
def main(base: Path, work: Path, gold: Path, half: str | None, epochs: int, out: Path) -> None:
    torch.set_num_threads(2)
    vocabulary = (base / "vocab.txt").read_text(encoding="utf-8").splitlines()
    rows = read_articles(gold, half)
    whole = WordPieces(vocabulary)
    used = {number for row in rows for number in split_text(row["text"], whole).pieces}
    marks = {vocabulary.index(mark) for mark in (*SPECIAL, GAP)}
    ascii_pieces = {i for i, piece in enumerate(vocabulary) if piece.isascii() and not piece.startswith("[unused")}
    kept = sorted(used | marks | ascii_pieces)
    pieces = WordPieces([vocabulary[number] for number in kept])
    articles = [encode(row, pieces) for row in rows]
    click.echo(f"{len(articles)} articles, {len(kept)} pieces", err=True)
    work.mkdir(parents=True, exist_ok=True)
    net = TaggerNet(base, kept)
    train(net, articles, pieces, epochs, work / "tagger.checkpoint.pt")
    out.mkdir(parents=True, exist_ok=True)
    windows = [window for article in articles for window in windows_of(article.text, pieces)]
    texts = [{"pieces": np.array([window.pieces])} for window in windows[:: len(windows) // N_SMOOTHED]]
    written = export(OneWindow(net), net.pieces.weight.detach().numpy(), texts, out / LANGUAGE)
    write_description({"pieces": list(pieces.numbers)}, FORMAT, LANGUAGE, written)
    card = render(
        MODEL_CARD,
        language=LANGUAGE,
        size=sum(path.stat().st_size for path in written),
        pieces=len(kept),
        articles=len(articles),
        layers=N_LAYERS,
        max_pieces=MAX_PIECES,
        epochs=epochs,
        rate=LEARNING_RATE,
        seed=SEED,
    )
    tables.write_text(out / "MODEL_CARD.md", card)


if __name__ == "__main__":
    main()
