"""A small invented project, built by hand: what the page is written from."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from pipeline.core import paths
from pipeline.core.schema import data_tables, stance_tables
from pipeline.core.storage import tables
from pipeline.core.text import article_id, paragraphs
from pipeline.report import run

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
TARGETS = ["ceasefire", "territorial_concession"]
# Every text may be passed on.
FREE = {"licenses": [{"license": "cc0-1.0"}], "redistributable": ["cc0-1.0"]}
RLO = "\u202e"
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
KORVATH = "Ilse Korvath"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="white"/></svg>'


def article(
    title: str, body: str, source: str | None, day: str | None, url: str | None = None, path: str = "text"
) -> dict:
    text = f"{title}\n\n{body}"
    row = {"article_id": article_id(text), "source": source, "url": url, "title": title, "author": None}
    return row | {"published_at": day, "language": "en", "text": text, "raw_path": f"own/{path}.txt"}


def quote(
    of: dict, *parts: str, cue: str, source: str, speaker: str | None, kind: str = "direct", group: str = ""
) -> dict:
    """A quote of an article by the words of its parts, cue and source, each found where it first stands."""
    text = of["text"]
    spans = [(text.index(part), text.index(part) + len(part)) for part in parts]
    block = next(p for p in paragraphs(text) if p[0] <= spans[0][0] < p[1])
    cue_at, source_at = (text.index(word, block[0]) for word in (cue, source))
    quote_id = f"{of['article_id']}-{spans[0][0]}"
    return {
        "quote_id": quote_id,
        "article_id": of["article_id"],
        "type": kind,
        "content": " ".join(parts),
        "parts": [{"start": start, "end": end} for start, end in spans],
        "cue": cue,
        "cue_start": cue_at,
        "cue_end": cue_at + len(cue),
        "source": source,
        "source_start": source_at,
        "source_end": source_at + len(source),
        "rule": "by hand",
        "confidence": 0.9,
        "context_start": block[0],
        "context_end": block[1],
        "speaker_id": speaker and "person:" + speaker.lower().replace(" ", "-"),
        "speaker": speaker,
        "resolved_by": "by hand",
        "certainty": 1.0,
        "group_id": group or quote_id,
    }


def stances(of: dict, ceasefire: str, concession: str, sure: float = 0.9, abstained: bool = False) -> list[dict]:
    rows = []
    for target, label in zip(TARGETS, (ceasefire, concession), strict=True):
        rest = {f"p_{name}": (1 - sure) / 4 for name in LABELS} | {f"p_{label}": sure}
        rows.append(
            {"quote_id": of["quote_id"], "target": target, "label": label, "abstained": abstained, "model": "m"} | rest
        )
    return rows


def world() -> tuple[list[dict], list[tuple[dict, list[dict]]]]:
    """Articles, and quotes with their stances."""
    words = "“We will sign the truce on Friday,”"
    doves = "🕊️ doves would not buy one inch 🕊️ of the Basin"
    cry = f"“Cease {HOSTILE} {RLO}fire,”"
    body = f"Rain fell. {words} Ilse Korvath said in Tolvar. Nobody cheered."
    first = article("Kestria ready to sign", body, "Northwire", "2024-03-01", "https://northwire.example/1")
    body = f"{words} Ilse Korvath said, Northwire reports."
    copy = article("Truce nearer", body, "Daily Ledger", "2024-03-02T08:00:00Z")
    third = article("No inch", f"Anton Gavrel told the Citadel that {doves}.", "Northwire", "2025-01-20")
    bad = article(HOSTILE, f"{cry} Vuk said.", "<b>Harbour</b> Post", "2024-06-01", "javascript:window.hacked=3")
    bare = article("A note", "A baker said that the guns had stopped.", None, None)
    silent = article("Weather", "It rained on the Anse.", "Northwire", "2024-04-01")
    ferries = [f"“Ferry number {n} waits,”" for n in range(30)]
    body = "\n\n".join(f"{ferry} said Mattias Lunde." for ferry in ferries)
    long = article("Thirty ferries", body, "Amsel Gazette", "2023-11-11", path="ferries")
    gavrel = quote(third, doves, cue="told", source="Anton Gavrel", speaker="Anton Gavrel", kind="indirect")
    baker = quote(bare, "the guns had stopped", cue="said", source="A baker", speaker=None, kind="indirect")
    quotes = [
        (quote(first, words, cue="said", source=KORVATH, speaker=KORVATH, group="g1"), ("favor", "unrelated", 0.93)),
        (quote(copy, words, cue="said", source=KORVATH, speaker=KORVATH, group="g1"), ("favor", "unrelated", 0.93)),
        (gavrel, ("neutral", "against", 0.7)),
        (quote(bad, cry, cue="said", source="Vuk", speaker="Vuk"), ("favor", "conditional", 0.85)),
        (baker, ("neutral", "unrelated", 0.4, True)),
    ]
    for ferry in ferries:
        waits = quote(long, ferry, cue="said", source="Mattias Lunde", speaker="Mattias Lunde")
        quotes.append((waits, ("unrelated", "unrelated", 0.99)))
    articles = sorted([first, copy, third, bad, bare, silent, long], key=lambda row: row["article_id"])
    order = {row["article_id"]: at for at, row in enumerate(articles)}
    rows = sorted(quotes, key=lambda pair: (order[pair[0]["article_id"]], pair[0]["parts"][0]["start"]))
    return articles, [(row, stances(row, *opinion)) for row, opinion in rows]


def metrics(articles: list[dict], quotes: list[dict]) -> dict:
    """What `reports/metrics.json` must have for the page; the scores are made up."""
    score = {"f1": 0.5, "low": 0.4, "high": 0.6}
    found = dict.fromkeys(("content_match", "content_exact", "speaker"), score)
    value = {"value": 0.61, "low": 0.52, "high": 0.73}
    stance = {"on": {"quotes": 77}, "model": {"f1_favor_against": value, "accuracy": value}}
    counts = {
        "articles": len(articles),
        "rejects": {"empty": 1},
        "quotes": {"direct": len(quotes)},
        "quotes_with_speaker": 1,
    }
    counts |= {
        "speakers": {"person": 4},
        "stances": {t: {"favor": 3} for t in TARGETS},
        "abstained": dict.fromkeys(TARGETS, 1),
    }
    return {
        "counts": counts,
        "extraction": {"on": {"articles": 5, "quotes": 44}, **found},
        "stance": dict.fromkeys(TARGETS, stance),
    }


def project(root: Path, sample: bool = False, **settings: object) -> Path:
    """Write tables, configs and reports of the world below `root`; `settings` go to `configs/publish.yaml`."""
    articles, rows = world()
    for row in articles if sample else ():
        row["raw_path"] = "sample/" + row["raw_path"]
    quotes = [row for row, _ in rows]
    names = {row["speaker_id"]: row["speaker"] for row in quotes if row["speaker"]}
    person = {"kind": "person", "qid": None, "country": None, "role": None, "members": [], "aliases": [], "n_quotes": 1}
    tables.write(data_tables.ARTICLES, articles, root / paths.ARTICLES)
    tables.write(data_tables.QUOTES, quotes, root / paths.QUOTES)
    tables.write(
        data_tables.SPEAKERS, [person | {"speaker_id": i, "name": n} for i, n in names.items()], root / paths.SPEAKERS
    )
    tables.write(stance_tables.stances(tuple(LABELS)), [s for _, own in rows for s in own], root / paths.STANCES)
    tables.write_text(root / "reports/metrics.json", json.dumps(metrics(articles, quotes)))
    tables.write_text(root / "reports/figures/calibration.svg", SVG)
    tables.write_text(root / "configs/publish.yaml", yaml.safe_dump({"name": "Invented & Sons", **FREE, **settings}))
    targets = {target: {"question": "Does it?", "labels": LABELS, "relevance_terms": ["truce"]} for target in TARGETS}
    tables.write_text(root / "configs/targets.yaml", yaml.safe_dump({"targets": targets}, sort_keys=False))
    return root


def built(root: Path, **settings: object) -> str:
    """The page of the world."""
    run.run(project(root, **settings))  # type: ignore[arg-type]
    return (root / "reports/index.html").read_text(encoding="utf-8")


def id_of(title: str) -> str:
    """Id of the article of that title."""
    return next(row["article_id"] for row in world()[0] if row["title"] == title)
