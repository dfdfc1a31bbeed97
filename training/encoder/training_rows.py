"""What the encoder is trained on (own quotes, contrasts, real statements), and which of its models are finished."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.core.storage.result_store import content_key
from pipeline.core.targets import Target, term_pattern
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.classifier_input import ClassifierInput, to_input

CONTRAST_FILES = Path(__file__).parent / "contrasts"
# Names of the models: the first is trained on contrasts alone, then come one for each fold (its number) and `all`.
CONTRASTS, ALL = "contrasts", "all"
# Share of the contrasts that the later models see again, so that they do not forget them.
REPEATED_SHARE = 0.3
# Real statements count twice: there are few of them, and they are what the encoder is for.
REAL_WEIGHT = 2.0
# Share of our own rows that the encoder is trained on: the linear model has them all, and contrast sets teach it more.
OWN_SHARE = 0.4
# Shares of these that are trained on although they have no term of a target, first of those that are about one all the
# same, then of the others: they were written to be hard, and real quotes that imply a target are far rarer.
IMPLIED_SHARE, UNRELATED_SHARE = 0.33, 0.5
# Share of the rows whose speaker is left out in training, as it is where the text does not tell.
NO_SPEAKER_SHARE = 0.15
# Where rows come from, for the model card.
OWN, CONTRAST = "data/annotations/stance.jsonl: the project's own quotes, invented", "generated contrasts, invented"
WRITTEN = "training/encoder/contrasts/en_sets.jsonl: written contrast sets, invented"
LICENCES = {
    OWN: "CC BY 4.0",
    CONTRAST: "CC BY 4.0",
    WRITTEN: "CC BY 4.0",
    "president_gov_ua": "CC BY 4.0; releases of the President of Ukraine",
    "kremlin_ru": "CC BY 4.0; releases of the President of Russia",
    "current_events": "CC BY-SA 4.0; Wikipedia's Current Events portal",
    "un_general_debate": "CC0; speeches of the UN General Debate",
    "wikinews": "CC BY 2.5; Wikinews, 2019 and 2020",
}
# `source` of real rows whose publishers permit no use beyond measuring.
NOT_OPEN = ("ukraine_news",)


@dataclass(frozen=True)
class TrainingRow:
    """A labelled quote for the encoder."""

    item: ClassifierInput
    labels: Mapping[str, str]  # by target
    group: str  # all rows of a group are in one fold
    kind: str  # `own`, `contrast`, `real`
    source: str  # one of `LICENCES`
    train: bool = True  # False: only predicted out of fold

    @property
    def weight(self) -> float:
        """How much the row counts in training."""
        return REAL_WEIGHT if self.kind == "real" else 1.0


def own_rows(root: Path, targets: Mapping[str, Target]) -> list[TrainingRow]:
    """Return the rows of `data/annotations/stance.jsonl`."""
    patterns = [pattern for target in targets.values() if (pattern := term_pattern(target.relevance_terms))]
    rows = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    return [
        TrainingRow(to_input(row), row.labels, row.group, "own", OWN, _is_sampled(row, targets, patterns))
        for row in rows
    ]


def _is_sampled(row: StanceRow, targets: Mapping[str, Target], patterns: Sequence[Any]) -> bool:
    """Return whether a row of ours is trained on at all."""
    if hash_share(f"own:{row.id}") >= OWN_SHARE:
        return False
    text = f"{row.text}\n{row.cue or ''}\n{row.context}"
    if any(pattern.search(text) for pattern in patterns):
        return True
    related = any(label != targets[name].roles.unrelated for name, label in row.labels.items())
    return hash_share(row.id) < (IMPLIED_SHARE if related else UNRELATED_SHARE)


def contrast_rows() -> list[TrainingRow]:
    """Return sentences of a grammar, each with its reversal, and the written contrast sets.

    A set has variants of a quote that differ in a few words and in their stance, after Gardner et al. 2020, `Evaluating
    Models' Local Decision Boundaries via Contrast Sets`; here they teach. The grammar is in the history (add7174).
    """
    rows = []
    for name, source in (("en_generated", CONTRAST), ("en_sets", WRITTEN)):
        for row in _read_lines(CONTRAST_FILES / f"{name}.jsonl"):
            group = row.get("group") or f"contrast set:{row['set']}"
            item = to_input(row | {"context": row["context"].replace("{text}", row["text"])})
            rows.append(TrainingRow(item, row["labels"], group, "contrast", source))
    return rows


def real_rows(path: Path, targets: Iterable[str]) -> list[TrainingRow]:
    """Read real statements with their text: JSON lines with `text`, `context`, `doc`, a label for each target.

    A statement's group is its `war` or, if it has none, its document. Rows of a source in `NOT_OPEN` are left out.
    """
    rows = []
    for row in (row for row in _read_lines(path) if row.get("source") not in NOT_OPEN):
        group = f"war:{row['war']}" if row.get("war") else f"document:{row['doc']}"
        labels = {name: row[name] for name in targets}
        rows.append(TrainingRow(to_input(row), labels, group, "real", row["source"]))
    return rows


def standing_off_rows(path: Path, corpora: Path) -> list[TrainingRow]:
    """Read labels of real statements whose text is in another folder: offsets into documents, and hashes.

    A missing document, or one whose text is not the one that was labelled, is a `DataError`.
    """
    texts: dict[str, dict[str, str]] = {}
    rows = []
    for number, row in enumerate(_read_lines(path), 1):
        source = row["source"]
        if source not in texts:
            texts[source] = {line["id"]: line["text"] for line in _read_lines(corpora / f"{source}.jsonl")}
        whole = texts[source].get(row["doc"], "")
        text, context, cue = (whole[slice(*row[k])] if row[k] else "" for k in ("text", "context", "cue"))
        if hashlib.sha256(text.encode("utf-8")).hexdigest()[:16] != row["sha256"]:
            where = f"{path}, line {number}"
            raise DataError("the document has another text", where=where, fix=f"take the same {source}.jsonl")
        item = ClassifierInput(text, context, cue, row["speaker"] or "")
        rows.append(TrainingRow(item, row["labels"], f"document:{row['doc']}", "real", source))
    return rows


def fold_of(group: str, folds: int) -> int:
    """Return the fold of a group, by a hash of its name."""
    return min(folds - 1, int(hash_share(group) * folds))


def is_trained_on(row: TrainingRow, part: str, folds: int) -> bool:
    """Return whether the model of a part is trained on a row: never on the rows of its own fold."""
    if row.kind == "contrast":
        return part == CONTRASTS or hash_share(f"repeated:{row.group}") < REPEATED_SHARE
    return row.train and part != CONTRASTS and str(fold_of(row.group, folds)) != part


def without_some_speakers(row: TrainingRow) -> TrainingRow:
    """Return a row, or the same without its speaker."""
    is_left_out = hash_share(f"speaker:{row.item.text}") < NO_SPEAKER_SHARE
    return replace(row, item=replace(row.item, speaker="")) if is_left_out else row


def hash_share(text: str) -> float:
    """Return a number from 0 to 1 that depends on a text alone."""
    return int(hashlib.sha256(text.encode("utf-8")).hexdigest()[:8], 16) / 16**8


def training_digest(rows: Sequence[TrainingRow], *settings: Any) -> str:
    """Return a digest of what a model is trained on: its rows, and all settings."""
    return content_key([asdict(row) for row in rows], *settings)


def mark_finished(part: str, digest: str, work: Path) -> None:
    """Note that a model is finished, with the digest of what it was trained on."""
    tables.write_text(work / f"{part}.json", json.dumps({"trained_on": digest}) + "\n")


def is_finished(part: str, digest: str, work: Path) -> bool:
    """Tell whether a model is there; a `DataError` if it was trained on other rows or with other settings."""
    path = work / f"{part}.json"
    if not path.exists():
        return False
    if json.loads(path.read_text(encoding="utf-8"))["trained_on"] != digest:
        why = "its rows, words or settings are not those of this run"
        fix = "name an empty folder with --work, or delete this one to train all models again"
        raise DataError(f"the model {part} is of another training", where=str(work), why=why, fix=fix)
    return True


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise DataError("no such file", where=str(path), fix="name a file with labelled statements, or leave it out")
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
