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
BEHAVED = PROBES / "behaviours"
MEASURED = PROBES / "measured"
TRAINED = PROBES / "training"
RULED = PROBES / "ruled"
EXTERNAL = PROBES / "external"
SCORES = INTERIM / "scores"
MODELS = Path("data/models")
PUBLISHED = Path("data/published")
REPORTS = Path("reports")
