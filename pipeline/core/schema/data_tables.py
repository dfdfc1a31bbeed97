"""Tables of articles, parses, quotes and speakers: their columns, types and descriptions.

Offsets count code points of `articles.text`, start included, end excluded.
"""

import pyarrow as pa

from pipeline.core.schema.columns import Column, Table, spans, text

QUOTE_TYPES = ("direct", "indirect", "mixed")
SPEAKER_KINDS = ("person", "organisation", "country", "group", "anonymous", "document", "unknown")
REJECT_REASONS = {
    "empty": "no text at all",
    "too_short": "fewer words than `min_words`",
    "too_long": "more characters than `max_characters`, words than `max_tokens`, or bytes than a row or page may have",
    "other_language": "another language than `language`",
    "duplicate": "the same text as an earlier article",
    "near_duplicate": "nearly the same text as an earlier article of another outlet, or of other days",
    "bad_encoding": "bytes that are not text in UTF-8 or the encoding the file names",
    "bad_row": "a row that cannot be read (broken JSON, wrong number of columns, wrong type)",
    "bad_file": "a file that cannot be read (truncated, not what its name says)",
    "missing_column": "a table without the text column",
    "no_text": "a web page without an article, or a document without text, such as a scan",
    "long_word": "a run of characters without a space longer than `max_word_characters`",
    "too_many_tags": "a page with more tags than `max_page_tags`, or a tag with too many attributes",
    "unpacks_too_far": "a packed file that unpacks to more than `max_unpacked_ratio` times its size",
    "too_costly": "a file whose reading and cleaning take more time than `max_file_seconds`, or too much memory",
    "unknown_format": "a file of a kind that Parley does not read",
    "failed": "an error of Parley itself; `detail` names it and, after `ingest`, the stage",
}
DATE_PROBLEMS = {
    "two_readings": "day or month first? The source's other dates do not show it, and `date_order` is auto",
    "relative": "counted from a day that the input does not name (`2 hours ago`)",
    "updated": "only the day of an update or of the crawl",
    "no_day": "a month or a year alone",
    "no_year": "a day without its year",
    "short_year": "a year of two digits",
    "impossible": "no day of the calendar or hour of the clock, or a year before 1600 or after 2100",
    "unknown_form": "in no form that is read",
    "unknown_zone": "day and time are read; the name of the time zone has several meanings or none known (`IST`)",
}
ARTICLES = Table(
    "articles",
    "One row per accepted article.",
    text("article_id", "First 16 hex digits of the SHA-256 of the text."),
    text("source", "Name of the publisher: a site or an agency.", True),
    text("url", "Where it was published.", True),
    text("title", "Headline; it is also the first line of `text`.", True),
    text("author", "Author as written in the input.", True),
    text("published_at", "Day of publication, `YYYY-MM-DD`; null if it is not given or not read.", True),
    text("published_time", "Time of that day, `HH:MM:SS`, with its offset from UTC (`Z`, `+02:00`) if given.", True),
    text("date_given", "The date as the input, or (`feed: `) the feed that listed it, has it, cut.", True),
    # A `field` (of a table, page, mail or feed), `line` of its own, `running_head` (of a PDF), `feed` that listed the
    # article, `dateline`, `file_name`, `file_time` (see `file_dates`) or `crawl` (when its page was fetched; not read);
    # after `+` where its year stands, `address` or `neighbours` (other dates of the table or folder) among others.
    text("date_evidence", "Where that date stands; null without a date.", True),
    text("date_problem", "Why all or some of it is not read, of `DATE_PROBLEMS`; else null.", True),
    text("language", "Detected language of the text, ISO 639-1."),
    text("text", "Headline and paragraphs, separated by blank lines, without boilerplate; offsets refer to it."),
    text("raw_path", "Input file, relative to the input folder."),
    text("newest_version", "Newest of the versions of this article; null if the input has one alone.", True),
)
REJECTS = Table(
    "rejects",
    "One row per rejected input, with the reason; of many of one file and reason, the last row counts the others.",
    text("raw_path", "Input file, relative to the input folder."),
    Column("row", pa.int64(), "Row or record in that file, from 1; null if the whole file was rejected.", True),
    text("reason", "Why, of `REJECT_REASONS`.", choices=tuple(REJECT_REASONS)),
    text("detail", "Description of the problem."),
    Column("count", pa.int64(), "Number of rejected inputs that the row stands for."),
    key=0,
)
FAILURES = Table(
    "failures",
    "One row per article that a stage failed on; `parley rejects` shows them after the rejects.",
    text("article_id", "The article."),
    text("stage", "The stage."),
    text("detail", "The exception, where it was raised, and what the data lacks because of it."),
    key=0,
)
PARSES = Table(
    "parses",
    "One row per article: its spaCy parse.",
    text("article_id", "The article."),
    text("parser", "Name, version and file hash of the model, and version of the parsing code."),
    Column("doc", pa.binary(), "spaCy DocBin of one Doc."),
)
EXTRACTED = Table(
    "extracted",
    "One row per quote, before its speaker is resolved.",
    text("quote_id", "`article_id`, a hyphen and the first offset of the content."),
    text("article_id", "The article that contains the quote."),
    # All in quotation marks (or a turn of a transcript), none, or some.
    text("type", "`direct`, `indirect` or `mixed`.", choices=QUOTE_TYPES),
    text("content", "What was said: the text of the parts, joined by a space."),
    spans("parts", "Start and end of each part of the content; an interrupted quote has several."),
    text("cue", "The reporting words (`said`, `according to`); null for a floating quote.", True),
    Column("cue_start", pa.int32(), "Start of the cue.", True),
    Column("cue_end", pa.int32(), "End of the cue.", True),
    text("source", "The mention of the speaker near the cue; null if there is none.", True),
    Column("source_start", pa.int32(), "Start of the source mention.", True),
    Column("source_end", pa.int32(), "End of the source mention.", True),
    text("rule", "Name of the rule that found the quote; `reader` if the network alone did."),
    Column("confidence", pa.float32(), "Probability that this is a quote: of quotes of this rule, or by the network."),
    Column("speech_score", pa.float32(), "Mean probability of its words to be in a quote; null if not read.", True),
    Column("context_start", pa.int32(), "Start of the paragraph or paragraphs that contain the quote."),
    Column("context_end", pa.int32(), "End of the paragraph or paragraphs that contain the quote."),
)
_OFFSETS = pa.list_(pa.struct([pa.field("offset", pa.int32(), False), pa.field("probability", pa.float64(), False)]))
POINTINGS = Table(
    "pointings",
    "One row per content, extracted or annotated: where the reader thinks that its speaker's name is.",
    text("article_id", "The article that contains the quote."),
    spans("parts", "The parts of the content."),
    Column("starts", _OFFSETS, "Where the name may begin."),
    Column("ends", _OFFSETS, "Where the name may end."),
    Column("nobody", pa.float64(), "Probability that the text does not name the speaker; null if not read.", True),
    Column("quote", pa.struct(list(EXTRACTED.schema)), "The row of `extracted`; null for an annotated content.", True),
    key=0,
)
_SPEAKER = text("speaker", "Name of the speaker, resolved; null if the text does not say.", True)
_KIND = text("kind", "Kind of the speaker.", choices=SPEAKER_KINDS)
_RESOLVED_BY = text("resolved_by", "Name of the rule that resolved the speaker.")
_CERTAINTY = Column("certainty", pa.float32(), "Estimated share of right decisions of its kind; 0 without a speaker.")
_MEMBERS = Column("members", pa.list_(pa.string()), "Names of the members of a group, if the article names them.")
_AFFILIATION = text("affiliation", "State, organisation or person that an unnamed speaker or a group belongs to.", True)
# Of one quote, by its article and date.
_SIDE = text("side", "State, movement or body that the speaker speaks for in this article; null = unknown.", True)
_SIDE_BY = text("side_by", "Name of the rule that tells the side; null without one.", True)
_SIDE_COLUMNS = (
    _SIDE,
    text("side_evidence", "Words that say so: of the article, or office and country of `configs/speakers.csv`.", True),
    Column("side_evidence_start", pa.int32(), "Start of these words; null if they are not of the article.", True),
    Column("side_evidence_end", pa.int32(), "End of these words.", True),
    _SIDE_BY,
    Column("side_certainty", pa.float32(), "Estimated share of right sides of its kind; 0 without a side."),
)
RESOLVED = Table(
    "resolved",
    "One row per quote: its speaker, resolved within its article only.",
    text("quote_id", "The quote."),
    _SPEAKER,
    _KIND,
    text("form", "The name as written in the source mention; empty for pronouns and descriptions."),
    *(_RESOLVED_BY, _CERTAINTY, _MEMBERS, _AFFILIATION),
    *_SIDE_COLUMNS,
)
QUOTES = Table(
    "quotes",
    "One row per quote with its speaker.",
    *EXTRACTED.columns,
    text("speaker_id", "The speaker; null if the text does not say.", True),
    *(_SPEAKER, _RESOLVED_BY, _CERTAINTY),
    text("corrected_by", "Who says who the speaker is, by `configs/corrections.csv`; null for a rule's.", True),
    *_SIDE_COLUMNS,
    text("group_id", "The same for near-identical quotes of one speaker across articles."),
    Column("versions", pa.list_(pa.string()), "Versions of the article with these words; empty if it has one alone."),
    Column("vanished", pa.bool_(), "Whether the newest version of the article lacks the words of the content."),
)
SPEAKERS = Table(
    "speakers",
    "One row per speaker.",
    text("speaker_id", "Wikidata id if the gazetteer has one, otherwise a slug of kind and name."),
    text("name", "Full name."),
    _KIND,
    text("qid", "Wikidata id.", True),
    text("country", "Country, if the gazetteer has it.", True),
    text("role", "Office or role, if the gazetteer or the text has it.", True),
    *(_MEMBERS, _AFFILIATION),
    text("side", "Side of most of the speaker's quotes that have one; null = unknown or not clear.", True),
    text("side_evidence", "Words that say so, of the surest of these quotes.", True),
    Column("side_certainty", pa.float32(), "Certainty of the surest of these quotes; 0 without a side."),
    Column("aliases", pa.list_(pa.string()), "Other names used in the articles, sorted."),
    Column("n_quotes", pa.int64(), "Number of quotes."),
)
GOLD_SPEAKERS = Table(
    "gold_speakers",
    "One row per annotated quote of this run: the speaker that the rules resolve from its annotated spans.",
    text("quote_id", "The annotated quote, a row of `data/annotations/quotes.jsonl`."),
    text("article_id", "The article that contains the quote."),
    *(_SPEAKER, _KIND, _RESOLVED_BY, _SIDE, _SIDE_BY),
)
