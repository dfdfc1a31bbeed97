"""What each table is: its columns, their types, and a sentence about each (the dataset card reuses it).

Offsets count code points of `articles.text`, start included, end excluded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

QUOTE_TYPES = ("direct", "indirect", "mixed")
SPEAKER_KINDS = ("person", "organisation", "country", "group", "anonymous", "document", "unknown")
REJECT_REASONS = {
    "empty": "no text at all",
    "too_short": "fewer words than `min_words`",
    "too_long": "more characters than `max_characters`, words than `max_tokens`, or bytes than a row or page may have",
    "not_english": "another language than `language`",
    "duplicate": "the same text as an earlier article",
    "near_duplicate": "nearly the same text as an earlier article",
    "bad_encoding": "bytes that are not text in UTF-8 or the encoding the file names",
    "bad_row": "a row that cannot be read (broken JSON, wrong number of columns, wrong type)",
    "bad_file": "a file that cannot be read (truncated, not what its name says)",
    "missing_column": "a table without the text column",
    "no_text": "a page in which no article was found",
    "long_word": "a run of characters without a space longer than `max_word_characters`",
    "too_many_tags": "a page with more tags than `max_page_tags`, or a tag with too many attributes",
    "unpacks_too_far": "a gzipped file that unpacks to more than `max_unpacked_ratio` times its size",
    "unknown_format": "a file of a kind that Parley does not read",
}
_SPANS = pa.list_(pa.struct([pa.field("start", pa.int32(), False), pa.field("end", pa.int32(), False)]))


@dataclass(frozen=True)
class Column:
    """One column: name, Arrow type, a sentence for people, and whether it may be null."""

    name: str
    type: pa.DataType
    about: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """A table: columns in order, and the columns whose values are unique together."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, nullability included."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])


def _text(name: str, about: str, nullable: bool = False) -> Column:
    return Column(name, pa.string(), about, nullable)


def _offset(name: str, about: str, nullable: bool = False) -> Column:
    return Column(name, pa.int32(), about, nullable)


