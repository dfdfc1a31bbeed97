"""A project of a few invented articles, as the stages before `publish` would leave it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import yaml

from pipeline.core import paths
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES, SPEAKERS
from pipeline.core.schema.stance_tables import stances
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_labels
from pipeline.core.text import article_id, enclosing_span, join_parts, paragraphs

ROOT = Path(__file__).parent.parent.parent
TARGETS = load_targets(ROOT / "configs")
LABELS = shared_labels(TARGETS)
DEFAULTS = {pa.string(): "x", pa.int32(): 0, pa.int64(): 0, pa.float32(): 0.5, pa.bool_(): False}
TALE = (
    "No halt, says the harbour of {place}\n\n"
    "“We will sign no truce {n} while a single one of their boats lies in the channel off {place} and its {n} nets "
    "stay cut, and we shall say so to anybody who asks,” said {name}, who has fished there for {n} years.\n\n"
    "The mayor of {place} counted {n} empty berths and told the council that the ice house would close.\n\n{own}"
)
WORDS = ("boat", "net", "quay", "cod", "gull", "rope", "tide", "ice", "berth", "crate", "lamp", "oar", "sail", "wind")
SHARES = {"train": 3, "validation": 1, "test": 1}
PLACES = ("Port Amsel", "Little Corrin", "Harrow Ford", "Minska Dol", "Brestik", "Zelen", "Kolm", "Belhaven")


def row(table: Table, **values: Any) -> dict[str, Any]:
    """A row in which each column that is not given is null, or something of its type."""
    filled = {c.name: None if c.nullable else DEFAULTS.get(c.type, []) for c in table.columns}
    return {**filled, **values}


def article(n: int, path: str = "sample/a.jsonl", text: str | None = None) -> dict[str, Any]:
    """An article that shares hardly five words in a row with the others."""
    own = " ".join(Random(n).choices(WORDS, k=150))
    words = text or TALE.format(place=f"{PLACES[n % 8]} {n}", n=n * 7 + 3, name=f"Ada Wrede{n}", own=own)
    url = f"https://harbour.example/{n}"
    title = words.split("\n")[0]
    return row(ARTICLES, article_id=article_id(words), source="Harbour Post", url=url, title=title, text=words) | {
        "language": "en",
        "raw_path": path,
    }


def quote(of: dict[str, Any], group: str | None = None) -> dict[str, Any]:
    """The quote of an article of `article`, in two parts."""
    text = of["text"]
    start, end = text.index("“"), text.index("”") + 1
    middle = text.index(" while")
    parts = [(start, middle), (middle + 1, end)]
    name = text[text.index("Ada") : text.index(", who")]
    about = enclosing_span(paragraphs(text), start, end)
    values: dict[str, Any] = {"quote_id": f"{of['article_id']}-{start}", "article_id": of["article_id"]}
    values |= {"type": "direct", "content": join_parts(text, parts), "speaker_id": f"person:{name}", "speaker": name}
    values["parts"] = [{"start": a, "end": b} for a, b in parts]
    for column, words in (("cue", "said"), ("source", name)):
        at = text.index(words, end)
        values |= {column: words, f"{column}_start": at, f"{column}_end": at + len(words)}
    values |= {"context_start": about[0], "context_end": about[1], "group_id": group or values["quote_id"]}
    return row(QUOTES, **values)


def opinions(quotes: list[dict[str, Any]], label: str = "against") -> list[dict[str, Any]]:
    """A stance of each quote toward each target."""
    chances = {f"p_{name}": 1.0 if name == label else 0.0 for name in LABELS}
    return [
        row(stances(LABELS), quote_id=q["quote_id"], target=target, label=label, **chances)
        for q in quotes
        for target in TARGETS
    ]


def gold(of: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The quote of an article as an annotator writes it."""
    text = of["text"]
    spans = [{**part, "text": text[part["start"] : part["end"]]} for part in found["parts"]]
    kept = {name: found[name] for name in ("quote_id", "article_id", "speaker", "type")}
    for name in ("cue", "source"):
        start, end = found[f"{name}_start"], found[f"{name}_end"]
        kept[name] = {"start": start, "end": end, "text": text[start:end]}
    return {**kept, "raw_path": of["raw_path"], "content": spans, "annotator": "A1"}


def stance(key: str, text: str, context: str, group: str) -> dict[str, Any]:
    """A labelled quote."""
    labels = dict.fromkeys(TARGETS, "against")
    about = {"cue": "said", "source": None, "speaker": None, "context": context, "group": group, "topic": "fishing"}
    return {"id": key, "text": text, **about, "annotator": "S1", "labels": labels, "unsure": True}


def lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSONL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


def project(root: Path, articles: list[dict[str, Any]], label: str = "against", **config: Any) -> Path:
    """Write configs, tables, annotations and metrics; `config` goes into `publish.yaml`."""
    for name in ("publish.yaml", "targets.yaml", "ingest.yaml"):
        (root / "configs").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "configs" / name, root / "configs" / name)
    path = root / "configs/publish.yaml"
    values = {**yaml.safe_load(path.read_text(encoding="utf-8")), **config}
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    quotes = [quote(a) for a in articles]
    tables.write(ARTICLES, articles, root / paths.ARTICLES)
    tables.write(QUOTES, quotes, root / paths.QUOTES)
    names = sorted({q["speaker"] for q in quotes})
    people = [row(SPEAKERS, speaker_id=f"person:{n}", name=n, kind="person", n_quotes=1) for n in names]
    tables.write(SPEAKERS, people, root / paths.SPEAKERS)
    tables.write(stances(LABELS), opinions(quotes, label), root / paths.STANCES)
    (root / "reports").mkdir(exist_ok=True)
    shutil.copy(ROOT / "reports/metrics.json", root / "reports/metrics.json")
    folder = root / paths.ANNOTATIONS
    pairs = list(zip(articles, quotes, strict=True))
    lines(folder / "quotes.jsonl", [gold(a, q) for a, q in pairs])
    first, found = pairs[0]
    context = first["text"][found["context_start"] : found["context_end"]]
    own = [stance(found["quote_id"], found["content"], context, "fishers")]
    own += [stance(f"T-{n}", f"We sign {n} truces.", f"“We sign {n} truces.”", f"scene {n}") for n in range(20)]
    lines(folder / "stance.jsonl", own)
    twice = {"id": "T-1", "group": "scene 1", "first": {"ceasefire": "favor"}, "second": {"ceasefire": "against"}}
    lines(folder / "agreement/stance.jsonl", [twice])
    return root


def some(n: int = 24) -> list[dict[str, Any]]:
    """Articles of the sample, and every third from elsewhere."""
    made = [article(i, "mine/b.jsonl" if i % 3 == 0 else "sample/a.jsonl") for i in range(n)]
    return sorted(made, key=lambda a: a["article_id"])
