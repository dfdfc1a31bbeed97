"""Where tables, configs and reports lie, below the project's root: the names of `dvc.yaml`."""

from __future__ import annotations

from pathlib import Path

CONFIGS = Path("configs")
ANNOTATIONS = Path("data/annotations")
INTERIM = Path("data/interim")
READ = INTERIM / "read"
ARTICLES = INTERIM / "articles"
REJECTS = INTERIM / "rejects"
PARSES = INTERIM / "parses"
EXTRACTED = INTERIM / "extracted"
RESOLVED = INTERIM / "resolved"
QUOTES = INTERIM / "quotes"
SPEAKERS = INTERIM / "speakers"
GOLD_SPEAKERS = INTERIM / "gold_speakers"
STANCES = INTERIM / "stances"
PROBES = INTERIM / "probes"
BEHAVIOURS = PROBES / "behaviours"
DRIFT_SAMPLE = PROBES / "drift_sample"
TRAINING_QUOTES = PROBES / "training"
RULED = PROBES / "ruled"
EXTERNAL = PROBES / "external"
SCORES = INTERIM / "scores"
MODELS = Path("data/models")
PUBLISHED = Path("data/published")
REPORTS = Path("reports")

# The stage of `dvc.yaml` that makes what lies at a path or below it; the longest path decides.
MAKERS = {
    ARTICLES: "ingest",
    READ: "ingest",
    REJECTS: "ingest",
    PARSES: "parse",
    EXTRACTED: "extract",
    RULED: "extract",
    QUOTES: "resolve",
    SPEAKERS: "resolve",
    GOLD_SPEAKERS: "resolve",
    RESOLVED: "resolve",
    REPORTS / "speakers_review.csv": "resolve",
    MODELS: "train",
    STANCES: "label",
    BEHAVIOURS: "probe",
    DRIFT_SAMPLE: "label",
    TRAINING_QUOTES: "probe",
    EXTERNAL: "external",
    SCORES: "evaluate",
    REPORTS: "evaluate",
    PUBLISHED: "publish",
    REPORTS / "index.html": "report",
}


def rebuild_hint(path: Path) -> str:
    """What a user can do to have a file of the build made anew, whatever DVC thinks of it."""
    below = f"/{path.as_posix()}/"
    held = [place for place in MAKERS if f"/{place.as_posix()}/" in below]
    if not held:
        return "run `dvc repro`"
    stage = MAKERS[max(held, key=lambda place: len(place.parts))]
    return f"make it anew: `dvc repro --force --single-item {stage}`, then `dvc repro`"