ARTICLES = Table(
    "articles",
    "One row per article that was taken in.",
    (
        _text("article_id", "First 16 hex digits of the SHA-256 of the text."),
        _text("source", "Name of the site or agency that published it.", True),
        _text("url", "Where it was published.", True),
        _text("title", "Headline; it is also the first line of `text`.", True),
        _text("author", "Author as the input gives it.", True),
        _text("published_at", "Date or time of publication, ISO 8601.", True),
        _text("language", "Language found in the text, ISO 639-1."),
        _text(
            "text", "Headline and paragraphs, parted by blank lines, boilerplate stripped; every offset points here."
        ),
        _text("raw_path", "Input file, relative to the input folder."),
    ),
    key=("article_id",),
)
REJECTS = Table(
    "rejects",
    "One row per input that was not taken, with the reason.",
    (
        _text("raw_path", "Input file, relative to the input folder."),
        Column("row", pa.int64(), "Row or record in that file, from 1; null where the whole file is meant.", True),
        _text("reason", "Named reason: " + "; ".join(f"`{k}` {v}" for k, v in REJECT_REASONS.items()) + "."),
        _text("detail", "What was found, in words."),
    ),
    choices={"reason": tuple(REJECT_REASONS)},
)
READ = Table(
    "read",
    "One row per different document of the input: what became of it, before texts are compared.",
    (
        _text("id", "First 32 hex digits of the SHA-256 of all that the input gives of it."),
        _text("reason", "Named reason, as in `rejects`; null where it was taken.", True),
        _text("detail", "What was found, in words.", True),
        _text("article", "Row of `articles` as JSON; null where it was not taken.", True),
        Column("sketch", pa.binary(), "Smallest hashes of its five-word sequences, uint32.", True),
        Column("signature", pa.binary(), "MinHash signature, uint32.", True),
    ),
    key=("id",),
)
PARSES = Table(
    "parses",
    "One row per article: its spaCy parse.",
    (
        _text("article_id", "The article."),
        _text("parser", "Name, version and weight hash of the model, and version of the code around it."),
        Column("doc", pa.binary(), "spaCy DocBin of one Doc."),
    ),
    key=("article_id",),
)
_QUOTE_COLUMNS = (
    _text("quote_id", "`article_id`, a hyphen and the first offset of the content."),
    _text("article_id", "The article it stands in."),
    _text("type", "`direct` (all in quotation marks, or a turn of a transcript), `indirect` (none) or `mixed`."),
    _text("content", "What was said: the text of the parts, joined by a space."),
    Column("parts", _SPANS, "Start and end of each part of the content; an interrupted quote has several."),
    _text("cue", "The words that report it (`said`, `according to`); null for a floating quote.", True),
    _offset("cue_start", "Start of the cue.", True),
    _offset("cue_end", "End of the cue.", True),
    _text("source", "The speaker as written beside the cue; null when not named there.", True),
    _offset("source_start", "Start of the source mention.", True),
    _offset("source_end", "End of the source mention.", True),
    _text("rule", "Name of the rule or model path that found it."),
    Column("confidence", pa.float32(), "Probability that this is a quote of the profile asked for."),
    Column(
        "speech_score",
        pa.float32(),
        "How sure it is reported speech, 0 to 1, whatever the profile; null where rules alone decided.",
        True,
    ),
    _offset("context_start", "Start of the paragraph or paragraphs that hold it."),
    _offset("context_end", "End of them."),
)
EXTRACTED = Table(
    "extracted",
    "One row per quote, before its speaker is resolved.",
    _QUOTE_COLUMNS,
    key=("quote_id",),
    choices={"type": QUOTE_TYPES},
)
RESOLVED = Table(
    "resolved",
    "One row per quote: what its own article tells of its speaker, before articles are compared.",
    (
        _text("quote_id", "The quote."),
        _text("speaker", "Name of the speaker; null when the text does not tell.", True),
        _text("kind", "Kind of the speaker, as in `speakers`."),
        _text("form", "The name as the source mention has it; empty for pronouns and descriptions."),
        _text("resolved_by", "Name of the rule that resolved the speaker."),
        Column("certainty", pa.float32(), "Share of such decisions about a speaker that are right; 0 for nobody."),
        Column("members", pa.list_(pa.string()), "Names of the members of a group."),
        _text("affiliation", "Whom an unnamed speaker or a group belongs to.", True),
    ),
    key=("quote_id",),
    choices={"kind": SPEAKER_KINDS},
)
QUOTES = Table(
    "quotes",
    "One row per quote with its speaker.",
    (
        *_QUOTE_COLUMNS,
        _text("speaker_id", "The speaker; null when the text does not tell.", True),
        _text("speaker", "Name of the speaker, resolved; null when the text does not tell.", True),
        _text("resolved_by", "Name of the rule that resolved the speaker."),
        Column("certainty", pa.float32(), "Share of such decisions about a speaker that are right; 0 for nobody."),
        _text("group_id", "The same for near-identical quotes of one speaker across articles."),
    ),
    key=("quote_id",),
    choices={"type": QUOTE_TYPES},
)
SPEAKERS = Table(
    "speakers",
    "One row per speaker.",
    (
        _text("speaker_id", "Wikidata id where the gazetteer has one, else a slug of kind and name."),
        _text("name", "Full name."),
        _text("kind", "`person`, `organisation`, `country`, `group`, `anonymous`, `document` or `unknown`."),
        _text("qid", "Wikidata id.", True),
        _text("country", "Country, where the gazetteer knows it.", True),
        _text("role", "Office or role, where the gazetteer or the text gives it.", True),
        Column("members", pa.list_(pa.string()), "Names of the members of a group, where the article tells them."),
        _text("affiliation", "State, organisation or person that an unnamed speaker or a group belongs to.", True),
        Column("aliases", pa.list_(pa.string()), "Other names met in the articles, sorted."),
        Column("n_quotes", pa.int64(), "Number of quotes."),
    ),
    key=("speaker_id",),
    choices={"kind": SPEAKER_KINDS},
)
GOLD_SPEAKERS = Table(
    "gold_speakers",
    "One row per annotated quote of this run: whom the rules take for its speaker, given its annotated spans.",
    (
        _text("quote_id", "The annotated quote, a row of `data/annotations/quotes.jsonl`."),
        _text("article_id", "The article it stands in."),
        _text("speaker", "Name of the speaker, resolved; null when the text does not tell.", True),
        _text("kind", "Kind of the speaker, as in `speakers`."),
        _text("resolved_by", "Name of the rule that resolved the speaker."),
    ),
    key=("quote_id",),
    choices={"kind": SPEAKER_KINDS},
)


def _probabilities(labels: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(f"p_{label}", pa.float32(), f"Calibrated probability of `{label}`.") for label in labels)


def stances(labels: tuple[str, ...]) -> Table:
    """The stance table for a set of labels: one probability column for each.

    Parameters
    ----------
    labels : tuple of str
        Labels of `configs/targets.yaml`, in order.
    """
    return Table(
        "stances",
        "One row per quote and target.",
        (
            _text("quote_id", "The quote."),
            _text("target", "The stance target, a key of `configs/targets.yaml`."),
            _text("label", "The most probable label."),
            *_probabilities(labels),
            Column("abstained", pa.bool_(), "True where no label is probable enough to rely on."),
            _text("model", "First 16 hex digits of the SHA-256 of the model file."),
        ),
        key=("quote_id", "target"),
        choices={"label": labels},
    )


