"""Projects made at random whose fields hold the text that a licence withholds, and how much of it can be rebuilt."""

import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from pipeline.core import paths
from pipeline.core.publish_config import load_publish_config, measure
from pipeline.core.schema.data_tables import QUOTES, SPEAKERS
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import plan_withholding
from pipeline.core.targets import stance_labels
from pipeline.positions.quote_stances import read_quote_stances
from pipeline.positions.run import render_report, write_position_tables
from pipeline.positions.shares import combine
from pipeline.publish.run import run as publish
from pipeline.report.run import run as report
from tests.worlds.project import Story, change_config, copy_configs, write_tables
from tests.worlds.rows import LABELS, ROOT, TARGETS, Row, article, labelled_quote, row, stances, write_json_lines

# So many letters and digits in a row that two texts have in common are no coincidence.
RUN = 12
JOINTS = (" ", " ", " ", "-", "—", "\u200b", "\u00ad", "_", "", "'", ".")
LATIN = "abcdefghijklmnopqrstuvwxyz"
SCRIPTS = (LATIN, LATIN, "ابتثجحخدذرزسش", "漢字仮名交文書新聞記事", "กขคงจฉชซญ")
SHARED = ("Ada Wrede", "Bo Lind", "Kestria")


def write_hostile(root: Path, seed: int) -> Random:
    """Write a project in which every field may hold a piece of its article."""
    random = Random(seed)
    copy_configs(root, "publish.yaml", "targets.yaml", "left_out.csv", "languages/en.yaml")
    change_config(
        root / "configs/publish.yaml",
        excerpt_words=random.choice([0, 3, 15, 40]),
        excerpt_share=random.choice([0.0, 0.05, 0.1, 0.3]),
        leave_out=["out/*"],
    )
    stories = [_story(random, n) for n in range(random.randint(1, 3))]
    quotes = write_tables(root, stories)
    texts = {story.article["article_id"]: story.article["text"] for story in stories}
    by_id = {quote["speaker_id"]: quote for quote in quotes if quote["speaker_id"]}
    speakers = [_speaker(random, quote, texts[quote["article_id"]]) for _, quote in sorted(by_id.items())]
    tables.write(SPEAKERS, speakers, root / paths.SPEAKERS)
    _write_annotations(root, random, stories)
    for made in ("reports/scores.json", "reports/figures/labels.svg"):
        (root / made).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / made, root / made)
    return random


def _story(random: Random, n: int) -> Story:
    letters, joint = random.choice(SCRIPTS), random.choice(JOINTS)
    count = random.choice([3, 12, 60, 250])
    words = ["".join(random.choices(letters, k=random.randint(1, 11))).capitalize() for _ in range(count)]
    text = "".join(word + random.choice([". ", "\n\n", *[joint] * 13]) for word in words)
    hidden, line = "\u200b".join(text[:300]), text.split("\n")[0]
    title = random.choice([None, text, text[:9000], text.upper(), text[5:200], hidden, line])
    folder = random.choice(["mine", "mine", "sample", "out"]) if n else "mine"
    slug = re.sub(r"\W+", "-", _piece(random, text) or "")
    made = article(
        text, title=title, author=_piece(random, text), source=_piece(random, text), url=random.choice([None, f"https://paper.example/{slug}"]),
        raw_path=f"{folder}/{n}{(_piece(random, text) or '').replace('/', '')}.txt", date_given=_piece(random, text),
        published_at=random.choice([None, "2024-05-01", "2024-06-01"]),
    )  # fmt: skip
    pairs = {}
    for _ in range(random.choice([0, 1, 3, 8]) if n else 2):
        found = _quote(random, made)
        by_hand = {"corrected_by": _piece(random, text)} if random.random() < 0.5 else {}
        pairs[found["quote_id"]] = (found, [of | by_hand for of in stances(found, random.choice(LABELS))])
    return Story(made, list(pairs.values()))


def _piece(random: Random, text: str) -> str | None:
    """Return nothing, a name that is in no text, or a piece of the text, perhaps written in another way."""
    start = random.randrange(len(text))
    piece = text[start : start + random.choice([4, 11, 20, 150, 400, 5000])]
    spelt = [piece, piece, piece.upper(), " ".join(piece), piece.replace(" ", "-"), f"{piece[::-1]} {piece}"]
    return random.choice([None, random.choice(SHARED), *random.choices(spelt, k=2)]) or None


def _span(random: Random, text: str) -> tuple[int, int]:
    start = random.randrange(len(text))
    return start, min(len(text), start + random.choice([1, 5, 40, 400]))


def _quote(random: Random, of: Row) -> Row:
    text = of["text"]
    spans = sorted(_span(random, text) for _ in range(random.choice([1, 1, 2])))
    if len(spans) == 2 and spans[0][1] > spans[1][0]:
        spans = spans[:1]
    speaker, side = _piece(random, text), _piece(random, text)
    quote_id, by = f"{of['article_id']}-{spans[0][0]}", _piece(random, text)
    values: Row = {"quote_id": quote_id, "article_id": of["article_id"], "type": "direct", "group_id": quote_id}
    values |= {"content": " ".join(text[a:b] for a, b in spans), "parts": [{"start": a, "end": b} for a, b in spans]}
    values |= {"context_start": spans[0][0], "context_end": spans[-1][1], "speaker": speaker, "corrected_by": by}
    values |= {"speaker_id": speaker and f"person:{speaker.lower().replace(' ', '-')}", "certainty": 1.0}
    values |= {"side": side, "side_certainty": 1.0, "side_evidence": _piece(random, text)}
    for name in ("cue", "source"):
        a, b = _span(random, text)
        values |= {name: text[a:b], f"{name}_start": a, f"{name}_end": b}
    return row(QUOTES, **values)


