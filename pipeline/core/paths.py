"""Paths of tables, configs and reports relative to the project's root, as in `dvc.yaml`."""

from pathlib import Path

CONFIGS = Path("configs")
CORRECTIONS = CONFIGS / "corrections.csv"
ANNOTATIONS = Path("data/annotations")
INTERIM = Path("data/interim")
# Of a project whose code is installed elsewhere.
CODE_DIGESTS = INTERIM / "code.json"
# Results that stages keep from run to run, of which DVC knows nothing: storage/result_store.py.
STORE = INTERIM / "store"
# The input files with their hashes.
INPUTS = INTERIM / "inputs.jsonl"
ARTICLES = INTERIM / "articles"
REJECTS = INTERIM / "rejects"
# Articles on which a stage failed, by stage.
FAILURES = INTERIM / "failures"
STAGES_OF_ARTICLES = ("parse", "extract", "read", "resolve", "label")
PARSES = INTERIM / "parses"
EXTRACTED = INTERIM / "extracted"
POINTINGS = INTERIM / "pointings"
RESOLVED = INTERIM / "resolved"
QUOTES = INTERIM / "quotes"
SPEAKERS = INTERIM / "speakers"
GOLD_SPEAKERS = INTERIM / "gold_speakers"
STANCES = INTERIM / "stances"
POSITIONS = INTERIM / "positions"
CHANGES = INTERIM / "changes"
BEHAVIOURS = INTERIM / "behaviours"
# The quotes that the rules find alone.
RULED = INTERIM / "quotes_by_rules"
MODELS = Path("data/models")
PUBLISHED = Path("data/published")
# The same rows with every text in full: for whoever has the articles, not for passing on.
FULL = Path("data/full")
REPORTS = Path("reports")
LOCAL_PAGE = REPORTS / "index.html"
PUBLIC_PAGE = REPORTS / "public.html"
# All figures of a run; `reports/metrics.json` has the few that `dvc metrics` shows.
SCORES = REPORTS / "scores.json"
METRICS = REPORTS / "metrics.json"
REAL_QUOTES = Path("benchmarks/results/real_quotes.json")
# What to do about a damaged file of a stage, even if DVC takes it for up to date.
REBUILD = "rebuild it: `dvc repro --force`"
# Not for articles, nor for what a user writes: stages, git or DVC write there, and delete what they did not write.
OWN_PLACES = (
    CONFIGS, ANNOTATIONS, INTERIM, MODELS, PUBLISHED, FULL, REPORTS, REAL_QUOTES.parent,
    *map(Path, (".dvc", ".dvcignore", ".git", ".gitignore", "dvc.lock", "dvc.yaml")),
)  # fmt: skip
