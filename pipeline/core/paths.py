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
# Not for articles, nor for what a user writes: stages, git or DVC write there, and delete what they did not write.
OWN_PLACES = (
    CONFIGS, ANNOTATIONS, INTERIM, MODELS, PUBLISHED, FULL, REPORTS, REAL_QUOTES.parent,
    *map(Path, (".dvc", ".dvcignore", ".git", ".gitignore", "dvc.lock", "dvc.yaml")),
)  # fmt: skip

# What each stage of `dvc.yaml` writes, and what is below it; the longest matching path decides.
_WRITTEN = {
    "inputs": [INPUTS],
    "ingest": [ARTICLES, REJECTS],
    "parse": [PARSES],
    "extract": [RULED],
    "read": [EXTRACTED, POINTINGS],
    "resolve": [RESOLVED, QUOTES, SPEAKERS, GOLD_SPEAKERS, REPORTS / "speakers_review.csv"],
    "train": [MODELS],
    "label": [STANCES],
    "behaviours": [BEHAVIOURS],
    "positions": [POSITIONS, CHANGES, REPORTS / "positions.md"],
    "evaluate": [REPORTS],
    "publish": [PUBLISHED, FULL],
    "report": [LOCAL_PAGE, PUBLIC_PAGE],
}
STAGES = {place: stage for stage, places in _WRITTEN.items() for place in places}
STAGES |= {FAILURES / stage: stage for stage in STAGES_OF_ARTICLES}


def rebuild_hint(path: Path) -> str:
    """Return the command that rebuilds a file even if DVC takes it for up to date, as advice in an error message."""
    below = f"/{path.as_posix()}/"
    matching = [place for place in STAGES if f"/{place.as_posix()}/" in below]
    if not matching:
        return "run `dvc repro`"
    stage = STAGES[max(matching, key=lambda place: len(place.parts))]
    return f"rebuild it: `dvc repro --force --single-item {stage}`, then `dvc repro`"
