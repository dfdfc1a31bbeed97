"""Train the network that points from a quote to its speaker's name, and write its weights.

    pip install --no-deps --require-hashes -r requirements-train.txt
    python -m training.reader.train_pointer --base FOLDER --work FOLDER --gold open_gold.jsonl

Trained on the training part of the open gold (`benchmarks.join_gold` writes it; `--half x` takes a half, so that the
other may choose settings and certainties) and on the project's annotated articles, which `dvc repro` has ingested. A
run that was stopped goes on after its last epoch.
"""

from __future__ import annotations

import json
import re
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
from pipeline.core.text import Span
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.reader.network_file import write_description
from pipeline.reader.speaker_pointer import (
    FORMAT,
    MAX_AFTER,
    MAX_PIECES,
    WEIGHTS_FOLDER,
    Window,
    split_text,
    window,
)
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces
from training.dropout import replace_dropout
from training.encoder.export import export

LANGUAGE = "en"
# Windows by which the smoothing of the eight-bit products is chosen.
N_SMOOTHED = 60
MODEL_CARD = Path(__file__).parent / "pointer_card.md.j2"
EPOCHS, LEARNING_RATE, HEAD_LEARNING_RATE, BATCH, SEED = 2, 4e-5, 8e-4, 7, 1
# Batches among which windows are sorted by length, so that little is padded.
_SORTED_TOGETHER = 30
_IMPOSSIBLE = -1e4


class Example(NamedTuple):
    """A window, and the pieces at which the speaker's name begins and ends there; the first piece for nobody."""

    window: Window
    first: list[int]
    last: list[int]


class PointerNet(nn.Module):
    """MPNet with a linear layer that gives each piece two logits: the speaker's name begins, or ends, here.

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
        embeddings = self.encoder.embeddings
        self.pieces = nn.Embedding.from_pretrained(embeddings.word_embeddings.weight.detach()[list(pieces)])
        del embeddings.word_embeddings
        self.head = nn.Linear(self.encoder.config.hidden_size, 2)
        self.encoder.embeddings.requires_grad_(False)
        replace_dropout(self.encoder, 0.1, SEED)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return log probabilities, shape (n, length, 2)."""
        states = self.encoder(inputs_embeds=self.pieces(pieces), attention_mask=mask).last_hidden_state.float()
        return torch.log_softmax(self.head(states).masked_fill(mask[:, :, None] == 0, _IMPOSSIBLE), 1)


class OneWindow(nn.Module):
    """The network for one window without padding."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, embedded: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (1, length, n_outputs)."""
        return self.net.head(self.net.encoder(inputs_embeds=embedded).last_hidden_state)


def read_articles(gold: Path, half: str | None) -> list[dict[str, Any]]:
    """Return the articles of the open gold's training part, or of a half of it, and those of the project."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    articles = [row for row in rows if row["use"] == "train" and (half is None or is_in_half(row, half))]
    texts = {r["article_id"]: r["text"] for r in tables.iterate_rows(ROOT / paths.ARTICLES, ["article_id", "text"])}
    own: dict[str, dict[str, Any]] = {}
    for quote in read_gold_quotes(ROOT / paths.ANNOTATIONS / "quotes.jsonl"):
        article = own.setdefault(quote.article_id, {"text": texts[quote.article_id], "quotes": []})
        spans = {"content": quote.content, "source": [quote.source] if quote.source else []}
        article["quotes"].append({**spans, "speaker": quote.speaker, "optional": False})
    return articles + list(own.values())


def examples(articles: Sequence[dict[str, Any]], pieces: WordPieces) -> Iterator[Example]:
    """Yield an example for each quote that has nobody as its speaker, or whose speaker's name is in the window."""
    for article in articles:
        text = article["text"]
        whole = split_text(text, pieces)
        for quote in article["quotes"]:
            if quote["optional"]:
                continue
            part = window(whole, sorted(tuple(span) for span in quote["content"]), pieces)
            names = _mentions(text, quote) if quote["speaker"] else []
            places = [place for span in names if (place := _pieces_of(span, part)) is not None]
            if places or not quote["speaker"]:
                yield Example(part, [place[0] for place in places] or [0], [place[1] for place in places] or [0])


def _mentions(text: str, quote: dict[str, Any]) -> list[Span]:
    """Return where a speaker's name is: its occurrences, else those of the last word, else the source mention."""
    name = quote["speaker"]
    for words in (name, name.split()[-1]):
        if spans := [match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]:
            return spans
    return [tuple(span) for span in quote["source"][:1]]


def _pieces_of(span: Span, part: Window) -> Span | None:
    """Return the first and last piece of a span; None if it is not wholly in the window."""
    inside = [i for i, word in enumerate(part.spans) if word and word[0] < span[1] and word[1] > span[0]]
    words = [part.spans[i] for i in inside]
    is_whole = bool(words) and words[0][0] <= span[0] and words[-1][1] >= span[1]
    return (inside[0], inside[-1]) if is_whole else None