def _speaker(random: Random, quote: Row, text: str) -> Row:
    values = {name: _piece(random, text) for name in ("affiliation", "side", "side_evidence", "role")}
    lists = {name: sorted(filter(None, (_piece(random, text) for _ in range(3)))) for name in ("aliases", "members")}
    known = {"speaker_id": quote["speaker_id"], "name": quote["speaker"], "kind": "person", "n_quotes": 1}
    return row(SPEAKERS, **known, **values, **lists)


def _write_annotations(root: Path, random: Random, stories: Iterable[Story]) -> None:
    marked, labelled = {}, {}
    for story in stories:
        text, article_id = story.article["text"], story.article["article_id"]
        for n in range(random.choice([0, 2, 5])):
            a, b = _span(random, text)
            span = {"start": a, "end": b, "text": text[a:b]}
            quote_id = f"{article_id}-{a}"
            marked[quote_id] = {
                "quote_id": random.choice([quote_id, quote_id, f"{quote_id} {text[:400]}"]), "article_id": article_id,
                "raw_path": story.article["raw_path"], "content": [span], "cue": None, "source": None,
                "speaker": _piece(random, text), "type": "direct", "annotator": _piece(random, text) or "A1",
            }  # fmt: skip
            a, b = _span(random, text)
            context = random.choice([text[a:b], text[a:b], f"{text[a : a + 300]}!", f"{text[:3000]} x"])
            at = f"{article_id}-{a}"
            own = random.choice([quote_id, at, f"own-{article_id}-{n}", f"{at}-{text[:99]}"])
            names = {name: _piece(random, text) or "x" for name in ("topic", "annotator")}
            labels = dict.fromkeys(TARGETS, "against")
            fields = {**names, "source": _piece(random, text), "speaker": _piece(random, text), "context": context}
            fields = {name: value if value is None or value.strip() else "x" for name, value in fields.items()}
            words = text[a:b].strip() or "x"
            labelled[own] = labelled_quote(own, words, _piece(random, text) or "g", labels, cue=None, **fields)
    write_json_lines(root / paths.ANNOTATIONS / "quotes.jsonl", _named(marked.values(), "quote_id"))
    write_json_lines(root / paths.ANNOTATIONS / "stance.jsonl", [r for r in labelled.values() if r["group"].strip()])


def _named(rows: Iterable[Row], key: str) -> list[Row]:
    return list({each[key]: each for each in rows}.values())


def build(root: Path) -> None:
    """Write what is for others: the dataset, both pages, and the report on positions."""
    withholding = plan_withholding(root, load_publish_config(root / paths.CONFIGS))
    readings = read_quote_stances(root, TARGETS, withholding)
    right = 50.0 * np.array([[gold == label for label in stance_labels(TARGETS)] for gold in LABELS])
    rates = dict.fromkeys(TARGETS, combine(LABELS, stance_labels(TARGETS), right, []))
    write_position_tables(root, TARGETS, readings, rates)
    publish(root)
    report(root)
    tables.write_text(root / "reports/positions.md", render_report(root, withholding, TARGETS, readings, rates))


def published_texts(root: Path) -> set[str]:
    """Return every string that is for others: of the Parquet files, and of the texts and pages."""
    found: set[str] = set()
    for path in sorted((root / paths.PUBLISHED).rglob("*.parquet")):
        found.update(_strings(pq.read_table(path).to_pylist()))
        found.update(_strings(json.loads(json.dumps(pq.read_metadata(path).to_dict(), default=str))))
    page = (root / paths.PUBLIC_PAGE).read_text(encoding="utf-8")
    for data in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL):
        found.update(_strings(json.loads(data)))
    # The scripts and styles are those of the program in every page.
    page = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    texts = [page, *(path.read_text(encoding="utf-8") for path in sorted((root / paths.PUBLISHED).glob("*.md")))]
    texts.append((root / "reports/positions.md").read_text(encoding="utf-8"))
    found.update(line for text in texts for line in text.splitlines())
    return found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


@cache
def letters(text: str) -> str:
    """Return letters and digits alone, however a text is spaced, joined and capitalised."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def count_rebuilt(text: str, published: Iterable[str]) -> int:
    """Return how many letters of a text can be rebuilt from published ones: the union of all common runs by offset."""
    whole, known = letters(text), set()
    runs = {whole[start : start + RUN] for start in range(len(whole) - RUN + 1)}
    for each in published:
        part, start = letters(each), 0
        while start <= len(part) - RUN:
            if part[start : start + RUN] not in runs:
                start += 1
                continue
            place = whole.find(part[start : start + RUN])
            length = RUN
            while start + length < len(part) and part[start : start + length + 1] == whole[place : place + length + 1]:
                length += 1
            known.update(range(place, place + length))
            start += length
    return len(known)


def excesses(root: Path) -> list[str]:
    """Return each withheld article of which more can be rebuilt than the excerpt limit."""
    config, published = load_publish_config(root / paths.CONFIGS), sorted(published_texts(root))
    told = []
    for of in tables.iterate_rows(root / paths.ARTICLES):
        if config.allows_text(config.licence_of(of)) and not config.leaves_out(of):
            continue
        share = 0 if config.leaves_out(of) else config.excerpt_share
        limit, rebuilt = measure(of["text"]).share(share).characters, count_rebuilt(of["text"], published)
        if rebuilt > limit:
            told.append(f"{of['article_id']}: {rebuilt} of {len(letters(of['text']))} letters, limit {limit}")
    return told