def oof(labels: tuple[str, ...]) -> Table:
    """The table of out-of-fold predictions of one target, for a set of labels.

    Parameters
    ----------
    labels : tuple of str
        Labels of `configs/targets.yaml`, in order.
    """
    return Table(
        "oof",
        "One row per labelled quote: what a model said that was trained without the quote's group.",
        (
            _text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            _text("group", "Scenario or article; rows of one group share a fold."),
            _text("gold", "The label that the annotator gave."),
            _text("label", "The most probable label."),
            *_probabilities(labels),
            _text("majority", "The most frequent label of the rows that the fold was trained on."),
            Column("fold", pa.int32(), "Fold in which the row was tested, from 0."),
            Column("abstained", pa.bool_(), "True where no label is probable enough, by a threshold of other folds."),
        ),
        key=("id",),
        choices={"gold": labels, "label": labels, "majority": labels},
    )


_LIKENESS = Column(
    "likeness", pa.float32(), "Likeness to the nearest training quote as the model sees them, 0 to 1 for the same."
)
_WORDS = (
    Column("words", pa.int64(), "Number of its words, names and numbers left out."),
    Column("unseen", pa.int64(), "How many of these words stand in no training quote."),
)


def worked(labels: tuple[str, ...]) -> Table:
    """The table of worked errors of one target: why the model of the quote's fold gave its label."""
    pushed = pa.list_(pa.struct([pa.field("word", pa.string(), False), pa.field("push", pa.float32(), False)]))
    near = [pa.field("id", pa.string(), False), pa.field("label", pa.string(), False)]
    near += [pa.field("likeness", pa.float32(), False)]
    return Table(
        "worked",
        "One row per labelled quote that the model of its fold was most confidently wrong about.",
        (
            _text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            _text("label", "The label given, by out-of-fold prediction."),
            Column("words_for", pushed, "Words without which the label is less probable, by log-odds, most first."),
            Column("words_against", pushed, "Words without which it is more probable."),
            Column("nearest", pa.list_(pa.struct(near)), "Nearest labelled quotes of other groups."),
        ),
        key=("id",),
        choices={"label": labels},
    )


def learning(labels: tuple[str, ...]) -> Table:
    """The table of what models trained on fewer quotes say, of one target."""
    return Table(
        "learning",
        "One row per labelled quote and share of the training groups, but for all of them, which are out of fold.",
        (
            _text("id", "The labelled quote, a row of `data/annotations/stance.jsonl`."),
            Column("share", pa.float64(), "Share of the groups of the other folds that the model was trained on."),
            Column("trained_on", pa.int64(), "Number of quotes of these groups."),
            _text("label", "The most probable label."),
        ),
        key=("id", "share"),
        choices={"label": labels},
    )


def behaved(labels: tuple[str, ...]) -> Table:
    """The table of what the models say of the behaviour suite."""
    return Table(
        "behaviours",
        "One row per text of the behaviour suite.",
        (
            _text("id", "The item, a row of `data/annotations/behaviours.jsonl`."),
            Column("number", pa.int32(), "Which of its texts, from 0."),
            _text("label", "The most probable label for the target of the item."),
            Column("p", pa.float32(), "Its calibrated probability."),
        ),
        key=("id", "number"),
        choices={"label": labels},
    )


def judged(labels: tuple[str, ...]) -> Table:
    """The table of what the models say of one set of the user's own gold."""
    return Table(
        "judged",
        "One row per labelled quote and target of a set named in `configs/evaluate.yaml`.",
        (
            _text("id", "The row of the set."),
            _text("target", "The stance target."),
            _text("group", "Rows that belong together."),
            _text("gold", "The label that the set gives."),
            _text("label", "The most probable label."),
            *_probabilities(labels),
            Column("abstained", pa.bool_(), "True where no label is probable enough to rely on."),
            _text("majority", "The most frequent label of the training quotes."),
            _text("keywords", "The label by rules over the target's relevance terms."),
            _text("first", "The first annotator's label.", True),
            _text("second", "The second annotator's label.", True),
            _LIKENESS,
            *_WORDS,
        ),
        key=("id", "target"),
        choices=dict.fromkeys(("gold", "label", "majority", "keywords"), labels),
    )


def measured(labels: tuple[str, ...]) -> Table:
    """The table of how far quotes are from the training quotes, and of what keyword rules say of the latter."""
    return Table(
        "measured",
        "One row per target and training quote, and per target and quote of the run outside the gold (some of them).",
        (
            _text("kind", "`training` or `run`."),
            _text("id", "The row of `stance.jsonl`, or the `quote_id`."),
            _text("target", "The stance target."),
            _text("part", "Author or group of a training quote, article of another."),
            _LIKENESS,
            *_WORDS,
            _text("keywords", "The label by rules over the target's relevance terms."),
        ),
        key=("kind", "id", "target"),
        choices={"kind": ("training", "run"), "keywords": labels},
    )