def padded(windows: Sequence[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return numbers of pieces and the mask of those that count, shapes (n, length)."""
    length = max(len(part.pieces) for part in windows)
    pieces, mask = (torch.zeros(len(windows), length, dtype=torch.long) for _ in range(2))
    for row, part in enumerate(windows):
        pieces[row, : len(part.pieces)], mask[row, : len(part.pieces)] = torch.tensor(part.pieces), 1
    return pieces, mask


def train(net: PointerNet, rows: Sequence[Example], checkpoint: Path) -> None:
    """Train all layers but the embeddings so that the names of the speaker have the most probability together."""
    torch.manual_seed(SEED)
    layers = [value for value in net.encoder.parameters() if value.requires_grad]
    groups = [
        {"params": layers, "lr": LEARNING_RATE, "weight_decay": 0.01},
        {"params": net.head.parameters(), "lr": HEAD_LEARNING_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    per_epoch = -(-len(rows) // BATCH)
    steps = per_epoch * EPOCHS
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / max(1, steps // 10), max(0.02, (steps - step) / (0.9 * steps)))
    )
    parts = {"net": net, "optimizer": optimizer, "schedule": schedule}
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {"epochs": 0}
    for name, part in parts.items() if state["epochs"] else ():
        part.load_state_dict(state[name])
    net.train()
    for epoch in range(state["epochs"], EPOCHS):
        started, losses = time.monotonic(), []
        for batch in _batches(rows, np.random.default_rng([SEED, epoch])):
            with torch.autocast("cpu", torch.bfloat16):
                shares = net(*padded([rows[i].window for i in batch]))
            names = torch.full_like(shares, _IMPOSSIBLE)
            for row, i in enumerate(batch):
                names[row, rows[i].first, 0] = 0
                names[row, rows[i].last, 1] = 0
            loss = -torch.logsumexp(shares + names, 1).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(layers, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 25 == 0:
                seconds = time.monotonic() - started
                mean = float(np.mean(losses[-25:]))
                click.echo(
                    f"epoch {epoch + 1}, {len(losses)} of {per_epoch}: loss {mean:.3f}, {seconds:.0f} s", err=True
                )
        torch.save({"epochs": epoch + 1, **{name: part.state_dict() for name, part in parts.items()}}, checkpoint)
    net.eval()


def _batches(rows: Sequence[Example], rng: np.random.Generator) -> Iterator[list[int]]:
    order, together = rng.permutation(len(rows)).tolist(), BATCH * _SORTED_TOGETHER
    groups = [order[start : start + together] for start in range(0, len(order), together)]
    order = [i for group in groups for i in sorted(group, key=lambda i: len(rows[i].window.pieces))]
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    yield from (batches[number] for number in rng.permutation(len(batches)))


@click.command(help=__doc__)
@click.option("--base", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), required=True, help="For the checkpoint.")
@click.option("--gold", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--half", type=click.Choice(["x", "y"]), help="Train on a half of the training part alone.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS_FOLDER)
def main(base: Path, work: Path, gold: Path, half: str | None, out: Path) -> None:
    torch.set_num_threads(2)
    vocabulary = (base / "vocab.txt").read_text(encoding="utf-8").splitlines()
    rows = list(examples(read_articles(gold, half), WordPieces(vocabulary)))
    used = {number for row in rows for number in row.window.pieces}
    marks = {vocabulary.index(mark) for mark in (*SPECIAL, GAP)}
    ascii_pieces = {i for i, piece in enumerate(vocabulary) if piece.isascii() and not piece.startswith("[unused")}
    kept = sorted(used | marks | ascii_pieces)
    place = {number: i for i, number in enumerate(kept)}
    rows = [
        row._replace(window=row.window._replace(pieces=[place[number] for number in row.window.pieces])) for row in rows
    ]
    click.echo(f"{len(rows)} quotes, {len(kept)} pieces", err=True)
    work.mkdir(parents=True, exist_ok=True)
    net = PointerNet(base, kept)
    train(net, rows, work / "pointer.checkpoint.pt")
    out.mkdir(parents=True, exist_ok=True)
    texts = [{"pieces": np.array([row.window.pieces])} for row in rows[:: len(rows) // N_SMOOTHED]]
    written = export(OneWindow(net), net.pieces.weight.detach().numpy(), texts, out / LANGUAGE)
    write_description({"pieces": [vocabulary[number] for number in kept]}, FORMAT, LANGUAGE, written)
    card = render(
        MODEL_CARD,
        language=LANGUAGE,
        size=sum(path.stat().st_size for path in written),
        pieces=len(kept),
        quotes=len(rows),
        after=MAX_AFTER,
        max_pieces=MAX_PIECES,
        epochs=EPOCHS,
        rate=LEARNING_RATE,
        seed=SEED,
    )
    tables.write_text(out / "MODEL_CARD.md", card)


if __name__ == "__main__":
    main()
